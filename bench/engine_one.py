"""E1 and E2: one loop."""

import time
from collections import Counter
from collections.abc import Callable

from bench.page import Section, spread, table
from bench.peers import constraint, cpsat, greedy, timefold
from bench.peers.told import Told
from bench.problems import Shape, draw_problem
from scheduling import Answer, Problem, faults, solve

SEEDS = range(40)
PEER_SEEDS = range(6)
PEER_SECONDS = 10.0


def ours(problem: Problem, *, seconds: float = 60) -> tuple[float, float, Answer]:
    """Everything a caller waits for (compiled, solved, with reasons): by the wall clock, and of the processor."""
    began, worked = time.perf_counter(), time.process_time()
    (answer,) = solve(problem, seconds=seconds, monotonic=time.monotonic)
    spent, used = time.perf_counter() - began, time.process_time() - worked
    wrong = faults(problem, answer)
    if wrong:
        raise AssertionError(wrong)
    return spent, used, answer


def _shapes(grain: int) -> list[Shape]:
    return [Shape(pool=pool, busy=busy, grain=grain) for busy in (0.3, 0.55) for pool in (10, 50, 200)]


def _row(shape: Shape) -> tuple[str, ...]:
    runs = [ours(draw_problem(seed, shape)) for seed in SEEDS]
    outcomes = Counter(answer.status for _, _, answer in runs)
    proved = ", ".join(f"{count} {status}" for status, count in sorted(outcomes.items()))
    wall, cpu = spread([spent for spent, _, _ in runs]), spread([used for _, used, _ in runs])
    return (f"{shape.grain} min", f"{shape.busy:.0%}", str(shape.pool), wall, cpu, proved)


def e1() -> str:
    ours_table = table(
        (
            "grain",
            "busy",
            "pool per qualification",
            "wall clock, median (spread)",
            "processor time",
            f"outcome of {len(SEEDS)}",
        ),
        [_row(shape) for grain in (15, 5) for shape in _shapes(grain)],
    )
    return (
        "Five or six sessions, 35 % of them paired, four qualifications, ten days, four zones. To reach: every optimum "
        "proved, median at most 30 ms and worst at most 500 ms at 15 minutes; median at most 150 ms at 5 minutes. The "
        "time is that of `solve` with reasons; a pool of 200 means 533 people.\n\n"
        f"{ours_table}"
    )


def e1_peers() -> str:
    return (
        f"Seeds {PEER_SEEDS.start} to {PEER_SEEDS.stop - 1} of E1, pool 10, 30 % busy, 15 minutes; at most "
        f"{PEER_SECONDS:.0f} s each. Costs by our own cost function, plans by our own checker. CP-SAT counts a loop left "
        f"out as a plan (225,000,000), which is what a huge mean means.\n\n{_peers(Shape(pool=10))}"
    )


def _peers(shape: Shape) -> str:
    problems = [draw_problem(seed, shape) for seed in PEER_SEEDS]
    best = [ours(problem)[2].cost for problem in problems]
    runs: dict[str, Callable[[Problem], Told]] = {"greedy first-fit": greedy.solve}
    rows: list[tuple[object, ...]] = []
    if not cpsat.missing():
        for workers in (1, 2, 4, 8):
            runs[f"CP-SAT, {workers} workers"] = _cpsat(workers)
    if not constraint.missing():
        runs["python-constraint"] = lambda problem: constraint.solve(problem, seconds=PEER_SECONDS)
    if not timefold.missing():
        runs["Timefold (Java)"] = lambda problem: timefold.solve(problem, seconds=PEER_SECONDS)
    own = [ours(problem)[0] for problem in problems]
    rows.append(("Evenhand", spread(own), f"{len(own)} of {len(own)}", "0 %", len(own)))
    for name, run in runs.items():
        told = [run(problem) for problem in problems]
        found = [(one.cost, least) for one, least in zip(told, best, strict=True) if one.cost is not None]
        above = f"{100 * sum(cost / least - 1 for cost, least in found) / len(found):.1f} %" if found else "–"
        took = spread([one.seconds for one in told])
        rows.append((name, took, f"{len(found)} of {len(told)}", above, sum(one.proved for one in told)))
    absent = [text for text in (cpsat.missing(), constraint.missing(), timefold.missing()) if text]
    notes = "\n\nNot run: " + "; ".join(absent) if absent else ""
    head = ("solver", "time, median (spread)", "plans found", "mean cost above the optimum", "optima proved")
    return table(head, rows) + notes


def _cpsat(workers: int) -> Callable[[Problem], Told]:
    return lambda problem: cpsat.solve(problem, seconds=PEER_SECONDS, workers=workers)


def e2() -> str:
    shape = Shape(pool=10, busy=0.3, sessions=(7, 8), free_order=True)
    runs = [ours(draw_problem(seed, shape)) for seed in SEEDS]
    outcomes = Counter(answer.status for _, _, answer in runs)
    took = [spent for spent, _, _ in runs]
    worst = took.index(max(took))
    return (
        "Seven or eight sessions in any order, ten people per qualification, 30 % busy. To reach: every one proved in at "
        f"most 10 s. {len(runs)} seeds by the wall clock: {spread(took)}; the worst is seed {worst}. Processor time: "
        f"{spread([used for _, used, _ in runs])}. Outcomes: "
        f"{', '.join(f'{count} {status}' for status, count in sorted(outcomes.items()))}."
    )


SECTIONS = {
    "E1": Section("E1: one loop", e1),
    "E1-peers": Section("E1 beside its peers", e1_peers),
    "E2": Section("E2: hard loops", e2),
}
