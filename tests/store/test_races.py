"""Two processes of many threads, one person's hours."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from hiring.model import Span
from store.database import Database
from tests.database import Place
from tests.store.racing import CAP, DAY, settle
from tests.store.values import NOON, a_loop

DAYS = int(os.environ.get("EVENHAND_RACES", "10"))
"""Rounds of the race; `make chaos` has more."""


def _start(place: Place, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.store.racing", place.url, "25", str(DAYS), name]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, cwd=Path(__file__).parents[2], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_fifty_who_go_for_one_persons_hours_never_get_one_twice_or_more_than_there_are(
    database: Database, place: Place
) -> None:
    with database.begin() as uow:
        settle(uow)
    both = [_start(place, name) for name in ("one", "other")]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    won = [json.loads(process.communicate(timeout=600 + 4 * DAYS)[0]) for process in both]

    with database.begin(read_only=True) as uow:
        given = uow.bookings(["ada"], start=NOON, end=NOON + DAYS * DAY)
    assert sorted(booking.loop for booking in given) == sorted(won[0] + won[1])
    assert [sum(_on(booking.span, day) for booking in given) for day in range(DAYS)] == [CAP] * DAYS
    assert len({booking.span.start for booking in given}) == DAYS * CAP


@pytest.mark.parametrize("starts", ["2026-03-02 12:30:00", "2026-03-02 11:30:00", "2026-03-02 12:00:00"])
def test_the_database_itself_refuses_who_goes_around_everything(database: Database, place: Place, starts: str) -> None:
    with database.begin() as uow:
        uow.save_loop(a_loop("a", booked=True))
        uow.save_loop(a_loop("b", person=None))
    until = datetime.fromisoformat(starts) + timedelta(hours=1)
    values = {"starts": starts, "ends": str(until), "firm": True}
    if place.kind == "postgresql":
        values |= {"starts": f"{starts}Z", "ends": f"{until}Z"}
    insert = "INSERT INTO bookings VALUES ('b', 'coding', 'lead', :person, :starts, :ends, :firm)"
    with pytest.raises(DBAPIError, match="overlap"):
        place.raw(insert, person="ada", **values)
    place.raw(insert, person="bob", **values)


def _on(span: Span, day: int) -> bool:
    return NOON + day * DAY <= span.start < NOON + (day + 1) * DAY
