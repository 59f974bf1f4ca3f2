"""Greedy first-fit, as scripts and many schedulers do it: the earliest time, the least loaded person who is free."""

from time import perf_counter

from bench.peers.told import Told, judged
from scheduling import Loop, Problem
from scheduling.board import Board, Case, Plan
from scheduling.grid import ones
from scheduling.units import Terrain


def solve(problem: Problem) -> Told:
    began = perf_counter()
    plans = plans_of(problem)
    return judged(problem, plans, seconds=perf_counter() - began)


def plans_of(problem: Problem) -> dict[str, Plan]:
    """One loop after another, each at the first opening that works."""
    board = Board(problem)
    plans: dict[str, Plan] = {}
    for loop in problem.loops:
        engaged = board.engage((other, plans[other.id]) for other in problem.loops if other.id in plans)
        case = Case(board, loop, engaged=engaged)
        plan = _first_fit(problem, case)
        if plan is not None:
            plans[loop.id] = plan
    return plans


def _first_fit(problem: Problem, case: Case) -> Plan | None:
    openings = 0
    for starts in case.starts:
        openings |= starts
    for position in ones(openings):
        plan = _chain(case, position)
        if plan is not None:
            alone = Problem(problem.people, (case.loop,), grain=problem.grain, weights=problem.weights)
            if judged(alone, {case.loop.id: plan}, seconds=0).cost is not None:
                return plan
    return None


def _chain(case: Case, position: int) -> Plan | None:
    """The sessions in a valid order from here, each as soon as it can be, with a rest where a run would be too long."""
    grid, terrain = case.grid, Terrain(case)
    left, end, onset, taken = terrain.full, grid.minute(position), grid.minute(position), set[int]()
    starts: dict[int, int] = {}
    columns: dict[int, int] = {}
    while left:
        s = next(
            s for s in ones(left) if not any(left >> other & 1 and case.after[other] >> s & 1 for other in ones(left))
        )
        for start in (grid.minute(at) for at in ones(case.starts[s]) if grid.minute(at) >= end):
            if start > grid.minute(position) + 600:
                return None
            if not _rested(case.loop, end if starts else None, onset, start, case.sessions[s].minutes):
                continue
            seats = _seats(case, s, start, taken)
            if seats is not None:
                break
        else:
            return None
        if case.loop.rest is None or not starts or start - end >= case.loop.rest.minutes:
            onset = start
        starts[s], end, left = start, start + case.sessions[s].minutes, left & ~(1 << s)
        columns |= seats
        taken |= {column for column in seats.values() if column >= 0}
    return case.visits(starts, columns)


def _rested(loop: Loop, end: int | None, onset: int, start: int, minutes: int) -> bool:
    if loop.rest is None or end is None or start - end >= loop.rest.minutes:
        return True
    return start + minutes - onset <= loop.rest.after


def _seats(case: Case, s: int, start: int, taken: set[int]) -> dict[int, int] | None:
    bit = case.grid.starts(start, start)
    seats: dict[int, int] = {}
    for r in case.rows_of[s]:
        for option in case.options[r]:  # the least loaded first
            if option.starts & bit and option.column not in taken and option.column not in seats.values():
                seats[r] = option.column
                break
        else:
            return None
    return seats
