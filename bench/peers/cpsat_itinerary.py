"""One loop in the bench's CP-SAT model: who sits where, in which order, with which rests and lunches, on which dates."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from scheduling import Loop, Seat, Session
from scheduling.board import Engaged
from scheduling.grid import instant_of, local_minute, minute_after, minute_of, ones

if TYPE_CHECKING:
    from bench.peers.cpsat_model import Literal, Model, Starts


class Itinerary:
    """Adds one loop's rules to a model."""

    def __init__(self, of: Model, loop: Loop) -> None:
        self.of, self.model, self.board, self.loop = of, of.model, of.board, loop
        self.weights, self.planned = of.problem.weights, of.planned[loop.id]
        self.locks = {lock.session: lock for lock in loop.locks}
        self.begun: dict[str, list[tuple[int, Literal]]] = {}
        self.at = {session.id: self._starts(session) for session in loop.sessions}
        self.length = {session.id: session.minutes for session in loop.sessions}
        self._seats()
        self._order()
        self._rest()
        self._days()

    def _starts(self, session: Session) -> dict[int, Literal]:
        board, starts = self.board, 0
        for span in self.loop.available:
            starts |= board.grid.starts(minute_after(span.start), minute_of(span.end) - session.minutes)
        lock = self.locks.get(session.id)
        if lock is not None and lock.start is not None:
            starts &= board.grid.starts(minute_of(lock.start), minute_of(lock.start))
        found = {board.grid.minute(position): self.model.new_bool_var("") for position in ones(starts)}
        self.of.begins[self.loop.id, session.id] = found
        self.model.add(sum(found.values()) == self.planned)
        self.begun[session.id] = self._chain(session.id, found)
        return found

    def _follows(self, value: Callable[[Starts], bool]) -> Literal:
        """A literal that the sessions' starts decide, for `Model.hint`."""
        literal = self.model.new_bool_var("")
        self.of.follows.append((self.loop.id, literal, value))
        return literal

    def _chain(self, name: str, starts: Mapping[int, Literal]) -> list[tuple[int, Literal]]:
        """For each start, whether the session has begun by then: sums of starts would be long."""
        chain: list[tuple[int, Literal]] = []
        for t, v in starts.items():
            begun = self._follows(partial(_begins_by, name, t))
            self.model.add(begun == v + (chain[-1][1] if chain else 0))
            chain.append((t, begun))
        return chain

    def _begun(self, name: str, by: int) -> Literal:
        at = bisect_right(self.begun[name], by, key=itemgetter(0))
        return self.begun[name][at - 1][1] if at else 0

    # ---- who ------------------------------------------------------------------------------------------------------

    def _seats(self) -> None:
        loop, weights = self.loop, self.weights
        taken: dict[int, list[Literal]] = defaultdict(list)
        for session in loop.sessions:
            here: dict[tuple[int, int], list[Literal]] = defaultdict(list)
            for seat in session.seats:
                able = self._seat(session, seat)
                for (who, start), v in able.items():
                    taken[who].append(v)
                    here[who, start].append(v)
                    self.of.work[who].append((start, session.minutes, v))
            for literals in here.values():
                if len(literals) > 1:
                    self.model.add_at_most_one(literals)
        for who, literals in taken.items():
            person = self.board.people[who]
            if person.kind == "person":
                self.model.add_at_most_one(literals)
            liking = weights.point * weights.discouraged * loop.discouraged.get(person.id, 0)
            self.of.terms += [liking * v for v in literals] if liking else []
        for mix in loop.mix:
            among = [v for who, vs in taken.items() if self.board.people[who].id in mix.among for v in vs]
            self.model.add(sum(among) >= mix.at_least * self.planned)

    def _seat(self, session: Session, seat: Seat) -> dict[tuple[int, int], Literal]:
        """A literal for each person and start; together as many as the session's own, or at most as many."""
        lock, at = self.locks.get(session.id), self.at[session.id]
        locked = lock is not None and seat.id in lock.seats
        wanted = lock.seats[seat.id] if lock is not None and locked else None
        able: dict[tuple[int, int], Literal] = {}
        by_start: dict[int, list[Literal]] = {start: [] for start in at}
        for number in self.board.qualified(seat):
            person = self.board.people[number]
            if person.id in self.loop.barred or (locked and person.id != wanted):
                continue
            for _, starts in self.board.allowed(number, session.minutes, Engaged()):
                for position in ones(starts):
                    start = self.board.grid.minute(position)
                    if start in at:
                        able[number, start] = v = self.model.new_bool_var("")
                        by_start[start].append(v)
        must = not seat.optional or wanted is not None
        for start, literals in by_start.items():
            self.model.add(sum(literals) == at[start] if must else sum(literals) <= at[start])
        empty = self.weights.point * self.weights.empty_optional
        self.of.terms.append(empty * (self.planned - sum(able.values())))
        self.of.sits[self.loop.id, session.id, seat.id] = able
        return able

    # ---- when -----------------------------------------------------------------------------------------------------

    def _order(self) -> None:
        """One session at a time, and those that must come first do."""
        loop, everything = self.loop, sorted({start for starts in self.at.values() for start in starts})
        for now in everything:
            self.model.add_at_most_one(
                v for name, starts in self.at.items() for t, v in starts.items() if t <= now < t + self.length[name]
            )
        pairs = set(loop.before)
        pairs |= {(loop.first, other) for other in self.at if loop.first is not None and other != loop.first}
        pairs |= {(other, loop.last) for other in self.at if loop.last is not None and other != loop.last}
        for earlier, later in pairs:
            for now, begun in self.begun[later]:
                self.model.add(begun <= self._begun(earlier, now - self.length[earlier]))

    def _within(self, low: int, high: int) -> Iterator[list[Literal]]:
        """By session: the starts whose time touches the span."""
        for name, starts in self.at.items():
            yield [v for t, v in starts.items() if t < high and t + self.length[name] > low]

    def _free(self, low: int, high: int) -> Literal:
        """A literal that allows no session in this span."""
        free = self._follows(lambda at: not any(t < high and t + self.length[name] > low for name, t in at.items()))
        for literals in self._within(low, high):
            self.model.add(sum(literals) + free <= 1)
        return free

    def _rest(self) -> None:
        """Whatever begins, a rest begins within the time that a run may last: after the last one, there is always one."""
        if self.loop.rest is None:
            return
        longest, minutes = self.loop.rest.after, self.loop.rest.minutes
        ends = sorted({t + self.length[name] for name, starts in self.at.items() for t in starts})
        rests = {end: self._free(end, end + minutes) for end in ends}
        for name, starts in self.at.items():
            for t, v in starts.items():
                own = t + self.length[name]
                if self.length[name] <= longest:
                    self.model.add(v <= sum(free for end, free in rests.items() if own <= end <= t + longest))
                else:  # longer than a run may be: it stands alone
                    self.model.add(v <= rests[own])
                    before = [u for other, a in self.at.items() if other != name
                              for s, u in a.items() if own > s + self.length[other] > t - minutes and s < t]  # fmt: skip
                    self.model.add(sum(before) + v * max(1, len(before)) <= max(1, len(before)))

    def _date(self, start: int) -> date:
        return instant_of(start).astimezone(self.loop.zone).date()

    def _uses(self, day: date, at: Starts) -> bool:
        return day in map(self._date, at.values())

    def _ends_on(self, day: date, at: Starts) -> bool:
        return day == max(map(self._date, at.values()), default=None)

    def _days(self) -> None:
        loop, weights = self.loop, self.weights
        by_day: dict[date, dict[str, dict[int, Literal]]] = defaultdict(lambda: {name: {} for name in self.at})
        for name, starts in self.at.items():
            for t, v in starts.items():
                by_day[self._date(t)][name][t] = v
        since = (
            loop.wait_from or instant_of(min(minute_of(s.start) for s in loop.available)).astimezone(loop.zone).date()
        )
        used, final = {}, {}
        for day, on in sorted(by_day.items()):
            used[day] = self._follows(partial(self._uses, day))
            final[day] = self._follows(partial(self._ends_on, day))
            for starts in on.values():
                self.model.add(sum(starts.values()) <= used[day])
            self.model.add(sum(v for starts in on.values() for v in starts.values()) >= used[day])
            self.of.terms.append(weights.point * weights.wait_day * (day - since).days * final[day])
            self._idle(on)
            self._lunch(day, on, used[day])
        for day, literal in used.items():
            self.model.add(literal <= sum(last for other, last in final.items() if other >= day))
        self.model.add(sum(final.values()) == self.planned)
        self.model.add(sum(used.values()) <= loop.max_days * self.planned)
        self.of.terms.append(weights.point * weights.extra_date * (sum(used.values()) - self.planned))

    def _idle(self, on: Mapping[str, Mapping[int, Literal]]) -> None:
        """From the day's first start to its last end, but for the sessions; at each moment: has it begun, is it over."""
        moments = sorted({m for name, at in on.items() for t in at for m in (t, t + self.length[name])})
        # A day's sessions may end on the next date, where others begin: its own starts bound what is counted.
        here = [(name, min(at), max(at)) for name, at in on.items() if at]
        length: list[Any] = []
        earlier: tuple[Literal, Literal] = (0, 0)
        for now, following in pairwise(moments):
            begun, over = self._follows(partial(_has_begun, on, now)), self._follows(partial(self._is_over, on, now))
            self.model.add(begun >= earlier[0])
            self.model.add(over >= earlier[1])
            self.model.add(over <= begun)
            for name, first, last in here:
                before = self._begun(name, first - 1)
                self.model.add(begun >= self._begun(name, min(now, last)) - before)
                left = self._begun(name, last) - self._begun(name, max(first - 1, min(now - self.length[name], last)))
                self.model.add(over + left <= 1)
            length.append((following - now) * (begun - over))
            earlier = begun, over
        work = _sum((self.length[name], v) for name, at in on.items() for v in at.values())
        self.of.terms.append(self.weights.point * self.weights.idle_minute * (sum(length) - work))

    def _is_over(self, on: Mapping[str, Mapping[int, Literal]], now: int, at: Starts) -> bool:
        return _has_begun(on, now, at) and all(t + self.length[name] <= now for name, t in at.items() if t in on[name])

    def _lunch(self, day: date, on: Mapping[str, Mapping[int, Literal]], used: Literal) -> None:
        """Somewhere in the window: at its beginning, or as soon as a session ends."""
        lunch = self.loop.lunch
        if lunch is None:
            return
        low, high = (local_minute(day, at, self.loop.zone) for at in (lunch.start, lunch.end))
        ends = {t + self.length[name] for name, at in on.items() for t in at}
        begins = sorted({low, *(end for end in ends if low <= end)})
        eats = [self._free(at, at + lunch.minutes) for at in begins if at + lunch.minutes <= high]
        self.model.add(sum(eats) >= used)


def _begins_by(name: str, now: int, at: Starts) -> bool:
    return name in at and at[name] <= now


def _has_begun(on: Mapping[str, Mapping[int, Literal]], now: int, at: Starts) -> bool:
    return any(t in on[name] and t <= now for name, t in at.items())


def _sum(parts: Iterable[tuple[int, Literal]]) -> Any:
    return sum(size * v for size, v in parts)
