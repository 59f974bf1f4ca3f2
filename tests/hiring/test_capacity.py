"""What two loops were offered only one of them gets: somebody's hour, and what is left under their cap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hiring.flows import loops, repairing
from hiring.model import Candidate, Loop, Option, Planning, Seat, Session
from hiring.rules.permissions import Refused
from scheduling.answer import Answer, Cost, Planned, Slot
from store.database import Database
from tests.database import fresh_database
from tests.hiring import worlds
from tests.hiring.worlds import ANA, JO, MORNING, NOW, RITA, expect

TEN = MORNING.start + timedelta(hours=1)
SAM = Candidate(id="sam", name="Sam Roe", email="sam@elsewhere.example", zone="Europe/Berlin")
HOUR = timedelta(hours=1)
NEXT_DAY = timedelta(days=1)
UNLIMITED = replace(ANA, day_cap=None, week_cap=None, gap=0)
SITS = {"coding": "ana", "talk": "noa"}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = worlds.settled(fresh_database(tmp_path))
    yield database
    database.close()


def offered(database: Database, id: str, candidate: Candidate, at: datetime) -> Loop:  # noqa: A002 - the field's name
    """A loop with one option, in which Ana would ask about coding at that time and Lee hold the talk an hour later."""
    with database.begin() as uow:
        wish = loops.Wish(loop=id, candidate=candidate, opening="ds", plan="onsite", windows=(MORNING,))
        loop = expect(loops.start(uow, wish, by=RITA, now=NOW))
    option = Option(
        sessions=(Session("coding", at, at + HOUR), Session("talk", at + HOUR, at + 1.5 * HOUR)),
        seats=(Seat("coding", "lead", "ana"), Seat("talk", "lead", "lee" if id == "L1" else "noa")),
    )
    with database.begin() as uow:
        loop = replace(uow.loop(id), planning=Planning(number=1, asked=NOW, answered=NOW, options=(option,)))
        uow.save_loop(loop)
    return loop


def chosen(database: Database, id: str) -> Loop | Refused:  # noqa: A002 - as above
    with database.begin() as uow:
        return loops.choose(uow, uow.loop(id), number=1, index=0, by=RITA, now=NOW)


@pytest.mark.parametrize(
    ("wants", "later", "fits"),
    [
        ({}, HOUR, True),
        ({}, HOUR / 2, False),
        ({"gap": 15}, HOUR + timedelta(minutes=14), False),
        ({"gap": 15}, HOUR + timedelta(minutes=15), True),
        ({"day_cap": 120, "week_cap": 120}, HOUR, True),
        ({"day_cap": 119}, HOUR, False),
        ({"week_cap": 119}, HOUR, False),
        ({"day_cap": 60, "week_cap": 120}, NEXT_DAY, True),
        ({"day_cap": 60, "week_cap": 119}, NEXT_DAY, False),
    ],
)
def test_of_two_loops_that_were_offered_the_same_person_the_second_gets_what_is_left(
    database: Database, wants: dict[str, int], later: timedelta, fits: bool
) -> None:
    with database.begin() as uow:
        uow.save_person(replace(UNLIMITED, **wants))  # type: ignore[arg-type]  # each is a number of minutes
    offered(database, "L1", JO, TEN)
    offered(database, "L2", SAM, TEN + later)
    expect(chosen(database, "L1"))
    second = chosen(database, "L2")
    assert isinstance(second, Loop) == fits
    if not fits:
        assert second == Refused("Somebody in this option is no longer available. New options are being worked out.")
        with database.begin(read_only=True) as uow:
            left = uow.loop("L2")
        assert left.planning is not None
        assert (left.planning.number, left.planning.options, left.seats) == (2, (), ())


@pytest.mark.parametrize(("day_cap", "filled_by"), [(120, "ana"), (60, None)])
def test_a_seat_is_not_filled_with_somebody_who_was_taken_while_the_engine_was_at_work(
    database: Database, day_cap: int, filled_by: str | None
) -> None:
    with database.begin() as uow:
        uow.save_person(replace(ANA, day_cap=day_cap))
    offered(database, "L1", JO, TEN)
    loop = offered(database, "L2", SAM, TEN + 2 * HOUR)
    assert loop.planning is not None
    (option,) = loop.planning.options
    empty = (Seat("coding", "lead", None), option.seats[1])
    with database.begin() as uow:
        asked = replace(loop.planning, chosen=0, chosen_at=NOW, chosen_by="rita")
        uow.save_loop(replace(uow.loop("L2"), planning=asked, sessions=option.sessions, seats=empty))
    expect(chosen(database, "L1"))
    slots = tuple(Slot(one.id, one.start, one.end, {"lead": SITS[one.id]}) for one in option.sessions)
    found = Planned(id="L2", cost=Cost(), sessions=slots)
    answer = Answer(status="optimal", cost=0, bound=0, seconds=0.0, loops=(found,))
    with database.begin() as uow:
        loop = expect(repairing.record_refill(uow, "L2", answer, number=loop.refilling, now=NOW))
    assert next(seat.person for seat in loop.seats if seat.session == "coding") == filled_by
    assert (loop.refilling == 0) == (filled_by is not None)
