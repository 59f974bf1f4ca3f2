"""CP-SAT with a model made for it: starts by literals, people by literals of their own, optional intervals for who works.

The itinerary's rules are those of the oracle in the tests; seats are modelled apart from time, which keeps the model
small: a person excludes the starts at which they are not free, and works in an interval that is there when they sit.
"""

from importlib.util import find_spec
from time import perf_counter

from bench.peers.told import Told, judged
from scheduling import Problem


def missing() -> str:
    return "" if find_spec("ortools") else "the package ortools is not installed"


def solve(problem: Problem, *, seconds: float, workers: int) -> Told:
    from ortools.sat.python import cp_model  # noqa: PLC0415 -- a peer that may be missing

    from bench.peers.cpsat_model import build  # noqa: PLC0415 -- as above

    began = perf_counter()
    model = build(problem)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.max_time_in_seconds = max(0.1, seconds - (perf_counter() - began))
    status = solver.solve(model.model)
    spent = perf_counter() - began
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Told(spent, None, note="nothing in time")
    return judged(problem, model.plans(solver), seconds=spent, proved=status == cp_model.OPTIMAL)
