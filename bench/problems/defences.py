"""Thesis defences: the nearest problem that the literature has published instances of.

As there (Almeida and others on defence scheduling with several objectives; Battistutta, Ceschia, De Cesco, Di Gaspero and
Schaerf on thesis defence timetabling), each defence is one session with a seat for each role, a few members may take a
role, everybody is there in stretches that come and go, and rooms are few. What our file says of it: a defence is a loop
with one session, who may take a role holds a qualification of its own, and a room is a seat. As many defences as possible
come first (a loop left out costs most), then early dates and even load; compactness of a member's day is not priced.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from bench.problems import MONDAY
from scheduling import Loop, Person, Problem, Seat, Session

OPENS = 8
DAY_CAP = 6 * 60
ROLES = ("president", "supervisor", "opponent", "secretary")


@dataclass(frozen=True, slots=True)
class Shape:
    """`slots` are half hours of a day, or whatever `grain` says; `there` is the share of time a member is there."""

    defences: int = 20
    members: int = 25
    rooms: int = 3
    days: int = 15
    slots: int = 16
    grain: int = 30
    minutes: int = 60
    roles: int = 3
    there: float = 0.2
    room_there: float = 0.86
    eligible: float = 0.4
    stays: float = 0.85


def draw_defences(seed: int, shape: Shape) -> Problem:
    """The problem of this seed and shape, the same on every machine."""
    draw = Random(f"{seed} {shape}")
    roles = ROLES[: shape.roles]
    held: list[set[str]] = [set() for _ in range(shape.members)]
    for number in range(shape.defences):
        for role in roles:
            few = 1 if role == "supervisor" else max(2, round(shape.eligible * shape.members))
            for member in draw.sample(range(shape.members), few):
                held[member].add(f"d{number}:{role}")
    people = [
        Person.of(
            f"m{member}",
            zone="UTC",
            qualifications=sorted(qualifications),
            free=_stretches(draw, shape, shape.there),
            day_cap=DAY_CAP,
        )
        for member, qualifications in enumerate(held)
    ]
    people += [
        Person.of(
            f"r{room}", kind="room", zone="UTC", qualifications=["room"], free=_stretches(draw, shape, shape.room_there)
        )
        for room in range(shape.rooms)
    ]
    return Problem(
        tuple(people), tuple(_defence(number, roles, shape) for number in range(shape.defences)), grain=shape.grain
    )


def _days(shape: Shape) -> list[datetime]:
    first = datetime(MONDAY.year, MONDAY.month, MONDAY.day, OPENS, tzinfo=UTC)
    return [first + timedelta(days=day + 2 * (day // 5)) for day in range(shape.days)]


def _stretches(draw: Random, shape: Shape, there: float) -> list[tuple[datetime, datetime]]:
    """Slot after slot: who is there mostly stays, and comes as often as makes the share right."""
    slot = timedelta(minutes=shape.grain)
    comes = min(1.0, there * (1 - shape.stays) / (1 - there))
    spans = []
    for day in _days(shape):
        here = draw.random() < there
        for number in range(shape.slots):
            if here:
                spans.append((day + number * slot, day + (number + 1) * slot))
            here = draw.random() < (shape.stays if here else comes)
    return spans


def _defence(number: int, roles: tuple[str, ...], shape: Shape) -> Loop:
    seats = [Seat(role, frozenset({f"d{number}:{role}"})) for role in roles]
    length = timedelta(minutes=shape.grain * shape.slots)
    return Loop.of(
        f"d{number}",
        zone="UTC",
        available=[(day, day + length) for day in _days(shape)],
        sessions=[Session("defence", shape.minutes, (*seats, Seat("room", frozenset({"room"}))))],
        wait_from=MONDAY,
    )
