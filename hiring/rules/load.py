"""How much somebody interviews, in minutes of their own days and weeks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from hiring.model import Person, Span


def by_day(person: Person, spans: Iterable[Span]) -> dict[date, int]:
    """Minutes by the local date on which each span starts."""
    zone = ZoneInfo(person.zone)
    days: Counter[date] = Counter()
    for span in spans:
        days[span.start.astimezone(zone).date()] += span.minutes
    return dict(days)


def by_week(person: Person, spans: Iterable[Span]) -> dict[str, int]:
    """Minutes by the local ISO week (`2026-W49`) in which each span starts."""
    weeks: Counter[str] = Counter()
    for day, minutes in by_day(person, spans).items():
        weeks[iso_week(day)] += minutes
    return dict(weeks)


When = TypeVar("When", date, str)


def at_least(cap: int | None, others: Mapping[When, int], own: Mapping[When, int]) -> int | None:
    """The cap of somebody who has said yes to their `own` minutes, whatever it became since."""
    return None if cap is None else max([cap, *(others.get(when, 0) + minutes for when, minutes in own.items())])


def passes(cap: int | None, others: Mapping[When, int], had: Mapping[When, int], has: Mapping[When, int]) -> bool:
    """Whether somebody who `had` so many minutes in a loop and now `has` others would have more than they may."""
    most = at_least(cap, others, had)
    return most is not None and any(others.get(when, 0) + minutes > most for when, minutes in has.items())


def meet(one: Span, other: Span, *, gap: int) -> bool:
    """Whether one overlaps the other or leaves less than `gap` minutes between them."""
    between = timedelta(minutes=gap)
    return one.start < other.end + between and other.start < one.end + between


NEW = timedelta(days=21)
"""How long somebody counts as new to a pool, or as back from leave: the weeks that others were booked for before."""
LEAVE = timedelta(days=7)
"""A shorter pause empties nobody's weeks."""


def entering(person: Person, skills: Collection[str], *, today: date) -> str:
    """Why somebody is compared at their pool's present level and not at their own: all they may do is new to them, or
    they come back from a long pause. Empty when neither."""
    back = [p.end for p in person.pauses if p.end - p.start >= LEAVE and p.start <= today < p.end + NEW]
    if back:
        return f"back from a pause on {_day(max(back))}"
    since = [held.since for held in person.qualifications if held.skill in skills or f"{held.skill}-shadow" in skills]
    known = [day for day in since if day is not None and today < day + NEW]
    return f"new to this since {_day(min(known))}" if known and len(known) == len(since) else ""


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def iso_week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
