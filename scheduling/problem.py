"""What the engine is asked: people, loops, and the weights of what is wanted.

Everything is a value. Instants are aware datetimes, spans are half-open, lengths and loads are whole minutes, because
cost is a polynomial in minutes. The constructors take what is natural to write (lists, sets, a zone's name) and keep
what is frozen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Literal, Self
from zoneinfo import ZoneInfo

Kind = Literal["person", "room"]


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, not including, `end`. Both are aware, and kept in UTC: in one zone Python compares clocks."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", in_utc(self.start))
        object.__setattr__(self, "end", in_utc(self.end))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone, or a room, that can be given a seat.

    `week_load` counts minutes already booked by ISO week (`2026-W49`), `day_load` by date, both in the person's own
    zone. `level` is the load by which someone new to a pool, or back from leave, is compared with the others where it
    is higher than their own (see `fair.enter_at_pool_level`); caps never look at it. A room has no load and no caps.
    """

    id: str
    zone: ZoneInfo
    qualifications: frozenset[str]
    free: tuple[Span, ...]
    kind: Kind = "person"
    week_load: Mapping[str, int] = field(default_factory=dict, hash=False)
    day_load: Mapping[date, int] = field(default_factory=dict, hash=False)
    week_cap: int | None = None
    day_cap: int | None = None
    gap: int = 0
    level: Mapping[str, int] = field(default_factory=dict, hash=False)
    level_because: str = ""

    @classmethod
    def of(
        cls,
        id: str,  # noqa: A002 -- the field's own name, so that call sites read like the file
        *,
        zone: str | ZoneInfo,
        qualifications: Iterable[str],
        free: Iterable[Span | tuple[datetime, datetime]],
        kind: Kind = "person",
        week_load: Mapping[str, int] | None = None,
        day_load: Mapping[date, int] | None = None,
        week_cap: int | None = None,
        day_cap: int | None = None,
        gap: int = 0,
        level: Mapping[str, int] | None = None,
        level_because: str = "",
    ) -> Self:
        """The same, from lists, pairs and the zone's name."""
        return cls(
            id=id,
            zone=_zone(zone),
            qualifications=frozenset(qualifications),
            free=_spans(free),
            kind=kind,
            week_load=dict(week_load or {}),
            day_load=dict(day_load or {}),
            week_cap=week_cap,
            day_cap=day_cap,
            gap=gap,
            level=dict(level or {}),
            level_because=level_because,
        )


@dataclass(frozen=True, slots=True)
class Seat:
    """A place on a session's panel, for someone who holds one of `any_of`."""

    id: str
    any_of: frozenset[str]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    id: str
    minutes: int
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Rest:
    """No run of sessions with less than `minutes` between them is longer than `after`, from first start to last end."""

    after: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Lunch:
    """On each date of the loop, `minutes` in one piece between `start` and `end` of the loop's zone stay free."""

    start: time
    end: time
    minutes: int


@dataclass(frozen=True, slots=True)
class Mix:
    """At least `at_least` seats of the loop go to people named in `among`."""

    among: frozenset[str]
    at_least: int


@dataclass(frozen=True, slots=True)
class Lock:
    """What may not be changed about one session: its start, and who sits in which seat (None: the seat stays empty)."""

    session: str
    start: datetime | None = None
    seats: Mapping[str, str | None] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if self.start is not None:
            object.__setattr__(self, "start", in_utc(self.start))


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """All interviews of one application at one stage.

    `before` holds pairs: the first session ends before the second one starts. `barred` gives each person's reason,
    `discouraged` each person's weight in points. `wait_from` defaults to the first date of `available`.
    """

    id: str
    zone: ZoneInfo
    available: tuple[Span, ...]
    sessions: tuple[Session, ...]
    before: tuple[tuple[str, str], ...] = ()
    first: str | None = None
    last: str | None = None
    rest: Rest | None = None
    lunch: Lunch | None = None
    max_days: int = 1
    wait_from: date | None = None
    barred: Mapping[str, str] = field(default_factory=dict, hash=False)
    discouraged: Mapping[str, int] = field(default_factory=dict, hash=False)
    mix: tuple[Mix, ...] = ()
    locks: tuple[Lock, ...] = ()

    @classmethod
    def of(
        cls,
        id: str,  # noqa: A002 -- the field's own name, so that call sites read like the file
        *,
        zone: str | ZoneInfo,
        available: Iterable[Span | tuple[datetime, datetime]],
        sessions: Iterable[Session],
        before: Iterable[tuple[str, str]] = (),
        first: str | None = None,
        last: str | None = None,
        rest: Rest | None = None,
        lunch: Lunch | None = None,
        max_days: int = 1,
        wait_from: date | None = None,
        barred: Mapping[str, str] | None = None,
        discouraged: Mapping[str, int] | None = None,
        mix: Iterable[Mix] = (),
        locks: Iterable[Lock] = (),
    ) -> Self:
        """The same, from lists, pairs and the zone's name."""
        return cls(
            id=id,
            zone=_zone(zone),
            available=_spans(available),
            sessions=tuple(sessions),
            before=tuple(before),
            first=first,
            last=last,
            rest=rest,
            lunch=lunch,
            max_days=max_days,
            wait_from=wait_from,
            barred=dict(barred or {}),
            discouraged=dict(discouraged or {}),
            mix=tuple(mix),
            locks=tuple(locks),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a plan pays. `point` is what one point costs in squared minutes of load; the others but `load` are points."""

    load: int = 1
    point: int = 225
    wait_day: int = 60
    idle_minute: int = 1
    extra_date: int = 240
    discouraged: int = 1
    empty_optional: int = 30
    unplanned: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """People and loops. Starts lie on multiples of `grain` minutes past the hour, UTC."""

    people: tuple[Person, ...]
    loops: tuple[Loop, ...]
    grain: int = 15
    weights: Weights = Weights()


def in_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} says no zone; write it like 2026-11-30T08:00Z")
    return instant.astimezone(UTC)


def _zone(zone: str | ZoneInfo) -> ZoneInfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def _spans(spans: Iterable[Span | tuple[datetime, datetime]]) -> tuple[Span, ...]:
    return tuple(span if isinstance(span, Span) else Span(*span) for span in spans)
