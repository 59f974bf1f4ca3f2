"""python-constraint on one loop: it finds plans, not the best one, so it goes on until time is up and keeps the best."""

from contextlib import suppress
from importlib.util import find_spec
from itertools import combinations
from multiprocessing import get_context
from multiprocessing.queues import Queue
from queue import Empty
from time import perf_counter

from bench.peers.told import Told, judged
from scheduling import Problem
from scheduling.board import Board, Case, Plan
from scheduling.grid import ones


def missing() -> str:
    return "" if find_spec("constraint") else "the package python-constraint2 is not installed"


def solve(problem: Problem, *, seconds: float) -> Told:
    """In a process of its own: nothing else can stop it between two solutions."""
    context = get_context("fork")
    queue: Queue[tuple[int, Plan]] = context.Queue()
    child = context.Process(target=_work, args=(problem, queue))
    began = perf_counter()
    child.start()
    best: tuple[int, Plan] | None = None
    while perf_counter() - began < seconds:
        with suppress(Empty):
            found = queue.get(timeout=0.1)
            best = found if best is None or found[0] < best[0] else best
        if not child.is_alive() and queue.empty():
            break
    child.kill()
    child.join()
    spent = perf_counter() - began
    if best is None:
        return Told(spent, None, note="nothing in time")
    return judged(problem, {problem.loops[0].id: best[1]}, seconds=spent)


def _work(problem: Problem, queue: "Queue[tuple[int, Plan]]") -> None:
    from constraint import AllDifferentConstraint  # noqa: PLC0415 -- a peer that may be missing
    from constraint import Problem as Search  # noqa: PLC0415 -- as above

    case = Case(Board(problem), problem.loops[0])
    search = Search()
    for s in range(len(case.sessions)):
        search.addVariable(("start", s), [case.grid.minute(position) for position in ones(case.starts[s])])
    for r, options in enumerate(case.options):
        search.addVariable(("seat", r), sorted({option.column for option in options}))
    search.addConstraint(AllDifferentConstraint(), [("seat", r) for r in range(len(case.rows))])
    length = [session.minutes for session in case.sessions]
    day = 24 * 60
    for one, other in combinations(range(len(case.sessions)), 2):
        first, second = (one, other) if not case.after[other] >> one & 1 else (other, one)
        ordered = bool(case.after[first] >> second & 1)

        def apart(a: int, b: int, m: int = length[first], n: int = length[second], *, then: bool = ordered) -> bool:
            return abs(a - b) < day and (a + m <= b or (not then and b + n <= a))

        search.addConstraint(apart, [("start", first), ("start", second)])
    for r, (s, _) in enumerate(case.rows):
        able: dict[int, int] = {}
        for option in case.options[r]:
            able[option.column] = able.get(option.column, 0) | option.starts

        def free(start: int, column: int, able: dict[int, int] = able) -> bool:
            return bool(able[column] & case.grid.starts(start, start))

        search.addConstraint(free, [("start", s), ("seat", r)])
    for found in search.getSolutionIter():
        starts = {s: found["start", s] for s in range(len(case.sessions))}
        plan = case.visits(starts, {r: found["seat", r] for r in range(len(case.rows))})
        told = judged(problem, {problem.loops[0].id: plan}, seconds=0)
        if told.cost is not None:
            queue.put((told.cost, plan))
