"""The problem file: JSON in, values out, and a complaint with its place and an example for whatever is wrong."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from scheduling.complaints import complaints, strangers
from scheduling.parsing import parse
from scheduling.problem import Lock, Loop, Lunch, Mix, Person, Problem, Rest, Seat, Session, Span, Weights
from scheduling.problem_parts import (
    LockPart,
    LoopPart,
    LunchPart,
    MixPart,
    PersonPart,
    ProblemPart,
    RestPart,
    SeatPart,
    SessionPart,
    WeightsPart,
)
from scheduling.solve import NotAProblem


def read_problem(text: str | bytes) -> Problem:
    """The problem in a file's text. Raises NotAProblem with every complaint found."""
    problem = _problem(parse(text, ProblemPart))
    found = complaints(problem) + strangers(problem)
    if found:
        raise NotAProblem(found)
    return problem


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
