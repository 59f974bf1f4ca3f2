"""What suggests a conflict, through the real flows: who is seated, who is asked what, who judges, and who is passed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from handlers.messages import render
from hiring.flows import attesting, conflicts, deciding, loops
from hiring.flows.sweeping import sweep
from hiring.model import Answer, Barred, Delivery, Ground, Kind, Loop, Outcome, PersonId, Role, Tenure
from hiring.rules.grounds import LookAt, Policy, Strength
from hiring.rules.permissions import Refused
from hiring.rules.phase import Phase, has_attested, panel, phase
from hiring.rules.suggestions import Clue
from store.database import Database
from tests.database import fresh_database
from tests.hiring import worlds
from tests.hiring.worlds import ANA, JO, KIM, MAX, NOW, RITA, expect, person, seated

REMY = person("Remy", roles=worlds.RITA.roles)
HALDEN = Tenure("Halden Logistics", 2020, 2025)
OPEN = attesting.Said(Answer.NO_CONFLICT)
LOOKED_AT = "Worked in other towns, never met."


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Jo was at Halden; so were all who may take the coding interview."""
    made = worlds.settled(fresh_database(tmp_path))
    with made.begin() as uow:
        uow.save_person(REMY)
        uow.save_candidate(replace(JO, employers=(Tenure("Halden Logistics GmbH", 2022, None),)))
        for one in (ANA, KIM, MAX):
            uow.save_person(replace(one, employers=(HALDEN,)))
    yield made
    made.close()


def policy(database: Database, **changes: object) -> None:
    with database.begin() as uow:
        uow.save_conflict_policy(replace(Policy(), **changes))  # type: ignore[arg-type]  # checked by dataclasses


def answered(database: Database, who: PersonId, said: attesting.Said = OPEN, *, now: datetime = NOW) -> Loop:
    with database.begin() as uow:
        return expect(attesting.answer(uow, uow.loop("L1"), said, by=uow.person(who), now=now))


def pinned(
    database: Database, who: PersonId, *, conflict: bool, by: PersonId = "rita", now: datetime = NOW
) -> Loop | Refused:
    with database.begin() as uow:
        return conflicts.pin(uow, uow.loop("L1"), who, conflict=conflict, reason=LOOKED_AT, by=uow.person(by), now=now)


def deliveries(database: Database, kind: Kind) -> list[Delivery]:
    return [one.delivery for one in reversed(database.deliveries.listing(limit=1000)) if one.delivery.kind is kind]


def says(database: Database, kind: Kind, *, now: datetime = NOW) -> list[tuple[str, str]]:
    """The messages of a kind as they would be rendered now."""
    with database.begin(read_only=True) as uow:
        return [
            (one.to, repr(told))
            for one in deliveries(database, kind)
            if (told := render(uow, one, now=now)) is not None
        ]


# ---- seating --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("strength", [Strength.BARS, Strength.LOOK, Strength.LESSER, Strength.NONE])
def test_the_policy_says_what_a_suggested_ground_does_at_planning_time(database: Database, strength: Strength) -> None:
    policy(database, strengths={Ground.WORKED_TOGETHER: strength})
    with database.begin() as uow:
        uow.save_person(replace(MAX, employers=()))
    worlds.started(database)
    loop = worlds.planned(database)
    assert loop.planning is not None
    coders = {seated(replace(loop, seats=option.seats), "coding") for option in loop.planning.options}
    if strength is Strength.NONE:
        assert "max" not in coders
    else:
        assert coders == {"max"}  # the only one of whom nothing is suggested: barred, or better spared
    with database.begin() as uow:
        assert (conflicts.barred(uow, loop) == {}) is (strength is not Strength.BARS)


def test_what_engine_and_colleagues_read_of_it_says_nothing(database: Database) -> None:
    policy(database, strengths={Ground.WORKED_TOGETHER: Strength.BARS})
    with database.begin() as uow:
        uow.save_person(replace(MAX, employers=()))
    worlds.started(database)
    barring = repr(worlds.planned(database))
    assert [word for word in ("Halden", "worked", "barred:", "discouraged by") if word in barring] == []


def test_a_look_is_asked_for_after_the_persons_own_word_and_nothing_is_booked_before(database: Database) -> None:
    loop = worlds.chosen(database)
    who = seated(loop, "coding")
    assert [look.person for look in loop.looks] == [who]
    loop = answered(database, who)
    loop = answered(database, seated(loop, "talk")) if seated(loop, "talk") != who else loop
    assert (phase(loop, NOW), has_attested(loop, who)) == (Phase.ATTESTING, False)
    ((to, told),) = says(database, Kind.LOOK)
    assert (to, "Halden Logistics, 2020–2025" in told, "Halden Logistics GmbH, since 2022" in told) == (
        "rita",
        True,
        True,
    )
    loop = expect(pinned(database, who, conflict=False))
    assert (phase(loop, NOW), has_attested(loop, who)) == (Phase.BOOKING, True)
    assert [one.key for one in deliveries(database, Kind.LOOK)] == [f"L1/look/{who}/1", f"L1/look/{who}/1/judged"]
    assert {"Halden" in told for _, told in says(database, Kind.LOOK)} == {False}


def test_a_look_that_finds_a_conflict_has_somebody_else_asked(database: Database) -> None:
    who = seated(worlds.chosen(database), "coding")
    answered(database, who)
    loop = expect(pinned(database, who, conflict=True))
    assert (phase(loop, NOW), who in panel(loop)) == (Phase.REFILLING, False)
    told = dict(says(database, Kind.ATTEST_ASK))[who]
    assert ("This question is closed" in told, JO.name in told) == (True, False)
    loop = worlds.planned(database)
    assert seated(loop, "coding") not in {"", who}


def test_a_look_may_be_wanted_before_anybody_is_seated(database: Database) -> None:
    policy(database, look_at=LookAt.SEATING)
    worlds.started(database)
    loop = worlds.planned(database)
    assert loop.planning is not None
    who = seated(replace(loop, seats=loop.planning.options[0].seats), "coding")
    with database.begin() as uow:
        told = loops.choose(uow, loop, number=1, index=0, by=RITA, now=NOW)
    assert told == Refused("Somebody in this option is marked for a look. Open “Conflicts” and pin a verdict first.")
    expect(pinned(database, who, conflict=False))
    with database.begin() as uow:
        loop = expect(loops.choose(uow, uow.loop("L1"), number=1, index=0, by=RITA, now=NOW))
        assert (loop.looks, set(conflicts.barred(uow, loop))) == ((), {"ana", "kim", "max"} - {who})


def test_only_the_recruiter_in_charge_reads_a_mark_in_the_options(database: Database) -> None:
    worlds.started(database)
    worlds.planned(database)
    ((to, told),) = says(database, Kind.OPTIONS)
    assert (to, told.count(":mag:") >= 1, "Halden Logistics GmbH, since 2022" in told) == ("rita", True, True)
    with database.begin() as uow:
        uow.save_loop(replace(uow.loop("L1"), recruiter="remy"))
        assert ":mag:" not in repr(render(uow, deliveries(database, Kind.OPTIONS)[0], now=NOW))


def test_whoever_leads_a_loop_reads_their_own_part_above_the_options(database: Database) -> None:
    """Nobody asks them, since they sit on no panel. The candidate's part is not told, as to anybody it concerns."""
    with database.begin() as uow:
        uow.save_person(replace(RITA, employers=(HALDEN,)))
    worlds.started(database)
    worlds.planned(database)
    ((to, told),) = says(database, Kind.OPTIONS)
    own = told[told.index("You may know this candidate yourself") : told.index("It may mean nothing")]
    assert (to, "Halden Logistics, 2020–2025" in own, "GmbH" in own, "recuse.loop" in own) == (
        "rita",
        True,
        False,
        True,
    )


def test_whoever_leads_a_loop_and_has_nothing_to_do_with_the_candidate_reads_nothing_of_it(database: Database) -> None:
    worlds.started(database)
    worlds.planned(database)
    ((_, told),) = says(database, Kind.OPTIONS)
    assert "yourself" not in told


# ---- what the question says -----------------------------------------------------------------------------------------


def test_the_question_shows_a_person_their_own_facts_and_nothing_of_the_candidates(database: Database) -> None:
    loop = worlds.chosen(database)
    who = seated(loop, "coding")
    told = dict(says(database, Kind.ATTEST_ASK))
    assert ("Why we ask you" in told[who], "Halden Logistics, 2020–2025" in told[who]) == (True, True)
    assert [word for word in ("GmbH", "2022") if word in told[who]] == []
    others = [text for to, text in told.items() if to != who]
    assert [text for text in others if "Halden" in text or "Why we ask" in text] == []


def test_evidence_of_a_note_and_a_clue_stand_side_by_side_for_the_recruiter(database: Database) -> None:
    who = seated(worlds.chosen(database), "coding")
    answered(database, who, attesting.Said(Answer.UNSURE, note="We shared a desk"))
    ((to, told),) = says(database, Kind.UNSURE)
    assert (to, "We shared a desk" in told, "same employer" in told) == ("rita", True, True)


# ---- pins -----------------------------------------------------------------------------------------------------------


def test_a_pin_is_kept_with_who_when_and_why_and_the_trail_says_no_more_than_that(database: Database) -> None:
    who = seated(worlds.chosen(database), "coding")
    pinned(database, who, conflict=True)
    later = NOW + timedelta(hours=1)
    assert isinstance(pinned(database, who, conflict=False, by=who, now=later), Refused)
    back = expect(pinned(database, who, conflict=False, by="remy", now=later))
    assert [(pin.person, pin.conflict, pin.by, pin.at, pin.override) for pin in back.pins] == [
        (who, True, "rita", NOW, False),
        (who, False, "remy", later, True),
    ]
    with database.begin() as uow:
        kept = [(one.person, one.answer, one.by, one.note) for one in uow.disclosures("L1", reader="rita", now=NOW)]
    assert kept == [(who, Answer.CONFLICT, "rita", LOOKED_AT), (who, Answer.NO_CONFLICT, "remy", LOOKED_AT)]
    trail = [(one["verb"], one["actor"], dict(one["facts"])) for one in database.audit.export()]
    assert ("pinned", "rita", {"person": who, "verdict": "conflict"}) in trail
    assert ("overrode", "remy", {"person": who, "verdict": "no conflict"}) in trail
    assert [word for word in (LOOKED_AT, "Halden", "worked_together") if word in repr(trail)] == []


def test_nobody_with_a_conflict_of_their_own_overrides_one(database: Database) -> None:
    who = seated(worlds.chosen(database), "coding")
    with database.begin() as uow:
        uow.save_person(replace(REMY, employers=(HALDEN,)))
    expect(pinned(database, who, conflict=True))
    told = pinned(database, who, conflict=False, by="remy")
    assert told == Refused("Something may connect you with the candidate too, so somebody else has to judge this.")
    expect(pinned(database, "remy", conflict=False))
    expect(pinned(database, who, conflict=False, by="remy"))


def test_a_verdict_holds_in_every_loop_about_the_candidate(database: Database) -> None:
    loop = worlds.chosen(database)
    who = seated(loop, "coding")
    with database.begin() as uow:
        uow.save_loop(replace(loop, id="L2", version=0))
    expect(pinned(database, who, conflict=True))
    with database.begin() as uow:
        assert [who in panel(uow.loop(one)) for one in ("L1", "L2")] == [False, False]
    expect(pinned(database, who, conflict=False))
    with database.begin() as uow:
        assert [who in conflicts.barred(uow, uow.loop(one)) for one in ("L1", "L2")] == [False, False]


def test_who_stepped_aside_themselves_is_not_brought_back(database: Database) -> None:
    who = seated(worlds.chosen(database), "coding")
    answered(database, who, attesting.Said(Answer.CONFLICT, ground=Ground.FRIEND))
    told = pinned(database, who, conflict=False)
    assert told == Refused("They stepped aside themselves; that can't be undone here.")


# ---- who reads grounds ----------------------------------------------------------------------------------------------

MOMENTS = ("asked", "unsure", "booked", "set aside")
READERS = {"rita": True, "ines": True}
"""Who reads what there is about the person in the coding interview; everybody else is refused, each in turn."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_grounds_are_read_by_the_recruiter_in_charge_and_the_auditor(database: Database, moment: str) -> None:
    with database.begin() as uow:
        uow.save_person(person("Ines", roles=(Role.AUDITOR,)))
        uow.save_person(person("Ada", roles=(Role.ADMIN,)))
    who = seated(worlds.chosen(database), "coding")
    if moment == "unsure":
        answered(database, who, attesting.Said(Answer.UNSURE, note="We shared a desk"))
    if moment == "booked":
        answered(database, who)
        expect(pinned(database, who, conflict=False))
    if moment == "set aside":
        expect(pinned(database, who, conflict=True))
    with database.begin() as uow:
        loop = uow.loop("L1")
        found = {one.id: conflicts.cases(uow, loop, by=one, now=NOW) for one in uow.people()}
    refused = {reader for reader, cases in found.items() if isinstance(cases, Refused)}
    assert refused == {"hans", "remy", "ada", "ana", "kim", "lee", "max", "noa"}
    for reader in READERS:
        told = found[reader]
        assert not isinstance(told, Refused)
        (case,) = [one for one in told if one.person == who]
        assert [one.clue for one in case.suggested] == [Clue.EMPLOYER]
        assert [one.note for one in case.said] == {
            "unsure": ["We shared a desk"], "booked": [LOOKED_AT], "set aside": [LOOKED_AT],
        }.get(moment, [])  # fmt: skip
    assert "Halden" not in repr(found)


def test_a_reader_who_stepped_aside_or_is_concerned_reads_nothing_of_it(database: Database) -> None:
    loop = worlds.chosen(database)
    with database.begin() as uow:
        mine = replace(loop, recruiter=seated(loop, "coding"))
        cases = conflicts.cases(uow, mine, by=uow.person(mine.recruiter), now=NOW)
        assert not isinstance(cases, Refused)
        assert mine.recruiter not in {case.person for case in cases}
        aside = replace(loop, barred=(Barred("rita", NOW),))
        assert conflicts.cases(uow, aside, by=RITA, now=NOW) == Refused(
            "You stepped aside from this loop, so it is closed to you."
        )


# ---- silence --------------------------------------------------------------------------------------------------------


def test_silence_is_no_answer_and_somebody_else_is_asked_while_there_is_time(database: Database) -> None:
    loop = worlds.chosen(database)
    who, other = seated(loop, "coding"), seated(loop, "talk")
    if other != who:
        answered(database, other)
    half = NOW + (min(one.start for one in loop.sessions) - NOW) / 2
    sweep(database, now=half - timedelta(minutes=1))
    assert phase(read(database), half) is Phase.ATTESTING
    sweep(database, now=half)
    gone = read(database)
    assert (phase(gone, half), [(one.person, one.why) for one in gone.stood_down]) == (
        Phase.REFILLING,
        [(who, "silent")],
    )
    assert [one.to for one in deliveries(database, Kind.STOOD_DOWN)] == [who]
    refilled = worlds.planned(database, now=half)
    assert seated(refilled, "coding") not in {"", who}
    assert seated(refilled, "coding") in [one.to for one in deliveries(database, Kind.ATTEST_ASK)]
    with database.begin() as uow:
        late = attesting.answer(uow, uow.loop("L1"), OPEN, by=uow.person(who), now=half)
    assert late == Refused("You are not on this panel any more, so nothing is needed. Thank you.")


def test_the_policy_says_how_long_silence_may_last(database: Database) -> None:
    policy(database, silence=60)
    loop = worlds.chosen(database)
    sweep(database, now=NOW + timedelta(minutes=59))
    assert read(database).stood_down == ()
    sweep(database, now=NOW + timedelta(minutes=60))
    assert {one.person for one in read(database).stood_down} == set(panel(loop))


def test_nobody_is_briefed_or_booked_without_an_answer_whatever_seat_they_have(database: Database) -> None:
    loop = worlds.chosen(database)
    assert {one.kind for one in deliveries(database, Kind.BRIEF)} == set()
    assert deliveries(database, Kind.CALENDAR_BOOK) == []
    assert {one.to for one in deliveries(database, Kind.ATTEST_ASK)} == set(panel(loop))


def read(database: Database) -> Loop:
    with database.begin(read_only=True) as uow:
        return uow.loop("L1")


# ---- manager and report ---------------------------------------------------------------------------------------------


def test_a_manager_and_their_report_on_one_panel_are_named_to_the_recruiter(database: Database) -> None:
    with database.begin() as uow:
        for one in (ANA, KIM, MAX):
            uow.save_person(replace(one, manager="lee"))
        uow.save_person(replace(worlds.NOA, manager="lee"))
    worlds.started(database)
    worlds.planned(database)
    ((_, told),) = says(database, Kind.OPTIONS)
    both = told.count("both are on this panel")
    with database.begin(read_only=True) as uow:
        planning = uow.loop("L1").planning
        assert planning is not None
        with_lee = sum(any(seat.person == "lee" for seat in option.seats) for option in planning.options)
    assert both == with_lee


def test_who_steps_aside_from_a_decided_loop_leaves_every_figure_and_the_summary_says_so(database: Database) -> None:
    policy(database, strengths={Ground.WORKED_TOGETHER: Strength.NONE})
    loop = worlds.booked(database)
    coder, talker = seated(loop, "coding"), seated(loop, "talk")
    over = worlds.after(loop)
    worlds.hand_in(database, "coding", coder, now=over, score=1)
    worlds.hand_in(database, "talk", talker, now=over, score=4)
    verdict = deciding.Verdict(Outcome.ADVANCE, "Solves what the job brings every week.")
    with database.begin() as uow:
        expect(deciding.decide(uow, uow.loop("L1"), verdict, by=worlds.HANS, now=over))
    later = over + timedelta(days=30)
    with database.begin() as uow:
        said = attesting.Said(Answer.CONFLICT, ground=Ground.FRIEND)
        loop = expect(attesting.recuse(uow, uow.loop("L1"), said, by=uow.person(coder), now=later))
        found = deciding.read_summary(uow, loop, by=worlds.HANS, now=later)
        assert not isinstance(found, Refused)
        assert (found.n, found.recused, found.weighted, {one.person for one in found.raters}) == (1, 1, 4.0, {talker})
    assert [(one.person, one.void) for one in loop.submitted] == [(coder, True), (talker, False)]
    assert (phase(loop, later), deliveries(database, Kind.ENGINE_REFILL)) == (Phase.DECIDED, [])
    (edit,) = [one for one in deliveries(database, Kind.SUMMARY) if one.key == "L1/summary/aside/1"]
    assert (edit.to, edit.updates) == ("hans", "L1/summary")
    with database.begin(read_only=True) as uow:
        told = repr(render(uow, edit, now=later))
    assert "1 person stepped aside from this loop." in told


def test_what_suggests_a_conflict_of_whoever_leads_is_shown_to_all_who_may_judge_but_themselves(
    database: Database,
) -> None:
    worlds.started(database)
    with database.begin() as uow:
        uow.save_person(person("Ada", roles=(Role.AUDITOR,)))
        for one in (worlds.HANS, RITA):
            uow.save_person(replace(one, employers=(HALDEN,)))
    seen = {}
    for reader in ("rita", "ada"):
        with database.begin() as uow:
            found = conflicts.cases(uow, uow.loop("L1"), by=uow.person(reader), now=NOW)
            assert not isinstance(found, Refused)
            seen[reader] = {case.person for case in found if case.is_open and case.person in {"rita", "hans"}}
    assert seen == {"rita": {"hans"}, "ada": {"hans", "rita"}}
    expect(pinned(database, "hans", conflict=True))
    with database.begin(read_only=True) as uow:
        loop = uow.loop("L1")
        assert conflicts.may_read(loop, uow.person("hans")) is not None
