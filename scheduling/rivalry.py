"""What loops cost each other by wanting the same people: prices, and what they can be worth at most.

Someone's week costs what each of their loops would pay alone, plus twice the product of the minutes of every two of
them; and there is only so much in a stretch of their free time. A toll for each minute of a person and
stretch stands for both.
Whatever the tolls are, no answer costs less than the loops' best plans alone at these tolls, minus the most that tolls
could have collected in excess of what sharing costs. The nearer the tolls are to the truth, the better that bound.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from typing import NamedTuple

from scheduling.board import Board, Plan
from scheduling.grid import local_minute, merged, week_of
from scheduling.problem import Loop, Person

_MIDNIGHT = time()

Key = tuple[str, int]
"""A person and the first minute of one of their stretches of free time."""


class _Stretch(NamedTuple):
    """Free time of somebody on one date while some candidate is available, and the starts in it."""

    key: Key
    end: int
    day: date
    starts: int
    squares: Mapping[int, int]


class Rivalry:
    def __init__(self, board: Board) -> None:
        self.board = board
        self.tolls: dict[Key, int] = {}
        self._lengths = self._asked()
        self._windows = merged(span for loop in board.problem.loops for span in loop.available)
        self._stretches: dict[str, list[_Stretch]] = {}
        self._known: dict[Key, _Stretch] = {}
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

    def parts(self, person: Person, starts: int, *, halves: int = 2) -> list[tuple[int, int]]:
        """The starts, by what a minute of the person costs besides: so many halves of the toll."""
        parts = []
        for stretch in self._of(person):
            toll = self.tolls.get(stretch.key, 0) * halves // 2
            if toll and starts & stretch.starts:
                parts.append((toll, starts & stretch.starts))
                starts &= ~stretch.starts
        if starts:
            parts.append((0, starts))
        return parts

    def taken(self, loop: Loop, plan: Plan, into: dict[Key, int]) -> None:
        """Adds the minutes that a plan asks of each person and stretch."""
        length = {session.id: session.minutes for session in loop.sessions}
        for visit in plan:
            for _, name in visit.seats:
                person = self.board.people[self.board.index[name]]
                if person.kind == "person":
                    stretch = next(s for s in self._of(person) if s.key[1] <= visit.start < s.end)
                    into[stretch.key] = into.get(stretch.key, 0) + length[visit.session]

    def same_day(self, key: Key) -> list[Key]:
        """The stretches of that person and date, this one among them."""
        day = self._known[key].day
        return [stretch.key for stretch in self._stretches[key[0]] if stretch.day == day]

    def excess(self) -> tuple[int, dict[Key, int]]:
        """The most that the tolls could collect above what sharing costs, and the minutes with which they would.

        Stretches without a toll are left out: time given there only makes sharing dearer.
        """
        weeks: dict[tuple[str, str], list[_Stretch]] = {}
        for key in self.tolls:
            stretch = self._known[key]
            weeks.setdefault((key[0], week_of(stretch.day)), []).append(stretch)
        total = 0
        given: dict[Key, int] = {}
        for (name, week), stretches in weeks.items():
            total += self._week_excess(self.board.people[self.board.index[name]], week, stretches, given)
        return total, given

    def _week_excess(self, person: Person, week: str, stretches: list[_Stretch], given: dict[Key, int]) -> int:
        weight = self.board.problem.weights.load
        room = None if person.week_cap is None else person.week_cap - person.week_load.get(week, 0)
        days: dict[date, list[_Stretch]] = {}
        for stretch in stretches:
            days.setdefault(stretch.day, []).append(stretch)
        reached: _Gains = {0: (0, ())}
        for day, parts in days.items():
            of_day: _Gains = {0: (0, ())}
            limit = None if person.day_cap is None else max(0, person.day_cap - person.day_load.get(day, 0))
            for stretch in parts:
                toll = self.tolls[stretch.key]
                gains: _Gains = {
                    minutes: (toll * minutes + weight * squares, ((stretch.key, minutes),) if minutes else ())
                    for minutes, squares in stretch.squares.items()
                }
                of_day = _joined(of_day, gains, limit)
            reached = _joined(reached, of_day, room)
        best = max(reached, key=lambda total: reached[total][0] - weight * total * total)
        given.update({stretch.key: 0 for stretch in stretches})
        given.update(reached[best][1])
        return reached[best][0] - weight * best * best

    def _of(self, person: Person) -> list[_Stretch]:
        known = self._stretches.get(person.id)
        if known is None:
            known = self._stretches[person.id] = [
                stretch for day, _ in self.board.grid.days(person.zone) for stretch in self._on(person, day)
            ]
            self._known.update({stretch.key: stretch for stretch in known})
        return known

    def _on(self, person: Person, day: date) -> Iterator[_Stretch]:
        begin = local_minute(day, _MIDNIGHT, person.zone)
        end = local_minute(date.fromordinal(day.toordinal() + 1), _MIDNIGHT, person.zone)
        lengths = self._lengths.get(person.id, ())
        for start, until in _common(self.board.spans(self.board.index[person.id]), self._windows):
            first = max(start, begin)
            first += -first % self.board.grid.grain
            if first < min(until, end):
                starts = self.board.grid.starts(first, min(until, end) - 1)
                squares = self._piece(until - first, person.gap, lengths)
                yield _Stretch((person.id, first), min(until, end), day, starts, squares)

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


_Gains = dict[int, tuple[int, tuple[tuple[Key, int], ...]]]
"""By minutes given: the most they gain, and where they are given."""


def _joined(one: _Gains, other: _Gains, room: int | None) -> _Gains:
    joined: _Gains = {}
    for first, (gain, where) in one.items():
        for second, (more, there) in other.items():
            total = first + second
            if (room is None or total <= room) and (total not in joined or gain + more > joined[total][0]):
                joined[total] = (gain + more, where + there)
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
