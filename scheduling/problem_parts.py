"""What a problem file may say: its parts, their bounds, and an example for each.

Pydantic, which the solvers never see, is needed here, in `parsing` and in the two files' modules alone.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise ValueError(f'no zone is called "{name}"') from None
    return name


def _known_week(week: str) -> str:
    found = re.fullmatch(r"(\d{4})-W(\d\d)", week)
    if found:
        try:
            date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError:
            found = None
    if not found:
        raise ValueError(f'"{week}" is not an ISO week')
    return week


def _known_instant(instant: datetime) -> datetime:
    try:
        instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("no calendar reaches this far") from None
    return instant


Instant = Annotated[AwareDatetime, AfterValidator(_known_instant), Field(examples=["2026-11-30T08:00Z"])]
Id = Annotated[str, Field(min_length=1, max_length=255)]
Minutes = Annotated[int, Field(ge=0, le=100_000)]
Points = Annotated[int, Field(ge=0, le=100_000)]
Zone = Annotated[str, AfterValidator(_known_zone), Field(examples=["Europe/Berlin"])]
Week = Annotated[str, AfterValidator(_known_week), Field(examples=["2026-W49"])]
Interval = Annotated[tuple[Instant, Instant], Field(description="start, and the end that is no longer part of it")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PersonPart(_Part):
    id: Id
    kind: Literal["person", "room"] = "person"
    zone: Zone
    qualifications: frozenset[Id] = frozenset()
    free: tuple[Interval, ...]
    week_load: dict[Week, Minutes] = Field({}, description="minutes already booked, by ISO week of the person's zone")
    day_load: dict[date, Minutes] = Field({}, description="minutes already booked, by date of the person's zone")
    week_cap: Minutes | None = None
    day_cap: Minutes | None = None
    gap: Minutes = Field(0, description="minutes kept free between any two sessions")
    level: dict[Week, Minutes] = Field({}, description="load to be compared at where it is above the booked one")
    level_because: str = ""


class SeatPart(_Part):
    id: Id
    any_of: frozenset[Id]
    optional: bool = False


class SessionPart(_Part):
    id: Id
    minutes: int
    seats: tuple[SeatPart, ...] = ()


class RestPart(_Part):
    after: Minutes
    minutes: Minutes


class LunchPart(_Part):
    start: time = Field(alias="from")
    end: time = Field(alias="to")
    minutes: Minutes


class MixPart(_Part):
    among: frozenset[Id]
    at_least: Minutes


class LockPart(_Part):
    session: Id
    start: Instant | None = None
    seats: dict[Id, Id | None] = {}


class LoopPart(_Part):
    id: Id
    zone: Zone
    available: tuple[Interval, ...]
    sessions: tuple[SessionPart, ...]
    before: tuple[tuple[Id, Id], ...] = ()
    first: Id | None = None
    last: Id | None = None
    rest: RestPart | None = None
    lunch: LunchPart | None = None
    max_days: int = 1
    wait_from: date | None = None
    barred: dict[Id, str] = {}
    discouraged: dict[Id, Points] = {}
    mix: tuple[MixPart, ...] = ()
    locks: tuple[LockPart, ...] = ()


class WeightsPart(_Part):
    load: Points = 1
    point: Points = 225
    wait_day: Points = 60
    idle_minute: Points = 1
    extra_date: Points = 240
    discouraged: Points = 1
    empty_optional: Points = 30
    unplanned: Annotated[int, Field(ge=0, le=1_000_000_000)] = 1_000_000


class ProblemPart(_Part):
    people: tuple[PersonPart, ...]
    loops: tuple[LoopPart, ...]
    grain: int = 15
    weights: WeightsPart = WeightsPart()


PARTS: Mapping[str, type[BaseModel]] = {
    "people": PersonPart,
    "loops": LoopPart,
    "sessions": SessionPart,
    "seats": SeatPart,
    "rest": RestPart,
    "lunch": LunchPart,
    "mix": MixPart,
    "locks": LockPart,
    "weights": WeightsPart,
}


SPAN_EXAMPLE = '["2026-11-30T08:00Z", "2026-11-30T11:30Z"]'
EXAMPLES: Mapping[str, str] = {
    "people": '[{"id": "ana", "zone": "Europe/Berlin", "qualifications": ["coding"], "free": []}]',
    "loops": '[{"id": "jo", "zone": "America/New_York", "available": [], "sessions": []}]',
    "free": f"[{SPAN_EXAMPLE}]",
    "available": f"[{SPAN_EXAMPLE}]",
    "zone": '"Europe/Berlin"',
    "kind": '"person" or "room"',
    "qualifications": '["coding", "senior"]',
    "week_load": '{"2026-W49": 120}',
    "level": '{"2026-W49": 120}',
    "day_load": '{"2026-11-30": 60}',
    "sessions": '[{"id": "coding", "minutes": 60, "seats": [{"id": "lead", "any_of": ["coding"]}]}]',
    "seats": '[{"id": "lead", "any_of": ["coding"]}]',
    "any_of": '["coding"]',
    "before": '[["intro", "coding"]]',
    "rest": '{"after": 120, "minutes": 15}',
    "lunch": '{"from": "11:30", "to": "14:00", "minutes": 45}',
    "from": '"11:30"',
    "to": '"14:00"',
    "wait_from": '"2026-11-30"',
    "barred": '{"kim": "managed the candidate at a former employer"}',
    "discouraged": '{"lee": 40}',
    "mix": '[{"among": ["ana", "lee"], "at_least": 1}]',
    "locks": '[{"session": "coding", "start": "2026-11-30T14:00Z"}]',
    "start": '"2026-11-30T14:00Z"',
    "minutes": "60",
    "optional": "true",
    "weights": '{"wait_day": 60}',
}


def schema() -> dict[str, Any]:
    return ProblemPart.model_json_schema(by_alias=True)
