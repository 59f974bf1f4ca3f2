"""Room for loops that found none: others are sent away for them, and planned again elsewhere (ejection search).

Whoever finds no room gets heavier, and the lightest are sent away first. What was fought for gets dearer, so that the
loops planned later leave it to those that have nothing else; and a little chance keeps them from going round in circles.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from scheduling.board import Board, Case, Plan
from scheduling.crowd import Crowd
from scheduling.deadline import Deadline, OutOfTime
from scheduling.draw import Draw
from scheduling.ledger import Ledger
from scheduling.rivalry import Rivalry
from scheduling.search import search_loop

HEAVY, DEARER = 20, 2
"""In the cost of a typical loop: what it counts to send a loop away, and by how much things get dearer."""
EVEN, CHANCE = 4, 8
AGAIN, PATIENCE = 2, 40
"""Tries for each loop of the problem without finding room for one more: then it begins again, then it gives up."""


class Ejection:
    """`typical` is what a loop costs about."""

    def __init__(
        self, board: Board, *, plans: Mapping[str, Plan], typical: int, draw: Draw, deadline: Deadline
    ) -> None:
        self.board, self.draw, self.deadline = board, draw, deadline
        self.ledger = Ledger(board, plans)
        self.by_id = self.ledger.loops
        self.unit, self.step = HEAVY * typical, DEARER * typical
        self.weight = dict.fromkeys(self.by_id, 1)
        self.fought = Rivalry(board)

    def fit(self, waiting: Sequence[str], *, fewest: int) -> Iterator[dict[str, Plan]]:
        """The plans, each time that fewer loops than ever wait for room, until so few do. Raises OutOfTime."""
        begun, line, least, tries = dict(self.ledger.plans), list(waiting), len(waiting), 0
        while len(line) > max(0, fewest) and tries < PATIENCE * len(self.by_id):
            tries += 1
            name = line.pop()
            plan = self._fitting(name)
            if plan is not None:
                self.ledger.enter(name, plan)
            else:
                self.weight[name] += 1
                line += self._make_room(name)
            if len(line) < least:
                least, tries = len(line), 0
                yield dict(self.ledger.plans)
            elif tries % (AGAIN * len(self.by_id)) == 0:
                line = self._begin_again(begun, {*self.ledger.plans, *line})

    def _begin_again(self, plans: Mapping[str, Plan], names: Collection[str]) -> list[str]:
        """Back to these plans, all loops as light as each other again; says which of these names wait then."""
        self.ledger = Ledger(self.board, plans)
        self.weight = dict.fromkeys(self.by_id, 1)
        self.fought = Rivalry(self.board)
        return self.draw.shuffled(sorted({*names}.difference(plans)))

    def _fitting(self, name: str) -> Plan | None:
        """A plan beside all others, away from what is fought for."""
        case = Case(self.board, self.by_id[name], engaged=self.ledger.engaged, toll=self.fought.parts)
        return self._search(case, slack=self.step)

    def _make_room(self, name: str) -> list[str]:
        """Plans a loop all the same; says who was sent away, those that found room with more ease last."""
        loop, draw = self.by_id[name], self.draw
        drawn = {other: weight * (EVEN + draw.below(CHANCE)) for other, weight in self.weight.items()}
        others = [(self.by_id[other], plan) for other, plan in self.ledger.plans.items()]
        crowd = Crowd(self.board, others, weight=drawn, unit=self.unit)

        def parts(number: int, week: str, minutes: int, starts: int) -> list[tuple[int, int]]:
            return [
                (cost + toll, mask)
                for cost, able in crowd.parts(number, week, minutes, starts)
                for toll, mask in self.fought.parts(number, week, minutes, able)
            ]

        plan = self._search(Case(self.board, loop, toll=parts), slack=EVEN * self.unit)
        if plan is None:
            return []
        mine = {number for number, _ in self.fought.use(loop, plan)}
        sent = crowd.in_the_way(loop, plan)
        for other in sent:
            theirs = (number for number, _ in self.fought.use(self.by_id[other], self.ledger.take_back(other)))
            self.fought.raise_tolls(mine.intersection(theirs), self.step)
        self.ledger.enter(name, plan)
        return sorted(sent, key=lambda other: (self.weight[other], other))

    def _search(self, case: Case, *, slack: int) -> Plan | None:
        result = search_loop(case, keep=1, deadline=self.deadline, slack=slack, hasty=True)
        if not result.plans and not result.proved:
            raise OutOfTime
        return result.plans[0].plan if result.plans else None
