"""Clocks that change, jump and run: each reminder and digest once, at the right hour of the person it is for."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hiring.model import Delivery, Kind, Loop, Person
from hiring.rules import scorecards, worktime
from hiring.rules.digest import occurrence
from hiring.rules.due import due
from tests.hiring import facts
from tests.hiring.worlds import LEE, OPENING

CHANGES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "America/St_Johns": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),
    "Pacific/Auckland": (date(2026, 9, 27), date(2026, 4, 5)),
    "Africa/Cairo": (date(2026, 4, 24), date(2026, 10, 30)),
}
"""Six zones, with the days on which their clocks go forward and back; one moves by half an hour."""
BOTH_WAYS = [(zone, day) for zone, days in CHANGES.items() for day in days]
STEP = timedelta(minutes=15)
YEARS = int(os.environ.get("EVENHAND_YEARS", "1"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REMINDERS = {Kind.SCORECARD_REMIND, Kind.ATTEST_REMIND, Kind.DECISION_REMIND}


def _late(zone: str, ended: datetime) -> tuple[Loop, dict[str, Person]]:
    """A loop of which Lee, in that zone, owes a scorecard since then."""
    people = {**facts.KNOWN, "lee": replace(LEE, zone=zone)}
    loop = facts.handed_in(("coding", "ana"))
    moved = tuple(replace(s, start=ended - HOUR, end=ended) if s.id == "talk" else s for s in loop.sessions)
    return replace(loop, sessions=moved), people


def _reminders(loop: Loop, people: dict[str, Person], now: datetime) -> list[Delivery]:
    found = due(loop, now=now, people=people, opening=OPENING)
    return [one for one in found if one.kind in REMINDERS and one.to == "lee"]


def _passes(start: datetime, *, days: int, step: timedelta) -> Iterator[datetime]:
    now = start
    while now < start + days * DAY:
        yield now
        now += step


def _at_four(zone: str, day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).replace(hour=16).astimezone(UTC)


def _each_comes_once_in_its_hour(zone: str, ended: datetime, *, step: timedelta) -> None:
    loop, people = _late(zone, ended)
    first: dict[str, datetime] = {}
    for now in _passes(ended, days=9, step=step):
        for one in _reminders(loop, people, now):
            first.setdefault(one.key, now)
    assert len(first) == len(scorecards.RUNGS)
    for at, minutes in zip(first.values(), scorecards.RUNGS, strict=True):
        reached = worktime.after(people["lee"], ended, minutes=minutes)
        following = worktime.after(people["lee"], reached + timedelta(microseconds=1), minutes=0)
        assert reached <= at <= following + step
        local = at.astimezone(ZoneInfo(zone))
        assert local.weekday() < 5
        assert 9 <= local.hour < 17


@pytest.mark.parametrize(("zone", "day"), BOTH_WAYS)
def test_over_a_change_of_the_clock_each_reminder_comes_once_and_in_working_hours(zone: str, day: date) -> None:
    _each_comes_once_in_its_hour(zone, _at_four(zone, day - 3 * DAY), step=STEP)


@pytest.mark.parametrize("zone", CHANGES)
def test_in_a_year_each_reminder_comes_once_and_in_working_hours(zone: str) -> None:
    """Of scorecards that nobody hands in, one a month, on all days of the week."""
    for days in range(0, YEARS * 365, 31):
        _each_comes_once_in_its_hour(zone, _at_four(zone, date(2026, 1, 1) + days * DAY), step=HOUR)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_clock_does_nobody_is_reminded_twice_or_at_night(seed: int) -> None:
    lot, zone = random.Random(seed), list(CHANGES)[seed % len(CHANGES)]
    loop, people = _late(zone, datetime(2026, 3, 5, 15, tzinfo=UTC))
    now, sent = datetime(2026, 3, 5, 15, tzinfo=UTC), dict[str, datetime]()
    for _ in range(400):
        now += lot.choice([STEP] * 20 + [HOUR, -HOUR, DAY, -DAY])
        for one in _reminders(loop, people, now):
            sent.setdefault(one.key, now)
    assert len(sent) <= len(scorecards.RUNGS)
    assert all(worktime.is_at_work(people["lee"], at) for at in sent.values())


@pytest.mark.parametrize("zone", CHANGES)
def test_in_a_year_each_day_has_one_digest_at_its_hour(zone: str) -> None:
    opening = replace(OPENING, digest_zone=zone, digest_hour=9)
    begin = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    posted: dict[date, datetime] = {}
    for half_hours in range(YEARS * 365 * 48):
        now = begin + half_hours * timedelta(minutes=30)
        day = occurrence(opening, now)
        if day is not None:
            posted.setdefault(day, now)
    local = [at.astimezone(ZoneInfo(zone)) for at in posted.values()]
    assert list(posted) == [one.date() for one in local] == [date(2026, 1, 1) + n * DAY for n in range(YEARS * 365)]
    assert {(one.hour, one.minute) for one in local} == {(9, 0)}


@pytest.mark.parametrize("seed", range(12))
def test_a_clock_that_jumps_posts_no_day_twice_and_none_on_another_day(seed: int) -> None:
    lot, zone = random.Random(seed), ZoneInfo(list(CHANGES)[seed % len(CHANGES)])
    opening = replace(OPENING, digest_zone=zone.key, digest_hour=2)
    now, posted, seen = datetime(2026, 3, 1, tzinfo=UTC), dict[date, datetime](), set[date]()
    for _ in range(2000):
        now += lot.choice([timedelta(minutes=30)] * 40 + [HOUR, -HOUR, DAY, -DAY])
        local = now.astimezone(zone)
        if local.hour >= 2:
            seen.add(local.date())
        day = occurrence(opening, now)
        if day is not None and day not in posted:
            posted[day] = now
    assert set(posted) == seen
    assert all(at.astimezone(zone).date() == day for day, at in posted.items())
