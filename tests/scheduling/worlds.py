"""Random problems of every kind of rule, small enough for an oracle and a brute force, from a seed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from scheduling import Lock, Loop, Lunch, Mix, Person, Problem, Rest, Seat, Session, Weights
from scheduling.grid import week_of

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC", "Pacific/Auckland")
MONDAYS = (  # an ordinary week, both DST changes north and south, and a week that two years share
    datetime(2026, 11, 30, tzinfo=UTC),
    datetime(2026, 3, 27, tzinfo=UTC),
    datetime(2026, 10, 24, tzinfo=UTC),
    datetime(2026, 3, 7, tzinfo=UTC),
    datetime(2026, 10, 31, tzinfo=UTC),
    datetime(2026, 4, 4, tzinfo=UTC),
    datetime(2026, 10, 3, tzinfo=UTC),
    datetime(2026, 12, 31, tzinfo=UTC),
)


@dataclass(frozen=True, slots=True)
class Size:
    people: int = 8
    sessions: int = 4
    loops: int = 1
    days: int = 3
    hours: int = 6
    grains: tuple[int, ...] = (15, 30, 20)
    lengths: tuple[int, ...] = (30, 45, 60, 50)


SMALL = Size()
TINY = Size(people=4, sessions=3, days=2, hours=3, grains=(30, 60), lengths=(30, 60, 45))


def world(seed: int, size: Size = SMALL) -> Problem:
    """A problem in which each kind of rule appears now and then, and most have a plan."""
    draw = Random(seed)
    start = draw.choice(MONDAYS) + timedelta(hours=draw.randrange(24))
    grain = draw.choice(size.grains)
    skills = ["coding", "design", "talk"][: draw.randint(1, 3)]
    people = [
        _person(draw, number, start, skills, size) for number in range(draw.randint(size.people // 2, size.people))
    ]
    if draw.random() < 0.3:
        people += [_room(draw, number, start, size) for number in range(draw.randint(1, 2))]
    loops = [
        _loop(draw, number, start, skills=skills, people=people, size=size, grain=grain) for number in range(size.loops)
    ]
    weights = (
        Weights() if draw.random() < 0.8 else Weights(idle_minute=3, wait_day=10, extra_date=20, empty_optional=90)
    )
    return Problem(tuple(people), tuple(loops), grain=grain, weights=weights)


def _spans(draw: Random, start: datetime, size: Size, busy: float) -> list[tuple[datetime, datetime]]:
    spans = []
    step = draw.choice((15, 30, 60, 25))
    for day in range(size.days):
        at, end = start + timedelta(days=day), start + timedelta(days=day, hours=size.hours)
        while at < end:
            until = min(end, at + timedelta(minutes=step * draw.randint(1, 4)))
            if draw.random() > busy:
                spans.append((at, until))
            at = until
    return spans


def _weeks(draw: Random, start: datetime) -> dict[str, int]:
    days = [(start + timedelta(days=number)).date() for number in range(-1, 5)]
    return {week: 15 * draw.randrange(12) for week in sorted({week_of(day) for day in days}) if draw.random() < 0.8}


def _person(draw: Random, number: int, start: datetime, skills: list[str], size: Size) -> Person:
    day = start.date()
    loads: dict[date, int] = {day + timedelta(days=n): 30 * draw.randrange(4) for n in range(3) if draw.random() < 0.4}
    return Person.of(
        f"p{number}",
        zone=draw.choice(ZONES),
        qualifications=[skill for skill in skills if draw.random() < 0.75],
        free=_spans(draw, start, size, draw.choice((0.05, 0.2, 0.4))),
        week_load=_weeks(draw, start),
        day_load=loads,
        week_cap=draw.choice((None, None, None, 120, 180, 240)),
        day_cap=draw.choice((None, None, None, 60, 120)),
        gap=draw.choice((0, 0, 15, 30)),
        level=_weeks(draw, start) if draw.random() < 0.2 else {},
    )


def _room(draw: Random, number: int, start: datetime, size: Size) -> Person:
    return Person.of(
        f"r{number}",
        kind="room",
        zone="UTC",
        qualifications=["room"],
        free=_spans(draw, start, size, 0.1),
        gap=draw.choice((0, 0, 15, 45)),
    )


def _seats(draw: Random, skills: list[str], people: list[Person]) -> tuple[Seat, ...]:
    seats = [Seat("lead", frozenset(draw.sample(skills, draw.randint(1, min(2, len(skills))))))]
    if draw.random() < 0.35:
        seats.append(Seat("pair", frozenset(draw.sample(skills, 1)), optional=draw.random() < 0.5))
    if any(person.kind == "room" for person in people) and draw.random() < 0.7:
        seats.append(Seat("room", frozenset({"room"}), optional=draw.random() < 0.2))
    return tuple(seats)


def _loop(
    draw: Random, number: int, start: datetime, *, skills: list[str], people: list[Person], size: Size, grain: int
) -> Loop:
    sessions = tuple(
        Session(f"s{at}", draw.choice(size.lengths), _seats(draw, skills, people))
        for at in range(draw.randint(1, size.sessions))
    )
    names = [session.id for session in sessions]
    zone = draw.choice(ZONES)
    available = []
    for day in range(size.days):
        at = start + timedelta(days=day, minutes=draw.choice((0, 30, 65)))
        middle, end = at + timedelta(hours=2), at + timedelta(hours=size.hours)
        if draw.random() < 0.8:
            available += [(at, end)] if draw.random() < 0.6 else [(at, middle), (middle + timedelta(minutes=30), end)]
    available = available or [(start, start + timedelta(hours=size.hours))]
    ids = [person.id for person in people]
    lunch_from = (start + timedelta(hours=draw.randint(0, 3))).hour % 21
    loop = Loop.of(
        f"l{number}",
        zone=zone,
        available=available,
        sessions=sessions,
        before=[(names[0], names[1])] if len(names) > 1 and draw.random() < 0.4 else [],
        first=draw.choice(names) if draw.random() < 0.25 else None,
        last=draw.choice(names) if draw.random() < 0.15 and len(names) == 1 else None,
        rest=draw.choice((None, Rest(60, 15), Rest(90, 30), Rest(120, 15), Rest(45, 10))),
        lunch=Lunch(time(lunch_from), time(lunch_from + 2, 30), draw.choice((45, 60, 120)))
        if draw.random() < 0.4
        else None,
        max_days=draw.choice((1, 1, 2, 3)),
        wait_from=(start + timedelta(days=draw.randint(-3, 1))).date() if draw.random() < 0.5 else None,
        barred={name: "knows them" for name in ids if draw.random() < 0.1},
        discouraged={name: draw.choice((10, 40, 200)) for name in ids if draw.random() < 0.2},
        mix=[Mix(frozenset(draw.sample(ids, draw.randint(1, len(ids)))), draw.randint(1, 2))]
        if draw.random() < 0.25
        else [],
    )
    return loop if draw.random() < 0.9 else _locked(draw, loop, ids, grain)


def _locked(draw: Random, loop: Loop, ids: list[str], grain: int) -> Loop:
    session = draw.choice(loop.sessions)
    begin = loop.available[0].start
    begin += timedelta(minutes=-begin.minute % grain)
    start = begin + draw.randrange(4) * timedelta(minutes=grain) if draw.random() < 0.5 else None
    seats = {"lead": draw.choice(ids)} if start is None else {}
    return Loop(**{name: getattr(loop, name) for name in loop.__slots__} | {"locks": (Lock(session.id, start, seats),)})
