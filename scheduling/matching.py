"""Seats and people: the cheapest way to give each seat somebody of its own.

Seats are rows, people are columns, and a row maps the columns it may take to what they cost. Load makes the price of a
person depend on the seat's length and week, so the cheapest person first is not enough; rows are inserted one after
another, each along the shortest augmenting path, which keeps prices that prove the sum least (Jonker and Volgenant's
method, on the few edges there are). A row that finds no path has met a Hall violation: too few people for its seats.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

INFINITE = 1 << 60

Row = Mapping[int, int]
"""What each column costs, the cheapest first."""


class Matching:
    """A least-cost matching of the rows inserted so far, with its dual prices."""

    __slots__ = ("column_of", "cost", "price", "row_of", "value")

    def __init__(self) -> None:
        self.value: dict[int, int] = {}
        self.price: dict[int, int] = {}
        self.row_of: dict[int, int] = {}
        self.column_of: dict[int, int] = {}
        self.cost = 0

    def copy(self) -> "Matching":
        twin = Matching.__new__(Matching)
        twin.value = self.value.copy()
        twin.price = self.price.copy()
        twin.row_of = self.row_of.copy()
        twin.column_of = self.column_of.copy()
        twin.cost = self.cost
        return twin

    def insert(self, rows: Mapping[int, Row], new: int) -> bool:
        """Seats `new` at the least extra cost; False when nobody can be found for it (nothing changed then)."""
        if self._take_free(rows[new], new):
            return True
        value, price, row_of = self.value, self.price, self.row_of
        far: dict[int, int] = {}
        came: dict[int, int] = {}
        done: dict[int, int] = {}
        row, way = new, 0
        value[new] = 0
        while True:
            offset = way - value[row]
            for column, cost in rows[row].items():
                if column not in done:
                    distance = offset + cost - price.get(column, 0)
                    if distance < far.get(column, INFINITE):
                        far[column] = distance
                        came[column] = row
            if not far:
                del value[new]
                return False
            column = min(far, key=far.__getitem__)
            way = far.pop(column)
            if column not in row_of:
                break
            done[column] = way
            row = row_of[column]
        value[new] = way
        for passed, distance in done.items():
            price[passed] = price.get(passed, 0) - (way - distance)
            value[row_of[passed]] += way - distance
        self.cost += way
        self._augment(came, column, new)
        return True

    def _take_free(self, row: Row, new: int) -> bool:
        """The same where the nearest column is free, as most often; prices are never above nothing."""
        price, nearest, least = self.price, -1, INFINITE
        for column, cost in row.items():
            if cost >= least:
                break
            distance = cost - price.get(column, 0)
            if distance < least:
                nearest, least = column, distance
        if least == INFINITE or nearest in self.row_of:
            return False
        self.value[new] = least
        self.row_of[nearest] = new
        self.column_of[new] = nearest
        self.cost += least
        return True

    def _augment(self, came: Mapping[int, int], column: int, new: int) -> None:
        while True:
            row = came[column]
            before = self.column_of.get(row)
            self.row_of[column] = row
            self.column_of[row] = column
            if row == new or before is None:
                return
            column = before


def match(rows: Mapping[int, Row]) -> Matching | None:
    """The cheapest matching of all rows, or None when there is none. The hardest rows go first: they fail early."""
    matching = Matching()
    for row in sorted(rows, key=lambda row: len(rows[row])):
        if not matching.insert(rows, row):
            return None
    return matching


class Demand(NamedTuple):
    """At least `least` rows go to columns in `among`."""

    among: frozenset[int]
    least: int


class Clash(NamedTuple):
    """The two (row, column) pairs that may not both be taken: one room, twice, too close together."""

    one: tuple[int, int]
    other: tuple[int, int]


def choose_panel(
    rows: Mapping[int, Row], *, demands: Sequence[Demand] = (), clashes: Sequence[Clash] = (), limit: int = INFINITE
) -> tuple[int, dict[int, int]] | None:
    """The cheapest matching that also keeps demands and clashes, if it costs less than `limit`.

    A matching that breaks one is split into the cases that mend it, and each is solved again: exact, and small, since a
    loop has few seats.
    """
    matching = match(rows)
    if matching is None or matching.cost >= limit:
        return None
    taken = matching.column_of
    cases = _broken_demand(rows, taken, demands)
    if cases is None:
        cases = _broken_clash(rows, taken, clashes)
    if cases is None:
        return matching.cost, dict(taken)
    best = None
    for case in cases:
        found = choose_panel(case, demands=demands, clashes=clashes, limit=limit)
        if found is not None:
            best, limit = found, found[0]
    return best


def _broken_demand(
    rows: Mapping[int, Row], taken: Mapping[int, int], demands: Sequence[Demand]
) -> list[dict[int, Row]] | None:
    for demand in demands:
        if sum(column in demand.among for column in taken.values()) >= demand.least:
            continue
        sure, open_rows = 0, []
        for row, columns in rows.items():
            inside = sum(column in demand.among for column in columns)
            sure += inside == len(columns)
            if 0 < inside < len(columns):
                open_rows.append(row)
        if sure + len(open_rows) < demand.least:
            return []
        return list(_split(rows, open_rows, demand))
    return None


def _split(rows: Mapping[int, Row], open_rows: Sequence[int], demand: Demand) -> list[dict[int, Row]]:
    """Case i: row i is the first of the open rows that goes to one of those named."""
    cases: list[dict[int, Row]] = []
    outside: dict[int, Row] = dict(rows)
    for row in open_rows:
        case = dict(outside)
        case[row] = {column: cost for column, cost in rows[row].items() if column in demand.among}
        cases.append(case)
        outside[row] = {column: cost for column, cost in rows[row].items() if column not in demand.among}
    return cases


def _broken_clash(
    rows: Mapping[int, Row], taken: Mapping[int, int], clashes: Sequence[Clash]
) -> list[dict[int, Row]] | None:
    for clash in clashes:
        if all(taken.get(row) == column for row, column in clash):
            return [
                {**rows, row: {other: cost for other, cost in rows[row].items() if other != column}}
                for row, column in clash
            ]
    return None
