"""Many loops that compete for the same people: a plan soon, a better one later, and how good it must be.

Loops are planned one after another by the exact search, each with what the others left. Then, until the budget ends,
two things take turns. *Improving*: a few loops are ripped out and put back in another order; the last one only has to
beat what was there, so most attempts end quickly. *Bounding*: every loop is planned alone at tolls, which are raised
where several loops want the same time of the same person (`relaxed.py`).
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from scheduling.board import Board, Case, Engaged, Plan
from scheduling.branches import Branches
from scheduling.cost import costs_of, total_cost, unit_of
from scheduling.deadline import Deadline, OutOfTime
from scheduling.draw import Draw
from scheduling.ejection import Ejection
from scheduling.problem import Loop
from scheduling.relaxed import Relaxed
from scheduling.scarcity import Scarcity
from scheduling.search import search_loop
from scheduling.units import HUGE, Known

Told = Callable[[int | None, int], None]
EJECTION_SHARE = 0.4
BOUND_SHARE, MORE_BOUND, WIDE = 0.45, 0.7, 10
"""Of the time: what the bound takes, and what it takes while the gap is wider than such a part of the cost."""
POLISH = 200
"""All loops are planned anew as long as that saves more than this share of the cost."""
ROOM = 20
"""The search may stray to dearer plans, by this share of the gap."""
SLACK = 1000
"""A search may end this share of a loop's cost early."""


class Many:
    def __init__(self, board: Board, *, deadline: Deadline, told: Told | None) -> None:
        self.board, self.deadline, self.told = board, deadline, told
        self.loops: Sequence[Loop] = board.problem.loops
        self.by_id = {loop.id: loop for loop in self.loops}
        self.left_out = board.problem.weights.point * board.problem.weights.unplanned
        self.unit = max(1, unit_of(board.problem))
        self.plans: dict[str, Plan] = {}
        self.cost = self.left_out * len(self.loops)
        self.alone: dict[str, int] = {}
        self.hopeless: set[str] = set()
        self.fewest_out = self.floor = 0
        """What any answer costs by what its loops cost alone, and by how many it must leave out."""
        self.wanted: dict[str, Plan] = {}
        self.draw = Draw(len(self.loops))
        self.relaxed: Relaxed | None = None
        self.branches: Branches | None = None
        self.spent_on_bound = 0.0
        self.now: tuple[dict[str, Plan], int] = {}, self.cost
        """Where the search stands: seldom far from the best."""
        self.seen: list[tuple[Loop, Plan]] = []
        self.known: defaultdict[tuple[str, int], Known] = defaultdict(dict)

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
        branches = self.branches
        start = deadline.left() + self.spent_on_bound
        try:
            while branches is not None and self.cost > self.bound and len(self.hopeless) < len(self.loops):
                before = deadline.left()
                deadline.look()
                share = MORE_BOUND if (self.cost - self.bound) * WIDE > self.cost else BOUND_SHARE
                if len(self.loops) > 1 and (branches.ended or self.spent_on_bound > share * (start - before)):
                    self._improve(branches.whole)
                else:
                    branches.raise_bound(self.plans, self.cost, deadline, seen=self.seen)
                    self.seen = []
                    self.spent_on_bound += before - deadline.left()
                    self._tell()
        except OutOfTime:
            pass

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
                cost = total_cost(self.board.problem, costs_of(self.board.problem, plans))
                if cost < self.cost:
                    self.plans, self.cost = plans, cost
                    self._tell()
        except OutOfTime:
            self.deadline.look()
        return bool(waiting)

    def polish(self) -> None:
        """Plans each loop anew beside the others, those that pay most above their price alone first, while that saves."""
        problem, before = self.board.problem, HUGE
        while self.plans and before - self.cost > before // POLISH:
            before = self.cost
            costs = costs_of(problem, self.plans)
            above = {name: cost.total(point=problem.weights.point) - self.alone[name] for name, cost in costs.items()}
            for name in sorted(above, key=above.__getitem__, reverse=True):
                rest = {other: plan for other, plan in self.plans.items() if other != name}
                others = total_cost(problem, costs_of(problem, rest)) - self.left_out
                found = self._search(self.by_id[name], rest, limit=self.cost - others)
                if found is not None:
                    self.plans, self.cost = {**rest, name: found[1]}, others + found[0]
            self._tell()

    def engaged(self, plans: Mapping[str, Plan]) -> Engaged:
        return self.board.engage((self.by_id[name], plan) for name, plan in plans.items())

    def _search(
        self, loop: Loop, plans: Mapping[str, Plan], *, limit: int = HUGE, halves: int = 0
    ) -> tuple[int, Plan] | None:
        """The best plan beside these and what it really costs; chosen at so many halves of the tolls."""
        rivalry = self.relaxed.rivalry if halves and self.relaxed is not None else None
        case = Case(
            self.board,
            loop,
            engaged=self.engaged(plans),
            toll=partial(rivalry.parts, halves=halves) if rivalry is not None else None,
        )
        slack = self.bound // (len(self.loops) * SLACK)
        result = search_loop(
            case,
            keep=1,
            deadline=self.deadline,
            limit=HUGE if rivalry is not None else limit,
            slack=slack,
            known=self.known[loop.id, halves],
        )
        if not result.plans:
            if not result.proved:
                raise OutOfTime
            return None
        cost, plan = result.plans[0]
        self.seen.append((loop, plan))
        if rivalry is not None:
            cost -= rivalry.collected(loop, plan, halves=halves)
        return None if cost >= limit else (cost, plan)

    def begin(self) -> None:
        """One loop after another, the ones with the least choice first."""
        for loop in sorted(self.loops, key=self._choice):
            found = self._search(loop, self.plans, limit=min(HUGE, self.left_out + 1))
            if found is not None:
                self.plans[loop.id] = found[1]
                self.cost += found[0] - self.left_out
            self._tell()

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
        for loop in self.loops:
            if loop.id not in self.plans or deadline.left() <= 0:
                continue
            rest = {name: plan for name, plan in self.plans.items() if name != loop.id}
            others = total_cost(self.board.problem, costs_of(self.board.problem, rest)) - self.left_out
            known = sorted(cost for cost, _ in found.values())
            limit = min(HUGE, self.left_out) if len(known) < number else known[number - 1] - others
            case = Case(self.board, loop, engaged=self.engaged(rest))
            for cost, plan in search_loop(case, keep=number, deadline=deadline, limit=limit).plans:
                plans = {**rest, loop.id: plan}
                if _starts(plans) not in found or found[_starts(plans)][0] > others + cost:
                    found[_starts(plans)] = (others + cost, plans)
        return [plans for _, plans in sorted(found.values(), key=lambda each: each[0])[:number]]

    def _improve(self, relaxed: Relaxed) -> None:
        """Rips a few loops out and puts them back in another order; kept when it is no dearer than allowed.

        All but the last are put back at the tolls, or half of them, so that they leave contested people to the others.
        """
        room = (self.cost - self.bound) // ROOM if len(self.plans) == len(self.loops) else 0
        if self.now[1] > self.cost + room or len(self.now[0]) < len(self.plans):
            self.now = self.plans, self.cost
        ripped, (now, _) = self._choose(relaxed), self.now
        plans = {name: plan for name, plan in now.items() if name not in ripped}
        cost = total_cost(self.board.problem, costs_of(self.board.problem, plans)) - self.left_out * len(ripped)
        ahead = sum(self.alone[name] for name in ripped)
        halves = self.draw.below(3)
        most = self.cost + room
        for name in ripped:
            ahead -= self.alone[name]
            limit = min(most - cost - ahead, self.left_out) + 1
            if limit <= 1:
                return
            last = name == ripped[-1]
            found = self._search(self.by_id[name], plans, limit=limit, halves=0 if last else halves)
            if found is None:
                cost += self.left_out
            else:
                plans[name] = found[1]
                cost += found[0]
            if cost + ahead > most:
                return
        self.now = plans, cost
        if cost < self.cost:
            self.plans, self.cost = plans, cost
            self._tell()

    def _choose(self, relaxed: Relaxed) -> list[str]:
        """Two to five loops: one that is unplanned or pays much more than it would at the tolls, and loops in its way."""
        names = [loop.id for loop in self.loops if loop.id not in self.hopeless]
        missing = [name for name in names if name not in self.now[0]]
        if missing and (not self.now[0] or self.draw.below(2)):
            first = missing[self.draw.below(len(missing))]
        else:
            planned = [name for name in names if name in self.now[0]]
            drawn = [planned[self.draw.below(len(planned))] for _ in range(2)]
            first = max(drawn, key=lambda name: relaxed.regret(self.by_id[name], self.now[0][name]))
        chosen = [first]
        many = min(len(names), 2 + self.draw.below(4))
        near = self._near(first, names)
        while len(chosen) < many:
            pool = [name for name in near if name not in chosen]
            if not pool or self.draw.below(4) == 0:
                pool = [name for name in names if name not in chosen]
            chosen.append(pool[self.draw.below(len(pool))])
        if first not in missing:
            turn = self.draw.below(len(chosen))
            chosen = chosen[turn:] + chosen[:turn]
        return chosen

    def _near(self, name: str, names: Sequence[str]) -> list[str]:
        """The loops that share people with it, or end no later."""
        now = self.now[0]
        plan = now.get(name, ())
        people = {person for visit in plan for _, person in visit.seats}
        end = plan[-1].start if plan else None
        near = []
        for other in names:
            visits = now.get(other, ())
            sooner = bool(visits) and (end is None or visits[0].start <= end)
            if sooner or any(person in people for visit in visits for _, person in visit.seats):
                near.append(other)
        return near


def _starts(plans: Mapping[str, Plan]) -> frozenset[tuple[str, str, int]]:
    return frozenset((name, visit.session, visit.start) for name, plan in plans.items() for visit in plan)
