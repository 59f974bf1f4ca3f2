"""What loops cost each other by wanting the same people: prices, and what they can be worth at most.

Someone's week costs what each of their loops would pay alone, plus twice the product of the minutes of every two of
them; and there are only so many minutes in their days. A toll for each minute of a person and date stands for both.
Whatever the tolls are, no answer costs less than the loops' best plans alone at these tolls, minus the most that tolls
could have collected in excess of what sharing costs. The nearer the tolls are to the truth, the better that bound.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import NamedTuple

from scheduling.board import Board, Plan
from scheduling.grid import instant_of, local_minute, merged, week_of
from scheduling.problem import Loop, Person

Key = tuple[str, date]

_MIDNIGHT = time()


class _Day(NamedTuple):
    """What somebody could be given on a date: by total of minutes, the most that the squares of its parts add up to."""

    day: date
    squares: Mapping[int, int]


class Rivalry:
    def __init__(self, board: Board) -> None:
        self.board = board
        self.tolls: dict[Key, int] = {}
        self._lengths = self._asked()
        self._windows = merged(span for loop in board.problem.loops for span in loop.available)
        self._weeks: dict[tuple[str, str], list[_Day]] = {}
        self._pieces: dict[tuple[int, int, tuple[int, ...]], dict[int, int]] = {}

    def _asked(self) -> dict[str, tuple[int, ...]]:
        """The lengths of the sessions that each person could sit in."""
        lengths: dict[str, set[int]] = {}
        for loop in self.board.problem.loops:
            for session in loop.sessions:
                for seat in session.seats:
                    for number in self.board.qualified(seat):
                        lengths.setdefault(self.board.people[number].id, set()).add(session.minutes)
        return {name: tuple(sorted(found)) for name, found in lengths.items()}

    def toll(self, person: Person, day: date) -> int:
        return self.tolls.get((person.id, day), 0)

    def taken(self, loop: Loop, plan: Plan, into: dict[Key, int]) -> None:
        """Adds the minutes that a plan asks of each person and date."""
        length = {session.id: session.minutes for session in loop.sessions}
        for visit in plan:
            for _, name in visit.seats:
                person = self.board.people[self.board.index[name]]
                if person.kind == "person":
                    key = (name, instant_of(visit.start).astimezone(person.zone).date())
                    into[key] = into.get(key, 0) + length[visit.session]

    def excess(self) -> tuple[int, dict[Key, int]]:
        """The most that the tolls could collect above what sharing costs, and the minutes with which they would."""
        weeks = {(name, week_of(day)) for name, day in self.tolls}
        total, given = 0, {}
        for name, week in weeks:
            most, minutes = self._week_excess(name, week)
            total += most
            given.update({(name, day): amount for day, amount in minutes.items()})
        return total, given

    def _week_excess(self, name: str, week: str) -> tuple[int, dict[date, int]]:
        person = self.board.people[self.board.index[name]]
        weight = self.board.problem.weights.load
        room = None if person.week_cap is None else person.week_cap - person.week_load.get(week, 0)
        reached: dict[int, int] = {0: 0}
        chosen: list[tuple[date, dict[int, int]]] = []
        for day in self._days(person, week):
            toll = self.tolls.get((name, day.day), 0)
            gains = [(minutes, toll * minutes + weight * squares) for minutes, squares in day.squares.items()]
            following: dict[int, int] = {}
            choice: dict[int, int] = {}
            for total, gain in reached.items():
                for minutes, more in gains:
                    if room is not None and total + minutes > room:
                        continue
                    if gain + more > following.get(total + minutes, -1):
                        following[total + minutes] = gain + more
                        choice[total + minutes] = minutes
            reached = following
            chosen.append((day.day, choice))
        best = max(reached, key=lambda total: reached[total] - weight * total * total)
        most, given, total = reached[best] - weight * best * best, {}, best
        for day_of, choice in reversed(chosen):
            given[day_of] = choice[total]
            total -= choice[total]
        return most, given

    def _days(self, person: Person, week: str) -> list[_Day]:
        key = (person.id, week)
        if key not in self._weeks:
            dates = [day for day, _ in self.board.grid.days(person.zone) if week_of(day) == week]
            self._weeks[key] = [_Day(day, self._squares(person, day)) for day in dates]
        return self._weeks[key]

    def _squares(self, person: Person, day: date) -> dict[int, int]:
        begin = local_minute(day, _MIDNIGHT, person.zone)
        end = local_minute(date.fromordinal(day.toordinal() + 1), _MIDNIGHT, person.zone)
        lengths = self._lengths.get(person.id, ())
        room = None if person.day_cap is None else max(0, person.day_cap - person.day_load.get(day, 0))
        squares = {0: 0}
        for start, until in _common(self.board.spans(self.board.index[person.id]), self._windows):
            first = max(start, begin)
            first += -first % self.board.grid.grain
            if first < min(until, end):
                squares = _both(squares, self._piece(until - first, person.gap, lengths), room)
        return squares

    def _piece(self, minutes: int, gap: int, lengths: tuple[int, ...]) -> dict[int, int]:
        """What fits into one stretch of free time: sessions of these lengths, a gap apart, each begun on the grain."""
        key = (minutes, gap, lengths)
        known = self._pieces.get(key)
        if known is None:
            known = {0: 0}
            grain = self.board.grid.grain
            for length in lengths:
                if length <= minutes:
                    onward = minutes - -(-(length + gap) // grain) * grain
                    for total, squares in self._piece(max(0, onward), gap, lengths).items():
                        if squares + length * length > known.get(total + length, -1):
                            known[total + length] = squares + length * length
            self._pieces[key] = known
        return known


def _both(one: Mapping[int, int], other: Mapping[int, int], room: int | None) -> dict[int, int]:
    joined: dict[int, int] = {}
    for first, squares in one.items():
        for second, more in other.items():
            total = first + second
            if (room is None or total <= room) and squares + more > joined.get(total, -1):
                joined[total] = squares + more
    return joined


def _common(one: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """What two ordered, disjoint lists of spans share."""
    here = there = 0
    while here < len(one) and there < len(other):
        start, end = max(one[here][0], other[there][0]), min(one[here][1], other[there][1])
        if start < end:
            yield start, end
        if one[here][1] < other[there][1]:
            here += 1
        else:
            there += 1
