"""What the rest of a day must cost at least: one table for all nodes of the search.

People are priced (`prices.py`), so the sessions left can each be given their cheapest panel without asking who else
took it, and the sum stays a bound. What remains is a walk through the day: which session next, when, after what rest, and
whether lunch was had. Each table is a list with an entry a start, filled by whole-list operations, since a loop over
entries would take ten times as long. In the tables all time since the date's first position counts as idle, but for what
sessions take of it: then waiting changes nothing, and a table shifted is the table of those who waited.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate, combinations
from operator import add, sub

from scheduling.board import Case
from scheduling.deadline import Deadline
from scheduling.grid import ones
from scheduling.matching import INFINITE, Matching, Row, match
from scheduling.offers import Option
from scheduling.prices import Prices

NEVER = INFINITE >> 1
"""What costs this much can't be."""
FULL = 1 << 30
"""The length of a run that nothing more can join."""


class Day:
    """The tables of one date: the cheapest way on from every point, people priced and told apart no further.

    Positions count grains from the date's first possible start. `finish(left)` is what leaving the date with these
    sessions still to do costs (0 for none left on the last date).
    """

    def __init__(
        self,
        case: Case,
        mask: int,
        prices: Prices,
        *,
        finish: Callable[[int], int],
        window: tuple[int, int, int] | None,
        deadline: Deadline | None = None,
    ) -> None:
        """`window` is the date's lunch rule: from and to, in minutes since 1970, and how much must stay free."""
        grid, loop = case.grid, case.loop
        self.case, self.finish, self.deadline = case, finish, deadline
        grain = self.grain = grid.grain
        able = 0
        for starts in case.starts:
            able |= starts & mask
        self.low = (able & -able).bit_length() - 1 if able else 0
        self.count = able.bit_length() - self.low
        self.base = grid.minute(self.low)
        self.lengths = [-(-session.minutes // grain) for session in case.sessions]
        self.tails = [length * grain - s.minutes for length, s in zip(self.lengths, case.sessions, strict=True)]
        self.slack = max(self.tails)
        self.idle = case.weights.point * case.weights.idle_minute
        self.width = self.count + max(self.lengths) + 1
        self.rest = loop.rest
        self.breaks = max(0, -(-(loop.rest.minutes - self.slack) // grain)) if loop.rest else 0
        self.window = window
        self.options = [self._options(r, mask, prices) for r in range(len(case.rows))]
        self.costs = [self._costs(s, mask) for s in range(len(case.sessions))]
        self._next: dict[tuple[int, int, bool], list[int]] = {}
        self._soonest: dict[tuple[int, bool], list[int]] = {}
        self._rest_of_day: dict[tuple[int, int, bool, int], list[int]] = {}
        self._left: dict[tuple[int, int, bool], list[int]] = {}
        self._begin: dict[int, int] = {}
        self._ready: dict[int, list[int]] = {}
        self._joinable: dict[int, int] = {}
        self._onward: dict[tuple[int, int, int, bool], list[int]] = {}
        self._waiting: dict[tuple[int, int, int, bool], list[int]] = {}
        self._ramp = [self.idle * grain * position for position in range(self.width)]
        self._never = [INFINITE] * self.width
        self._spent = [
            [cost - self._ramp[length] for cost in costs]
            for costs, length in zip(self.costs, self.lengths, strict=True)
        ]

    def _options(self, r: int, mask: int, prices: Prices) -> list[Option]:
        low = self.low
        inside = [
            Option(prices.of(option.cost, option.column), option.column, (option.starts & mask) >> low, option.person)
            for option in self.case.options[r]
            if option.starts & mask
        ]
        inside.sort()
        return inside

    def _costs(self, s: int, mask: int) -> list[int]:
        starts = (self.case.starts[s] & mask) >> self.low
        costs = [INFINITE] * self.count
        extra, kept = 0, -1
        if self.case.sessions[s].id in self.case.moved:
            minute, extra = self.case.moved[self.case.sessions[s].id]
            kept = (minute - self.base) // self.grain if (minute - self.base) % self.grain == 0 else -1
        for position in ones(starts):
            costs[position] = 0 if position == kept else extra
        best = [self._cheapest(r, starts, costs) for r in self.case.rows_of[s]]
        for one, other in combinations(best, 2):
            for position, column in one.items():
                if costs[position] < INFINITE and other.get(position) == column:
                    panel = self.panel(self.case.rows_of[s], position)
                    moved = 0 if position == kept else extra
                    costs[position] = INFINITE if panel is None else panel.cost + moved
        return costs

    def _cheapest(self, r: int, starts: int, costs: list[int]) -> dict[int, int]:
        """Adds the cheapest way to fill one row to each position's cost; says which column it is."""
        best: dict[int, int] = {}
        left = starts
        for option in self.options[r]:
            new = option.starts & left
            if new:
                left ^= new
                for position in ones(new):
                    costs[position] += option.cost
                    best[position] = option.column
                if not left:
                    break
        for position in ones(left):
            costs[position] = INFINITE
        return best

    def panel(self, rows: Sequence[int], position: int) -> Matching | None:
        """One session's panel by itself, exactly."""
        bit, few = 1 << position, len(rows)
        table: dict[int, Row] = {}
        for r in rows:
            able: dict[int, int] = {}
            for option in self.options[r]:
                if option.starts & bit and len(able) < few:
                    able.setdefault(option.column, option.cost)
            table[r] = able
        return match(table)

    def next_ones(self, left: int) -> list[int]:
        """The sessions of `left` whose forerunners are all done."""
        known = self._ready.get(left)
        if known is None:
            waiting = 0
            for s in ones(left):
                waiting |= self.case.after[s]
            known = self._ready[left] = list(ones(left & ~waiting))
        return known

    def run(self, length: int, left: int) -> int:
        """The run's length, or FULL when none of the sessions left can join it."""
        if self.rest is None or not left:
            return FULL
        longest = self._joinable.get(left)
        if longest is None:
            shortest = min(self.case.sessions[s].minutes for s in ones(left))
            longest = self._joinable[left] = self.rest.after - shortest
        return length if length <= longest else FULL

    def onward(self, s: int, rest: int, run: int, had: bool) -> list[int]:  # noqa: FBT001 -- a state of the walk
        """By position: the least cost when `s` starts right there, a run so long after it, and `rest` follows."""
        key = (s, rest, run, had)
        known = self._onward.get(key)
        if known is None:
            known = self._onward[key] = list(map(sub, self.waiting(s, rest, run, had), self._ramp))
        return known

    def waiting(self, s: int, rest: int, run: int, had: bool) -> list[int]:  # noqa: FBT001 -- a state of the walk
        """The same with the time since the date's first position counted as idle."""
        key = (s, rest, run, had)
        known = self._waiting.get(key)
        if known is None:
            known = list(map(add, self._spent[s], self._after(rest, run, had, s)[self.lengths[s] :]))
            self._waiting[key] = known
        return known

    def begin(self, left: int) -> int:
        """The least cost of these sessions from this date on, at least one of them on it."""
        known = self._begin.get(left)
        if known is None:
            known = INFINITE
            for had in (False, True) if self.window else (True,):
                table = self._next_start(left, 0, had)
                fed = self._fed(had)
                known = min(known, min(map(sub, table[fed], self._ramp[fed]), default=INFINITE))
            known = self._begin[left] = known if known < NEVER else INFINITE
        return known

    def _fed(self, had: bool) -> slice:  # noqa: FBT001 -- lunch had or not is a state of the walk
        if self.window is None:
            return slice(None)
        begin, _, minutes = self.window
        border = min(max(0, -(-(begin + minutes - self.base) // self.grain)), self.count)
        return slice(border, None) if had else slice(0, border)

    def _after(self, left: int, run: int, had: bool, s: int) -> list[int]:  # noqa: FBT001 -- a state of the walk
        """By the position where session `s` has ended: the least cost of everything that follows."""
        tail = self.tails[s]
        key = (left, run, had, tail)
        known = self._rest_of_day.get(key)
        if known is None:
            known = self._rest_of_day[key] = self._compute_after(left, run, had, tail)
        return known

    def _compute_after(self, left: int, run: int, had: bool, tail: int) -> list[int]:  # noqa: FBT001 -- as above
        finish, table = self.finish(left), self._never
        if left:
            table, extra = self._go_on(left, run, had), self.idle * tail
            if extra:
                table = [cost + extra for cost in table]
        if finish < INFINITE:
            edge = self.width if had else self._last_bite()
            ended = [finish + ramp for ramp in self._ramp[:edge]] + self._never[edge:]
            table = list(map(min, table, ended)) if left else ended
        return table

    def _last_bite(self) -> int:
        """How many positions leave time for lunch after them."""
        if self.window is None:
            return self.width
        _, end, minutes = self.window
        return min(max(0, (end - minutes - self.base + self.slack) // self.grain + 1), self.width)

    def _go_on(self, left: int, run: int, had: bool) -> list[int]:  # noqa: FBT001 -- as above
        key = (left, run, had)
        known = self._left.get(key)
        if known is None:
            known = self._left[key] = self._compute_go_on(left, run, had)
        return known

    def _compute_go_on(self, left: int, run: int, had: bool) -> list[int]:  # noqa: FBT001 -- as above
        if self.deadline is not None:
            self.deadline.check()
        ways = [self._later(self._soonest_start(left, had), self.breaks)]
        if run != FULL and self.rest is not None:
            joining = self._next_start(left, run, had)
            ways += [self._later(joining, gap) for gap in range(-(-self.rest.minutes // self.grain))]
        if had or self.window is None:
            return _least(ways)
        edge = self._last_bite()
        ways.append(self._eat(left, self.window))
        return _least(ways)[:edge] + self._never[edge:]

    def _eat(self, left: int, window: tuple[int, int, int]) -> list[int]:
        """By position: the least cost when lunch comes next."""
        begin, _, minutes = window
        eaten = self._soonest_start(left, True)  # noqa: FBT003 -- lunch was had then
        opening = min(max(0, -(-(begin + self.slack - self.base) // self.grain)), self.width)
        pause = max(0, -(-(minutes - self.slack) // self.grain))
        later = self._later(eaten, pause)
        if not opening:
            return later
        fed = -(-(begin + minutes - self.base) // self.grain)
        return [eaten[fed] if fed < self.width else INFINITE] * opening + later[opening:]

    def _later(self, table: list[int], gap: int) -> list[int]:
        """The table for those who wait so long first."""
        return table[gap:] + self._never[:gap] if gap else table

    def _soonest_start(self, left: int, had: bool) -> list[int]:  # noqa: FBT001 -- as above
        """By position: the least cost when the next session starts a run there or later."""
        key = (left, had)
        known = self._soonest.get(key)
        if known is None:
            known = list(accumulate(reversed(self._next_start(left, 0, had)), min))
            known.reverse()
            self._soonest[key] = known
        return known

    def _next_start(self, left: int, run: int, had: bool) -> list[int]:  # noqa: FBT001 -- as above
        """By position: the least cost when the next session starts right there, `run` minutes into a run."""
        key = (left, run, had)
        known = self._next.get(key)
        if known is None:
            ways = []
            for s in self.next_ones(left):
                length, rest = run + self.case.sessions[s].minutes, left & ~(1 << s)
                if not run or self.rest is None or length <= self.rest.after:
                    ways.append(self.waiting(s, rest, self.run(length, rest), had))
            known = self._next[key] = _least(ways) + self._never[self.count :] if ways else self._never
        return known


def _least(tables: list[list[int]]) -> list[int]:
    """By position: the least of all tables."""
    return list(map(min, *tables)) if len(tables) > 1 else tables[0]
