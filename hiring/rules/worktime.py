"""Each person's working-hours clock: reminders, alerts and limits run on it, in the person's own zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hiring.model import Person, Span

HORIZON = timedelta(days=90)
"""Nobody is waited for longer than this, whatever their calendar says."""


def spans(person: Person, *, start: datetime, end: datetime) -> Iterator[Span]:
    """The person's working time within `[start, end)` in order: hours of each local day, holidays and pauses left out."""
    zone = ZoneInfo(person.zone)
    day = start.astimezone(zone).date() - timedelta(days=1)
    last = end.astimezone(zone).date()
    reached = start  # a shift over midnight may run into the next day's: its minutes are given once
    while day <= last:
        if not is_off(person, day):
            for hours in sorted(person.hours, key=lambda h: h.start):
                if hours.weekday == day.weekday():
                    begin = datetime.combine(day, hours.start, zone).astimezone(UTC)
                    finish = datetime.combine(day, hours.end, zone).astimezone(UTC)
                    if hours.end <= hours.start:  # a shift that ends after midnight
                        finish = datetime.combine(day + timedelta(days=1), hours.end, zone).astimezone(UTC)
                    clipped = Span(start=max(begin, reached), end=min(finish, end))
                    if clipped.start < clipped.end:
                        reached = clipped.end
                        yield clipped
        day += timedelta(days=1)


def is_off(person: Person, day: date) -> bool:
    """Whether the person has a holiday or is paused on that local date."""
    return day in person.holidays or any(pause.start <= day < pause.end for pause in person.pauses)


def is_at_work(person: Person, now: datetime) -> bool:
    """Whether `now` is within the person's working hours: what can wait is not said to anybody at night."""
    return any(True for _ in spans(person, start=now, end=now + timedelta(microseconds=1)))


def may_be_told(person: Person, now: datetime) -> bool:
    """Whether an alert may reach them now. A pause is from interviews only, and whoever names no hours has no quiet ones."""
    return not person.hours or is_at_work(replace(person, pauses=()), now)


def told_from(person: Person, now: datetime) -> datetime:
    """When an alert may reach them: `now`, or the start of their next working hours."""
    return now if may_be_told(person, now) else after(replace(person, pauses=()), now, minutes=0)


def minutes_between(person: Person, start: datetime, end: datetime) -> int:
    """Working minutes of `person` in `[start, end)`."""
    return sum(span.minutes for span in spans(person, start=start, end=end)) if start < end else 0


def after(person: Person, start: datetime, *, minutes: int) -> datetime:
    """The instant by which `minutes` of the person's working time have passed since `start`.

    Somebody without any working time ahead is waited for on the wall clock, so that nothing waits for ever.
    """
    left = timedelta(minutes=minutes)
    for span in spans(person, start=start, end=start + HORIZON):
        if span.end - span.start >= left:
            return span.start + left
        left -= span.end - span.start
    return start + timedelta(minutes=minutes)


def next_morning(person: Person, now: datetime) -> datetime:
    """The start of the person's next working day after today's local date."""
    zone = ZoneInfo(person.zone)
    tomorrow = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), datetime.min.time(), zone)
    return after(person, tomorrow.astimezone(UTC), minutes=0)
