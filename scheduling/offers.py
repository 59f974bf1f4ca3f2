"""Who is offered for a seat: cheapest first, and only as many as can matter."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple


class Option(NamedTuple):
    """Somebody for a seat: what it costs, the column they are, the starts from which they can, and who it is."""

    cost: int
    column: int
    starts: int
    person: int


class Offer(NamedTuple):
    """Somebody in a week of theirs: what it costs to seat them then, if they can."""

    cost: int
    column: int
    person: int
    week: str


class Coverage:
    """How often each start was offered to, by kind of person: those who count for the same mix rules are of one kind.

    A row needs no more people of a kind at a start than there are rows: each other row takes one of them at most, and
    one that is left can change places with whoever is dearer and of the same kind.
    """

    __slots__ = ("_lacking", "open")

    def __init__(self, starts: int, kinds: Iterable[int], *, rows: int) -> None:
        self._lacking = {kind: [starts] * rows for kind in kinds}
        self.open = dict.fromkeys(self._lacking, starts)

    def count(self, kind: int, starts: int) -> None:
        """One more person of this kind for these starts."""
        lacking, others = self._lacking[kind], ~starts
        for more in range(len(lacking) - 1, 0, -1):
            lacking[more] &= others | lacking[more - 1]
        lacking[0] &= others
        self.open[kind] = lacking[-1]


def enough(
    offers: Iterable[Offer],
    coverage: Coverage,
    kinds: Mapping[int, int],
    allowed: Callable[[int], Mapping[str, int]],
    *,
    empty: Option | None,
) -> list[Option]:
    """Of each kind, as many at each start as can matter; nobody who is dearer than leaving the seat empty.

    The offers come cheapest first, `allowed` says by week from which starts a person can.
    """
    options = []
    for cost, column, person, week in offers:
        kind = kinds.get(column, 0)
        if not coverage.open[kind] or (empty is not None and not kind and cost > empty.cost):
            continue
        able = coverage.open[kind] & allowed(person).get(week, 0)
        if able:
            options.append(Option(cost, column, able, person))
            coverage.count(kind, able)
    return options


def kinds_of(groups: Iterable[Iterable[int]]) -> dict[int, int]:
    """By column: the set, as bits, of the groups that it is in."""
    kinds: dict[int, int] = {}
    for bit, columns in enumerate(groups):
        for column in columns:
            kinds[column] = kinds.get(column, 0) | 1 << bit
    return kinds
