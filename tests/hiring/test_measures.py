"""What becomes of somebody with a mild ground who sits all the same: by rule, and through planning, release and summary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.blocks import summary as blocks
from handlers.blocks.conflicts import review_modal
from hiring.flows import attesting, booking, conflicts, deciding
from hiring.model import Answer, Loop, ReleaseRule, Tenure
from hiring.rules import release
from hiring.rules.grounds import Measure, Policy
from hiring.rules.measures import SECOND
from hiring.rules.permissions import Refused
from hiring.rules.phase import Phase, panel, phase
from scheduling.calendars.port import Booked
from store.database import Database
from tests.database import fresh_database
from tests.hiring import facts, worlds
from tests.hiring.worlds import ANA, HANS, JO, KIM, MAX, NOW, OPENING, RITA, expect, seated

SCHOOL = Tenure("Northfield College", 2019, 2023)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Jo and Ana were at one school, and nobody else may take the coding interview at first."""
    made = worlds.settled(fresh_database(tmp_path))
    with made.begin() as uow:
        uow.save_candidate(replace(JO, schools=(SCHOOL,)))
        uow.save_person(replace(ANA, schools=(SCHOOL,)))
        for one in (KIM, MAX):
            uow.save_person(replace(one, active=False))
    yield made
    made.close()


def policy(database: Database, lesser: Measure) -> None:
    with database.begin() as uow:
        uow.save_conflict_policy(Policy(lesser=lesser))


def coders_are_back(database: Database) -> None:
    with database.begin() as uow:
        uow.save_person(MAX)
        uow.save_person(replace(KIM, schools=(SCHOOL,)))


def seconds(loop: Loop) -> list[tuple[str, str | None]]:
    return [(seat.session, seat.person) for seat in loop.seats if seat.id == SECOND]


def to_the_end(database: Database) -> Loop:
    """Everybody says that there is no conflict, and the loop is booked."""
    with database.begin() as uow:
        loop = uow.loop("L1")
    for one in panel(loop):
        with database.begin() as uow:
            said = attesting.Said(Answer.NO_CONFLICT)
            loop = expect(attesting.answer(uow, uow.loop("L1"), said, by=uow.person(one), now=NOW))
    with database.begin() as uow:
        wanted = booking.bookable(uow, "L1", attempt=loop.attempt, now=NOW)
        assert wanted is not None
        stands = {event.id: Booked(event.id, None, "https://video.example/1", "1") for event in wanted.events}
        return expect(booking.record_booked(uow, "L1", stands, attempt=loop.attempt, now=NOW))


def test_nothing_more_than_preferring_others_happens_by_itself(database: Database) -> None:
    loop = worlds.chosen(database)
    assert (seated(loop, "coding"), seconds(loop), loop.unrated) == ("ana", [], ())


def test_an_unrated_scorecard_is_shown_and_counts_in_no_figure(database: Database) -> None:
    policy(database, Measure.UNRATED)
    assert worlds.chosen(database).unrated == ("ana",)
    loop = to_the_end(database)
    over = worlds.after(loop)
    worlds.hand_in(database, "coding", "ana", now=over, score=1)
    loop = worlds.hand_in(database, "talk", seated(loop, "talk"), now=over, score=4)
    with database.begin() as uow:
        found = deciding.read_summary(uow, loop, by=HANS, now=over)
        people = {one.id: one for one in uow.people()}
    assert not isinstance(found, Refused)
    assert (found.n, found.unrated, found.weighted, len(found.raters)) == (1, 1, 4.0, 2)
    explains = next(row for row in found.rows if row.criterion.id == "explains")
    assert (explains.n, explains.mean, explains.apart, [cell.score for cell in explains.cells]) == (1, 4.0, 0, [1, 4])
    told = repr(blocks.summary(loop, summary=found, candidate=JO, opening=OPENING, people=people))
    assert "1 more scorecard shown, in no figure" in told
    assert SCHOOL.name not in told


def test_what_counts_is_fixed_when_the_first_interview_begins(database: Database) -> None:
    policy(database, Measure.UNRATED)
    worlds.chosen(database)
    loop = to_the_end(database)
    begun = min(session.start for session in loop.sessions)
    with database.begin() as uow:
        uow.save_candidate(JO)
        assert conflicts.watch(uow, loop, now=begun).unrated == ("ana",)
        assert conflicts.watch(uow, loop, now=begun - timedelta(minutes=1)).unrated == ()


def test_a_quorum_needs_scorecards_that_count() -> None:
    loop = facts.handed_in(("coding", "ana"))
    loop = replace(loop, plan=replace(loop.plan, release=ReleaseRule(quorum=1, hours=24)))
    late = facts.END + timedelta(hours=25)
    assert release.release(loop, late) is not None
    assert release.release(replace(loop, unrated=("ana",)), late) is None


def test_an_independent_member_is_added_of_whom_nothing_is_suggested(database: Database) -> None:
    policy(database, Measure.ADD_MEMBER)
    loop = worlds.chosen(database)
    coders_are_back(database)
    assert (seconds(loop), phase(loop, NOW)) == ([("coding", None)], Phase.REFILLING)
    shown = repr(review_modal(loop, (), candidate=JO, people={}, zone="UTC", judges=True))
    assert "A second, independent interviewer belongs to: Coding." in shown
    loop = worlds.planned(database)
    assert seconds(loop) == [("coding", "max")]  # Kim was at that school, too
    loop = to_the_end(database)
    assert phase(loop, NOW) is Phase.BOOKED
    over = worlds.after(loop)
    for session, who in (("coding", "ana"), ("talk", seated(loop, "talk"))):
        loop = worlds.hand_in(database, session, who, now=over)
    assert loop.released is None  # their scorecard is awaited like any other
    assert worlds.hand_in(database, "coding", "max", now=over).released is not None


def test_a_verdict_makes_the_added_seat_needless_while_it_is_empty(database: Database) -> None:
    policy(database, Measure.ADD_MEMBER)
    loop = worlds.chosen(database)
    with database.begin() as uow:
        loop = expect(conflicts.pin(uow, loop, "ana", conflict=False, reason="Years apart", by=RITA, now=NOW))
    assert (seconds(loop), phase(loop, NOW)) == ([], Phase.ATTESTING)
    assert [seat.id for seat in loop.plan.session("coding").seats] == ["lead"]


def test_where_nobody_can_be_added_new_options_are_looked_for_with_the_seat(database: Database) -> None:
    policy(database, Measure.ADD_MEMBER)
    worlds.chosen(database)
    loop = worlds.planned(database)
    assert (loop.sessions, loop.planning and loop.planning.number) == ((), 2)
    assert [seat.id for seat in loop.plan.session("coding").seats] == ["lead", SECOND]
    coders_are_back(database)
    loop = worlds.planned(database)
    assert loop.planning is not None
    assert {seat.person for seat in loop.planning.options[0].seats if seat.id == SECOND} == {"max"}
