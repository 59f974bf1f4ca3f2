"""The problem file: JSON in, values out, and a complaint with its place and an example for whatever is wrong.

The one module of the engine that needs pydantic; the solvers never see it.
"""

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from scheduling.complaints import complaints, strangers
from scheduling.problem import Lock, Loop, Lunch, Mix, Person, Problem, Rest, Seat, Session, Span, Weights
from scheduling.solve import NotAProblem


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


def read_problem(text: str | bytes) -> Problem:
    """The problem in a file's text. Raises NotAProblem with every complaint found."""
    problem = _problem(parse(text, ProblemPart))
    found = complaints(problem) + strangers(problem)
    if found:
        raise NotAProblem(found)
    return problem


PartKind = TypeVar("PartKind", bound=BaseModel)


def parse(text: str | bytes, kind: type[PartKind]) -> PartKind:
    """JSON text as one of the models here; NotAProblem says what, where, and how it would be right."""
    try:
        raw = text if isinstance(text, str) else text.decode("utf-8-sig")
        json.loads(raw, object_pairs_hook=_once)
    except UnicodeDecodeError as wrong:
        raise NotAProblem((f"the file is not UTF-8 text (byte {wrong.start})",)) from None
    except json.JSONDecodeError as wrong:
        where = f"line {wrong.lineno}, column {wrong.colno}"
        raise NotAProblem((f"the file is not JSON: {wrong.msg} at {where}",)) from None
    except RecursionError:
        raise NotAProblem(("the file is nested deeper than a problem ever is",)) from None
    try:
        return kind.model_validate_json(raw)
    except ValidationError as wrong:
        raise NotAProblem(tuple(_complaint(error, kind) for error in wrong.errors())) from None


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object's keys, each said once: JSON itself would let the last one win in silence."""
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise NotAProblem((f'the key "{key}" stands twice in one object; say it once',))
        seen[key] = value
    return seen


def _complaint(error: Any, kind: type[BaseModel]) -> str:
    where = _path(error["loc"])
    name = next((str(part) for part in reversed(error["loc"]) if isinstance(part, str) and part != "[key]"), "")
    if error["type"] == "extra_forbidden":
        known = _keys_at(kind, error["loc"][:-1])
        close = difflib.get_close_matches(name, known, n=1)
        advice = f'did you mean "{close[0]}"?' if close else f"known are {', '.join(known)}"
        return f"{where}: unknown key; {advice}"
    if error["type"] == "missing":
        return f"{where}: missing; write it like {_example(error['loc'], name)}"
    said = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    given = json.dumps(error["input"], default=str, ensure_ascii=False)
    longest = 60
    given = given if len(given) <= longest else given[: longest - 1] + "…"
    return f"{where}: {said}, got {given}; write it like {_example(error['loc'], name)}"


def _path(parts: Sequence[str | int]) -> str:
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part != "[key]":
            path += f".{part}" if path else part
    return path or "the file"


def _example(parts: Sequence[str | int], name: str) -> str:
    spans = ("free", "available")
    if name in spans and parts[-1] != name:
        depth = len(parts) - 1 - max(number for number, part in enumerate(parts) if part == name)
        return SPAN_EXAMPLE if depth == 1 else '"2026-11-30T08:00Z"'
    if name in EXAMPLES:
        return EXAMPLES[name]
    if name in NUMBERS:
        return "60"
    around = next((str(part) for part in reversed(parts[:-1]) if str(part) in MAPPINGS), None)
    if around is not None:
        return EXAMPLES[around]
    return '"ana"' if name == "id" else "in the documentation (--schema prints the form)"


MAPPINGS = frozenset({"week_load", "day_load", "level", "barred", "discouraged", "before", "mix", "qualifications"})
NUMBERS = frozenset({"grain", "gap", "week_cap", "day_cap", "max_days", "after", "at_least", *WeightsPart.model_fields})


def _keys_at(kind: type[BaseModel], parts: Sequence[str | int]) -> list[str]:
    """The keys that the model at this place knows."""
    model: type[BaseModel] = kind
    for part in parts:
        if isinstance(part, str):
            inner = PARTS.get(part)
            model = inner if inner is not None else model
    return [field.alias or name for name, field in model.model_fields.items()]


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


def _problem(part: ProblemPart) -> Problem:
    return Problem(
        people=tuple(_person(person) for person in part.people),
        loops=tuple(_loop(loop) for loop in part.loops),
        grain=part.grain,
        weights=Weights(**part.weights.model_dump()),
    )


def _person(part: PersonPart) -> Person:
    return Person(
        id=part.id,
        zone=ZoneInfo(part.zone),
        qualifications=part.qualifications,
        free=tuple(Span(*span) for span in part.free),
        kind=part.kind,
        week_load=part.week_load,
        day_load=part.day_load,
        week_cap=part.week_cap,
        day_cap=part.day_cap,
        gap=part.gap,
        level=part.level,
        level_because=part.level_because,
    )


def _loop(part: LoopPart) -> Loop:
    return Loop(
        id=part.id,
        zone=ZoneInfo(part.zone),
        available=tuple(Span(*span) for span in part.available),
        sessions=tuple(
            Session(
                session.id,
                session.minutes,
                tuple(Seat(seat.id, seat.any_of, optional=seat.optional) for seat in session.seats),
            )
            for session in part.sessions
        ),
        before=part.before,
        first=part.first,
        last=part.last,
        rest=None if part.rest is None else Rest(part.rest.after, part.rest.minutes),
        lunch=None if part.lunch is None else Lunch(part.lunch.start, part.lunch.end, part.lunch.minutes),
        max_days=part.max_days,
        wait_from=part.wait_from,
        barred=part.barred,
        discouraged=part.discouraged,
        mix=tuple(Mix(mix.among, mix.at_least) for mix in part.mix),
        locks=tuple(Lock(lock.session, lock.start, lock.seats) for lock in part.locks),
    )


def problem_json(problem: Problem) -> dict[str, Any]:
    """The problem as its file says it: what is the default is left out."""
    part = ProblemPart.model_construct(
        people=tuple(_person_part(person) for person in problem.people),
        loops=tuple(_loop_part(loop) for loop in problem.loops),
        grain=problem.grain,
        weights=WeightsPart(**{name: getattr(problem.weights, name) for name in WeightsPart.model_fields}),
    )
    plain = part.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {"people": [], "loops": [], **plain, "grain": problem.grain}


def _pairs(spans: Sequence[Span]) -> tuple[tuple[Any, Any], ...]:
    return tuple((span.start, span.end) for span in spans)


def _person_part(person: Person) -> PersonPart:
    told = {name: getattr(person, name) for name in PersonPart.model_fields}
    return PersonPart(**told | {"zone": person.zone.key, "free": _pairs(person.free)})


def _loop_part(loop: Loop) -> LoopPart:
    told = {name: getattr(loop, name) for name in LoopPart.model_fields}
    told |= {"zone": loop.zone.key, "available": _pairs(loop.available)}
    told["sessions"] = tuple(
        SessionPart(
            id=session.id,
            minutes=session.minutes,
            seats=tuple(SeatPart(id=seat.id, any_of=seat.any_of, optional=seat.optional) for seat in session.seats),
        )
        for session in loop.sessions
    )
    told["rest"] = None if loop.rest is None else RestPart(after=loop.rest.after, minutes=loop.rest.minutes)
    told["lunch"] = (
        None
        if loop.lunch is None
        else LunchPart(**{"from": loop.lunch.start, "to": loop.lunch.end}, minutes=loop.lunch.minutes)
    )
    told["mix"] = tuple(MixPart(among=mix.among, at_least=mix.at_least) for mix in loop.mix)
    told["locks"] = tuple(
        LockPart(session=lock.session, start=lock.start, seats=dict(lock.seats)) for lock in loop.locks
    )
    return LoopPart(**told)
