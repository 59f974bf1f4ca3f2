"""How much somebody interviews, in minutes of their own days and weeks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
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


def iso_week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
