"""From the mail to the decision: two people score what they are shown, and not a byte of what they get tells whose it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from handlers import attesting as attest_desk
from handlers import commands, messages
from handlers import deciding as decide_desk
from handlers import scorecards as card_desk
from handlers import self_service as service_desk
from handlers import take_home as work_desk
from handlers.desk import Answer as Shown
from handlers.desk import Ask, Desk, Errors, Opens
from hiring.flows import attesting, deciding, loops, scorecards, take_home
from hiring.flows.sweeping import sweep
from hiring.flows.take_home import HandedIn, LinkFault
from hiring.model import Answer, Delivery, Ground, Kind, Outcome
from hiring.rules import sight
from hiring.rules.blind import handle
from hiring.rules.permissions import Refused
from hiring.rules.phase import Phase, panel, phase
from store.database import Database
from tests.database import fresh_database
from tests.hiring import worlds
from tests.hiring.worlds import HANS, NOW, RITA, expect
from tests.secrecy.stand_ins import SetClock
from tests.take_home import company
from tests.take_home.company import JO, WORK

HOUR = timedelta(hours=1)
TRACES = ("lanted", "Plantco", "plantco", "Plantville", "mailbox", "Lisbon", "c-1")
COMMANDS = ("", "feedback", "recuse", "swap", "load", "status", "status Jo", "decide", "bottlenecks", "nudge")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = fresh_database(tmp_path)
    company.settled(opened)
    yield opened
    opened.close()


def seats(database: Database) -> tuple[str, ...]:
    with database.begin(read_only=True) as uow:
        return panel(uow.loop("L1"))


def asks(
    database: Database, who: str, do: Callable[[Ask], Shown], *, now: datetime, text: str = "", **given: object
) -> Shown:
    clock = SetClock()
    clock.at = now
    desk = Desk(store=database, clock=clock)
    return desk._ask(do, {}, slack_id=f"U{who.upper()}", mark=None, text=text, **given)  # type: ignore[arg-type]


def gets(database: Database, who: str, *, now: datetime) -> str:
    """All that somebody (or the channel) can get: every message ever due, App Home, commands, and what buttons open."""
    shown: list[object] = []
    to = "#C1" if who == "channel" else who
    with database.begin() as uow:
        uow.enqueue(
            [
                Delivery(
                    key=f"digest/ds/{now}",
                    kind=Kind.DIGEST,
                    to="#C1",
                    refs=(("opening", "ds"), ("day", f"{now:%Y-%m-%d}")),
                )
            ],
            now=now,
        )
    told = [one.delivery for one in database.deliveries.listing(limit=1000) if one.delivery.to == to]
    with database.begin(read_only=True) as uow:
        shown += [messages.render(uow, one, now=now) for one in told if one.kind is not Kind.HOME]
        if who != "channel":
            shown.append(messages.render_home(uow, uow.person(who), now=now))
    if who != "channel":
        shown += [asks(database, who, commands.interview, now=now, text=text) for text in COMMANDS]
        for do in (card_desk.open_form, card_desk.show_rubric, decide_desk.open_summary, attest_desk.ask_ground,
                   attest_desk.ask_note, attest_desk.recuse_from, service_desk.open_swap, commands.loop_status,
                   work_desk.open_work):  # fmt: skip
            values = ("L1",) if do is decide_desk.open_summary else ("L1", "home")
            shown.append(asks(database, who, do, now=now, values=values))
    return repr(shown)


def told_apart(database: Database, *, now: datetime) -> None:
    """Nobody but those who run the loop gets a trace of the candidate; those who run it do."""
    sweep(database, now=now)
    for who in ("ana", "kim", "max", "sue", "lee", "channel"):
        found = gets(database, who, now=now)
        assert [trace for trace in TRACES if trace in found] == [], who
    assert "Jo Planted" in gets(database, "rita", now=now)


def rate(database: Database, who: str, *, now: datetime) -> None:
    with database.begin() as uow:
        by = uow.person(who)
        card = worlds.card("coding", by)
        expect(scorecards.submit(uow, uow.loop("L1"), replace(card, session="home", rubric="home"), by=by, now=now))


def test_the_whole_of_it_unseen(database: Database) -> None:
    loop = company.started(database)
    assert (phase(loop, NOW), loop.windows, loop.planning) == (Phase.AWAITING_WORK, (), None)
    told_apart(database, now=NOW)
    now = NOW + HOUR
    loop = company.handed_in(database, now=now)
    first, second = panel(loop)
    assert {first, second} < {"ana", "kim", "max", "sue"}
    told_apart(database, now=now)
    with database.begin(read_only=True) as uow:
        assert scorecards.may_write(loop, "home", uow.person(first), now=now) is not None
    loop = company.all_attested(database, now=now)
    assert phase(loop, now) is Phase.SCORING
    told_apart(database, now=now)
    found = gets(database, first, now=now)
    name = handle(loop)
    assert all(
        part in found for part in (name, "https://neutral.example/w/17", f"{name}_analysis.zip", f"{name}-notes.md")
    )
    now += HOUR
    rate(database, first, now=now)
    told_apart(database, now=now)
    with database.begin(read_only=True) as uow:
        assert uow.loop("L1").released is None
    rate(database, second, now=now)
    told_apart(database, now=now)
    with database.begin() as uow:
        loop = uow.loop("L1")
        assert (phase(loop, now), sight.of_scorecards(loop, uow.person(first)).sight) == (
            Phase.DECIDING,
            sight.Sight.ALL,
        )
        verdict = deciding.Verdict(
            Outcome.ADVANCE, "Jo Planted of Plantco wrote what the job needs.", "Planted was slow"
        )
        expect(deciding.decide(uow, loop, verdict, by=HANS, now=now))
    told_apart(database, now=now)
    assert f"{name} of {name} wrote what the job needs." in gets(database, first, now=now)
    assert "calendar" not in {one.delivery.kind.partition(".")[0] for one in database.deliveries.listing(limit=1000)}


def test_who_recognises_the_work_is_replaced_and_nothing_opens_with_one(database: Database) -> None:
    company.started(database)
    company.handed_in(database)
    company.all_attested(database)
    first, second = seats(database)
    now = NOW + 2 * HOUR
    rate(database, first, now=now)
    with database.begin() as uow:
        said = attesting.Said(Answer.CONFLICT, ground=Ground.WORKED_TOGETHER)
        loop = expect(attesting.recuse(uow, uow.loop("L1"), said, by=uow.person(second), now=now))
    third = next(who for who in panel(loop) if who != first)
    assert third not in {first, second}
    sweep(database, now=now + HOUR)
    with database.begin(read_only=True) as uow:
        assert uow.loop("L1").released is None
    told_apart(database, now=now)
    company.says(database, third, attesting.Said(Answer.NO_CONFLICT), now=now)
    rate(database, third, now=now + HOUR)
    with database.begin(read_only=True) as uow:
        loop = uow.loop("L1")
    assert loop.released is not None
    assert sorted(card.person for card in loop.submitted if not card.void) == sorted((first, third))


def test_nothing_opens_while_a_seat_is_nobodys_and_it_is_filled_when_somebody_comes(database: Database) -> None:
    with database.begin() as uow:
        for who in ("max", "sue", "kim"):
            uow.save_person(replace(uow.person(who), active=False))
    company.started(database)
    loop = company.handed_in(database)
    assert (panel(loop), phase(loop, NOW)) == (("ana",), Phase.REFILLING)
    company.says(database, "ana", attesting.Said(Answer.NO_CONFLICT))
    rate(database, "ana", now=NOW + HOUR)
    sweep(database, now=NOW + 2 * HOUR)
    with database.begin() as uow:
        loop = uow.loop("L1")
        assert (loop.released, panel(loop)) == (None, ("ana",))
        uow.save_person(replace(uow.person("kim"), active=True))
    sweep(database, now=NOW + 3 * HOUR)
    assert set(seats(database)) == {"ana", "kim"}


def test_who_leaves_the_company_is_replaced_and_who_has_scored_is_not(database: Database) -> None:
    company.started(database)
    company.handed_in(database)
    company.all_attested(database)
    first, second = seats(database)
    rate(database, first, now=NOW + HOUR)
    with database.begin() as uow:
        for who in (first, second):
            uow.save_person(replace(uow.person(who), active=False))
    sweep(database, now=NOW + HOUR)
    sweep(database, now=NOW + HOUR)
    assert first in seats(database)
    assert second not in seats(database)
    assert len(seats(database)) == 2


def test_who_scores_is_chosen_by_what_they_may_do_and_how_much_they_do(database: Database) -> None:
    with database.begin() as uow:
        uow.save_candidate(replace(JO, referrer="sue"))
        uow.save_person(replace(uow.person("max"), week_cap=30))
        uow.save_person(replace(uow.person("lee"), qualifications=uow.person("ana").qualifications))
        uow.save_opening(replace(uow.opening("ds"), delegate="lee"))
    company.started(database)
    # Ola follows loops, Rita and Hans run this one and Lee may have to: they know names. Sue referred the candidate, and
    # Max's week is full.
    assert set(panel(company.handed_in(database))) == {"ana", "kim"}


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (HandedIn(), "Give a link, or the names of files, or both."),
        (HandedIn(link="ftp://x.example/1"), "A link begins with https://"),
        (HandedIn(link="https://["), "This is not a link."),
        (
            HandedIn(link="https://git.example/jo-planted/task"),
            "The link tells who the candidate is. Put the work under a neutral address and give that.",
        ),
    ],
)
def test_a_link_that_tells_the_name_is_not_taken(database: Database, given: HandedIn, fault: str) -> None:
    company.started(database)
    with database.begin() as uow:
        assert take_home.hand_in(uow, uow.loop("L1"), given, by=RITA, now=NOW) == LinkFault(fault)


def test_the_recruiter_enters_it_from_the_status_once(database: Database) -> None:
    company.started(database)
    opened = asks(database, "rita", work_desk.open_work, now=NOW, values=("L1",))
    assert isinstance(opened, Opens)
    view = {
        "type": "modal",
        "blocks": [],
        "state": {"values": {"link": {"field.value": {"type": "plain_text_input", "value": "https://git.example/jo-planted"}},
                             "files": {"field.value": {"type": "plain_text_input", "value": " a.zip \n\n b.pdf"}}}},
    }  # fmt: skip
    refused = asks(database, "rita", work_desk.hand_in, now=NOW, values=("L1",), view=view)
    assert isinstance(refused, Errors)
    assert list(refused.fields) == ["link"]
    view["state"]["values"]["link"]["field.value"]["value"] = WORK.link  # type: ignore[index]
    for who in ("ana", "hans"):
        assert isinstance(asks(database, who, work_desk.hand_in, now=NOW, values=("L1",), view=view), Refused)
    assert asks(database, "rita", work_desk.hand_in, now=NOW, values=("L1",), view=view) is None
    with database.begin(read_only=True) as uow:
        work = uow.loop("L1").work
    assert work is not None
    assert (work.link, work.files) == (WORK.link, ("a.zip", "b.pdf"))
    assert isinstance(asks(database, "rita", work_desk.hand_in, now=NOW, values=("L1",), view=view), Refused)


def test_a_take_home_has_no_times_to_change(database: Database) -> None:
    loop = company.started(database)
    with database.begin() as uow:
        refused = Refused(loops.AT_HOME)
        assert loops.set_windows(uow, loop, [worlds.MORNING], by="rita", now=NOW) == refused
        assert loops.reschedule(uow, loop, [worlds.MORNING], reason="x", by=RITA, now=NOW) == refused
        cancelled = expect(loops.cancel(uow, loop, reason="filled", by=RITA, now=NOW))
    assert phase(cancelled, NOW) is Phase.CANCELLED
    assert {one.delivery.kind for one in database.deliveries.listing()} == {Kind.MAIL_AVAILABILITY, Kind.MAIL_CANCELLED}
