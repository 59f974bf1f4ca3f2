"""When a record is over is reckoned once, and anew whenever that may have changed: by whomever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from hiring.flows import erasing
from hiring.flows.reckoning import reckon
from hiring.model import Candidate, Ended, Loop
from hiring.rules.retention import Ending, Term, mark
from store import mapping
from store.database import Database
from tests.database import Place, postgres_place, sqlite_place
from tests.erasure.company import DAY, JO, decided, settled
from tests.hiring import facts, worlds
from tests.hiring.worlds import NOW

POLICY = {Ending.DECLINE: Term(erase=100 * DAY), Ending.CANCELLED: Term(erase=50 * DAY)}

NOWHERE = replace(facts.booked(), sessions=(), seats=(), booked_at=None)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return sqlite_place(tmp_path) if request.param == "sqlite" else postgres_place()


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    opened = place.open()
    yield opened
    opened.close()


def due(database: Database, policy: dict[Ending, Term] = POLICY) -> dict[str, int]:
    """Whose records are over at all, each after how many days."""
    reckon(database, policy=policy)
    with database.begin(read_only=True) as uow:
        whose = uow.candidates_due(mark(policy), until=NOW + 9999 * DAY)
        stands = [erasing.stands(uow, one, policy=policy) for one in whose]
    return {one.candidate: (one.erase_at - NOW).days for one in stands if one.erase_at is not None}


def a_loop(database: Database, name: str, *, ended: datetime | None) -> Loop:
    gone = Ended(at=ended, by="rita", reason="filled") if ended else None
    with database.begin() as uow:
        return uow.save_loop(replace(NOWHERE, id=name, candidate=JO.id, version=0, cancelled=gone))


def test_each_loop_that_begins_or_ends_has_it_reckoned_anew(database: Database) -> None:
    settled(database)
    assert due(database) == {}
    a_loop(database, "first", ended=NOW)
    assert due(database) == {JO.id: 50}
    running = a_loop(database, "second", ended=None)
    with database.begin() as uow:
        uow.save_loop(replace(running, cancelled=Ended(at=NOW + 7 * DAY, by="rita", reason="filled")))
    assert due(database) == {JO.id: 57}
    assert reckon(database, policy=POLICY) == 0


def test_another_policy_reckons_all_anew_and_one_not_in_force_is_answered_all_the_same(database: Database) -> None:
    settled(database)
    a_loop(database, "first", ended=NOW)
    everybody = reckon(database, policy=POLICY)
    longer = {Ending.CANCELLED: Term(erase=80 * DAY)}
    with database.begin(read_only=True) as uow:
        there = len(uow.candidates())
        asked = [erasing.over_by(uow, policy=longer, until=NOW + days * DAY) for days in (79, 80)]
    assert ([len(found) for found in asked], everybody) == ([0, 1], there)
    assert due(database, longer) == {JO.id: 80}
    assert due(database) == {JO.id: 50}
    assert due(database, {Ending.DECLINE: Term(erase=80 * DAY)}) == {}


def test_a_loop_that_an_older_program_ends_is_reckoned_as_well(place: Place, database: Database) -> None:
    settled(database)
    loop = a_loop(database, "first", ended=None)
    assert due(database) == {}
    ends = replace(loop, version=2, cancelled=Ended(at=NOW, by="rita", reason="filled"))
    place.raw(
        "UPDATE loops SET active = false, version = 2, document = :document WHERE id = 'first'",
        document=mapping.document(mapping.LOOP, ends),
    )
    assert due(database) == {JO.id: 50}


def test_the_clock_reads_those_records_alone_that_are_due(database: Database) -> None:
    ended = decided(database)
    others = [Candidate(id=f"later-{number}", name="Later", email="", zone="UTC") for number in range(3)]
    for number, one in enumerate(others):
        with database.begin() as uow:
            uow.save_candidate(one)
            gone = Ended(at=ended + 60 * DAY, by="rita", reason="filled")
            uow.save_loop(replace(NOWHERE, id=f"L{number + 7}", candidate=one.id, version=0, cancelled=gone))
    reckon(database, policy=POLICY)
    with database.begin(read_only=True) as uow:
        found = uow.candidates_due(mark(POLICY), until=ended + 100 * DAY)
        assert [one.id for one in found] == [JO.id]
        assert uow.candidates_due(mark(POLICY), after=ended + 100 * DAY, until=ended + 109 * DAY) == ()
    done = erasing.erase_over(database, policy=POLICY, new_record=lambda: "erased-1", now=ended + 100 * DAY)
    assert (done, sorted(due(database))) == (1, [one.id for one in others])
    assert ended > worlds.NOW


def test_a_policy_is_told_by_what_it_says() -> None:
    one, other = Term(erase=DAY), Term(keep=DAY)
    marks = [mark(policy) for policy in ({}, {Ending.HOLD: one}, {Ending.HOLD: other}, {Ending.DECLINE: one})]
    assert len(set(marks)) == 4
    assert mark({Ending.HOLD: one, Ending.DECLINE: other}) == mark({Ending.DECLINE: other, Ending.HOLD: one})
