"""What people and promises are worth on some dates: with them priced, every seat can be filled by itself."""

from collections.abc import Mapping, Sequence
from copy import copy
from operator import itemgetter

from scheduling.matching import Demand, Row, match


class Prices:
    """What each person, and each promise to a mix rule, is worth on these dates.

    With prices `p` of columns and `l` of demands, no panel costs less than its seats one by one at
    `cost + p - l` plus `offset`. They come from the best matching when times within the dates are ignored, so `bound`
    is its exact cost: distinct people are counted in, and too few of them are found before any time is tried.
    """

    __slots__ = ("bound", "columns", "demands", "offset", "possible")

    def __init__(self, rows: Mapping[int, Row], demands: Sequence[Demand]) -> None:
        self.demands: list[tuple[frozenset[int], int, int]] = []
        self.columns: dict[int, int] = {}
        self.possible = True
        self.bound = self.offset = 0
        matching = match(rows)
        if matching is None:
            self.possible = False
            return
        for demand in demands:
            if sum(column in demand.among for column in matching.column_of.values()) >= demand.least:
                self.demands.append((demand.among, demand.least, 0))
            else:
                rows = self._pay_for(demand, rows)
                matching = match(rows)
                if matching is None or not self.possible:
                    return
        self.columns = {column: -price for column, price in matching.price.items() if price}
        self.bound = matching.cost + self.offset
        self.offset -= sum(self.columns.values())

    def _pay_for(self, demand: Demand, rows: Mapping[int, Row]) -> Mapping[int, Row]:
        """Finds the smallest reward that makes the cheapest matching keep the demand; none does, none can."""
        low, high = 0, 1 + 2 * sum(max(abs(cost) for cost in row.values()) for row in rows.values())
        if not self._kept(demand, self._rewarded(rows, demand, high)):
            self.possible = False
            return rows
        while high - low > 1:
            middle = (low + high) // 2
            if self._kept(demand, self._rewarded(rows, demand, middle)):
                high = middle
            else:
                low = middle
        self.demands.append((demand.among, demand.least, high))
        self.offset += high * demand.least
        return self._rewarded(rows, demand, high)

    @staticmethod
    def _rewarded(rows: Mapping[int, Row], demand: Demand, reward: int) -> Mapping[int, Row]:
        among = demand.among
        return {
            r: dict(sorted(((c, cost - reward if c in among else cost) for c, cost in row.items()), key=itemgetter(1)))
            for r, row in rows.items()
        }

    @staticmethod
    def _kept(demand: Demand, rows: Mapping[int, Row]) -> bool:
        matching = match(rows)
        if matching is None:
            return False
        return sum(column in demand.among for column in matching.column_of.values()) >= demand.least

    def after(self, taken: Mapping[int, int], step: float) -> "Prices":
        """Dearer where the columns were taken more than once, cheaper where not at all; mix rules the other way round.

        Any prices give a bound as long as those of columns are not negative, so rounding does no harm.
        """
        twin = Prices.__new__(Prices)
        twin.possible, twin.bound = True, self.bound
        twin.columns = {}
        for column in {*taken, *self.columns}:
            price = self.columns.get(column, 0) + round(step * (taken.get(column, 0) - 1))
            if price > 0 and column >= 0:
                twin.columns[column] = price
        twin.demands = []
        for among, least, reward in self.demands:
            kept = sum(count for column, count in taken.items() if column in among)
            twin.demands.append((among, least, max(0, reward + round(step * (least - kept)))))
        twin.offset = sum(least * reward for _, least, reward in twin.demands) - sum(twin.columns.values())
        return twin

    def like(self, columns: dict[int, int], demands: list[tuple[frozenset[int], int, int]]) -> "Prices":
        """The same people and rules at other prices, such as did well before."""
        twin = copy(self)
        twin.columns, twin.demands = columns, demands
        twin.offset = sum(least * reward for _, least, reward in twin.demands) - sum(twin.columns.values())
        return twin

    def strain(self, taken: Mapping[int, int]) -> int:
        """How far from one seat each the columns are: the square of the direction that `after` goes."""
        columns = sum((taken.get(column, 0) - 1) ** 2 for column in {*taken, *self.columns} if column >= 0)
        return columns + sum(
            (least - sum(count for column, count in taken.items() if column in among)) ** 2
            for among, least, _ in self.demands
        )

    def of(self, cost: int, column: int) -> int:
        cost += self.columns.get(column, 0)
        for among, _, reward in self.demands:
            if column in among:
                cost -= reward
        return cost
