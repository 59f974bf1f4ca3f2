"""Many loops that compete for the same people: a plan soon, a better one later, and how good it must be.

Loops are planned one after another by the exact search, each with what the others left. Then, until the budget ends,
two things take turns. *Improving*: a few loops are ripped out and put back in another order (`exchange.py`), and seats of
all loops change hands (`seating.py`). *Bounding*: every loop is planned alone at tolls, which are raised where several
loops want the same time of the same person (`relaxed.py`). Whichever gained more lately gets more of the time (`turns.py`).
"""

from collections.abc import Callable, Mapping, Sequence

from scheduling.board import Board, Case, Engaged, Plan
from scheduling.branches import Branches
from scheduling.cost import costs_of, unit_of
from scheduling.deadline import Deadline, OutOfTime
from scheduling.draw import Draw
from scheduling.ejection import Ejection
from scheduling.exchange import Exchange
from scheduling.ledger import Ledger
from scheduling.problem import Loop
from scheduling.relaxed import Relaxed, far_off
from scheduling.scarcity import Scarcity
from scheduling.search import search_loop
from scheduling.seating import Seating
from scheduling.turns import Turns
from scheduling.units import HUGE

Told = Callable[[int | None, int], None]
EJECTION_SHARE = 0.6
LATE, MEMORY = 0.5, 0.1
"""Of the time: after how much the bound begins though loops wait, and for how much what a turn gained counts."""
FIRST, EACH = 30, 4
"""For so many tries in a row seats change hands in vain before the first exchange, and after each one."""
POLISH = 200
"""All loops are planned anew as long as that saves more than this share of the cost."""


class Many:
    def __init__(self, board: Board, *, deadline: Deadline, told: Told | None) -> None:
        self.board, self.deadline, self.told = board, deadline, told
        self.loops: Sequence[Loop] = board.problem.loops
        self.by_id = {loop.id: loop for loop in self.loops}
        self.ledger = Ledger(board, {})
        """Where the search stands: seldom far from the best."""
        self.left_out = self.ledger.left_out
        self.unit = max(1, unit_of(board.problem))
        self.plans: dict[str, Plan] = {}
        self.cost = self.ledger.cost
        self.alone: dict[str, int] = {}
        self.hopeless: set[str] = set()
        self.fewest_out = self.floor = 0
        """What any answer costs by what its loops cost alone, and by how many it must leave out."""
        self.wanted: dict[str, Plan] = {}
        self.draw = Draw(len(self.loops))
        self.relaxed: Relaxed | None = None
        self.branches: Branches | None = None
        self.seen: list[tuple[Loop, Plan]] = []

    @property
    def bound(self) -> int:
        """No answer costs less."""
        reached = sum(self.alone.values()) if self.branches is None else self.branches.bound
        return min(self.cost, -(-max(self.floor, reached) // self.unit) * self.unit)

    def start(self) -> None:
        """Fills `plans`, `cost` and `bound`: a plan for as many loops as find room, and a first bound."""
        try:
            self.begin()
            self._plan_alone()
            if self.squeeze_in():
                self.polish()
            self.relaxed = Relaxed(self.board, alone=self.alone, wanted=self.wanted)
            self.branches = Branches(self.relaxed)
        except OutOfTime:
            return

    def go_on(self, deadline: Deadline) -> None:
        """Improves and bounds until then, or until cost and bound meet."""
        self.deadline = deadline
        if self.branches is not None and len(self.hopeless) < len(self.loops):
            exchange = Exchange(self.board, self.ledger, alone=self.alone, draw=self.draw)
            try:
                self._take_turns(self.branches, exchange, Seating(self.ledger, draw=self.draw))
            except OutOfTime:
                return

    def _take_turns(self, branches: Branches, exchange: Exchange, seating: Seating) -> None:
        deadline = self.deadline
        start, most = deadline.left(), len(self.loops) - max(self.fewest_out, len(self.hopeless))
        turns = Turns(MEMORY * start)
        self._reseat(seating, FIRST)
        while self.cost > self.bound:
            deadline.look()
            before, cost, bound = deadline.left(), self.cost, self.bound
            waits = len(self.plans) < most and before > LATE * start
            due = not waits and not branches.ended and turns.bound_is_due(far=far_off(bound, cost))
            if len(self.loops) > 1 and not due:
                plans = exchange.step(deadline)
                self.seen += [(self.by_id[name], plan) for name, plan in plans.items()]
                self._keep()
                self._reseat(seating, EACH)
                turns.took(turns.plans, seconds=before - deadline.left(), gain=cost - self.cost)
            else:
                branches.raise_bound(self.plans, self.cost, deadline, seen=self.seen)
                self.seen = []
                turns.took(turns.bound, seconds=before - deadline.left(), gain=self.bound - bound)
                self._tell()

    def _reseat(self, seating: Seating, tries: int) -> None:
        """Seats change hands until so many tries in a row saved nothing."""
        left = tries
        while left:
            self.deadline.look()
            left = tries if seating.step() else left - 1
            self._keep()

    def _keep(self) -> None:
        """Where the search stands is the answer, if that costs less."""
        if self.ledger.cost < self.cost:
            self.plans, self.cost = dict(self.ledger.plans), self.ledger.cost
            self._tell()

    def _tell(self) -> None:
        if self.told is not None:
            self.told(self.cost if self.plans else None, self.bound)

    def squeeze_in(self) -> bool:
        """Makes room for the loops that found none, for a share of the time; says whether there were any."""
        waiting = [name for name in self.by_id if name not in self.plans and name not in self.hopeless]
        typical = max(1, sum(self.alone.values()) // len(self.loops))
        deadline = self.deadline.sooner(EJECTION_SHARE * self.deadline.left())
        ejection = Ejection(self.board, plans=self.plans, typical=typical, draw=self.draw, deadline=deadline)
        try:
            for plans in ejection.fit(waiting, fewest=self.fewest_out - len(self.hopeless)):
                self.ledger = Ledger(self.board, plans)
                self._keep()
        except OutOfTime:
            self.deadline.look()
        if self.ledger.cost != self.cost:
            self.ledger = Ledger(self.board, self.plans)
        return bool(waiting)

    def polish(self) -> None:
        """Plans each loop anew beside the others, those that pay most above their price alone first, while that saves.

        Before and after, seats change hands: loops planned beside panels that are as good as can be lie better.
        """
        before, seating = HUGE, Seating(self.ledger, draw=self.draw)
        self._reseat(seating, FIRST)
        while self.plans and before - self.cost > before // POLISH:
            before = self.cost
            self._plan_anew()
            self._reseat(seating, FIRST)

    def _plan_anew(self) -> None:
        problem, ledger = self.board.problem, self.ledger
        costs = costs_of(problem, self.plans)
        above = {name: cost.total(point=problem.weights.point) - self.alone[name] for name, cost in costs.items()}
        for name in sorted(above, key=above.__getitem__, reverse=True):
            plan = ledger.take_back(name)
            found = self._search(self.by_id[name], limit=ledger.price(name, plan))
            ledger.enter(name, plan if found is None else found)
            self._keep()

    def engaged(self, plans: Mapping[str, Plan]) -> Engaged:
        return self.board.engage((self.by_id[name], plan) for name, plan in plans.items())

    def _search(self, loop: Loop, *, limit: int, hasty: bool = True) -> Plan | None:
        """A plan beside those entered, if it costs less than `limit`; the best one unless the search is `hasty`."""
        case = Case(self.board, loop, engaged=self.ledger.engaged)
        result = search_loop(case, keep=1, deadline=self.deadline, limit=limit, hasty=hasty)
        if not result.plans and not result.proved:
            raise OutOfTime
        return result.plans[0].plan if result.plans else None

    def begin(self) -> None:
        """One loop after another, the ones with the least choice first."""
        limit = min(HUGE, self.left_out + 1)
        for loop in sorted(self.loops, key=self._choice):
            plan = self._search(loop, limit=limit) or self._search(loop, limit=limit, hasty=False)
            if plan is not None:
                self.ledger.enter(loop.id, plan)
            self._keep()

    def _choice(self, loop: Loop) -> int:
        minutes = sum((span.end - span.start).total_seconds() // 60 for span in loop.available)
        return int(minutes) // max(1, sum(session.minutes for session in loop.sessions))

    def _plan_alone(self) -> None:
        """The sum of what each loop costs alone is the first bound; one that can't be planned alone never can."""
        for loop in self.loops:
            self.alone[loop.id] = 0
        for loop in self.loops:
            result = search_loop(Case(self.board, loop), keep=1, deadline=self.deadline)
            if result.proved and not result.plans:
                self.hopeless.add(loop.id)
            self.alone[loop.id] = min(self.left_out, result.bound)
            if result.plans:
                self.wanted[loop.id] = result.plans[0].plan
            if not result.proved:
                raise OutOfTime
        saved = sorted(self.left_out - cost for cost in self.alone.values())
        self.fewest_out = Scarcity(self.board, self.loops).left_out()
        self.floor = sum(self.alone.values()) + sum(saved[: self.fewest_out])
        self._tell()

    def variants(self, number: int, deadline: Deadline) -> list[dict[str, Plan]]:
        """The answer found and others in which one loop has another start, the cheapest so many."""
        found = {_starts(self.plans): (self.cost, self.plans)}
        ledger = Ledger(self.board, self.plans)
        for loop in self.loops:
            if loop.id not in self.plans or deadline.left() <= 0:
                continue
            ledger.take_back(loop.id)
            others = ledger.cost - self.left_out
            known = sorted(cost for cost, _ in found.values())
            limit = min(HUGE, self.left_out) if len(known) < number else known[number - 1] - others
            case = Case(self.board, loop, engaged=ledger.engaged)
            for cost, plan in search_loop(case, keep=number, deadline=deadline, limit=limit).plans:
                plans = {**ledger.plans, loop.id: plan}
                if _starts(plans) not in found or found[_starts(plans)][0] > others + cost:
                    found[_starts(plans)] = (others + cost, plans)
            ledger.enter(loop.id, self.plans[loop.id])
        return [plans for _, plans in sorted(found.values(), key=lambda each: each[0])[:number]]


def _starts(plans: Mapping[str, Plan]) -> frozenset[tuple[str, str, int]]:
    return frozenset((name, visit.session, visit.start) for name, plan in plans.items() for visit in plan)
