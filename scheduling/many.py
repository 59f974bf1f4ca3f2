"""Many loops that compete for the same people: a plan soon, a better one later, and how good it must be.

Loops are planned one after another by the exact search, each with what the others left. Then, until the budget ends,
two things take turns. *Improving*: a few loops are ripped out and put back in another order; the last one only has to
beat what was there, so most attempts end quickly. *Bounding*: every loop is planned alone at prices; a price is what it
costs others that someone is taken, raised where several loops want the same person. No answer costs less than the sum
of these plans minus what the prices could have been worth.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import product

from scheduling.board import Board, Case, Engaged, Plan, level_of
from scheduling.cost import costs_of, total_cost, week_at
from scheduling.deadline import Deadline, OutOfTime
from scheduling.matching import INFINITE
from scheduling.problem import Loop, Person
from scheduling.search import search_loop
from scheduling.units import HUGE

Told = Callable[[int | None, int], None]
BOUND_SHARE = 0.45
MOST_IN_ONE_WEEK = 6
FIRST_EAGER = 1.0
CALMER = 0.85


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


class Prices:
    """What a minute of each person costs the other loops, by week.

    The cost of someone's week is what each of their loops would pay alone, plus twice the product of the minutes of
    every two of them. Only that second part is priced: `keep` is the most that prices can have collected in excess of
    it, over everything the person could be given.
    """

    def __init__(self, board: Board) -> None:
        self.board = board
        lengths: dict[str, set[int]] = {}
        for loop in board.problem.loops:
            for session in loop.sessions:
                for seat in session.seats:
                    for number in board.qualified(seat):
                        lengths.setdefault(board.people[number].id, set()).add(session.minutes)
        self.lengths = {name: tuple(sorted(found)) for name, found in lengths.items()}
        self.of: dict[tuple[str, str], float] = {}
        self._weeks: dict[tuple[tuple[int, ...], int], list[tuple[int, int]]] = {}

    def cost(self, person: Person, week: str, minutes: int, _session: str, _seat: str) -> int:
        weights = self.board.problem.weights
        load = level_of(person, week)
        own = weights.load * (minutes * minutes + 2 * load * minutes)
        return own + int(self.of.get((person.id, week), 0.0) * minutes)

    def week(self, person: Person, week: str) -> list[tuple[int, int]]:
        """All that a person could be given in a week: the minutes, and the cost of having them together."""
        cap = person.week_cap
        room = INFINITE if cap is None else max(0, cap - person.week_load.get(week, 0))
        lengths = self.lengths.get(person.id, ())
        loops = len(self.board.problem.loops)
        most = min(MOST_IN_ONE_WEEK, loops)
        key = (lengths, room)
        if key not in self._weeks:
            found: dict[int, int] = {}
            for counts in product(range(most + 1), repeat=len(lengths)):
                total = sum(count * length for count, length in zip(counts, lengths, strict=True))
                if total <= room and sum(counts) <= most:
                    alone = sum(count * length * length for count, length in zip(counts, lengths, strict=True))
                    together = self.board.problem.weights.load * (total * total - alone)
                    found[total] = min(found.get(total, INFINITE), together)
            self._weeks[key] = sorted(found.items())
        return self._weeks[key]

    def keep(self, person: Person, week: str) -> tuple[float, int]:
        """The excess, and the minutes at which it is reached."""
        price = self.of.get((person.id, week), 0.0)
        return max((price * total - together, total) for total, together in self.week(person, week))


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
        self.prices = Prices(board)
        self.eager = FIRST_EAGER
        self.best_prices: dict[tuple[str, str], float] = {}

    def run(self) -> None:
        """Fills `plans`, `cost` and `bound`; stops at the deadline, or when cost and bound meet."""
        try:
            self._first()
            self._bound_alone()
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

    def _search(self, loop: Loop, plans: Mapping[str, Plan], *, limit: int = HUGE) -> tuple[int, Plan] | None:
        """The best plan beside these; what was found by the deadline counts too."""
        result = search_loop(
            Case(self.board, loop, engaged=self.engaged(plans)), keep=1, deadline=self.deadline, limit=limit
        )
        if not result.plans:
            if not result.proved:
                raise OutOfTime
            return None
        return result.plans[0]

    def _first(self) -> None:
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
        """One round at the present prices, then new prices (Polyak's subgradient step towards the present cost)."""
        taken: dict[tuple[str, str], int] = {}
        total = 0.0
        for loop in self.loops:
            if loop.id in self.hopeless:
                total += self.left_out
                continue
            result = search_loop(Case(self.board, loop, price=self.prices.cost), keep=1, deadline=self.deadline)
            if not result.proved:
                raise OutOfTime
            total += min(self.left_out, result.bound)
            if result.plans and result.plans[0].cost <= self.left_out:
                self._count(loop, result.plans[0].plan, taken)
        slopes: dict[tuple[str, str], int] = {}
        for key in {*taken, *self.prices.of}:
            person = self.board.people[self.board.index[key[0]]]
            excess, minutes = self.prices.keep(person, key[1])
            total -= excess
            slopes[key] = taken.get(key, 0) - minutes
        reached = int(total) - 1
        if reached > self.bound:
            self.bound = min(self.cost, reached)
            self.best_prices = dict(self.prices.of)
        else:
            self.eager *= CALMER
        self._tell()
        self._step(slopes, reached)

    def _count(self, loop: Loop, plan: Plan, taken: dict[tuple[str, str], int]) -> None:
        length = {session.id: session.minutes for session in loop.sessions}
        for visit in plan:
            for _, name in visit.seats:
                person = self.board.people[self.board.index[name]]
                if person.kind == "person":
                    key = (name, week_at(person, visit.start))
                    taken[key] = taken.get(key, 0) + length[visit.session]

    def _step(self, slopes: Mapping[tuple[str, str], int], reached: int) -> None:
        strain = sum(slope * slope for slope in slopes.values())
        if not strain:
            return
        step = self.eager * max(1, self.cost - reached) / strain
        for key, slope in slopes.items():
            price = self.prices.of.get(key, 0.0) + step * slope
            if price > 0:
                self.prices.of[key] = price
            else:
                self.prices.of.pop(key, None)

    def _improve(self) -> None:
        """Rips a few loops out and puts them back in another order; kept when it is no dearer."""
        ripped = self._choose()
        rest = {name: plan for name, plan in self.plans.items() if name not in ripped}
        costs = costs_of(self.board.problem, rest)
        cost = total_cost(self.board.problem, costs) - self.left_out * len(ripped)
        plans = dict(rest)
        ahead = sum(self.alone[name] for name in ripped)
        for name in ripped:
            ahead -= self.alone[name]
            limit = self.cost - cost - ahead
            if limit <= 0:
                return
            found = self._search(self.by_id[name], plans, limit=min(limit, self.left_out) + 1)
            if found is None:
                cost += self.left_out
            else:
                plans[name] = found[1]
                cost += found[0]
            if cost + ahead > self.cost:
                return
        self.plans, better = plans, cost < self.cost
        self.cost = cost
        if better:
            self._tell()

    def _choose(self) -> list[str]:
        """Two to four loops: one that is unplanned if there is one, and loops that share people with it."""
        names = [loop.id for loop in self.loops if loop.id not in self.hopeless]
        missing = [name for name in names if name not in self.plans]
        first = (missing or names)[self.draw.below(len(missing or names))]
        chosen = [first]
        many = min(len(names), 2 + self.draw.below(3))
        near = self._near(first, names)
        while len(chosen) < many:
            pool = [name for name in near if name not in chosen]
            if not pool or self.draw.below(3) == 0:
                pool = [name for name in names if name not in chosen]
            chosen.append(pool[self.draw.below(len(pool))])
        if first not in missing:
            turn = self.draw.below(len(chosen))
            chosen = chosen[turn:] + chosen[:turn]
        return chosen

    def _near(self, name: str, names: Sequence[str]) -> list[str]:
        people = {person for visit in self.plans.get(name, ()) for _, person in visit.seats}
        return [
            other
            for other in names
            if any(person in people for visit in self.plans.get(other, ()) for _, person in visit.seats)
        ]
