"""What a peer found, put to the same checker and the same price as the engine's own answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from scheduling import Answer, Planned, Problem, Unplanned, faults
from scheduling.board import Plan
from scheduling.cost import costs_of, total_cost
from scheduling.itinerary import slots


@dataclass(frozen=True, slots=True)
class Told:
    """`cost` is None when nothing valid was found in time; `proved` that the peer says it is the least."""

    seconds: float
    cost: int | None
    proved: bool = False
    note: str = ""


def judged(problem: Problem, plans: Mapping[str, Plan], *, seconds: float, proved: bool = False) -> Told:
    """The price of these plans by our own cost function, if the checker has nothing to say against them."""
    costs = costs_of(problem, plans)
    loops = tuple(
        Planned(id=loop.id, cost=costs[loop.id], sessions=slots(loop, plans[loop.id]))
        if loop.id in plans
        else Unplanned(id=loop.id)
        for loop in problem.loops
    )
    cost = total_cost(problem, costs)
    wrong = faults(problem, Answer(status="feasible", cost=cost, bound=min(0, cost), seconds=seconds, loops=loops))
    if wrong:
        return Told(seconds, None, note=wrong[0])
    return Told(seconds, cost, proved)
