"""CP-SAT with a time-indexed model (`cpsat_model`), begun at what greedy first-fit finds, as one would use it."""

from collections.abc import Mapping
from importlib.util import find_spec
from time import perf_counter
from typing import Any

from bench.peers import greedy
from bench.peers.told import Told, judged
from scheduling import Problem
from scheduling.board import Plan


def missing() -> str:
    return "" if find_spec("ortools") else "the package ortools is not installed"


def solve(problem: Problem, *, seconds: float, workers: int) -> Told:
    """Building the model counts as time it took; what greedy took does not."""
    plans = greedy.plans_of(problem)
    began = perf_counter()
    model, solver, status = _solved(problem, seconds=seconds, workers=workers, hint=plans)
    spent = perf_counter() - began
    if status not in {"OPTIMAL", "FEASIBLE"}:
        return Told(spent, None, note="nothing in time")
    return judged(problem, model.plans(solver), seconds=spent, proved=status == "OPTIMAL")


def least_cost(problem: Problem, *, seconds: float) -> int | None:
    """None when time ran out before the proof."""
    _, solver, status = _solved(problem, seconds=seconds, workers=1)
    return round(solver.objective_value) if status == "OPTIMAL" else None


def _solved(
    problem: Problem, *, seconds: float, workers: int, hint: Mapping[str, Plan] | None = None
) -> tuple[Any, Any, str]:
    from ortools.sat.python import cp_model  # noqa: PLC0415 -- a peer that may be missing

    from bench.peers.cpsat_model import Model  # noqa: PLC0415 -- as above

    began = perf_counter()
    model = Model(problem)
    if hint:
        model.hint(hint)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    if workers == 1:  # several search in several ways, this among them
        solver.parameters.linearization_level = 2
    solver.parameters.max_time_in_seconds = max(0.1, seconds - (perf_counter() - began))
    status = solver.solve(model.model)
    return model, solver, solver.status_name(status)
