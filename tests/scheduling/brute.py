"""Every plan there is, one after another: the cheapest that the checker accepts."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations, product

from scheduling import Answer, Cost, Loop, Person, Planned, Problem, Session, Slot, faults
from scheduling.check import _is_free, _points, _week


def cheapest(problem: Problem) -> int:
    """The least cost of a problem with one loop."""
    (loop,) = problem.loops
    every = product(*(list(_slots(problem, loop, session)) for session in loop.sessions))
    layouts = (slots for slots in every if not _overlap(slots))  # most are refused for this alone
    priced = sorted(((_cost(problem, loop, slots), number, slots) for number, slots in enumerate(layouts)), key=_first)
    for cost, _, slots in priced:
        if not _wrong(problem, loop, slots, cost):
            return cost
    return problem.weights.point * problem.weights.unplanned


def _overlap(slots: tuple[Slot, ...]) -> bool:
    return any(one.start < other.end and other.start < one.end for one, other in combinations(slots, 2))


def _first(priced: tuple[int, int, tuple[Slot, ...]]) -> tuple[int, int]:
    return priced[:2]


def _wrong(problem: Problem, loop: Loop, slots: tuple[Slot, ...], cost: int) -> bool:
    wait, idle, dates, discouraged, optional = _points(problem, loop, Planned(id=loop.id, cost=Cost(), sessions=slots))
    points = problem.weights.point * (wait + idle + dates + discouraged + optional)
    told = Cost(load=cost - points, wait=wait, idle=idle, dates=dates, discouraged=discouraged, optional=optional)
    planned = Planned(id=loop.id, cost=told, sessions=slots)
    answer = Answer(status="feasible", cost=cost, bound=cost, seconds=0, loops=(planned,))
    return bool(faults(problem, answer))


def _cost(problem: Problem, loop: Loop, slots: tuple[Slot, ...]) -> int:
    points = sum(_points(problem, loop, Planned(id=loop.id, cost=Cost(), sessions=slots)))
    people = {person.id: person for person in problem.people}
    given: dict[tuple[str, str], int] = {}
    for slot in slots:
        for name in slot.seats.values():
            if people[name].kind == "person":
                key = (name, _week(slot.start, people[name]))
                given[key] = given.get(key, 0) + (slot.end - slot.start) // timedelta(minutes=1)
    load = 0
    for (name, week), minutes in given.items():
        level = max(people[name].week_load.get(week, 0), people[name].level.get(week, 0))
        load += (level + minutes) ** 2 - level**2
    return problem.weights.load * load + problem.weights.point * points


def _slots(problem: Problem, loop: Loop, session: Session) -> Iterator[Slot]:
    length = timedelta(minutes=session.minutes)
    for start in _starts(problem, loop, length):
        slot = Slot(session.id, start, start + length)
        choices: list[list[Person | None]] = []
        for seat in session.seats:
            able: list[Person | None] = [None] if seat.optional else []
            able += [p for p in problem.people if p.qualifications & seat.any_of and _is_free(p, slot)]
            choices.append(able)
        for panel in product(*choices):
            seats = {seat.id: who.id for seat, who in zip(session.seats, panel, strict=True) if who is not None}
            yield Slot(session.id, start, start + length, seats)


def _starts(problem: Problem, loop: Loop, length: timedelta) -> list[datetime]:
    found = set()
    for span in loop.available:
        at = span.start.replace(minute=0)
        while at + length <= span.end:
            if at >= span.start:
                found.add(at)
            at += timedelta(minutes=problem.grain)
    return sorted(found)
