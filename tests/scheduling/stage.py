"""Small problems by hand: one day in UTC, names that say what they are."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from scheduling import Answer, Loop, Person, Planned, Problem, Seat, Session, solve

DAY = datetime(2026, 11, 30, tzinfo=UTC)
WEEK = "2026-W49"


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


def person(name: str, *skills: str, **facts: Any) -> Person:
    told = {"zone": "UTC", "qualifications": skills or ["talk"], "free": [(at(9), at(17))]} | facts
    return Person.of(name, **told)


def session(name: str, minutes: int = 60, **seats: str) -> Session:
    return Session(name, minutes, tuple(Seat(seat, frozenset({skill})) for seat, skill in (seats or TALK).items()))


TALK = {"lead": "talk"}


def loop(*sessions: Session, **rules: Any) -> Loop:
    told = {"zone": "UTC", "available": [(at(9), at(17))], "sessions": sessions or [session("chat")]} | rules
    return Loop.of(told.pop("id", "jo"), **told)


def answer(people: list[Person], *loops: Loop, grain: int = 30, seconds: float = 5) -> Answer:
    return solve(Problem(tuple(people), loops, grain=grain), seconds=seconds, monotonic=time.monotonic)[0]


def plan(found: Answer, number: int = 0) -> Planned:
    planned = found.loops[number]
    assert isinstance(planned, Planned), planned
    return planned


def times(planned: Planned) -> list[tuple[str, str, dict[str, str]]]:
    return [(slot.id, f"{slot.start:%d %H:%M}", dict(slot.seats)) for slot in planned.sessions]
