"""One loop, exactly: the best layouts in time with the best panel for each, proved.

The dates a loop may end on, and how many dates it uses, make units. Units wait in a heap by what they must cost at
least; a unit is looked at more closely each time it comes up (people matched with times ignored, then the day's
tables), and walked through only when its bound still is the least. A walk that gets stuck among layouts which all look
as good as the bound comes back: prices rise until they look less good, and the next walk is a more careful one.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from functools import partial
from itertools import chain, count
from typing import NamedTuple

from scheduling.board import Case
from scheduling.deadline import Deadline, OutOfTime
from scheduling.grid import ones
from scheduling.matching import INFINITE
from scheduling.units import HUGE, Best, Enough, Found, Known, Terrain, Unit
from scheduling.walk import Stuck, Walk

DIVE, HASTY_DIVE = 200, 60
CLIMB, HASTY_CLIMB = 2_000, 100
PRICE_ROUNDS = 12
CALMER = 0.7
SOME_STATES = 300
MOST_STATES = 5_000
ROUGH_SHARE = 0.3


class Result(NamedTuple):
    """The best plans with different starts, cheapest first; nothing that is not among them costs less than `bound`."""

    plans: tuple[Found, ...]
    bound: int
    proved: bool


def search_loop(
    case: Case,
    *,
    keep: int,
    deadline: Deadline,
    limit: int = HUGE,
    first: bool = False,
    slack: int = 0,
    rough: bool = False,
    hasty: bool = False,
    known: Known | None = None,
) -> Result:
    """The `keep` cheapest plans that differ in a start and cost less than `limit`; with `first`, any plan will do.

    With `slack`, a plan this close to the bound is good enough: `proved` says that the search ended by itself. The dates
    that are looked at are looked through all the same, unless it may be `rough`. A `hasty` search never gets stuck: it
    leaves dates on which too many layouts look as good, and what it finds may not be the best.
    """
    if not case.sessions or not case.loop.available:
        return Result((), INFINITE, proved=True)
    best = Best(keep=keep, ceiling=limit, first=first, slack=slack, rough=rough)
    states = _states(case)
    least = _least(case, deadline) if states > MOST_STATES else 0
    if least >= limit:
        return Result((), limit if least < INFINITE else INFINITE, proved=True)
    if states > SOME_STATES:
        soon = deadline if states > MOST_STATES else deadline.sooner(ROUGH_SHARE * deadline.left())
        for order in _orders(case, on_and_on=states > MOST_STATES):
            if not _search(Terrain(order), best, soon, hasty=hasty).proved:
                break
        if first and best.found:
            return Result(tuple(best.found), best.limit, proved=False)
    if states <= MOST_STATES:
        return _search(Terrain(case, known), best, deadline, hasty=hasty)
    return Result(tuple(best.found), min(least, best.limit), proved=least >= best.limit)


def _least(case: Case, deadline: Deadline) -> int:
    """A bound that needs no tables, for loops whose tables would not fit."""
    units = list(_units(Terrain(case)))
    for unit in units:
        unit.closer(deadline)
    return min((unit.bound for unit in units), default=INFINITE)


def _states(case: Case) -> int:
    """How many different sets of sessions may be left at some point; tables of too many would not fit."""
    full = (1 << len(case.sessions)) - 1
    seen, edge = {full}, [full]
    while edge and len(seen) <= MOST_STATES:
        left = edge.pop()
        waiting = 0
        for s in ones(left):
            waiting |= case.after[s]
        for s in ones(left & ~waiting):
            rest = left & ~(1 << s)
            if rest not in seen:
                seen.add(rest)
                edge.append(rest)
    return len(seen)


def _orders(case: Case, *, on_and_on: bool) -> Iterator[Case]:
    """The same loop in fixed orders, four or ever more: a good plan is found in them, if no proof."""
    number = range(len(case.sessions))
    keys: tuple[Callable[[int], int], ...] = (
        lambda s: s,
        lambda s: case.starts[s].bit_count(),
        lambda s: -case.sessions[s].minutes,
        lambda s: -s,
    )
    shuffled: Iterable[Callable[[int], int]] = (partial(_shuffle, turn) for turn in count(1)) if on_and_on else ()
    for key in chain(keys, shuffled):
        left, order = set(number), list[int]()
        while left:
            ready = [s for s in left if not any(case.after[other] >> s & 1 for other in left)]
            if not ready:
                return
            order.append(min(ready, key=key))
            left.remove(order[-1])
        ordered = copy(case)
        ordered.after = [0] * len(case.sessions)
        for at, s in enumerate(order):
            ordered.after[s] = sum(1 << later for later in order[at + 1 :])
        yield ordered


def _shuffle(turn: int, s: int) -> int:
    """A place in line that looks random and is the same every time."""
    return (s + 1) * turn * 2_654_435_761 % 10_007


def _search(terrain: Terrain, best: Best, deadline: Deadline, *, hasty: bool) -> Result:
    heap = [(unit.bound, number, unit) for number, unit in enumerate(_units(terrain))]
    heapq.heapify(heap)
    bound = best.spared = INFINITE
    try:
        while heap:
            bound, number, unit = heap[0]
            if best.spares(bound, slack=True):
                break
            deadline.look()
            if not unit.closer(deadline) and _walk(unit, best, deadline, hasty=hasty):
                heapq.heappop(heap)
            else:
                heapq.heapreplace(heap, (unit.bound, number, unit))
    except (OutOfTime, Enough):
        return Result(tuple(best.found), min(bound, best.spared, best.limit), proved=False)
    return Result(tuple(best.found), min(best.spared, best.limit), proved=True)


def _units(terrain: Terrain) -> Iterator[Unit]:
    sessions = len(terrain.case.sessions)
    for last in range(len(terrain.dates)):
        for dates in range(1, min(terrain.case.loop.max_days, sessions, last + 1) + 1):
            yield Unit(terrain, last, dates)


def _walk(unit: Unit, best: Best, deadline: Deadline, *, hasty: bool) -> bool:
    """Whether all layouts of the unit were tried or excluded; if it got stuck, its bound was raised instead."""
    unit.tries += 1
    walk = Walk(unit, best=best, deadline=deadline)
    try:
        if unit.tries == 1:
            walk.dive(patience=HASTY_DIVE if hasty else DIVE)
        elif unit.tries == 2:  # noqa: PLR2004 -- the second try
            walk.climb(patience=HASTY_CLIMB if hasty else CLIMB)
        else:
            walk.climb(patience=INFINITE)
    except Stuck:
        if hasty and unit.tries > 1:
            best.spared = min(best.spared, unit.bound)
            return True
        if best.limit < HUGE and not hasty:
            _raise_prices(unit, best, deadline)
        return False
    return True


def _raise_prices(unit: Unit, best: Best, deadline: Deadline) -> None:
    """Raises the unit's bound: whom the cheapest walk seats twice gets dearer (Polyak's subgradient steps)."""
    kept, days, bound = unit.priced, unit.days, unit.least()
    eager = 1.0
    for _ in range(PRICE_ROUNDS):
        deadline.look()
        taken = Walk(unit, best=best, deadline=deadline).cheapest()
        strain = unit.priced.strain(taken)
        if bound >= best.limit - best.slack or not strain:
            break
        unit.reprice(unit.priced.after(taken, eager * (best.limit - bound) / strain))
        least = unit.least()
        if least > bound:
            kept, days, bound = unit.priced, unit.days, least
        else:
            eager *= CALMER
    unit.reprice(kept, days)
    unit.remember()
    unit.bound = max(unit.bound, bound)
