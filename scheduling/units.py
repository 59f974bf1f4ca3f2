"""What a loop is searched in: its dates, and the units of plans that end on the same date."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from scheduling.board import Case, Plan
from scheduling.bounds import Day
from scheduling.deadline import Deadline
from scheduling.grid import local_minute
from scheduling.matching import INFINITE, Row
from scheduling.offers import Option
from scheduling.prices import Prices

HUGE = INFINITE >> 2


Known = dict[tuple[date, int], Prices]
"""By the date that units end on, and how many they use: prices that did well when the loop was searched before."""


class Found(NamedTuple):
    cost: int
    plan: Plan


class Enough(Exception):
    """A plan was found, and any plan was asked for."""


class Best:
    """The cheapest plans so far that differ in a start."""

    def __init__(self, *, keep: int, ceiling: int, first: bool, slack: int, rough: bool) -> None:
        self.keep, self.ceiling, self.first = keep, ceiling, first
        self.slack, self.rough = slack, rough
        self.found: list[Found] = []
        self.spared = INFINITE
        """What a plan costs at least that was not looked for, since it could be no more than the slack below the limit."""

    @property
    def limit(self) -> int:
        """What a plan must stay below to be of interest."""
        return self.ceiling if len(self.found) < self.keep else self.found[-1].cost

    def spares(self, bound: int, *, slack: bool) -> bool:
        """Whether plans of this bound are not worth looking for."""
        if bound < self.limit - (self.slack if slack else 0):
            return False
        self.spared = min(self.spared, bound)
        return True

    def add(self, cost: int, plan: Plan) -> None:
        starts = [(visit.session, visit.start) for visit in plan]
        known = any([(visit.session, visit.start) for visit in found.plan] == starts for found in self.found)
        if cost < self.limit and not known:
            self.found.append(Found(cost, plan))
            self.found.sort(key=lambda found: found.cost)
            del self.found[self.keep :]
            if self.first:
                raise Enough


class Terrain:
    """One loop's dates, lunch windows, and who can matter for a seat."""

    def __init__(self, case: Case, known: Known | None = None) -> None:
        self.case, self.known = case, known
        able = 0
        for starts in case.starts:
            able |= starts
        zone, lunch = case.loop.zone, case.loop.lunch
        self.dates: list[tuple[date, int]] = [(day, mask) for day, mask in case.grid.days(zone) if mask & able]
        self.windows: list[tuple[int, int, int]] = []
        if lunch is not None:
            for day, _ in self.dates:
                begin, end = local_minute(day, lunch.start, zone), local_minute(day, lunch.end, zone)
                self.windows.append((begin, end, lunch.minutes))
        self.idle = case.weights.point * case.weights.idle_minute
        self.full = (1 << len(case.sessions)) - 1

    def too_long(self, last: int, dates: int) -> bool:
        """Whether the sessions, with the rests that they need between them, are longer than these dates."""
        earlier = sorted((self._room(number) for number in range(last)), reverse=True)[: dates - 1]
        return sum(session.minutes for session in self.case.sessions) > self._room(last) + sum(earlier)

    def _room(self, number: int) -> int:
        """The most minutes of sessions that fit between a date's first start and its last end."""
        case, mask = self.case, self.dates[number][1]
        able = [(starts & mask, session) for starts, session in zip(case.starts, case.sessions, strict=True)]
        begin = min(case.grid.minute((at & -at).bit_length() - 1) for at, _ in able if at)
        end = max(case.grid.minute(at.bit_length() - 1) + session.minutes for at, session in able if at)
        rest = case.loop.rest
        if rest is None:
            return end - begin
        run = max(rest.after, *(session.minutes for session in case.sessions))
        runs = range(1, len(case.sessions) + 1)
        return max(min(number * run, end - begin - (number - 1) * rest.minutes) for number in runs)

    def fixed(self, last: int, dates: int) -> int:
        """What waiting until a date, and using so many dates, costs."""
        weights, loop = self.case.weights, self.case.loop
        first = min(span.start for span in loop.available).astimezone(loop.zone).date()
        waited = (self.dates[last][0] - (loop.wait_from or first)).days
        return weights.point * (weights.wait_day * waited + weights.extra_date * (dates - 1))

    def cheapest(self, options: Sequence[Option], starts: int) -> dict[int, int]:
        """The columns that can matter for one row: as many of each kind as there are rows, cheapest first.

        Columns are of one kind when they count for the same mix rules.
        """
        row: dict[int, int] = {}
        room: dict[int, int] = {}
        number = len(self.case.rows)
        for option in options:
            if option.starts & starts and option.column not in row:
                kind = self.case.kinds.get(option.column, 0)
                taken = room.get(kind, 0)
                if taken < number:
                    room[kind] = taken + 1
                    row[option.column] = option.cost
                elif not self.case.kinds:
                    break
        return row

    def rows_within(self, mask: int) -> dict[int, Row]:
        case = self.case
        return {r: self.cheapest(case.options[r], mask & case.starts[case.rows[r][0]]) for r in range(len(case.rows))}

    def least_moved(self, mask: int) -> int:
        """What sessions that can't keep their start within these dates must pay for it."""
        case, total = self.case, 0
        for s, session in enumerate(case.sessions):
            if session.id in case.moved:
                minute, extra = case.moved[session.id]
                if not case.starts[s] & mask & case.grid.starts(minute, minute):
                    total += extra
        return total


class Unit:
    """All plans that end on date `last` and use exactly `dates` dates.

    Dates are layers: layer 1 is the last date, layer 2 one before it, and so on.
    """

    def __init__(self, terrain: Terrain, last: int, dates: int) -> None:
        self.terrain, self.last, self.dates = terrain, last, dates
        self.fixed = self.bound = terrain.fixed(last, dates)
        self.prices: Prices | None = None
        self.days: dict[tuple[int, int], Day] = {}
        self.deadline: Deadline | None = None
        self.looks = 0
        self.tries = 0

    def closer(self, deadline: Deadline) -> bool:
        """Looks more closely at the bound; False when there was nothing closer to look at."""
        self.looks += 1
        self.deadline = deadline
        if self.looks == 1:
            mask = self.terrain.dates[self.last][1]
            if self.dates > 1:
                for _, earlier in self.terrain.dates[: self.last]:
                    mask |= earlier
            self.prices = Prices(self.terrain.rows_within(mask), self.terrain.case.demands)
            self.bound = INFINITE
            known = None if self.terrain.known is None else self.terrain.known.get(self.key)
            if known is not None:
                self.prices = self.prices.like(known.columns, known.demands)
            if self.prices.possible and not self.terrain.too_long(self.last, self.dates):
                self.bound = self.fixed + self.prices.bound + self.terrain.least_moved(mask)
        elif self.looks == 2:  # noqa: PLR2004 -- the second look
            self.bound = max(self.bound, self.least())
        else:
            return False
        return True

    @property
    def key(self) -> tuple[date, int]:
        return self.terrain.dates[self.last][0], self.dates

    def remember(self) -> None:
        """Keeps the prices for the next search of the same loop."""
        if self.terrain.known is not None:
            self.terrain.known[self.key] = self.priced

    @property
    def priced(self) -> Prices:
        assert self.prices is not None  # noqa: S101 -- the first look sets them, and nobody asks before
        return self.prices

    def reprice(self, prices: Prices, days: dict[tuple[int, int], Day] | None = None) -> None:
        self.prices = prices
        self.days = {} if days is None else days

    def least(self) -> int:
        """The bound that the present prices give."""
        numbers = self.numbers(self.dates, 0)
        begins = (self.day(self.dates, number).begin(self.terrain.full) for number in numbers)
        return self.fixed + min(begins, default=INFINITE) + self.priced.offset

    def numbers(self, layer: int, first: int) -> range:
        """The dates that a layer may lie on, from number `first` on; the others need room after theirs."""
        return range(max(first, self.last), self.last + 1) if layer == 1 else range(first, self.last - layer + 2)

    def day(self, layer: int, number: int) -> Day:
        known = self.days.get((layer, number))
        if known is None:
            terrain = self.terrain
            known = Day(
                terrain.case,
                terrain.dates[number][1],
                self.priced,
                finish=lambda left: self.finish(layer, number, left),
                deadline=self.deadline,
                window=terrain.windows[number] if terrain.windows else None,
            )
            self.days[layer, number] = known
        return known

    def finish(self, layer: int, number: int, left: int) -> int:
        """What leaving the date with these sessions to do must cost."""
        if layer == 1 or not left:
            return 0 if layer == 1 and not left else INFINITE
        later = self.numbers(layer - 1, number + 1)
        return min((self.day(layer - 1, date).begin(left) for date in later), default=INFINITE)
