"""What loops cost each other by wanting the same people: tolls, and what they can be worth at most.

Three things tie loops together, and each has tolls. A grain of somebody's time serves one session: whoever uses it pays
for it. A day's cap is shared by the minutes. And a week costs what each session would cost alone, plus twice the product
of the minutes of every two: a session pays for the company it keeps. Whatever the tolls are, no answer costs less than
the loops' best plans alone at these tolls, minus the most that tolls could have collected in excess of what sharing
costs. The nearer the tolls are to the truth, the better that bound.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import gcd
from typing import NamedTuple

from scheduling.board import Board, Plan
from scheduling.grid import instant_of, ones, week_of
from scheduling.problem import Loop, Person

HOUR = 60

Use = tuple[tuple[int, float], ...]
"""How much of what is shared, by its number."""

WeekOf = tuple[int, str]
"""A person's number and a week."""


class Company(NamedTuple):
    """Sessions of one person in one week: how many of each length there are, and what they cost besides each alone."""

    counts: tuple[tuple[int, int], ...]
    extra: int


class Week:
    """Someone's week, and the number under which each length of session is shared in it."""

    def __init__(self, person: Person, week: str, numbers: Mapping[int, int]) -> None:
        self.numbers = numbers
        self.room = None if person.week_cap is None else max(0, person.week_cap - person.week_load.get(week, 0))

    def companies(self) -> Iterator[Company]:
        """Nobody, everybody alone, every two."""
        lengths = sorted(self.numbers)
        sets = [(), *((one,) for one in lengths)]
        sets += [(one, other) for at, one in enumerate(lengths) for other in lengths[at:]]
        return (self.company(minutes) for minutes in sets if self.room is None or sum(minutes) <= self.room)

    @staticmethod
    def company(lengths: Sequence[int]) -> Company:
        counts = tuple((length, lengths.count(length)) for length in sorted(set(lengths)))
        return Company(counts, sum(lengths) ** 2 - sum(length * length for length in lengths))

    def dearest(self, tolls: Sequence[int], weight: int) -> tuple[int, tuple[int, ...]]:
        """The most that a week could pay above what its company costs, and the lengths that would.

        By the total of minutes, as in packing a knapsack. Nothing that lasts longer than the best rate (toll, with the
        length's own square, by the minute) can pay: the square of the total eats it.
        """
        worth = {length: tolls[number] + weight * length * length for length, number in self.numbers.items()}
        if not any(tolls[number] for number in self.numbers.values()):
            return 0, ()
        limit = max(value // (weight * length) if weight else HOUR * 168 for length, value in worth.items())
        limit = min(limit, HOUR * 168) if self.room is None else min(limit, self.room)
        step = gcd(*worth)
        most: dict[int, tuple[int, int]] = {0: (0, 0)}
        best = best_at = 0
        for total in range(step, limit + 1, step):
            found = [
                (most[total - length][0] + value, length) for length, value in worth.items() if total - length in most
            ]
            if found:
                most[total] = max(found)
                gain = most[total][0] - weight * total * total
                if gain > best:
                    best, best_at = gain, total
        lengths: list[int] = []
        while best_at:
            lengths.append(most[best_at][1])
            best_at -= lengths[-1]
        return best, tuple(lengths)


class Rivalry:
    """What is shared, numbered; its tolls; and what each plan uses of it."""

    def __init__(self, board: Board) -> None:
        self.board, self.grid = board, board.grid
        self.weight = board.problem.weights.load
        self.room: list[float] = []
        """How much there is of each; of company none, since weeks provide it at a cost."""
        self.tolls: list[int] = []
        self.weeks: dict[WeekOf, Week] = {}
        self._slots: dict[int, dict[int, int]] = {}
        self._days: dict[tuple[int, date], int] = {}
        self._lengths = self._asked()
        self._parts: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def _asked(self) -> dict[int, set[int]]:
        """The lengths of the sessions that each person could sit in."""
        lengths: dict[int, set[int]] = {}
        for loop in self.board.problem.loops:
            for session in loop.sessions:
                for seat in session.seats:
                    for number in self.board.qualified(seat):
                        lengths.setdefault(number, set()).add(session.minutes)
        return lengths

    def _new(self, room: float) -> int:
        self.room.append(room)
        self.tolls.append(0)
        return len(self.room) - 1

    def use(self, loop: Loop, plan: Plan) -> Use:
        """What a plan uses: somebody's time with the gap after it, their day where it is capped, company in their week."""
        length = {session.id: session.minutes for session in loop.sessions}
        used: dict[int, float] = {}
        for visit in plan:
            for _, name in visit.seats:
                for number, amount in self._uses(self.board.index[name], visit.start, length[visit.session]):
                    used[number] = used.get(number, 0) + amount
        return tuple(used.items())

    def _uses(self, number: int, start: int, minutes: int) -> Iterator[tuple[int, float]]:
        person = self.board.people[number]
        position = (start - self.grid.origin) // self.grid.grain
        slots = self._slots.setdefault(number, {})
        for at in range(position, position + self._grains(person, minutes)):
            if at not in slots:
                slots[at] = self._new(1)
            yield slots[at], 1
        if person.kind == "room":
            return
        day = instant_of(start).astimezone(person.zone).date()
        yield self._week(number, week_of(day)).numbers[minutes], 1
        if person.day_cap is not None:
            if (number, day) not in self._days:
                self._days[number, day] = self._new(max(0, person.day_cap - person.day_load.get(day, 0)) / HOUR)
            yield self._days[number, day], minutes / HOUR

    def _grains(self, person: Person, minutes: int) -> int:
        return -(-(minutes + person.gap) // self.grid.grain)

    def _week(self, number: int, week: str) -> Week:
        known = self.weeks.get((number, week))
        if known is None:
            numbers = {length: self._new(0) for length in sorted(self._lengths[number])}
            known = self.weeks[number, week] = Week(self.board.people[number], week, numbers)
        return known

    def set(self, prices: Sequence[float]) -> None:
        self.tolls = [int(price) for price in prices]
        self._parts.clear()

    def raise_tolls(self, numbers: Iterable[int], step: int) -> None:
        for number in numbers:
            self.tolls[number] += step
        self._parts.clear()

    def parts(self, number: int, week: str, minutes: int, starts: int) -> list[tuple[int, int]]:
        """The starts, by what the session costs besides."""
        company = 0
        if (number, week) in self.weeks:
            company = self.tolls[self.weeks[number, week].numbers[minutes]]
        parts = []
        for cost, mask in self._by_toll(number, minutes):
            if mask & starts:
                parts.append((cost + company, mask & starts))
                starts &= ~mask
        if starts:
            parts.append((company, starts))
        return parts

    def _by_toll(self, number: int, minutes: int) -> list[tuple[int, int]]:
        key = (number, minutes)
        known = self._parts.get(key)
        if known is None:
            person = self.board.people[number]
            long, size = self._grains(person, minutes), self.grid.size
            costs: dict[int, int] = {}
            for position, shared in self._slots.get(number, {}).items():
                toll = self.tolls[shared]
                if toll:
                    for at in range(max(0, position - long + 1), min(position + 1, size)):
                        costs[at] = costs.get(at, 0) + toll
            self._add_days(number, person, minutes, costs)
            masks: dict[int, int] = {}
            for at, cost in costs.items():
                masks[cost] = masks.get(cost, 0) | 1 << at
            known = self._parts[key] = list(masks.items())
        return known

    def _add_days(self, number: int, person: Person, minutes: int, costs: dict[int, int]) -> None:
        if person.day_cap is None:
            return
        for day, mask in self.grid.days(person.zone):
            shared = self._days.get((number, day))
            toll = 0 if shared is None else self.tolls[shared] * minutes // HOUR
            for at in ones(mask) if toll else ():
                costs[at] = costs.get(at, 0) + toll

    def excess(self) -> tuple[int, list[tuple[WeekOf, Company]]]:
        """The most that the tolls could collect above what sharing costs, and the company in which weeks would pay it."""
        total = -sum(int(-toll * room // 1) for toll, room in zip(self.tolls, self.room, strict=True) if toll)
        found = []
        for key, week in self.weeks.items():
            worth, lengths = week.dearest(self.tolls, self.weight)
            if worth:
                total += worth
                found.append((key, week.company(lengths)))
        return total, found
