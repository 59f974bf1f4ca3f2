"""How many loops must be left out, by counting: those who hold a qualification have time for so many sessions only.

Where a room or a role is far too scarce, tolls would have to rise to what leaving a loop out costs before they said as
much. Counting says it at once.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from scheduling.board import Board, Engaged
from scheduling.grid import minute_after, minute_of
from scheduling.problem import Loop, Person

Group = frozenset[int]


class Scarcity:
    """What each group of people can do at most for these loops, of which none is planned yet."""

    def __init__(self, board: Board, loops: Sequence[Loop]) -> None:
        self.board, self.grid = board, board.grid
        self._able = 0
        groups: Counter[Group] = Counter()
        for loop in loops:
            for span in loop.available:
                self._able |= self.grid.starts(minute_after(span.start), minute_of(span.end))
            groups.update(self._groups(loop))
        wanted = [group for group, times in groups.items() if times > 1]
        self._asked = {group: [self._lengths(loop, group) for loop in loops] for group in wanted}

    def left_out(self) -> int:
        """So many loops have no place in any answer."""
        return max((self._lacking(group, lengths) for group, lengths in self._asked.items()), default=0)

    def _groups(self, loop: Loop) -> set[Group]:
        """The people who may take a seat, for each seat that must be taken."""
        seats = (seat for session in loop.sessions for seat in session.seats if not seat.optional)
        return {frozenset(self.board.qualified(seat)) for seat in seats}

    def _lengths(self, loop: Loop, group: Group) -> list[int]:
        """The minutes of each seat that only this group can take."""
        return [
            session.minutes
            for session in loop.sessions
            for seat in session.seats
            if not seat.optional and group.issuperset(self.board.qualified(seat))
        ]

    def _lacking(self, group: Group, lengths: Sequence[Sequence[int]]) -> int:
        shortest = min(minutes for each in lengths for minutes in each)
        room = sum(self._most(number, shortest) for number in group)
        left = 0
        for asked in sorted(map(len, lengths)):
            room -= asked
            left += room < 0
        return left

    def _most(self, number: int, minutes: int) -> int:
        """How many sessions somebody can take, were they all this short."""
        person = self.board.people[number]
        days = self.grid.days(person.zone)
        total = 0
        for week, starts in self.board.allowed(number, minutes, Engaged()):
            able = starts & self._able
            count = sum(self._on(person, day, able & mask, minutes) for day, mask in days if able & mask)
            if person.kind == "person" and person.week_cap is not None:
                count = min(count, max(0, person.week_cap - person.week_load.get(week, 0)) // minutes)
            total += count
        return total

    def _on(self, person: Person, day: date, starts: int, minutes: int) -> int:
        """The most of a day's starts with room for a session and a gap from one to the next, under the day's cap."""
        step = -(-(minutes + person.gap) // self.grid.grain)
        count = 0
        while starts:
            count += 1
            starts &= -1 << ((starts & -starts).bit_length() - 1 + step)
        if person.kind == "person" and person.day_cap is not None:
            count = min(count, max(0, person.day_cap - person.day_load.get(day, 0)) // minutes)
        return count
