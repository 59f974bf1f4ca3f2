"""A recruiter or hiring manager with a conflict loses sight of every loop about the candidate, and another takes it over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from handlers import messages
from handlers.blocks import notices
from hiring.flows import attesting, deciding, delegating, loops, sweeping
from hiring.flows.settling import settle
from hiring.model import Answer, Decision, Delivery, Ground, HandOver, Kind, Lead, Loop, Outcome, Person, PersonId, Role
from hiring.ports import Sent
from hiring.rules import delegates, digest, sight
from hiring.rules.permissions import Refused, Verb, may
from hiring.rules.phase import Phase
from hiring.rules.sight import Sight
from hiring.rules.summary import summarise
from store.database import Database
from tests.database import fresh_database
from tests.hiring import facts, worlds
from tests.hiring.facts import END
from tests.hiring.worlds import HANS, JO, NOW, OPENING, RITA, expect, person

OLGA, OTTO = (person(name, roles=(Role.HIRING_MANAGER,)) for name in ("Olga", "Otto"))
REMY, ADMIN = person("Remy", roles=(Role.RECRUITER,)), person("Adam", roles=(Role.ADMIN,))
ALL = {one.id: one for one in (*worlds.PEOPLE, OLGA, OTTO, REMY, ADMIN)}
WITH_DELEGATE = replace(OPENING, delegate="olga")
CONFLICT = attesting.Said(Answer.CONFLICT, ground=Ground.FAMILY)
ASIDE = Refused("You stepped aside from this loop, so it is closed to you.")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = worlds.settled(fresh_database(tmp_path))
    with database.begin() as uow:
        for one in (OLGA, OTTO, REMY, ADMIN):
            uow.save_person(one)
    return database


def opening(database: Database, **changes: object) -> None:
    with database.begin() as uow:
        uow.save_opening(replace(uow.opening("ds"), **changes))  # type: ignore[arg-type]  # names are checked at run time


def steps_aside(database: Database, who: PersonId, loop: str = "L1", *, now: datetime = NOW) -> Loop:
    with database.begin() as uow:
        return expect(attesting.recuse(uow, uow.loop(loop), CONFLICT, by=uow.person(who), now=now))


def in_(database: Database) -> Loop:
    """Booked, over, and all scorecards in."""
    loop = worlds.booked(database)
    for session in ("coding", "talk"):
        loop = worlds.hand_in(database, session, worlds.seated(loop, session), now=worlds.after(loop))
    return loop


def kinds(loop: Loop, to: PersonId, *, now: datetime = NOW) -> set[Kind]:
    due = facts.due_at(loop, now, **ALL)
    return {delivery.kind for delivery in due if delivery.to == to and delivery.updates is None}


# ---- who takes over --------------------------------------------------------------------------------------------------


def handed(loop: Loop, **changes: object) -> Loop:
    named = replace(OPENING, **changes)  # type: ignore[arg-type]  # names are checked at run time
    return delegates.handed_over(loop, opening=named, people=ALL, now=NOW)


@pytest.mark.parametrize("moment", [facts.wished(), facts.chosen(), facts.booked(), facts.released()])
def test_the_delegate_decides_when_the_hiring_manager_has_a_conflict(moment: Loop) -> None:
    loop = handed(facts.barred(moment, "hans"), delegate="olga")
    assert (loop.hiring_manager, loop.recruiter) == ("olga", "rita")
    assert loop.handed_over == (HandOver(Lead.HIRING_MANAGER, "hans", "olga", NOW, "evenhand"),)


@pytest.mark.parametrize(
    "delegate",
    [None, "nobody-fit", "ana"],
)
def test_without_a_fit_delegate_nobody_takes_over_by_themselves(delegate: str | None) -> None:
    people = {**ALL, "nobody-fit": replace(OLGA, id="nobody-fit", slack_id=None)}
    loop = facts.barred(facts.booked(), "hans")
    found = delegates.handed_over(loop, opening=replace(OPENING, delegate=delegate), people=people, now=NOW)
    assert found == loop
    assert delegates.vacant(loop, people) == (Lead.HIRING_MANAGER,)


def test_a_delegate_with_a_conflict_is_not_the_delegate() -> None:
    both = facts.barred(facts.barred(facts.booked(), "hans"), "olga")
    assert handed(both, delegate="olga") == both


def test_the_opening_s_recruiter_takes_over_from_another_one() -> None:
    loop = facts.barred(replace(facts.booked(), recruiter="remy", created_by="remy"), "remy")
    assert handed(loop).recruiter == "rita"


def test_who_has_left_the_company_is_followed_too() -> None:
    people = {**ALL, "hans": replace(HANS, active=False)}
    found = delegates.handed_over(facts.booked(), opening=WITH_DELEGATE, people=people, now=NOW)
    assert found.hiring_manager == "olga"
    assert not delegates.is_quiet(found)


def test_a_loop_that_is_over_needs_nobody() -> None:
    over = facts.barred(facts.released(), "hans").with_(decision=_decision(Outcome.ADVANCE))
    held = facts.barred(facts.released(), "hans").with_(decision=_decision(Outcome.HOLD))
    assert (delegates.vacant(over, ALL), delegates.vacant(held, ALL)) == ((), (Lead.HIRING_MANAGER,))


def _decision(outcome: Outcome) -> Decision:
    return Decision(outcome, "Solves what the job brings.", "hans", NOW)


@pytest.mark.parametrize(
    ("aside", "asked"),
    [
        (("hans",), ("rita",)),
        (("hans", "rita"), ("adam",)),
        (("hans", "rita", "adam"), ("remy",)),
        (("hans", "rita", "adam", "remy"), ()),
    ],
)
def test_who_is_asked_to_name_somebody(aside: tuple[str, ...], asked: tuple[str, ...]) -> None:
    loop = facts.booked()
    for one in aside:
        loop = facts.barred(loop, one)
    assert delegates.namers(loop, Lead.HIRING_MANAGER, ALL) == asked


@pytest.mark.parametrize(
    ("who", "may_"),
    [(RITA, True), (REMY, True), (ADMIN, True), (HANS, False), (OLGA, False), (worlds.ANA, False)],
)
def test_who_may_name(who: Person, may_: bool) -> None:
    """Nobody with a conflict names their own successor."""
    loop = facts.barred(facts.booked(), "hans")
    assert (delegates.may_name(loop, Lead.HIRING_MANAGER, who, ALL) is None) is may_
    assert delegates.may_name(facts.barred(loop, who.id), Lead.HIRING_MANAGER, who, ALL) == ASIDE.because
    assert delegates.may_name(facts.booked(), Lead.HIRING_MANAGER, who, ALL) is not None


# ---- what follows ----------------------------------------------------------------------------------------------------


def test_the_delegate_gets_summary_and_decision_and_the_manager_nothing(database: Database) -> None:
    opening(database, delegate="olga")
    loop = worlds.booked(database)
    steps_aside(database, "hans")
    for session in ("coding", "talk"):
        loop = worlds.hand_in(database, session, worlds.seated(loop, session), now=worlds.after(loop))
    assert loop.released is not None
    assert kinds(loop, "hans") == {Kind.HOME}
    assert {Kind.SUMMARY, Kind.HANDED_OVER} <= kinds(loop, "olga")
    verdict = deciding.Verdict(Outcome.ADVANCE, "Solves what the job brings every week.")
    with database.begin() as uow:
        assert deciding.read_summary(uow, loop, by=HANS, now=NOW) == ASIDE
        assert deciding.decide(uow, loop, verdict, by=HANS, now=worlds.after(loop)) == ASIDE
        assert not isinstance(deciding.read_summary(uow, loop, by=OLGA, now=NOW), Refused)
        decided = expect(deciding.decide(uow, loop, verdict, by=OLGA, now=worlds.after(loop)))
    assert decided.decision is not None
    assert decided.decision.owner == "olga"


def test_a_summary_that_the_manager_had_is_taken_away(database: Database) -> None:
    opening(database, delegate="olga")
    loop = in_(database)
    with database.begin() as uow:
        claims = uow.unwritten(["L1/summary"])
    assert claims == frozenset()
    _sent(database, Kind.SUMMARY)
    loop = steps_aside(database, "hans", now=worlds.after(loop))
    closing = [d for d in facts.due_at(loop, worlds.after(loop), **ALL) if d.kind is Kind.SUMMARY and d.to == "hans"]
    assert [(d.key, d.updates) for d in closing] == [("L1/summary/closed", "L1/summary")]
    with database.begin(read_only=True) as uow:
        assert messages.render(uow, closing[0], now=NOW) == notices.closed()
        never_sent = replace(closing[0], updates="L1/never")
        assert messages.render(uow, never_sent, now=NOW) is None
        for kind in delegates.FOR_LEADS:
            assert messages.render(uow, Delivery("k", kind, "hans", refs=(("loop", "L1"),)), now=NOW) is None


def test_what_a_recruiter_was_told_is_taken_away_too(database: Database) -> None:
    loop = worlds.booked(database)
    _sent(database, Kind.OPTIONS)
    loop = steps_aside(database, "rita")
    closing = [d for d in facts.due_at(loop, NOW, **ALL) if d.to == "rita" and d.key.endswith("/closed")]
    assert [(d.key, d.updates) for d in closing] == [
        ("L1/options/1/closed", "L1/options/1"),
        ("L1/booked/1/closed", "L1/booked/1"),
    ]
    with database.begin(read_only=True) as uow:  # what was never sent is not told of
        assert [messages.render(uow, one, now=NOW) for one in closing] == [notices.closed(), None]


def _sent(database: Database, kind: Kind) -> None:
    far = NOW + timedelta(days=9)
    for claim in database.deliveries.claim(worker="w", now=far, limit=99, lease=timedelta(seconds=30), kinds=[kind]):
        database.deliveries.done(claim, now=far, sent=Sent(claim.delivery.key, "D1", "1"))


def test_a_new_recruiter_gets_what_is_open_under_keys_of_their_own_and_nothing_old(database: Database) -> None:
    loop = worlds.chosen(database)
    with database.begin() as uow:
        remy_s = replace(uow.loop("L1"), recruiter="remy", created_by="remy")
        settle(uow, remy_s, now=NOW)
    loop = steps_aside(database, "remy")
    assert loop.recruiter == "rita"
    due = facts.due_at(loop, NOW, **ALL)
    assert [d.key for d in due if d.to == "rita" and d.kind is Kind.OPTIONS] == ["L1/options/1/picked/to/rita"]
    unsure = attesting.Said(Answer.UNSURE, note="We met once.")
    with database.begin() as uow:
        loop = expect(attesting.answer(uow, loop, unsure, by=uow.person(worlds.seated(loop, "coding")), now=NOW))
    (asked,) = [d for d in facts.due_at(loop, NOW, **ALL) if d.kind is Kind.UNSURE and d.updates is None]
    assert (asked.to, asked.key.endswith("/to/rita")) == ("rita", True)


def test_events_move_to_the_new_recruiter_s_calendar_while_they_lie_ahead() -> None:
    ahead = delegates.hand_over(facts.booked(), Lead.RECRUITER, "remy", by="hans", now=NOW)
    over = delegates.hand_over(facts.booked(), Lead.RECRUITER, "remy", by="hans", now=END)
    assert (ahead.revision, over.revision) == (facts.booked().revision + 1, facts.booked().revision)


def test_somebody_is_asked_to_name_one_and_whoever_is_named_leads(database: Database) -> None:
    loop = in_(database)
    loop = steps_aside(database, "hans", now=worlds.after(loop))
    assert loop.hiring_manager == "hans"
    assert Kind.DELEGATE_WANTED in kinds(loop, "rita")
    now = worlds.after(loop)
    with database.begin() as uow:
        assert delegating.name(uow, loop, Lead.HIRING_MANAGER, OTTO, by=HANS, now=now) == ASIDE
        refused = delegating.name(uow, loop, Lead.HIRING_MANAGER, uow.person("ana"), by=RITA, now=now)
        assert refused == Refused("They can't take over: they have a conflict, no Slack account, or no role for it.")
        loop = expect(delegating.name(uow, loop, Lead.HIRING_MANAGER, OTTO, by=RITA, now=now))
    assert may(OTTO, Verb.DECIDE, loop) is None
    assert sight.of_scorecards(loop, OTTO).sight is Sight.ALL
    done = [d.updates for d in facts.due_at(loop, now, **ALL) if d.kind is Kind.DELEGATE_WANTED]
    assert done == ["L1/delegate/hiring_manager/hans/rita"]


def test_a_delegate_named_later_in_the_opening_takes_over_by_the_clock(database: Database) -> None:
    loop = in_(database)
    steps_aside(database, "hans", now=worlds.after(loop))
    opening(database, delegate="olga")
    sweeping.sweep(database, now=worlds.after(loop, hours=1))
    with database.begin(read_only=True) as uow:
        assert uow.loop("L1").hiring_manager == "olga"
    assert sweeping.sweep(database, now=worlds.after(loop, hours=1)) == 0


# ---- a conflict is with the candidate --------------------------------------------------------------------------------


def second(database: Database, by: Person = RITA) -> Loop | Refused:
    with database.begin() as uow:
        uow.save_plan(replace(worlds.PLAN, id="second"))
        return loops.start(uow, loops.Wish("L2", JO, "ds", "second", (worlds.MORNING,)), by=by, now=NOW)


def test_every_loop_about_the_candidate_is_closed_whatever_one_does_there(database: Database) -> None:
    """Ana sits in the first; in the second, which she might have run or read, she has no part."""
    opening(database, delegate="olga")
    loop = worlds.booked(database)
    expect(second(database))
    ana = worlds.seated(loop, "coding")
    with database.begin() as uow:
        uow.save_person(replace(uow.person(ana), roles=(Role.INTERVIEWER, Role.RECRUITER)))
    steps_aside(database, ana)
    steps_aside(database, "hans")
    with database.begin(read_only=True) as uow:
        other = uow.loop("L2")
        assert {may(uow.person(ana), verb, other) for verb in Verb} == {ASIDE}
        assert {may(uow.person("hans"), verb, other) for verb in Verb} == {ASIDE}
        assert other.hiring_manager == "olga"
        assert (summarise(uow.loop("L1"), ()).recused, summarise(other, ()).recused) == (2, 1)


def test_a_later_loop_about_the_candidate_is_closed_from_its_beginning(database: Database) -> None:
    opening(database, delegate="olga")
    worlds.booked(database)
    steps_aside(database, "hans")
    loop = expect(second(database))
    assert (loop.hiring_manager, may(HANS, Verb.SEE_STATUS, loop)) == ("olga", ASIDE)


def test_nobody_starts_a_loop_about_somebody_they_have_a_conflict_with(database: Database) -> None:
    worlds.booked(database)
    steps_aside(database, "rita")
    assert second(database) == Refused(
        "You stepped aside from this candidate's interviews, so somebody else has to start this loop."
    )


# ---- a colleague who applies -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_a_colleague_sees_nothing_of_their_own_loop_whatever_their_role(database: Database, role: Role) -> None:
    inside = replace(person("Ida", "coding", roles=(role,)), email=JO.email.upper(), team="elsewhere")
    with database.begin() as uow:
        uow.save_person(inside)
    loop = in_(database)
    about = "This loop is about you, so it is closed to you."
    assert loop.colleague == "ida"
    assert sight.of_scorecards(loop, inside) == sight.Verdict(Sight.NOTHING, about)
    assert {may(inside, verb, loop) for verb in Verb} == {Refused(about)}
    assert loop.barred == ()


def test_whoever_was_hired_since_reads_nothing_of_their_own_loop(database: Database) -> None:
    """As an auditor they would read every scorecard about themselves."""
    loop = in_(database)
    hired = replace(person("Ida", roles=(Role.AUDITOR,)), email=JO.email)
    with database.begin() as uow:
        uow.save_person(hired)
        delegating.recognise(uow)
    with database.begin(read_only=True) as uow:
        assert uow.loop("L1").colleague == "ida"
        assert sight.of_scorecards(uow.loop("L1"), hired).sight is Sight.NOTHING
    assert sight.of_scorecards(loop, hired).sight is Sight.ALL
    with database.begin() as uow:
        version = uow.loop("L1").version
        delegating.recognise(uow)
        assert uow.loop("L1").version == version


def test_who_applies_hands_over_what_they_would_lead(database: Database) -> None:
    opening(database, delegate="olga")
    with database.begin() as uow:
        uow.save_person(replace(HANS, email=JO.email, team="elsewhere"))
    assert worlds.booked(database).hiring_manager == "olga"
    with database.begin() as uow:
        uow.save_person(replace(RITA, email="rita@corvid.example"))
        uow.save_person(replace(REMY, email=JO.email))
    assert second(database, replace(REMY, email=JO.email)) == Refused(
        "This loop would be about you. Somebody else has to start it."
    )


@pytest.mark.parametrize(
    "quiet",
    [
        facts.barred(facts.booked(), "hans"),
        facts.barred(facts.booked(), "rita"),
        handed(facts.barred(facts.booked(), "hans"), delegate="olga"),
        facts.booked().with_(colleague="ida"),
    ],
)
def test_the_channel_hears_nothing_of_it(quiet: Loop) -> None:
    """Whoever stepped aside, or applied, may well read along in the opening's channel."""
    loops_ = [quiet, replace(facts.booked(), id="L2")]
    says = digest.digest(OPENING, loops_, {"jo": JO}, day=NOW.date(), now=NOW)
    assert [(line.loop, line.phase) for line in says.lines] == [("L2", Phase.BOOKED)]
    opened = replace(facts.released(), barred=quiet.barred, colleague=quiet.colleague, handed_over=quiet.handed_over)
    assert Kind.SUMMARY_LINK not in {d.kind for d in facts.due_at(opened, END, **ALL)}
    assert Kind.SUMMARY_LINK in {d.kind for d in facts.due_at(facts.released(), END, **ALL)}
