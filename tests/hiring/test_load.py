"""Minutes belong to a person's own days and weeks, and who has just come is not compared at nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hiring.model import Pause, Person, Qualification, Span
from hiring.rules import load
from tests.hiring.worlds import ANA

MONDAY = date(2026, 11, 23)
MIDNIGHT = Span(datetime(2026, 11, 22, 23, 30, tzinfo=UTC), datetime(2026, 11, 23, 0, 30, tzinfo=UTC))
"""Sunday evening in London, Monday in Kathmandu, Sunday afternoon in New York."""


@pytest.mark.parametrize(
    ("zone", "day", "week"),
    [
        ("Europe/London", date(2026, 11, 22), "2026-W47"),
        ("Asia/Kathmandu", MONDAY, "2026-W48"),
        ("America/New_York", date(2026, 11, 22), "2026-W47"),
    ],
)
def test_minutes_count_where_somebody_lives(zone: str, day: date, week: str) -> None:
    person = replace(ANA, zone=zone)
    assert (load.by_day(person, [MIDNIGHT]), load.by_week(person, [MIDNIGHT])) == ({day: 60}, {week: 60})


def may(*held: Qualification) -> Person:
    return replace(ANA, qualifications=held)


def away(start: date, days: int) -> Person:
    return replace(ANA, pauses=(Pause(start, start + timedelta(days=days)),))


OLD, FRESH = Qualification("coding"), Qualification("coding", since=date(2026, 11, 16))


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (may(OLD), ""),
        (may(FRESH), "new to this since 16 Nov"),
        (may(FRESH, Qualification("sql")), "new to this since 16 Nov"),
        (may(FRESH, Qualification("talk")), ""),
        (may(Qualification("coding", since=date(2026, 11, 2))), ""),
        (may(), ""),
        (away(date(2026, 11, 9), 14), "back from a pause on 23 Nov"),
        (away(date(2026, 11, 9), 28), "back from a pause on 7 Dec"),
        (away(date(2026, 11, 9), 6), ""),
        (away(date(2026, 10, 5), 28), ""),
        (away(date(2026, 12, 7), 14), ""),
    ],
)
def test_who_enters_a_pool(person: Person, why: str) -> None:
    assert load.entering(person, {"coding", "talk"}, today=MONDAY) == why
