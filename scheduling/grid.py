"""Time as integers: minutes since 1970, and sets of starts as one integer with a bit a grain.

Bit `i` stands for the start `origin + i * grain`. One AND over such integers answers "from which starts is she free for
45 minutes, in a week in which her cap has room?" for a whole horizon at once.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from scheduling.problem import Span

MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def minute_of(instant: datetime) -> int:
    """Whole minutes since 1970, rounded down."""
    return (instant - EPOCH) // MINUTE


def minute_after(instant: datetime) -> int:
    """Whole minutes since 1970, rounded up."""
    return -((EPOCH - instant) // MINUTE)


def instant_of(minute: int) -> datetime:
    return EPOCH + minute * MINUTE


@lru_cache(maxsize=1 << 16)
def date_at(minute: int, zone: ZoneInfo) -> date:
    """The date that clocks in `zone` show."""
    return instant_of(minute).astimezone(zone).date()


@lru_cache(maxsize=1 << 12)
def week_of(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def local_minute(day: date, at: time, zone: ZoneInfo) -> int:
    """The minute at which clocks in `zone` first show `at`; a time they skip counts as the jump's own distance later."""
    return minute_of(datetime.combine(day, at, tzinfo=zone).astimezone(UTC))


def merged(spans: Iterable[Span], *, within: tuple[datetime, datetime] | None = None) -> tuple[tuple[int, int], ...]:
    """The union of the spans in whole minutes, ordered and disjoint; spans that touch become one.

    With `within`, spans wholly outside it are left out.
    """
    if within is not None:
        first, last = within
        spans = [span for span in spans if span.start < last and span.end > first]
    joined: list[tuple[int, int]] = []
    at = -1
    for start, end in sorted(_minutes(spans)):
        if start >= end:
            continue
        if start <= at:
            at = max(at, end)
            joined[-1] = (joined[-1][0], at)
        else:
            joined.append((start, end))
            at = end
    return tuple(joined)


def _minutes(spans: Iterable[Span]) -> list[tuple[int, int]]:
    """Starts rounded up and ends rounded down; written out, since this runs for everybody's whole calendar."""
    return [
        (
            (start := span.start - EPOCH).days * 1440 + (start.seconds + 59 + (start.microseconds > 0)) // 60,
            (end := span.end - EPOCH).days * 1440 + end.seconds // 60,
        )
        for span in spans
    ]


def ones(mask: int) -> Iterator[int]:
    """The positions of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def run(mask: int, length: int) -> int:
    """The positions from which so many bits in a row are set."""
    while length > 1:
        half = length // 2
        mask &= mask >> half
        length -= half
    return mask


class Grid:
    """The starts from `begin` up to `end` (minutes), and the days and weeks of each zone among them."""

    __slots__ = ("_days", "_weeks", "everything", "grain", "origin", "size", "within")

    def __init__(self, begin: int, end: int, *, grain: int) -> None:
        self.grain = grain
        self.origin = begin - begin % 60
        self.size = max(0, -(-(end - self.origin) // grain))
        self.everything = (1 << self.size) - 1
        self.within = (instant_of(self.origin), instant_of(self.origin + self.size * grain))
        self._days: dict[str, tuple[tuple[date, int], ...]] = {}
        self._weeks: dict[str, tuple[tuple[str, int], ...]] = {}

    def starts(self, first: int, last: int) -> int:
        """The starts from minute `first` to minute `last`, both included."""
        low = max(0, -(-(first - self.origin) // self.grain))
        high = min(self.size - 1, (last - self.origin) // self.grain)
        return ((1 << (high - low + 1)) - 1) << low if high >= low else 0

    def minute(self, position: int) -> int:
        return self.origin + position * self.grain

    def days(self, zone: ZoneInfo) -> tuple[tuple[date, int], ...]:
        """Each date of the zone that touches the grid, with its starts."""
        if zone.key not in self._days:
            self._days[zone.key] = tuple(self._each_day(zone))
        return self._days[zone.key]

    def _each_day(self, zone: ZoneInfo) -> Iterator[tuple[date, int]]:
        end = self.origin + self.size * self.grain
        day = instant_of(self.origin).astimezone(zone).date()
        begin = local_minute(day, time(), zone)
        while begin < end:
            following = local_minute(day + ONE_DAY, time(), zone)
            mask = self.starts(begin, following - 1)
            if mask:
                yield day, mask
            day, begin = day + ONE_DAY, following

    def weeks(self, zone: ZoneInfo) -> tuple[tuple[str, int], ...]:
        """Each ISO week of the zone that touches the grid, with its starts."""
        if zone.key not in self._weeks:
            weeks: dict[str, int] = {}
            for day, mask in self.days(zone):
                weeks[week_of(day)] = weeks.get(week_of(day), 0) | mask
            self._weeks[zone.key] = tuple(weeks.items())
        return self._weeks[zone.key]
