"""Problems to measure with: a documented generator, nothing in it but its arguments and a seed.

A company in four zones. Every qualification is held by exactly `pool` people (some hold two), everyone works 09:00-18:00
of their own zone on weekdays, and `busy` of that time is taken by meetings of 30 to 90 minutes. People carry up to four
hours already, most have caps. Candidates are free 09:00-18:00 of theirs on most weekdays. A loop opens with an intro and
closes with a wrap-up (unless its order is free), 35 % of its sessions have two seats, one in five an optional shadow; it
wants a rest of 15 minutes after 120, and lunch of 45 minutes between 11:30 and 14:00.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from scheduling import Loop, Lunch, Mix, Person, Problem, Rest, Seat, Session
from scheduling.grid import week_of

MONDAY = date(2026, 11, 30)
ZONES = ("America/New_York", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata")
OPENS, CLOSES = time(9), time(18)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a drawn problem looks like."""

    pool: int = 10
    busy: float = 0.3
    loops: int = 1
    sessions: tuple[int, int] = (5, 6)
    days: int = 10
    grain: int = 15
    free_order: bool = False
    skills: int = 4
    people: int | None = None
    caps: tuple[int | None, ...] = (None, 240, 300)
    loads: int = 16
    mix: float = 0.25


def draw_problem(seed: int, shape: Shape) -> Problem:
    """The problem of this seed and shape, the same on every machine."""
    draw = Random(f"{seed} {shape}")
    skills = [f"skill-{number}" for number in range(shape.skills)]
    homes = [draw.choice(ZONES) for _ in range(shape.loops)]
    people = _people(draw, shape, skills, homes)
    loops = tuple(
        _loop(draw, number, homes[number], shape=shape, skills=skills, people=people) for number in range(shape.loops)
    )
    return Problem(tuple(people), loops, grain=shape.grain)


def _people(draw: Random, shape: Shape, skills: list[str], homes: list[str]) -> list[Person]:
    count = shape.people or max(shape.pool, shape.pool * len(skills) * 2 // 3)
    held: list[set[str]] = [set() for _ in range(count)]
    if shape.people is None:
        for skill in skills:
            for number in draw.sample(range(count), shape.pool):
                held[number].add(skill)
    else:
        for skills_of in held:
            skills_of.update(draw.sample(skills, draw.choice((1, 1, 2))))
    return [_person(draw, number, sorted(skills_of), shape, homes) for number, skills_of in enumerate(held)]


def _weekdays(count: int) -> list[date]:
    days: list[date] = []
    day = MONDAY
    while len(days) < count:
        if day.isoweekday() <= 5:
            days.append(day)
        day += timedelta(days=1)
    return days


def _hours(day: date, zone: str) -> tuple[datetime, datetime]:
    where = ZoneInfo(zone)
    return datetime.combine(day, OPENS, tzinfo=where), datetime.combine(day, CLOSES, tzinfo=where)


def _person(draw: Random, number: int, skills: list[str], shape: Shape, homes: list[str]) -> Person:
    zone = draw.choice(homes) if draw.random() < 0.6 else draw.choice(ZONES)
    free = []
    for day in _weekdays(shape.days):
        at, end = _hours(day, zone)
        while at < end:
            until = min(end, at + draw.choice((30, 30, 45, 60, 60, 90)) * timedelta(minutes=1))
            if draw.random() >= shape.busy:
                free.append((at, until))
            at = until
    weeks = sorted({week_of(day) for day in _weekdays(shape.days)})
    return Person.of(
        f"p{number}",
        zone=zone,
        qualifications=skills,
        free=free,
        week_load={week: 15 * draw.randrange(shape.loads) for week in weeks},
        week_cap=draw.choice(shape.caps),
        day_cap=draw.choice((None, 120, 180)),
        gap=draw.choice((0, 15)),
    )


def _loop(draw: Random, number: int, zone: str, *, shape: Shape, skills: list[str], people: list[Person]) -> Loop:
    count = draw.randint(*shape.sessions)
    names = [f"session-{at}" for at in range(count)]
    sessions = [_session(draw, name, skills) for name in names]
    available = [_hours(day, zone) for day in _weekdays(shape.days) if draw.random() < 0.8]
    ids = [person.id for person in people]
    inner = names[1:-1]
    return Loop.of(
        f"loop-{number}",
        zone=zone,
        available=available or [_hours(MONDAY, zone)],
        sessions=sessions,
        first=None if shape.free_order else names[0],
        last=None if shape.free_order else names[-1],
        before=[] if shape.free_order or draw.random() < 0.5 or len(inner) < 2 else [(inner[0], inner[1])],
        rest=Rest(120, 15),
        lunch=Lunch(time(11, 30), time(14), 45),
        wait_from=MONDAY,
        barred={name: "worked together" for name in ids if draw.random() < 0.03},
        discouraged={name: 40 for name in ids if draw.random() < 0.05},
        mix=[Mix(frozenset(draw.sample(ids, max(1, len(ids) // 3))), 1)] if draw.random() < shape.mix else [],
    )


def _session(draw: Random, name: str, skills: list[str]) -> Session:
    seats = [Seat("lead", frozenset({draw.choice(skills)}))]
    if draw.random() < 0.35:
        seats.append(Seat("pair", frozenset({draw.choice(skills)})))
    if draw.random() < 0.2:
        seats.append(Seat("shadow", frozenset({draw.choice(skills)}), optional=True))
    return Session(name, draw.choice((30, 30, 45, 60, 60)), tuple(seats))
