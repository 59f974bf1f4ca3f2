"""One loop, exactly: the best layouts in time with the best panel for each, proved.

The dates a loop may end on, and how many dates it uses, make units. Units wait in a heap by what they must cost at
least; a unit is looked at more closely each time it comes up (people matched with times ignored, then the day's
tables), and searched depth first only when its bound still is the least. Nodes carry a matching of the seats placed so
far at the starts they have; a finished layout gets its exact panel.
"""

import heapq
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from scheduling.board import Case, Option, Plan
from scheduling.bounds import FULL, Day, Prices
from scheduling.grid import local_minute
from scheduling.matching import INFINITE, Clash, Matching, Row, choose_panel

HUGE = INFINITE >> 2
LOOK_AT_CLOCK = 64
PATIENCE = 200
MORE_PATIENCE = 6
PRICE_ROUNDS = 12
CALMER = 0.7


class OutOfTime(Exception):
    """An outcome, not an error: what was found by then is still good."""


class Deadline:
    """The instant after which a search stops, on a clock that the caller owns."""

    __slots__ = ("_count", "_monotonic", "_until")

    def __init__(self, monotonic: Callable[[], float], until: float) -> None:
        self._monotonic, self._until, self._count = monotonic, until, 0

    def check(self) -> None:
        self._count += 1
        if self._count % LOOK_AT_CLOCK == 0:
            self.look()

    def look(self) -> None:
        if self._monotonic() >= self._until:
            raise OutOfTime

    def left(self) -> float:
        return self._until - self._monotonic()

    def sooner(self, seconds: float) -> "Deadline":
        """A deadline within this one, at most so many seconds from now."""
        return Deadline(self._monotonic, min(self._until, self._monotonic() + seconds))


class _Stuck(Exception):
    """Too many layouts look as good as the bound: the bound must rise first."""


class _Enough(Exception):
    """A plan was found, and any plan was asked for."""


class Found(NamedTuple):
    cost: int
    plan: Plan


class Result(NamedTuple):
    """The best plans with different starts, cheapest first; nothing that is not among them costs less than `bound`."""

    plans: tuple[Found, ...]
    bound: int
    proved: bool


class _Node(NamedTuple):
    """Where the walk through a layout stands after its latest session."""

    layer: int
    day: int
    left: int
    end: int
    onset: int
    run: int
    had: bool
    idle: int


class _Step(NamedTuple):
    """A session that could come next, and the least cost of a plan in which it does."""

    bound: int
    s: int
    start: int
    position: int
    day: int
    layer: int
    onset: int
    run: int
    had: bool
    idle: int


class _Unit:
    """All plans that end on date `last` and use exactly `dates` dates."""

    def __init__(self, search: "_Search", last: int, dates: int) -> None:
        self.search, self.last, self.dates = search, last, dates
        weights = search.case.weights
        waited = (search.dates[last][0] - search.wait_from).days
        self.fixed = weights.point * (weights.wait_day * waited + weights.extra_date * (dates - 1))
        self.bound = self.fixed
        self.prices: Prices | None = None
        self.days: dict[tuple[int, int], Day] = {}
        self.patience = PATIENCE

    def closer(self) -> bool:
        """Looks more closely at the bound; False when there was nothing closer to look at."""
        if self.prices is None:
            search, mask = self.search, self.search.dates[self.last][1]
            if self.dates > 1:
                for _, earlier in search.dates[: self.last]:
                    mask |= earlier
            self.prices = Prices(search.rows_within(mask), search.case.demands)
            self.bound = self.fixed + self.prices.bound + search.least_moved(mask) if self.prices.possible else INFINITE
            return True
        if not self.days:
            self.bound = max(self.bound, self.least(self.prices))
            return True
        return False

    def least(self, prices: Prices) -> int:
        """The bound that these prices give."""
        full = (1 << len(self.search.case.sessions)) - 1
        begins = (self.day(self.dates, number).begin(full) for number in self.numbers(self.dates, 0))
        return self.fixed + min(begins, default=INFINITE) + prices.offset

    def reprice(self) -> None:
        """Raises the bound: whoever the cheapest walk seats twice gets dearer (Polyak's subgradient steps)."""
        assert self.prices is not None  # noqa: S101 -- `closer` set them
        best, days, bound = self.prices, self.days, self.least(self.prices)
        eager, prices = 1.0, self.prices
        for _ in range(PRICE_ROUNDS):
            self.search.deadline.look()
            taken = _Walk(self.search, self).cheapest_walk()
            strain = prices.strain(taken)
            if bound >= self.search.limit or not strain:
                break
            prices = prices.after(taken, eager * (self.search.limit - bound) / strain)
            self.prices, self.days = prices, {}
            least = self.least(prices)
            if least > bound:
                best, days, bound = prices, self.days, least
            else:
                eager *= CALMER
        self.prices, self.days = best, days
        self.bound = max(self.bound, bound)

    def numbers(self, layer: int, first: int) -> range:
        """The dates that layer may lie on: the last one for layer 1, the ones before it (with room) for the others."""
        return range(max(first, self.last), self.last + 1) if layer == 1 else range(first, self.last - layer + 2)

    def day(self, layer: int, number: int) -> Day:
        known = self.days.get((layer, number))
        if known is None:
            assert self.prices is not None  # noqa: S101 -- `closer` was called twice before any day is asked for
            search = self.search
            known = Day(
                search.case, search.dates[number][1], self.prices, finish=lambda left: self.finish(layer, number, left)
            )
            if search.windows:
                known.have_lunch(*search.windows[number])
            self.days[layer, number] = known
        return known

    def finish(self, layer: int, number: int, left: int) -> int:
        """What leaving the date with these sessions to do must cost."""
        if layer == 1 or not left:
            return 0 if layer == 1 and not left else INFINITE
        return min(
            (self.day(layer - 1, later).begin(left) for later in self.numbers(layer - 1, number + 1)), default=INFINITE
        )


class _Search:
    def __init__(self, case: Case, *, keep: int, deadline: Deadline, limit: int, first: bool) -> None:
        self.case, self.keep, self.deadline, self.first = case, keep, deadline, first
        self.ceiling = limit
        self.best: list[Found] = []
        able = 0
        for starts in case.starts:
            able |= starts
        self.dates: list[tuple[date, int]] = [
            (day, mask) for day, mask in case.grid.days(case.loop.zone) if mask & able
        ]
        self.wait_from = wait_from(case)
        lunch, zone = case.loop.lunch, case.loop.zone
        self.windows: list[tuple[int, int, int]] = []
        if lunch is not None:
            for day, _ in self.dates:
                begin, end = local_minute(day, lunch.start, zone), local_minute(day, lunch.end, zone)
                self.windows.append((begin, end, lunch.minutes))
        self.signatures = self._signatures()
        self.idle = case.weights.point * case.weights.idle_minute

    @property
    def limit(self) -> int:
        return self.ceiling if len(self.best) < self.keep else self.best[-1].cost

    def _signatures(self) -> dict[int, int]:
        """Which mix rules a column counts for, as bits; columns in none are left out."""
        signatures: dict[int, int] = {}
        for bit, demand in enumerate(self.case.demands):
            for column in demand.among:
                signatures[column] = signatures.get(column, 0) | 1 << bit
        return signatures

    def cheapest(self, options: list[Option], starts: int) -> dict[int, int]:
        """The columns that can matter for one row: as many of each signature as there are rows, cheapest first."""
        row: dict[int, int] = {}
        room: dict[int, int] = {}
        number = len(self.case.rows)
        for option in options:
            if option.starts & starts and option.column not in row:
                kind = self.signatures.get(option.column, 0)
                taken = room.get(kind, 0)
                if taken < number:
                    room[kind] = taken + 1
                    row[option.column] = option.cost
                elif not self.signatures:
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

    def units(self) -> Iterator[_Unit]:
        sessions = len(self.case.sessions)
        for last in range(len(self.dates)):
            for dates in range(1, min(self.case.loop.max_days, sessions, last + 1) + 1):
                yield _Unit(self, last, dates)

    def run(self) -> Result:
        """Searches until the proof or the deadline; whatever was found by then is kept."""
        heap = [(unit.bound, number, unit) for number, unit in enumerate(self.units())]
        heapq.heapify(heap)
        bound = INFINITE
        try:
            while heap:
                bound, number, unit = heap[0]
                if bound >= self.limit:
                    break
                self.deadline.look()
                if unit.closer():
                    heapq.heapreplace(heap, (unit.bound, number, unit))
                elif self._walked(unit):
                    heapq.heappop(heap)
                else:
                    heapq.heapreplace(heap, (unit.bound, number, unit))
        except (OutOfTime, _Enough):
            return Result(tuple(self.best), min(bound, self.limit), proved=False)
        return Result(tuple(self.best), self.best[0].cost if self.best else INFINITE, proved=True)

    def _walked(self, unit: _Unit) -> bool:
        """Whether all layouts of the unit were tried or excluded; if it got stuck, its bound was raised instead."""
        try:
            _Walk(self, unit).walk()
        except _Stuck:
            if self.limit < HUGE and unit.patience < PATIENCE * MORE_PATIENCE**2:
                unit.reprice()
            unit.patience *= MORE_PATIENCE
            return False
        return True

    def keep_plan(self, cost: int, plan: Plan) -> None:
        starts = [(visit.session, visit.start) for visit in plan]
        known = any([(visit.session, visit.start) for visit in found.plan] == starts for found in self.best)
        if cost < self.limit and not known:
            self.best.append(Found(cost, plan))
            self.best.sort(key=lambda found: found.cost)
            del self.best[self.keep :]
            if self.first:
                raise _Enough


class _Walk:
    """Depth first through the layouts of one unit, the most promising session and start first."""

    def __init__(self, search: _Search, unit: _Unit) -> None:
        assert unit.prices is not None  # noqa: S101 -- the unit was looked at closely before
        self.search, self.unit, self.case = search, unit, search.case
        self.constant = unit.fixed + unit.prices.offset
        self.full = (1 << len(search.case.sessions)) - 1
        self.rest = search.case.loop.rest
        self._priced: dict[tuple[int, int, int, int], dict[int, int]] = {}
        self._rows: dict[int, Row] = {}
        self.starts: dict[int, int] = {}
        self.moved = 0
        self.steps = 0

    def walk(self) -> None:
        steps: list[_Step] = []
        for number in self.unit.numbers(self.unit.dates, 0):
            steps += self._first_steps(None, self.unit.dates, number, self.constant, limit=self.search.limit)
        self._try(steps, Matching(), self.full)

    def cheapest_walk(self) -> dict[int, int]:
        """The columns that the walk with the least bound takes, and how often: nobody told it that people are one."""
        taken: dict[int, int] = {}
        steps: list[_Step] = []
        for number in self.unit.numbers(self.unit.dates, 0):
            steps += self._first_steps(None, self.unit.dates, number, self.constant, limit=INFINITE)
        left, spent = self.full, self.constant
        while steps:
            step = min(steps)
            day = self.unit.day(step.layer, step.day)
            panel = day.panel(self.case.rows_of[step.s], step.position)
            for column in panel.row_of if panel is not None else ():
                taken[column] = taken.get(column, 0) + 1
            left &= ~(1 << step.s)
            spent += day.costs[step.s][step.position]
            end = step.start + self.case.sessions[step.s].minutes
            node = _Node(step.layer, step.day, left, end, step.onset, step.run, step.had, step.idle)
            if not left:
                break
            cost = spent + self.search.idle * node.idle
            steps = self._next_steps(node, cost, limit=INFINITE)
            if node.layer > 1 and self._sated(node):
                for number in self.unit.numbers(node.layer - 1, node.day + 1):
                    steps += self._first_steps(node, node.layer - 1, number, cost, limit=INFINITE)
        return taken

    def _first_steps(self, node: _Node | None, layer: int, number: int, cost: int, *, limit: int) -> list[_Step]:
        """The sessions that could open a date."""
        day = self.unit.day(layer, number)
        left = self.full if node is None else node.left
        idle = 0 if node is None else node.idle
        earliest = 0 if node is None else max(0, -(-(node.end - day.base) // day.grain))
        fed = self._fed_from(day, number, None if node is None else node.end)
        steps = []
        for s in day.next_ones(left):
            rest = left & ~(1 << s)
            minutes = self.case.sessions[s].minutes
            run = day.run(minutes, rest)
            for had, low, high in ((False, earliest, fed), (True, max(earliest, fed), day.count)):
                if low >= high:
                    continue
                onward = day.onward(s, rest, run, had)
                for position in range(low, high):
                    bound = cost + onward[position]
                    if bound < limit:
                        start = day.base + position * day.grain
                        onset = self._onset(node, start, minutes)
                        if onset is not None:
                            steps.append(_Step(bound, s, start, position, number, layer, onset, run, had, idle))
        return steps

    def _next_steps(self, node: _Node, cost: int, *, limit: int) -> list[_Step]:
        """The sessions that could follow on the same date: in stretches with the same rest and lunch behind them."""
        day = self.unit.day(node.layer, node.day)
        earliest = min(day.count, max(0, -(-(node.end - day.base) // day.grain)))
        fed = earliest if node.had else self._fed_from(day, node.day, node.end)
        rested = earliest
        if self.rest is not None:
            rested = -(-(node.end + self.rest.minutes - day.base) // day.grain)
        edges = sorted({earliest, min(max(fed, earliest), day.count), min(rested, day.count), day.count})
        spent = cost - self.search.idle * (node.end - day.base)
        steps: list[_Step] = []
        for low, high in pairwise(edges):
            joins, had = low < rested, low >= fed
            if joins and node.run == FULL:
                continue
            for s in day.next_ones(node.left):
                rest = node.left & ~(1 << s)
                minutes = self.case.sessions[s].minutes
                run = day.run(node.run + minutes if joins else minutes, rest)
                room = limit - spent
                waits = day.waiting(s, rest, run, had)
                for position in range(low, high):
                    if waits[position] < room:
                        start = day.base + position * day.grain
                        onset = self._onset(node, start, minutes)
                        if onset is not None:
                            idle = node.idle + start - node.end
                            bound = spent + waits[position]
                            steps.append(_Step(bound, s, start, position, node.day, node.layer, onset, run, had, idle))
        return steps

    def _fed_from(self, day: Day, number: int, end: int | None) -> int:
        """The first position before which, since `end`, lunch was had."""
        if not self.search.windows:
            return 0
        begin, close, minutes = self.search.windows[number]
        enough = (begin if end is None else max(begin, end)) + minutes
        return day.count if enough > close else min(day.count, max(0, -(-(enough - day.base) // day.grain)))

    def _onset(self, node: _Node | None, start: int, minutes: int) -> int | None:
        """When the run that a session at `start` is in began; None when the run would be too long."""
        if node is None or self.rest is None or start - node.end >= self.rest.minutes:
            return start
        return node.onset if start + minutes - node.onset <= self.rest.after else None

    def _sated(self, node: _Node) -> bool:
        """Whether the date may end here: lunch was had, or still fits."""
        if node.had or not self.search.windows:
            return True
        begin, close, minutes = self.search.windows[node.day]
        return close - max(begin, node.end) >= minutes

    def _try(self, steps: list[_Step], matching: Matching, left: int) -> None:
        steps.sort()
        for step in steps:
            if step.bound >= self.search.limit:
                return
            self._place(step, matching, left)

    def _place(self, step: _Step, matching: Matching, left: int) -> None:
        self.search.deadline.check()
        self.steps += 1
        if self.steps > self.unit.patience:
            raise _Stuck
        day = self.unit.day(step.layer, step.day)
        rows = self.case.rows_of[step.s]
        for r in rows:
            self._rows[r] = self._priced_row(day, step, r)
        grown = matching.copy()
        if all(grown.insert(self._rows, r) for r in rows):
            session = self.case.sessions[step.s]
            moved = self._move_cost(step.s, step.start)
            self.moved += moved
            self.starts[step.s] = step.start
            end = step.start + session.minutes
            rest = left & ~(1 << step.s)
            node = _Node(step.layer, step.day, rest, end, step.onset, step.run, step.had, step.idle)
            self._go_on(node, grown)
            del self.starts[step.s]
            self.moved -= moved
        for r in rows:
            del self._rows[r]

    def _move_cost(self, s: int, start: int) -> int:
        minute, extra = self.case.moved.get(self.case.sessions[s].id, (start, 0))
        return 0 if minute == start else extra

    def _go_on(self, node: _Node, matching: Matching) -> None:
        if not node.left:
            if node.layer == 1 and self._sated(node):
                self._finish(node)
            return
        cost = self.constant + self.moved + self.search.idle * node.idle + matching.cost
        if cost >= self.search.limit:
            return
        steps = self._next_steps(node, cost, limit=self.search.limit)
        if node.layer > 1 and self._sated(node):
            for number in self.unit.numbers(node.layer - 1, node.day + 1):
                steps += self._first_steps(node, node.layer - 1, number, cost, limit=self.search.limit)
        self._try(steps, matching, node.left)

    def _priced_row(self, day: Day, step: _Step, r: int) -> dict[int, int]:
        key = (r, step.layer, step.day, step.position)
        known = self._priced.get(key)
        if known is None:
            known = self._priced[key] = self.search.cheapest(day.options[r], 1 << step.position)
        return known

    def _finish(self, node: _Node) -> None:
        """A whole layout: its exact panel, and whether it is among the best."""
        case = self.case
        rows: dict[int, Row] = {}
        for s, start in self.starts.items():
            bit = case.grid.starts(start, start)
            for r in case.rows_of[s]:
                rows[r] = self.search.cheapest(case.options[r], bit)
        spent = self.unit.fixed + self.moved + self.search.idle * node.idle
        chosen = choose_panel(rows, demands=case.demands, clashes=self._clashes(rows), limit=self.search.limit - spent)
        if chosen is not None:
            self.search.keep_plan(spent + chosen[0], case.visits(self.starts, chosen[1]))

    def _clashes(self, rows: dict[int, Row]) -> list[Clash]:
        """Pairs of seats that one room can't serve both: its gap is longer than the time between them."""
        case = self.case
        people, count = case.board.people, len(case.board.people)
        by_room: dict[int, list[tuple[int, int]]] = {}
        for r, row in rows.items():
            for column in row:
                if column >= count and people[column % count].gap:
                    by_room.setdefault(column % count, []).append((r, column))
        clashes = []
        for room, places in by_room.items():
            for number, one in enumerate(places):
                for other in places[number + 1 :]:
                    s, t = case.rows[one[0]][0], case.rows[other[0]][0]
                    if s != t and self._between(s, t) < people[room].gap:
                        clashes.append(Clash(one, other))
        return clashes

    def _between(self, s: int, t: int) -> int:
        a, b = sorted((self.starts[at], self.starts[at] + self.case.sessions[at].minutes) for at in (s, t))
        return b[0] - a[1]


def wait_from(case: Case) -> date:
    loop = case.loop
    if loop.wait_from is not None:
        return loop.wait_from
    return min(span.start for span in loop.available).astimezone(loop.zone).date()


def search_loop(case: Case, *, keep: int, deadline: Deadline, limit: int = HUGE, first: bool = False) -> Result:
    """The `keep` cheapest plans that differ in a start and cost less than `limit`; with `first`, any plan will do."""
    if not case.sessions or not case.loop.available:
        return Result((), INFINITE, proved=True)
    return _Search(case, keep=keep, deadline=deadline, limit=limit, first=first).run()
