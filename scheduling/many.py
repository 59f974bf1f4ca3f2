"""Many loops that compete for the same people: a plan soon, a better one later, and how good it must be.

Loops are planned one after another by the exact search, each with what the others left. Then, until the budget ends,
two things take turns. *Improving*: a few loops are ripped out and put back in another order; the last one only has to
beat what was there, so most attempts end quickly. *Bounding*: every loop is planned alone at prices; a price is what it
costs others that someone is taken, raised where several loops want the same person. No answer costs less than the sum
of these plans minus what the prices could have been worth.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from scheduling.board import Board, Case, Engaged, Plan
from scheduling.cost import costs_of, total_cost
from scheduling.deadline import Deadline, OutOfTime
from scheduling.problem import Loop
from scheduling.rivalry import Key, Rivalry
from scheduling.search import search_loop
from scheduling.units import HUGE

Told = Callable[[int | None, int], None]
BOUND_SHARE = 0.45
CALMER = 0.9
INERTIA = 0.4
COARSE_ROUNDS = 12


class Draw:
    """Numbers that look random and are the same every time (splitmix64), so that an answer can be had again."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def below(self, bound: int) -> int:
        mask = (1 << 64) - 1
        self._state = (self._state + 0x9E3779B97F4A7C15) & mask
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & mask
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
        return (mixed ^ (mixed >> 31)) % bound


class Many:
    def __init__(self, board: Board, *, deadline: Deadline, told: Told | None) -> None:
        self.board, self.deadline, self.told = board, deadline, told
        self.loops: Sequence[Loop] = board.problem.loops
        self.by_id = {loop.id: loop for loop in self.loops}
        self.left_out = board.problem.weights.point * board.problem.weights.unplanned
        self.plans: dict[str, Plan] = {}
        self.cost = self.left_out * len(self.loops)
        self.alone: dict[str, int] = {}
        self.hopeless: set[str] = set()
        self.bound = 0
        self.draw = Draw(len(self.loops))
        self.shares: dict[str, int] = {}
        self.rivalry = Rivalry(board)
        self.eager = 1.0
        self.rounds = 0
        self._exact: dict[Key, float] = {}
        self._way: dict[Key, float] = {}

    def run(self) -> None:
        """Fills `plans`, `cost` and `bound`; stops at the deadline, or when cost and bound meet."""
        try:
            self.begin()
            self._bound_alone()
            self._count()
            spent_on_bound = 0.0
            start = self.deadline.left()
            while self.cost > self.bound and len(self.hopeless) < len(self.loops):
                before = self.deadline.left()
                if len(self.loops) > 1 and spent_on_bound > BOUND_SHARE * (start - before):
                    self._improve()
                else:
                    self._raise_bound()
                    spent_on_bound += before - self.deadline.left()
                self.deadline.look()
        except OutOfTime:
            pass

    def _tell(self) -> None:
        if self.told is not None:
            self.told(self.cost if self.plans else None, self.bound)

    def engaged(self, plans: Mapping[str, Plan]) -> Engaged:
        return self.board.engage((self.by_id[name], plan) for name, plan in plans.items())

    def _search(
        self, loop: Loop, plans: Mapping[str, Plan], *, limit: int = HUGE, share: int = 0
    ) -> tuple[int, Plan] | None:
        """The best plan beside these and what it really costs; chosen at `share` halves of the tolls."""
        tolls = self.rivalry.tolls if share else {}
        toll = partial(self.rivalry.parts, halves=share) if tolls else None
        result = search_loop(
            Case(self.board, loop, engaged=self.engaged(plans), toll=toll),
            keep=1,
            deadline=self.deadline,
            limit=HUGE if tolls else limit,
        )
        if not result.plans:
            if not result.proved:
                raise OutOfTime
            return None
        cost, plan = result.plans[0]
        if tolls:
            taken: dict[Key, int] = {}
            self.rivalry.taken(loop, plan, taken)
            cost -= sum((tolls.get(key, 0) * share // 2) * minutes for key, minutes in taken.items())
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

    def _bound_alone(self) -> None:
        """The sum of what each loop costs alone is the first bound; one that can't be planned alone never can."""
        for loop in self.loops:
            self.alone[loop.id] = 0
        for loop in self.loops:
            result = search_loop(Case(self.board, loop), keep=1, deadline=self.deadline)
            if result.proved and not result.plans:
                self.hopeless.add(loop.id)
            self.alone[loop.id] = min(self.left_out, result.bound)
            self.bound = max(self.bound, sum(self.alone.values()))
            if not result.proved:
                raise OutOfTime
        self._tell()

    def _raise_bound(self) -> None:
        """One round at the present tolls, then new ones (a subgradient step towards the present cost, with inertia)."""
        taken: dict[Key, int] = {}
        total = 0
        for loop in self.loops:
            if loop.id in self.hopeless:
                total += self.left_out
                continue
            result = search_loop(Case(self.board, loop, toll=self.rivalry.parts), keep=1, deadline=self.deadline)
            if not result.proved:
                raise OutOfTime
            total += min(self.left_out, result.bound)
            if result.plans and result.plans[0].cost <= self.left_out:
                self.rivalry.taken(loop, result.plans[0].plan, taken)
        excess, given = self.rivalry.excess()
        reached = total - excess
        if reached > self.bound:
            self.bound = min(self.cost, reached)
        else:
            self.eager *= CALMER
        self._tell()
        self._step({key: taken.get(key, 0) - given.get(key, 0) for key in {*taken, *given}}, reached)

    def _step(self, slopes: Mapping[Key, int], reached: int) -> None:
        """In the first rounds whole days get dearer or cheaper, later each stretch of time by itself."""
        self.rounds += 1
        spread: dict[Key, int] = {}
        strain = 0.0
        if self.rounds <= COARSE_ROUNDS:
            for key, slope in slopes.items():
                for other in self.rivalry.same_day(key):
                    spread[other] = spread.get(other, 0) + slope
        else:
            spread.update(slopes)
        self._way = {key: spread.get(key, 0) + INERTIA * self._way.get(key, 0.0) for key in {*spread, *self._way}}
        for key, way in self._way.items():
            together = len(self.rivalry.same_day(key)) if self.rounds <= COARSE_ROUNDS else 1
            strain += way * way / together
        if strain:
            step = self.eager * max(1, self.cost - reached) / strain
            for key, way in self._way.items():
                self._exact[key] = max(0.0, self._exact.get(key, 0.0) + step * way)
            self.rivalry.tolls = {key: int(toll) for key, toll in self._exact.items() if toll >= 1}

    def _improve(self) -> None:
        """Rips a few loops out and puts them back in another order; kept when it is no dearer.

        All but the last are put back at the tolls, or half of them, so that they leave contested people to the others.
        """
        ripped = self._choose()
        plans = {name: plan for name, plan in self.plans.items() if name not in ripped}
        cost = total_cost(self.board.problem, costs_of(self.board.problem, plans)) - self.left_out * len(ripped)
        ahead = sum(self.alone[name] for name in ripped)
        share = self.draw.below(3)
        for name in ripped:
            ahead -= self.alone[name]
            limit = min(self.cost - cost - ahead, self.left_out) + 1
            if limit <= 1:
                return
            last = name == ripped[-1]
            found = self._search(self.by_id[name], plans, limit=limit, share=0 if last else share)
            if found is None:
                cost += self.left_out
            else:
                plans[name] = found[1]
                cost += found[0]
            if cost + ahead > self.cost:
                return
        better = cost < self.cost
        self.plans, self.cost = plans, cost
        self._count()
        if better:
            self._tell()

    def _count(self) -> None:
        point = self.board.problem.weights.point
        costs = costs_of(self.board.problem, self.plans)
        self.shares = {name: cost.total(point=point) - self.alone[name] for name, cost in costs.items()}

    def _choose(self) -> list[str]:
        """Two to five loops: one that is unplanned or pays much for the others, and loops in its way."""
        names = [loop.id for loop in self.loops if loop.id not in self.hopeless]
        missing = [name for name in names if name not in self.plans]
        if missing:
            first = missing[self.draw.below(len(missing))]
        else:
            drawn = [names[self.draw.below(len(names))] for _ in range(2)]
            first = max(drawn, key=lambda name: self.shares.get(name, 0))
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
        plan = self.plans.get(name, ())
        people = {person for visit in plan for _, person in visit.seats}
        end = plan[-1].start if plan else None
        near = []
        for other in names:
            visits = self.plans.get(other, ())
            sooner = bool(visits) and (end is None or visits[0].start <= end)
            if sooner or any(person in people for visit in visits for _, person in visit.seats):
                near.append(other)
        return near
