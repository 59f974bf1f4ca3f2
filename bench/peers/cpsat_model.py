"""A time-indexed CP-SAT model: a literal for each session and start, and for each seat, person and start.

It is written for the solver's linear relaxation: no big constants, no products of variables, order and days by sums over
starts. Load is convex in whole minutes, so its cost is bounded from below by the lines between neighbouring values, which is
exact at each of them; in a problem of one loop nobody but a room sits twice, and the cost goes to the literals themselves.
Nobody who may take a seat is left out.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise
from math import gcd
from typing import Any

from ortools.sat.python import cp_model

from bench.peers.cpsat_itinerary import Itinerary
from scheduling import Person, Problem
from scheduling.board import Board, Plan, Visit
from scheduling.grid import instant_of, week_of

Literal = Any
"""CP-SAT's literals and sums of them, which have no common type."""

Starts = Mapping[str, int]
"""When each session of a loop starts, in minutes since 1970; empty for a loop that is left out."""


class Model:
    """`plans(solver)` reads the answer, `hint(plans)` begins with one."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.board, self.model = problem, Board(problem), cp_model.CpModel()
        self.alone = len(problem.loops) == 1
        self.terms: list[Any] = []
        self.follows: list[tuple[str, Literal, Callable[[Starts], bool]]] = []
        self.loads: list[tuple[Any, Any, int, list[tuple[int, Literal]]]] = []
        self.planned = {loop.id: self.model.new_bool_var("") for loop in problem.loops}
        self.begins: dict[tuple[str, str], dict[int, Literal]] = {}
        self.sits: dict[tuple[str, str, str], dict[tuple[int, int], Literal]] = {}
        self.work: dict[int, list[tuple[int, int, Literal]]] = defaultdict(list)
        for loop in problem.loops:
            Itinerary(self, loop)
        self._people()
        weights = problem.weights
        missing = sum(1 - planned for planned in self.planned.values())
        self.model.minimize(sum(self.terms) + weights.point * weights.unplanned * missing)

    def _people(self) -> None:
        for number, work in self.work.items():
            person = self.board.people[number]
            if not self.alone or person.kind == "room":
                self._never_twice(person, work)
            if person.kind == "person":
                self._load(person, work)

    def _never_twice(self, person: Person, work: list[tuple[int, int, Literal]]) -> None:
        """At each start, at most one of the spans that cover it; a span is a session and the gap after it."""
        for at in sorted({start for start, _, _ in work}):
            self.model.add_at_most_one(v for start, size, v in work if start <= at < start + size + person.gap)

    def _load(self, person: Person, work: list[tuple[int, int, Literal]]) -> None:
        days: dict[date, list[tuple[int, Literal]]] = defaultdict(list)
        for start, size, v in work:
            days[instant_of(start).astimezone(person.zone).date()].append((size, v))
        weeks: dict[str, list[tuple[int, Literal]]] = defaultdict(list)
        for day, given in days.items():
            weeks[week_of(day)] += given
            if person.day_cap is not None:
                self._cap(given, person.day_cap - person.day_load.get(day, 0))
        for week, given in weeks.items():
            booked = person.week_load.get(week, 0)
            if person.week_cap is not None:
                self._cap(given, person.week_cap - booked)
            self._cost_of_load(given, max(booked, person.level.get(week, 0)), person, booked)

    def _cap(self, given: list[tuple[int, Literal]], room: int) -> None:
        if not self.alone:  # else whoever could not take one session was not asked
            self.model.add(sum(size * v for size, v in given) <= max(0, room))

    def _cost_of_load(self, given: list[tuple[int, Literal]], level: int, person: Person, booked: int) -> None:
        weight = self.problem.weights.load
        if self.alone:
            self.terms += [weight * size * (size + 2 * level) * v for size, v in given]
            return
        step = gcd(*(size for size, _ in given))
        most = len(self.problem.loops) * max(size for size, _ in given) * 2
        if person.week_cap is not None:
            most = min(most, max(0, person.week_cap - booked))
        if most < step:
            return
        values = range(0, most + step, step)
        total = self.model.new_int_var(0, most, "")
        cost = self.model.new_int_var(0, values[-1] * (values[-1] + 2 * level), "")
        self.model.add(total == sum(size * v for size, v in given))
        for low, high in pairwise(values):
            slope = low + high + 2 * level
            self.model.add(cost >= slope * total - slope * low + low * (low + 2 * level))
        self.terms.append(weight * cost)
        self.loads.append((total, cost, level, given))

    def plans(self, solver: Any) -> dict[str, Plan]:
        found: dict[str, Plan] = {}
        for loop in self.problem.loops:
            if not solver.value(self.planned[loop.id]):
                continue
            visits = []
            for session in loop.sessions:
                start = next(t for t, v in self.begins[loop.id, session.id].items() if solver.value(v))
                seats = tuple(
                    (seat.id, self.board.people[who].id)
                    for seat in session.seats
                    for (who, _), v in self.sits[loop.id, session.id, seat.id].items()
                    if solver.value(v)
                )
                visits.append(Visit(session.id, start, seats))
            found[loop.id] = tuple(sorted(visits, key=lambda visit: visit.start))
        return found

    def hint(self, plans: Mapping[str, Plan]) -> None:
        """Starts the search at these plans, down to the last variable: what is left open it may not find in time."""
        at = {name: {visit.session: visit.start for visit in plan} for name, plan in plans.items()}
        seated = {
            (name, visit.session, seat, self.board.index[person], visit.start)
            for name, plan in plans.items()
            for visit in plan
            for seat, person in visit.seats
        }
        chosen: set[int] = set()
        for name, literal in self.planned.items():
            self.model.add_hint(literal, name in plans)
        for (name, session), begins in self.begins.items():
            for start, literal in begins.items():
                self.model.add_hint(literal, at.get(name, {}).get(session) == start)
        for key, literals in self.sits.items():
            for (number, start), literal in literals.items():
                sits = (*key, number, start) in seated
                self.model.add_hint(literal, sits)
                chosen |= {literal.index} if sits else set()
        for name, literal, value in self.follows:
            self.model.add_hint(literal, value(at.get(name, {})))
        for total, cost, level, given in self.loads:
            minutes = sum(size for size, literal in given if literal.index in chosen)
            self.model.add_hint(total, minutes)
            self.model.add_hint(cost, minutes * (minutes + 2 * level))
