"""Where tolls come from: loops bid for people's time, and what is wanted more than once gets dearer.

Every plan that a loop was seen to want at some tolls is kept. A mixture of these, so much of each, and of the company
that weeks keep, is sought that costs least when wanting too much is punished by its square; the punishment is the new
toll (the method of multipliers on a bundle of cuts, solved by moving weight from a block's worst part to its best one).
Tolls stay near those of the best bound so far, and a mixture says which plans go well together.
"""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from typing import Any

from scheduling.rivalry import Use

Name = tuple[Any, ...]

SWEEPS, WHOLE = 30, 5
"""How often weight is moved at most; every so often between all bids, else between those in the mixture."""
MOST_BIDS = 50
BOLDER, SHYER = 1.0, 0.9
NEGLIGIBLE = 1e-9
STILL = 0.003


class Bid:
    """Something a block may take: what it costs, what it uses, and how much of it is in the mixture."""

    __slots__ = ("cost", "name", "share", "use")

    def __init__(self, name: Name, cost: float, use: Use, share: float = 0.0) -> None:
        self.name, self.cost, self.use, self.share = name, cost, use, share


class Auction:
    """`room` is how much there is of each thing shared; it grows while bids come in."""

    def __init__(self, room: Sequence[float]) -> None:
        self.room = room
        self.blocks: dict[object, list[Bid]] = {}
        self.kept: list[float] = []
        """The tolls of the best bound so far."""
        self.prices: list[float] = []
        self.pace = self.fresh = 0.0
        self._over: list[float] = []

    def bid(self, block: object, name: Name, cost: float, use: Use) -> None:
        """The first bid of a block is its whole share of the mixture."""
        bids = self.blocks.setdefault(block, [])
        if any(known.name == name for known in bids):
            return
        bids.append(Bid(name, cost, use, 0.0 if bids else 1.0))
        if len(bids) > MOST_BIDS:
            idle = next((known for known in bids[1:-1] if known.share < NEGLIGIBLE), None)
            if idle is not None:
                bids.remove(idle)

    def without(self, block: object, barred: Callable[[Name], bool]) -> "Auction":
        """An auction of its own with the same tolls and bids, but for some of this block; it begins at a fresh pace."""
        twin = copy(self)
        twin.pace = twin.fresh = self.fresh or self.pace
        twin.blocks = {
            name: [Bid(bid.name, bid.cost, bid.use, bid.share) for bid in bids if name != block or not barred(bid.name)]
            for name, bids in self.blocks.items()
        }
        left = twin.blocks[block]
        total = sum(bid.share for bid in left)
        for bid in left:
            bid.share = bid.share / total if total else float(bid is left[0])
        return twin

    def begin(self, distance: float) -> None:
        """Sets the pace: a step as long as one that would close the distance to the best answer known."""
        self._count()
        strain = sum(over * over for over in self._over if over > 0)
        self.pace = distance / strain if strain else 1.0

    def settle(self) -> list[float]:
        """New tolls, near the kept ones."""
        self._count()
        pace = self.pace
        self.prices = [max(0.0, kept + pace * over) for kept, over in zip(self.kept, self._over, strict=True)]
        still = False
        for sweep in range(SWEEPS):
            if still or sweep % WHOLE == 0:
                moved = max(map(self._shift, self.blocks.values()), default=0.0)
                if moved < STILL:
                    break
                mixed = [[bid for bid in bids if bid.share > NEGLIGIBLE] for bids in self.blocks.values()]
                mixed = [bids for bids in mixed if len(bids) > 1]
            still = max(map(self._shift, mixed), default=0.0) < STILL
        return self.prices

    def judge(self, *, better: bool) -> None:
        """Whether these tolls gave a better bound: then they are kept, and steps get longer."""
        if better:
            self.kept = self.prices
        self.pace *= BOLDER if better else SHYER

    def _count(self) -> None:
        missing = len(self.room) - len(self.kept)
        self.kept = [*self.kept, *[0.0] * missing]
        over = [-room for room in self.room]
        for bids in self.blocks.values():
            for bid in bids:
                if bid.share > NEGLIGIBLE:
                    for number, amount in bid.use:
                        over[number] += bid.share * amount
        self._over = over

    def _shift(self, bids: Iterable[Bid]) -> float:
        """Moves weight from the dearest bid in the mixture to the cheapest of all; says how much."""
        prices = self.prices
        low, high = float("inf"), float("-inf")
        for bid in bids:
            cost = bid.cost
            for number, amount in bid.use:
                cost += amount * prices[number]
            if cost < low:
                low, cheapest = cost, bid
            if bid.share > NEGLIGIBLE and cost > high:
                high, dearest = cost, bid
        if high - low < 1:
            return 0.0
        change = dict(cheapest.use)
        for number, amount in dearest.use:
            change[number] = change.get(number, 0.0) - amount
        bend = self.pace * sum(
            [amount * amount for number, amount in change.items() if amount > 0 or prices[number] > 0]
        )
        much = min(dearest.share, (high - low) / bend) if bend else dearest.share
        cheapest.share += much
        dearest.share -= much
        kept, over, pace = self.kept, self._over, self.pace
        for number, amount in change.items():
            if amount:
                over[number] += much * amount
                price = kept[number] + pace * over[number]
                prices[number] = price if price > 0 else 0.0
        return much
