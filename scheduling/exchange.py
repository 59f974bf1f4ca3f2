"""Improving an answer: a few loops are ripped out and put back in another order, again and again.

Each is put back by a hasty search beside the others. What comes out is kept when it costs no more, or a little more by
chance (as in annealing): an answer no exchange makes cheaper is seldom the best. An exchange is broken off as soon as
what was put back, and what the rest must cost at least, is more than would be kept.
"""

from collections import defaultdict
from collections.abc import Mapping
from math import log

from scheduling.board import Board, Case, Plan, Price, level_of
from scheduling.deadline import Deadline, OutOfTime
from scheduling.draw import Draw
from scheduling.ledger import Ledger
from scheduling.problem import Person
from scheduling.search import search_loop
from scheduling.units import HUGE, Known

SIZES = (1, 2, 2, 2, 3, 3, 4)
"""How many loops are exchanged, each as likely as it stands here."""
FINE = 1 << 20
HEAT = 0.03
BLURS = (0, 0, 0, 0, 0, 0, 0, 0, 50, 200)
"""By how many per cent a loop that is not the last mistakes what people cost: at true prices, each would always take
the best for itself, and some answers would never be seen."""
NEAR_IN_TIME = 600
"""Minutes between the starts of loops that may want the same time."""
COUSIN = 3
"""How much chance weighs beside each person whom two loops share."""


class Exchange:
    """Works on `ledger`; `alone` is what each loop costs at least."""

    def __init__(self, board: Board, ledger: Ledger, *, alone: Mapping[str, int], draw: Draw) -> None:
        self.board, self.ledger, self.alone, self.draw = board, ledger, alone, draw
        self.names = [name for name in ledger.loops if alone[name] < ledger.left_out]
        self.heat = HEAT * sum(alone[name] for name in self.names) / max(1, len(self.names))
        self.known: defaultdict[str, Known] = defaultdict(dict)

    def step(self, deadline: Deadline) -> dict[str, Plan]:
        """One exchange; the plans that are new, none when all is as before. Raises OutOfTime."""
        ledger, ripped = self.ledger, self._choose()
        most = ledger.cost + self._room()
        gone = {name: ledger.take_back(name) for name in ripped if name in ledger.plans}
        done = False
        try:
            done = self._put_back(ripped, most, deadline)
        finally:
            if not done:
                for name in ripped:
                    if name in ledger.plans:
                        ledger.take_back(name)
                for name, plan in gone.items():
                    ledger.enter(name, plan)
        put = {name: ledger.plans[name] for name in ripped if name in ledger.plans}
        return {name: plan for name, plan in put.items() if plan != gone.get(name)}

    def _room(self) -> int:
        return int(-self.heat * log((1 + self.draw.below(FINE)) / FINE))

    def _put_back(self, names: list[str], most: int, deadline: Deadline) -> bool:
        """Whether all that could be put back were, at no more than `most` in the end."""
        ledger = self.ledger
        saved = {name: ledger.left_out - self.alone[name] for name in names}
        for name in names:
            del saved[name]
            limit = min(most - ledger.cost + ledger.left_out + sum(saved.values()), ledger.left_out) + 1
            if limit <= 1:
                return False
            blur = BLURS[self.draw.below(len(BLURS))] if saved else 0
            plan = self._search(name, limit, blur, deadline)
            if plan is not None:
                ledger.enter(name, plan)
            if ledger.cost - sum(saved.values()) > most:
                return False
        return True

    def _search(self, name: str, limit: int, blur: int, deadline: Deadline) -> Plan | None:
        ledger = self.ledger
        price = self._blurred(blur) if blur else None
        case = Case(self.board, ledger.loops[name], engaged=ledger.engaged, price=price)
        limit = HUGE if blur else limit
        result = search_loop(case, keep=1, deadline=deadline, limit=limit, hasty=True, known=self.known[name])
        if not result.plans and not result.proved:
            raise OutOfTime
        return result.plans[0].plan if result.plans else None

    def _blurred(self, blur: int) -> Price:
        """The price of load, dearer for some people than it is and cheaper for others."""
        draw, engaged, weight = self.draw, self.ledger.engaged, self.board.problem.weights.load
        factors: dict[str, int] = {}

        def price(person: Person, week: str, minutes: int, _session: str, _seat: str) -> int:
            if person.id not in factors:
                factors[person.id] = max(0, FINE + blur * (draw.below(FINE) - FINE // 2) // 100)
            load = level_of(person, week) + engaged.minutes(person.id, week)
            return weight * minutes * (minutes + 2 * load) * factors[person.id] // FINE

        return price

    def _choose(self) -> list[str]:
        """A loop that is left out, or any, and some that are in its way."""
        names, draw, plans = self.names, self.draw, self.ledger.plans
        missing = [name for name in names if name not in plans]
        pool = missing if missing and draw.below(2) else names
        first = pool[draw.below(len(pool))]
        size = min(len(names), SIZES[draw.below(len(SIZES))])
        kin = self._kin(first)
        chosen = [first, *sorted(kin, key=kin.__getitem__, reverse=True)[: size - 1]]
        return draw.shuffled(chosen)

    def _kin(self, first: str) -> dict[str, int]:
        """The other loops, by how much they may be in its way."""
        plans, draw = self.ledger.plans, self.draw
        mine = plans.get(first, ())
        people = {who for visit in mine for _, who in visit.seats}
        kin = {}
        for name in self.names:
            if name != first:
                visits = plans.get(name, ())
                near = bool(mine and visits) and abs(visits[0].start - mine[0].start) < NEAR_IN_TIME
                shared = sum(who in people for visit in visits for _, who in visit.seats)
                kin[name] = draw.below(COUSIN * FINE) + FINE * (shared + near)
        return kin
