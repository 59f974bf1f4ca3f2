"""Through the layouts of one unit: which session next, and when, until a whole layout gets its exact panel."""

import heapq
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from scheduling.bounds import FULL, Day
from scheduling.deadline import Deadline
from scheduling.matching import INFINITE, Clash, Matching, Row, choose_panel
from scheduling.units import Best, Unit


class Stuck(Exception):
    """Too many layouts look as good as the bound: the bound must rise first."""


class Node(NamedTuple):
    """Where a walk stands after its latest session, and whom it has seated so far."""

    layer: int
    day: int
    left: int
    end: int
    onset: int
    run: int
    had: bool
    idle: int
    moved: int
    starts: tuple[tuple[int, int], ...]
    rows: Mapping[int, Row]
    matching: Matching


class Step(NamedTuple):
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


class Walk:
    def __init__(self, unit: Unit, *, best: Best, deadline: Deadline) -> None:
        self.unit, self.terrain, self.case = unit, unit.terrain, unit.terrain.case
        self.best, self.deadline = best, deadline
        self.constant = unit.fixed + unit.priced.offset
        self.rest = self.case.loop.rest
        self._priced: dict[tuple[int, int, int, int], Row] = {}
        self._count = 0

    def dive(self, *, patience: int) -> None:
        """Depth first, the most promising step first: soon at a good plan. Stuck after so many steps."""
        self._count = patience
        self._try(None, self._opening(self.best.limit))

    def climb(self, *, patience: int) -> None:
        """The most promising step of all first: nothing is looked at that the best plan would exclude."""
        self._count = patience
        counter = 0
        heap: list[tuple[int, int, int, int, list[Step], Node | None]] = []
        steps = sorted(self._opening(self.best.limit))
        if steps:
            heap.append((steps[0].bound, self.terrain.full.bit_count(), counter, 0, steps, None))
        while heap:
            bound, left, _, number, steps, parent = heap[0]
            if self.best.spares(bound, slack=self.best.rough):
                return
            counter += 1
            if number + 1 < len(steps) and steps[number + 1].bound < self.best.limit:
                heapq.heapreplace(heap, (steps[number + 1].bound, left, counter, number + 1, steps, parent))
            else:
                heapq.heappop(heap)
            node = self._place(steps[number], parent)
            if node is None:
                continue
            if not node.left:
                self._finish(node)
                continue
            onward = sorted(self._steps(node))
            if onward:
                heapq.heappush(heap, (onward[0].bound, node.left.bit_count(), -counter, 0, onward, node))

    def cheapest(self) -> dict[int, int]:
        """The columns that the walk with the least bound takes, and how often: nobody told it that people are one."""
        taken: dict[int, int] = {}
        steps, left, spent, moved = self._opening(INFINITE), self.terrain.full, self.constant, 0
        while steps:
            step = min(steps)
            day = self.unit.day(step.layer, step.day)
            panel = day.panel(self.case.rows_of[step.s], step.position)
            for column in panel.row_of if panel is not None else ():
                taken[column] = taken.get(column, 0) + 1
            left &= ~(1 << step.s)
            spent += day.costs[step.s][step.position]
            if not left:
                break
            end = step.start + self.case.sessions[step.s].minutes
            node = Node(
                *(step.layer, step.day, left, end, step.onset, step.run, step.had, step.idle),
                *(moved, (), {}, Matching()),
            )
            steps = self._onward(node, spent + self.terrain.idle * node.idle, limit=INFINITE)
        return taken

    def _opening(self, limit: int) -> list[Step]:
        steps: list[Step] = []
        for number in self.unit.numbers(self.unit.dates, 0):
            steps += self._first_steps(None, self.unit.dates, number, self.constant, limit=limit)
        return steps

    def _try(self, parent: Node | None, steps: list[Step]) -> None:
        for step in sorted(steps):
            if self.best.spares(step.bound, slack=self.best.rough):
                return
            node = self._place(step, parent)
            if node is None:
                continue
            if node.left:
                self._try(node, self._steps(node))
            else:
                self._finish(node)

    def _place(self, step: Step, parent: Node | None) -> Node | None:
        """The step, taken; None when its seats can't be filled beside those of the steps before."""
        self.deadline.check()
        self._count -= 1
        if self._count < 0:
            raise Stuck
        day = self.unit.day(step.layer, step.day)
        matching = Matching() if parent is None else parent.matching.copy()
        rows = {} if parent is None else dict(parent.rows)
        new = self.case.rows_of[step.s]
        for r in new:
            rows[r] = self._priced_row(day, step, r)
        for r in new:
            if not matching.insert(rows, r):
                return None
        session = self.case.sessions[step.s]
        minute, extra = self.case.moved.get(session.id, (step.start, 0))
        return Node(
            layer=step.layer,
            day=step.day,
            left=(self.terrain.full if parent is None else parent.left) & ~(1 << step.s),
            end=step.start + session.minutes,
            onset=step.onset,
            run=step.run,
            had=step.had,
            idle=step.idle,
            moved=(0 if parent is None else parent.moved) + (extra if minute != step.start else 0),
            starts=(*(() if parent is None else parent.starts), (step.s, step.start)),
            rows=rows,
            matching=matching,
        )

    def _spent(self, node: Node) -> int:
        return self.constant + node.moved + self.terrain.idle * node.idle + node.matching.cost

    def _steps(self, node: Node) -> list[Step]:
        cost = self._spent(node)
        return self._onward(node, cost, limit=self.best.limit) if cost < self.best.limit else []

    def _onward(self, node: Node, cost: int, *, limit: int) -> list[Step]:
        steps = self._next_steps(node, cost, limit=limit)
        if node.layer > 1 and self._sated(node):
            for number in self.unit.numbers(node.layer - 1, node.day + 1):
                steps += self._first_steps(node, node.layer - 1, number, cost, limit=limit)
        return steps

    def _first_steps(self, node: Node | None, layer: int, number: int, cost: int, *, limit: int) -> list[Step]:
        """The sessions that could open a date."""
        day = self.unit.day(layer, number)
        left = self.terrain.full if node is None else node.left
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
                            steps.append(Step(bound, s, start, position, number, layer, onset, run, had, idle))
        return steps

    def _next_steps(self, node: Node, cost: int, *, limit: int) -> list[Step]:
        """The sessions that could follow on the same date: in stretches with the same rest and lunch behind them."""
        day = self.unit.day(node.layer, node.day)
        earliest = min(day.count, max(0, -(-(node.end - day.base) // day.grain)))
        fed = earliest if node.had else self._fed_from(day, node.day, node.end)
        rested = earliest
        if self.rest is not None:
            rested = -(-(node.end + self.rest.minutes - day.base) // day.grain)
        edges = sorted({earliest, min(max(fed, earliest), day.count), min(rested, day.count), day.count})
        spent = cost - self.terrain.idle * (node.end - day.base)
        steps: list[Step] = []
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
                            steps.append(Step(bound, s, start, position, node.day, node.layer, onset, run, had, idle))
        return steps

    def _fed_from(self, day: Day, number: int, end: int | None) -> int:
        """The first position before which, since `end`, lunch was had."""
        if not self.terrain.windows:
            return 0
        begin, close, minutes = self.terrain.windows[number]
        enough = (begin if end is None else max(begin, end)) + minutes
        return day.count if enough > close else min(day.count, max(0, -(-(enough - day.base) // day.grain)))

    def _onset(self, node: Node | None, start: int, minutes: int) -> int | None:
        """When the run that a session at `start` is in began; None when the run would be too long."""
        if node is None or self.rest is None or start - node.end >= self.rest.minutes:
            return start
        return node.onset if start + minutes - node.onset <= self.rest.after else None

    def _sated(self, node: Node) -> bool:
        """Whether the date may end here: lunch was had, or still fits."""
        if node.had or not self.terrain.windows:
            return True
        begin, close, minutes = self.terrain.windows[node.day]
        return close - max(begin, node.end) >= minutes

    def _priced_row(self, day: Day, step: Step, r: int) -> Row:
        key = (r, step.layer, step.day, step.position)
        known = self._priced.get(key)
        if known is None:
            known = self._priced[key] = self.terrain.cheapest(day.options[r], 1 << step.position)
        return known

    def _finish(self, node: Node) -> None:
        """A whole layout: its exact panel, and whether it is among the best."""
        limit = self.best.limit
        if node.layer > 1 or not self._sated(node) or self._spent(node) >= limit:
            return
        case, starts = self.case, dict(node.starts)
        rows: dict[int, Row] = {}
        for s, start in node.starts:
            bit = case.grid.starts(start, start)
            for r in case.rows_of[s]:
                rows[r] = self.terrain.cheapest(case.options[r], bit)
        spent = self.unit.fixed + node.moved + self.terrain.idle * node.idle
        chosen = choose_panel(rows, demands=case.demands, clashes=self._clashes(rows, starts), limit=limit - spent)
        if chosen is not None:
            self.best.add(spent + chosen[0], case.visits(starts, chosen[1]))

    def _clashes(self, rows: Mapping[int, Row], starts: Mapping[int, int]) -> list[Clash]:
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
                    if s != t and self._between(starts, s, t) < people[room].gap:
                        clashes.append(Clash(one, other))
        return clashes

    def _between(self, starts: Mapping[int, int], s: int, t: int) -> int:
        a, b = sorted((starts[at], starts[at] + self.case.sessions[at].minutes) for at in (s, t))
        return b[0] - a[1]
