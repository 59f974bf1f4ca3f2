"""What plans cost, by their parts."""

from collections.abc import Iterable, Mapping
from math import gcd

from scheduling.answer import Cost
from scheduling.board import Plan, level_of
from scheduling.grid import date_at, minute_of, week_of
from scheduling.problem import Loop, Person, Problem


def week_at(person: Person, start: int) -> str:
    return week_of(date_at(start, person.zone))


def costs_of(problem: Problem, plans: Mapping[str, Plan]) -> dict[str, Cost]:
    """Each planned loop's price. What two loops ask of one person in one week is split between them evenly."""
    people = {person.id: person for person in problem.people}
    given: dict[tuple[str, str], int] = {}
    loops = [loop for loop in problem.loops if loop.id in plans]
    for loop in loops:
        for person, week, minutes in _work(people, loop, plans[loop.id]):
            given[person.id, week] = given.get((person.id, week), 0) + minutes
    costs = {}
    for loop in loops:
        load = sum(
            minutes * (2 * level_of(person, week) + given[person.id, week])
            for person, week, minutes in _work(people, loop, plans[loop.id])
        )
        costs[loop.id] = loop_cost(problem, loop, plans[loop.id], load * problem.weights.load)
    return costs


def total_cost(problem: Problem, costs: Mapping[str, Cost]) -> int:
    weights = problem.weights
    missing = len(problem.loops) - len(costs)
    return sum(cost.total(point=weights.point) for cost in costs.values()) + weights.point * weights.unplanned * missing


def unit_of(problem: Problem) -> int:
    """Every answer costs a multiple of this, so that a bound may be rounded up to one; 0 when every answer is free."""
    minutes = gcd(*(session.minutes for loop in problem.loops for session in loop.sessions))
    loads = (load for person in problem.people for known in (person.week_load, person.level) for load in known.values())
    return gcd(problem.weights.point, problem.weights.load * minutes * gcd(minutes, 2 * gcd(*loads)))


def _work(people: Mapping[str, Person], loop: Loop, plan: Plan) -> Iterable[tuple[Person, str, int]]:
    length = {session.id: session.minutes for session in loop.sessions}
    for visit in plan:
        for _, name in visit.seats:
            if people[name].kind == "person":
                yield people[name], week_at(people[name], visit.start), length[visit.session]


def loop_cost(problem: Problem, loop: Loop, plan: Plan, load: int) -> Cost:
    """A loop's price, its load given."""
    weights = problem.weights
    length = {session.id: session.minutes for session in loop.sessions}
    by_date: dict[int, list[tuple[int, int]]] = {}
    for visit in plan:
        day = date_at(visit.start, loop.zone).toordinal()
        by_date.setdefault(day, []).append((visit.start, visit.start + length[visit.session]))
    idle = sum(
        max(end for _, end in spans) - min(start for start, _ in spans) - sum(end - start for start, end in spans)
        for spans in by_date.values()
    )
    waiting = loop.wait_from or date_at(min(minute_of(span.start) for span in loop.available), loop.zone)
    seats = sum(len(session.seats) for session in loop.sessions)
    taken = [name for visit in plan for _, name in visit.seats]
    return Cost(
        load=load,
        wait=weights.wait_day * (max(by_date) - waiting.toordinal()),
        idle=weights.idle_minute * idle,
        dates=weights.extra_date * (len(by_date) - 1),
        discouraged=weights.discouraged * sum(loop.discouraged.get(name, 0) for name in taken),
        optional=weights.empty_optional * (seats - len(taken)),
    )
