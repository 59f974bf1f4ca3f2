"""When everybody is free, summed up once for each person and length of session, and only for those who are asked about."""

from collections.abc import Sequence

from scheduling.grid import Grid, merged, run
from scheduling.problem import Person


class FreeTime:
    """The free time of these people on one grid; people are told apart by their numbers."""

    def __init__(self, people: Sequence[Person], grid: Grid) -> None:
        self.people, self.grid = people, grid
        self._spans: dict[int, tuple[tuple[int, int], ...]] = {}
        self._starts: dict[tuple[int, int], int] = {}
        self._pieces: dict[tuple[int, int], int] = {}

    def spans(self, person: int) -> tuple[tuple[int, int], ...]:
        if person not in self._spans:
            self._spans[person] = merged(self.people[person].free, within=self.grid.within)
        return self._spans[person]

    def starts(self, person: int, minutes: int) -> int:
        """The starts from which the person is free for so long, other loops left aside."""
        known = self._starts.get((person, minutes))
        if known is None:
            whole, rest = divmod(minutes, self.grid.grain)
            known = self._fits(person, rest) >> whole if rest else self.grid.everything
            if whole:
                known &= run(self._fits(person, self.grid.grain), whole)
            self._starts[person, minutes] = known = known & self.grid.everything
        return known

    def _fits(self, person: int, minutes: int) -> int:
        """The same for a grain at most, and beyond the grid's end: the pieces that sessions are put together of."""
        known = self._pieces.get((person, minutes))
        if known is None:
            known = 0
            origin, grain = self.grid.origin, self.grid.grain
            for start, end in self.spans(person):
                low = (start - origin + grain - 1) // grain
                number = (end - minutes - origin) // grain - low + 1
                if number > 0:
                    known |= ((1 << number) - 1) << low if low >= 0 else ((1 << number) - 1) >> -low
            self._pieces[person, minutes] = known
        return known
