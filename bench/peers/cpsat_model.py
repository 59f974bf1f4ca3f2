"""The bench's CP-SAT model: the oracle of the tests with seats modelled apart from time."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from scheduling import Loop, Problem
from scheduling.board import Board, Case, Plan
from scheduling.grid import instant_of, minute_of, ones, week_of
from tests.scheduling.oracle import Oracle


class Model(Oracle):
    """The oracle with seats apart from time."""

    def __init__(self, problem: Problem) -> None:
        self.board = Board(problem)
        self.start: dict[tuple[str, str], dict[datetime, Any]] = {}
        self.sits: dict[tuple[str, int], dict[int, Any]] = {}
        self.spans: dict[int, list[Any]] = {}
        self.cases: dict[str, Case] = {}
        self.days: dict[tuple[int, Any], list[Any]] = {}
        super().__init__(problem)

    def _loop(self, loop: Loop) -> None:
        model, planned, weights = self.model, self.planned[loop.id], self.problem.weights
        case = self.cases[loop.id] = Case(self.board, loop)
        at: dict[str, dict[datetime, Any]] = {}
        for s, session in enumerate(case.sessions):
            starts = [instant_of(case.grid.minute(position)) for position in ones(case.starts[s])]
            at[session.id] = self.start[loop.id, session.id] = {t: model.new_bool_var("") for t in starts}
            model.add(sum(at[session.id].values()) == planned)
        seated: dict[int, list[Any]] = {}
        for r, (s, _) in enumerate(case.rows):
            self._seat(case, r, at[case.sessions[s].id], seated)
        for who, literals in seated.items():
            if self.board.people[who].kind == "person":
                model.add_at_most_one(literals)
        for mix in loop.mix:
            among = [v for who, vs in seated.items() if self.board.people[who].id in mix.among for v in vs]
            model.add(sum(among) >= mix.at_least).only_enforce_if(planned)
        taken = [v for vs in seated.values() for v in vs]
        weight = weights.point * weights.discouraged
        self.terms += [
            weight * loop.discouraged.get(self.board.people[who].id, 0) * v for who, vs in seated.items() for v in vs
        ]
        self.terms.append(weights.point * weights.empty_optional * (len(case.rows) * planned - sum(taken)))
        self._itinerary(loop, at)

    def _seat(self, case: Case, r: int, at: dict[datetime, Any], seated: dict[int, list[Any]]) -> None:
        model, planned = self.model, self.planned[case.loop.id]
        s, _ = case.rows[r]
        minutes = case.sessions[s].minutes
        able: dict[int, int] = {}
        for option in case.options[r]:
            able[option.person] = able.get(option.person, 0) | option.starts
        optional = able.pop(-1, None) is not None
        literals = self.sits[case.loop.id, r] = {who: model.new_bool_var("") for who in able}
        model.add(sum(literals.values()) <= planned if optional else sum(literals.values()) == planned)
        for who, sits in literals.items():
            seated.setdefault(who, []).append(sits)
            bad = [v for t, v in at.items() if not able[who] & case.grid.starts(minute_of(t), minute_of(t))]
            model.add(sum(bad) + sits <= 1)
            self._works(who, sits, at, minutes)

    def _works(self, who: int, sits: Any, at: dict[datetime, Any], minutes: int) -> None:
        """An interval for the person, and a literal for each date of theirs it may fall on."""
        model, person = self.model, self.board.people[who]
        if len(self.problem.loops) > 1 or person.kind == "room":
            start = model.new_int_var(0, 60 * 24 * 60, "")
            since = self.board.grid.origin
            model.add(start == sum((minute_of(t) - since) * v for t, v in at.items())).only_enforce_if(sits)
            size = minutes + person.gap
            self.spans.setdefault(who, []).append(model.new_optional_fixed_size_interval_var(start, size, sits, ""))
        dates: dict[Any, list[Any]] = {}
        for t, v in at.items():
            dates.setdefault(t.astimezone(person.zone).date(), []).append(v)
        for day, literals in dates.items():
            works = model.new_bool_var("")
            model.add(works >= sits + sum(literals) - 1)
            self.days.setdefault((who, day), []).append(minutes * works)

    def _people(self) -> None:
        model, weights = self.model, self.problem.weights
        for spans in self.spans.values():
            model.add_no_overlap(spans)
        weeks: dict[tuple[int, str], list[Any]] = {}
        for (who, day), given in self.days.items():
            person = self.board.people[who]
            if person.kind == "room":
                continue
            weeks.setdefault((who, week_of(day)), []).extend(given)
            if person.day_cap is not None:
                model.add(sum(given) <= max(0, person.day_cap - person.day_load.get(day, 0)))
        for (who, week), given in weeks.items():
            person = self.board.people[who]
            load = person.week_load.get(week, 0)
            if person.week_cap is not None:
                model.add(sum(given) <= max(0, person.week_cap - load))
            level = max(load, person.level.get(week, 0))
            total, square = model.new_int_var(0, 3000, ""), model.new_int_var(0, 9_000_000, "")
            model.add(total == sum(given) + level)
            model.add_multiplication_equality(square, [total, total])
            self.terms.append(weights.load * (square - level * level))

    def plans(self, solver: Any) -> dict[str, Plan]:
        minimum: dict[str, Plan] = {}
        for loop in self.problem.loops:
            if not solver.value(self.planned[loop.id]):
                continue
            case = self.cases[loop.id]
            starts = {
                s: minute_of(self._chosen(solver, self.start[loop.id, session.id].items()))
                for s, session in enumerate(case.sessions)
            }
            columns = {
                r: next((who for who, v in self.sits[loop.id, r].items() if solver.value(v)), -1 - r)
                for r in range(len(case.rows))
            }
            minimum[loop.id] = case.visits(starts, columns)
        return minimum

    @staticmethod
    def _chosen(solver: Any, starts: Iterable[tuple[datetime, Any]]) -> datetime:
        return next(t for t, v in starts if solver.value(v))


def build(problem: Problem) -> Model:
    built = Model(problem)
    weights = problem.weights
    missing = sum(1 - planned for planned in built.planned.values())
    built.model.minimize(sum(built.terms) + weights.point * weights.unplanned * missing)
    return built
