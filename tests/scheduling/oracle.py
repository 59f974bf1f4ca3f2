"""The same question asked of CP-SAT: one literal a session and start, one a seat, person and start."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

from scheduling import Loop, Lunch, Person, Problem, Seat, Session, Slot
from scheduling.check import _is_free, _week

Expressions = dict[str, Any]
"""CP-SAT's literals and expressions, which have no common type."""


class Oracle:
    """Writes the rules of ENGINE.md once more, as clauses; slow, and without a trick."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.terms: list[Any] = []
        self.people = {person.id: person for person in problem.people}
        self.work: dict[str, list[tuple[datetime, datetime, Any, str]]] = {name: [] for name in self.people}
        self.planned = {loop.id: self.model.new_bool_var(loop.id) for loop in problem.loops}
        for loop in problem.loops:
            self._loop(loop)
        self._people()

    def least_cost(self, *, seconds: float = 60, workers: int = 1) -> int | None:
        """None when time ran out before the proof."""
        weights = self.problem.weights
        missing = sum(1 - planned for planned in self.planned.values())
        self.model.minimize(sum(self.terms) + weights.point * weights.unplanned * missing)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = workers
        status = solver.solve(self.model)
        return round(solver.objective_value) if status == cp_model.OPTIMAL else None

    def _starts(self, loop: Loop, session: Session) -> list[datetime]:
        grain, found = timedelta(minutes=self.problem.grain), set()
        for span in loop.available:
            at = span.start.replace(minute=0, second=0, microsecond=0)
            while at + timedelta(minutes=session.minutes) <= span.end:
                if at >= span.start:
                    found.add(at)
                at += grain
        lock = next((lock for lock in loop.locks if lock.session == session.id and lock.start is not None), None)
        return sorted(at for at in found if lock is None or at == lock.start)

    def _able(self, loop: Loop, seat: Seat, slot: Slot) -> Iterator[Person]:
        lock = next((lock for lock in loop.locks if lock.session == slot.id), None)
        for person in self.problem.people:
            locked = lock is not None and seat.id in lock.seats and lock.seats[seat.id] != person.id
            able = person.qualifications & seat.any_of and person.id not in loop.barred and not locked
            if able and _is_free(person, slot):
                yield person

    def _loop(self, loop: Loop) -> None:
        model, planned, weights = self.model, self.planned[loop.id], self.problem.weights
        at: dict[str, dict[datetime, Any]] = {}
        sits: dict[str, list[Any]] = {}
        everyone: list[tuple[str, Any]] = []
        seats = 0
        for session in loop.sessions:
            at[session.id] = {start: model.new_bool_var("") for start in self._starts(loop, session)}
            model.add(sum(at[session.id].values()) == planned)
            lock = next((lock for lock in loop.locks if lock.session == session.id), None)
            here: dict[tuple[str, datetime], list[Any]] = {}
            for seat in session.seats:
                seats += 1
                for start, begins in at[session.id].items():
                    slot = Slot(session.id, start, start + timedelta(minutes=session.minutes))
                    able = []
                    for person in self._able(loop, seat, slot):
                        taken = model.new_bool_var("")
                        able.append(taken)
                        everyone.append((person.id, taken))
                        here.setdefault((person.id, start), []).append(taken)
                        if person.kind == "person":
                            sits.setdefault(person.id, []).append(taken)
                        self.work[person.id].append((start, slot.end, taken, f"{loop.id}.{session.id}"))
                    must = not seat.optional or (lock is not None and lock.seats.get(seat.id) is not None)
                    model.add(sum(able) == begins if must else sum(able) <= begins)
            for literals in here.values():
                model.add_at_most_one(literals)
        for literals in sits.values():
            model.add_at_most_one(literals)
        for mix in loop.mix:
            model.add(sum(v for name, v in everyone if name in mix.among) >= mix.at_least).only_enforce_if(planned)
        weight = weights.point * weights.discouraged
        self.terms += [weight * loop.discouraged.get(name, 0) * v for name, v in everyone]
        self.terms.append(weights.point * weights.empty_optional * (seats * planned - sum(v for _, v in everyone)))
        self._itinerary(loop, at)

    def _itinerary(self, loop: Loop, at: dict[str, dict[datetime, Any]]) -> None:
        model, planned, weights = self.model, self.planned[loop.id], self.problem.weights
        epoch = min(span.start for span in loop.available) - timedelta(days=1)

        def minute(instant: datetime) -> int:
            return int((instant - epoch).total_seconds()) // 60

        horizon = 60 * 24 * 60
        start, end, spans = {}, {}, []
        for session in loop.sessions:
            name = session.id
            start[name] = model.new_int_var(0, horizon, "")
            model.add(start[name] == sum(minute(s) * v for s, v in at[name].items()))
            end[name] = start[name] + session.minutes
            spans.append(model.new_optional_interval_var(start[name], session.minutes, end[name], planned, ""))
        model.add_no_overlap(spans)
        pairs = set(loop.before)
        pairs |= {(loop.first, other) for other in at if loop.first is not None and other != loop.first}
        pairs |= {(other, loop.last) for other in at if loop.last is not None and other != loop.last}
        for earlier, later in pairs:
            model.add(end[earlier] <= start[later]).only_enforce_if(planned)
        self._rest(loop, start, end)
        dates = sorted({s.astimezone(loop.zone).date() for starts in at.values() for s in starts})
        since = loop.wait_from or min(span.start for span in loop.available).astimezone(loop.zone).date()
        used, idles, final = {}, [], model.new_int_var(-4000, 4000, "")
        length = {session.id: session.minutes for session in loop.sessions}
        for day in dates:
            on = {n: [(s, v) for s, v in a.items() if s.astimezone(loop.zone).date() == day] for n, a in at.items()}
            used[day] = model.new_bool_var("")
            literals = [v for starts in on.values() for _, v in starts]
            model.add_max_equality(used[day], literals)
            model.add(final >= (day - since).days).only_enforce_if(used[day])
            first, last = model.new_int_var(0, horizon, ""), model.new_int_var(0, horizon, "")
            for name, starts in on.items():
                for s, v in starts:
                    model.add(first <= minute(s)).only_enforce_if(v)
                    model.add(last >= minute(s) + length[name]).only_enforce_if(v)
            idle = model.new_int_var(0, horizon, "")
            work = sum(length[name] * v for name, starts in on.items() for _, v in starts)
            model.add(idle >= last - first - work).only_enforce_if(used[day])
            idles.append(idle)
            if loop.lunch is not None:
                edges = (datetime.combine(day, at, tzinfo=loop.zone) for at in (loop.lunch.start, loop.lunch.end))
                begin, close = (minute(at.astimezone(UTC)) for at in edges)
                self._lunch(loop.lunch, (begin, close), used[day], start, end)
        model.add(sum(used.values()) <= loop.max_days)
        waiting = model.new_int_var(-4000, 4000, "")
        model.add(waiting == final).only_enforce_if(planned)
        model.add(waiting == 0).only_enforce_if(planned.negated())
        self.terms.append(
            weights.point
            * (
                weights.wait_day * waiting
                + weights.idle_minute * sum(idles)
                + weights.extra_date * (sum(used.values()) - planned)
            )
        )

    def _rest(self, loop: Loop, start: Expressions, end: Expressions) -> None:
        """For every pair far apart: somebody between them, or one of the two, is followed by a rest."""
        if loop.rest is None:
            return
        model, planned = self.model, self.planned[loop.id]
        names = list(start)
        onset = {name: model.new_int_var(0, 60 * 24 * 60, "") for name in names}
        joined = {}
        for one in names:
            joins = []
            for other in names:
                if one == other:
                    continue
                close = model.new_bool_var("")  # `one` follows `other` with less than a rest between them
                joined[other, one] = close
                model.add(start[one] >= end[other]).only_enforce_if(close)
                model.add(start[one] - end[other] <= loop.rest.minutes - 1).only_enforce_if(close)
                late, early = model.new_bool_var(""), model.new_bool_var("")
                model.add(start[one] - end[other] >= loop.rest.minutes).only_enforce_if(late)
                model.add(start[one] <= end[other] - 1).only_enforce_if(early)
                model.add_bool_or([close, late, early, planned.negated()])
                model.add(onset[one] <= onset[other]).only_enforce_if(close)
                joins.append(close)
            model.add(onset[one] <= start[one])
            alone = model.new_bool_var("")
            model.add_bool_or([*joins, alone])
            for close in joins:
                model.add_implication(close, alone.negated())
            model.add(end[one] - onset[one] <= loop.rest.after).only_enforce_if([alone.negated(), planned])

    def _lunch(self, lunch: Lunch, window: tuple[int, int], used: Any, start: Expressions, end: Expressions) -> None:
        model = self.model
        begin, close = window
        eat = model.new_int_var(begin, max(begin, close - lunch.minutes), "")
        if close - lunch.minutes < begin:
            model.add(used == 0)
        for name, begins in start.items():
            before, after = model.new_bool_var(""), model.new_bool_var("")
            model.add(eat + lunch.minutes <= begins).only_enforce_if(before)
            model.add(eat >= end[name]).only_enforce_if(after)
            model.add_bool_or([before, after, used.negated()])

    def _people(self) -> None:
        model, weights = self.model, self.problem.weights
        for person in self.problem.people:
            work = self.work[person.id]
            gap = timedelta(minutes=person.gap)
            for one, other in combinations(work, 2):
                if one[3] != other[3] and one[0] < other[1] + gap and other[0] < one[1] + gap:
                    model.add_bool_or([one[2].negated(), other[2].negated()])
            if person.kind == "room":
                continue
            weeks: dict[str, list[Any]] = {}
            days: dict[date, list[Any]] = {}
            for begin, end, v, _ in work:
                minutes = (end - begin) // timedelta(minutes=1)
                weeks.setdefault(_week(begin, person), []).append(minutes * v)
                days.setdefault(begin.astimezone(person.zone).date(), []).append(minutes * v)
            for week, given in weeks.items():
                load = person.week_load.get(week, 0)
                if person.week_cap is not None:
                    model.add(sum(given) <= max(0, person.week_cap - load))
                level = max(load, person.level.get(week, 0))
                total, square = model.new_int_var(0, 20000, ""), model.new_int_var(0, 400_000_000, "")
                model.add(total == sum(given) + level)
                model.add_multiplication_equality(square, [total, total])
                self.terms.append(weights.load * (square - level * level))
            for day, given in days.items():
                if person.day_cap is not None:
                    model.add(sum(given) <= max(0, person.day_cap - person.day_load.get(day, 0)))
