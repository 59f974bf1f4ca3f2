"""Arithmetic on half-open stretches of time, in full instants (UTC), never in times of day."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduling.calendars.port import Busy

# Working hours by weekday (Monday is 0), in the person's zone. An end not after its start lies on the next day.
Hours = Mapping[int, Sequence[tuple[time, time]]]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`[start, end)`, kept in UTC: two times of one zone object would be compared by the clock on the wall."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A span needs times with a zone")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            raise ValueError("A span ends after it starts")

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def span(start: datetime, end: datetime) -> tuple[Span, ...]:
    """One span, or none when nothing lies between the two."""
    return (Span(start, end),) if end.astimezone(UTC) > start.astimezone(UTC) else ()


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same instants in the fewest spans, in order; spans that touch become one."""
    merged: list[Span] = []
    for each in sorted(spans):
        if merged and each.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, each.end))
        else:
            merged.append(each)
    return tuple(merged)


def intersect(some: Iterable[Span], others: Iterable[Span]) -> tuple[Span, ...]:
    """The instants in both."""
    left, right = merge(some), merge(others)
    common: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        common += span(max(left[i].start, right[j].start), min(left[i].end, right[j].end))
        if left[i].end <= right[j].end:
            i += 1
        else:
            j += 1
    return tuple(common)


def subtract(spans: Iterable[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """The instants of the first that are in none of the second."""
    cuts = merge(holes)
    left: list[Span] = []
    at = 0
    for each in merge(spans):
        while at < len(cuts) and cuts[at].end <= each.start:
            at += 1
        start = each.start
        for hole in cuts[at:]:
            if hole.start >= each.end:
                break
            left += span(start, hole.start)
            start = max(start, hole.end)
        left += span(start, each.end)
    return tuple(left)


def clip(spans: Iterable[Span], *, start: datetime, end: datetime) -> tuple[Span, ...]:
    return intersect(spans, span(start, end))


def free(
    working: Iterable[Span],
    busy: Iterable[Busy],
    *,
    but: Collection[str] = (),
    may_book_over: Callable[[Busy], bool] = lambda _: False,
    at_least: timedelta = timedelta(0),
) -> tuple[Span, ...]:
    """Where somebody who works then can be taken: working time less what is busy.

    `but` are ids of our own events that are not in the way (the loop that is being moved); `may_book_over` says which
    stretches count as free ("focus"), and is never asked about what could not be read.
    """
    holes = [
        piece
        for each in busy
        if each.booking not in but and (each.kind == "unreadable" or not may_book_over(each))
        for piece in span(each.start, each.end)
    ]
    return tuple(each for each in subtract(working, holes) if each.length >= at_least)


def working_spans(
    hours: Hours, *, zone: str, holidays: Collection[date] = (), start: datetime, end: datetime
) -> tuple[Span, ...]:
    """The working time between two instants, from weekly hours on the wall clock of a zone.

    A shift belongs to the day it begins on; holidays are days of that zone. On the night the clocks change a shift is
    an hour shorter or longer, and one that lies wholly in the missing hour is none.
    """
    where = ZoneInfo(zone)
    day = start.astimezone(where).date() - timedelta(days=1)
    last = end.astimezone(where).date()
    shifts: list[Span] = []
    while day <= last:
        if day not in holidays:
            for begins, ends in hours.get(day.weekday(), ()):
                ends_on = day if ends > begins else day + timedelta(days=1)
                shifts += span(_instant(day, begins, where), _instant(ends_on, ends, where))
        day += timedelta(days=1)
    return clip(shifts, start=start, end=end)


def day_span(day: date, *, zone: str) -> Span:
    """A whole local day: 23 or 25 hours when the clocks change."""
    where = ZoneInfo(zone)
    return Span(day_start(day, where), day_start(day + timedelta(days=1), where))


def day_start(day: date, where: ZoneInfo) -> datetime:
    """The first instant of a local day, which is not everywhere and always shown as midnight."""
    return _instant(day, time(0), where)


def _instant(day: date, at: time, where: ZoneInfo) -> datetime:
    """The instant a wall clock first shows; the end of the gap when it never shows it."""
    local = datetime.combine(day, at, tzinfo=where)
    instant = local.astimezone(UTC)
    if instant.astimezone(where).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _gap_end(local, where)


def _gap_end(local: datetime, where: ZoneInfo) -> datetime:
    """The first instant after the gap that a skipped wall clock time lies in."""
    early, late = local.replace(fold=1).astimezone(UTC), local.astimezone(UTC)
    before = early.astimezone(where).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(where).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
