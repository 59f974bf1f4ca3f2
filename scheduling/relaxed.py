"""How good any answer can be: every loop planned alone at tolls, round after round of the auction."""

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from typing import NamedTuple

from scheduling.auction import Auction
from scheduling.board import Board, Case, Plan
from scheduling.cost import costs_of
from scheduling.deadline import Deadline, OutOfTime
from scheduling.problem import Loop
from scheduling.rivalry import Company, Rivalry, WeekOf
from scheduling.search import Result, search_loop
from scheduling.units import Known

SLACK, ROUGH, EASE = 1000, 20, 0.5
"""A loop's search may end early by this share of its cost, or of what it has in the gap: its bound is what counts. A
round that raises next to nothing leaves it so much of that, since in the end what is spared is missing in the bound."""
FRESH, SETTLED, SMALL = 0.1, 0.03, 0.005
"""What a part of the problem begins with of that; with how little of it tolls count as settled; and the share of the gap by
which a round must raise the bound to leave it."""
TURNS, WIDE = 4, 10
"""Every other round loops bid in so many turns while the bound is far off (by such a part of the cost) and rounds help."""
SHARE = 1e-3
"""Of a mixture: less does not count."""


def far_off(bound: int, cost: int) -> bool:
    """Whether the gap is so wide that the bound deserves most of the time."""
    return (cost - bound) * WIDE > cost


class Cut(NamedTuple):
    """A session starts by this minute, or it starts later."""

    loop: Loop
    session: str
    minute: int

    def has(self, plan: Plan, *, early: bool) -> bool:
        """Whether a plan of the loop is on this side."""
        return any(visit.session == self.session and (visit.start <= self.minute) == early for visit in plan)


class Relaxed:
    """The bound, the tolls that gave it, and what each loop would do at them.

    `bound` begins as what the loops cost alone, and `wanted` as the plans they would have then.
    """

    def __init__(self, board: Board, *, alone: Mapping[str, int], wanted: Mapping[str, Plan]) -> None:
        self.board, self.loops = board, board.problem.loops
        self.left_out = board.problem.weights.point * board.problem.weights.unplanned
        self.rivalry = Rivalry(board)
        self.alone, self.wanted = alone, wanted
        self.bound = sum(alone.values())
        self.rounds = 0
        self.windows: Mapping[tuple[str, str], int] = {}
        """By loop and session: the starts that count; the others are looked at in other parts."""
        self._known: dict[str, Known] = {loop.id: {} for loop in self.loops}
        self._reached = 0
        self._better = False
        self._goal = self.bound
        self.ease = 1.0
        self.auction = Auction(self.rivalry.room)

    def raise_bound(
        self, plans: Mapping[str, Plan], cost: int, deadline: Deadline, *, seen: Iterable[tuple[Loop, Plan]]
    ) -> None:
        """One round; `plans`, which cost `cost`, are the best answer so far, `seen` further plans. Raises OutOfTime."""
        if not self.rounds:
            self._open(plans, cost)
        for loop, plan in seen:
            self._bid(loop, plan)
        self.rounds += 1
        self._goal, before = cost, self._reached
        if not self.rounds % 2 and self.ease >= 1 and far_off(self.bound, cost):
            self._hurry(deadline)
            return
        self.rivalry.set(self.auction.settle())
        seen, companies = self.look(deadline)
        raised = self._reached - before > SMALL * (cost - self.bound)
        self.ease = min(1.0, self.ease / EASE) if raised else self.ease * EASE
        self.auction.judge(better=self._better)
        for loop, plan in seen:
            self._bid(loop, plan)
        for key, company in companies:
            self._keep_company(key, company)

    def look(self, deadline: Deadline) -> tuple[list[tuple[Loop, Plan]], list[tuple[WeekOf, Company]]]:
        """What loops and weeks would do at the present tolls, whatever they are; the bound rises if they allow it."""
        least: dict[str, int] = {}
        seen: list[tuple[Loop, Plan]] = []
        for loop in self.loops:
            if self.alone[loop.id] >= self.left_out:
                least[loop.id] = self.left_out
                continue
            result = self._ask(loop, deadline)
            least[loop.id] = min(self.left_out, result.bound)
            seen += [(loop, found.plan) for found in result.plans]
        excess, companies = self.rivalry.excess()
        reached = sum(least.values()) - excess
        self._better = reached > self._reached
        if self._better:
            self._reached = reached
        self.bound = max(self.bound, reached)
        return seen, companies

    def _ask(self, loop: Loop, deadline: Deadline) -> Result:
        """What a loop would do at the present tolls."""
        slack = int(max(self.bound / SLACK, (self._goal - self.bound) / ROUGH) * self.ease) // len(self.loops)
        case, known = self._case(loop), self._known[loop.id]
        result = search_loop(case, keep=1, deadline=deadline, slack=slack, rough=True, known=known)
        if not result.proved:
            raise OutOfTime
        return result

    def _hurry(self, deadline: Deadline) -> None:
        """Loops bid in turns, and what one turn wants makes it dearer for the next: no bound, but much sooner near one."""
        for turn in range(TURNS):
            self.rivalry.set(self.auction.settle())
            for key, company in self.rivalry.excess()[1]:
                self._keep_company(key, company)
            for loop in self.loops[turn::TURNS]:
                for found in self._ask(loop, deadline).plans if self.alone[loop.id] < self.left_out else ():
                    self._bid(loop, found.plan)
            self.auction.judge(better=True)

    def _case(self, loop: Loop) -> Case:
        case = Case(self.board, loop, toll=self.rivalry.parts)
        case.starts = [
            starts & self.windows.get((loop.id, session.id), starts)
            for starts, session in zip(case.starts, loop.sessions, strict=True)
        ]
        return case

    @property
    def settled(self) -> bool:
        """Whether more rounds would raise next to nothing."""
        return self.ease < SETTLED

    def mixture(self) -> Iterator[tuple[Loop, list[tuple[Plan, float]]]]:
        """For each loop the plans that go together best, and how much of each."""
        for loop in self.loops:
            yield loop, [(bid.name, bid.share) for bid in self.auction.blocks[loop.id] if bid.share > SHARE]

    def half(self, cut: Cut, *, early: bool) -> "Relaxed":
        """The same for answers on one side of the cut (or without the loop), with these tolls to begin with."""
        key, grid = (cut.loop.id, cut.session), self.board.grid
        sooner = grid.starts(grid.origin, cut.minute)
        window = self.windows.get(key, grid.everything) & (sooner if early else ~sooner)
        half = copy(self)
        half.windows, half.ease = {**self.windows, key: window}, FRESH
        half.auction = self.auction.without(cut.loop.id, lambda plan: cut.has(plan, early=not early))
        return half

    def _open(self, plans: Mapping[str, Plan], cost: int) -> None:
        """The first bids: to be left out, the plan so far, and the one that a loop would have alone."""
        for loop in self.loops:
            if loop.id in plans:
                self._bid(loop, plans[loop.id])
            self.auction.bid(loop.id, (), self.left_out, ())
            if loop.id in self.wanted:
                self._bid(loop, self.wanted[loop.id])
        self.auction.begin(cost - self.bound)

    def _bid(self, loop: Loop, plan: Plan) -> None:
        """A plan at its price without company; the weeks that it reaches into are asked to keep company."""
        self.auction.bid(loop.id, plan, self._price(loop, plan), self.rivalry.use(loop, plan))
        for key, week in self.rivalry.weeks.items():
            if key not in self.auction.blocks:
                for company in week.companies():
                    self._keep_company(key, company)

    def _price(self, loop: Loop, plan: Plan) -> int:
        costs = costs_of(replace(self.board.problem, loops=(loop,)), {loop.id: plan})
        return costs[loop.id].total(point=self.board.problem.weights.point)

    def _keep_company(self, key: WeekOf, company: Company) -> None:
        numbers = self.rivalry.weeks[key].numbers
        use = tuple((numbers[length], -float(count)) for length, count in company.counts)
        self.auction.bid(key, company.counts, company.extra * self.board.problem.weights.load, use)
