"""E3 and E4: many loops, and mending one of them."""

import time
from dataclasses import replace

from bench.page import Section, spread, table
from bench.peers import cpsat, greedy, timefold
from bench.peers.told import Told
from bench.problems import Shape, draw_problem
from scheduling import Problem, faults, repair, solve

SECONDS = 10.0
PEER_SECONDS = 20.0
MOST_GAP = 2.0
SIZES = ((5, 5), (5, 10), (20, 5), (20, 10), (50, 5), (50, 10))


def shape_of(loops: int, days: int) -> Shape:
    """Sixty interviewers, everyone 40 % busy, all candidates waiting since the same Monday: as tight as it gets."""
    return Shape(loops=loops, people=60, days=days, busy=0.4, mix=0.1)


def _ours(problem: Problem) -> tuple[float, str, str, str]:
    first = [0.0]
    began = time.monotonic()

    def told(_share: float, _cost: int | None, bound: int) -> None:
        if not bound:  # until every loop had its turn
            first[0] = time.monotonic() - began

    (answer,) = solve(problem, seconds=SECONDS, monotonic=time.monotonic, progress=told)
    wrong = faults(problem, answer)
    if wrong:
        raise AssertionError(wrong)
    gap = 100 * (answer.cost - answer.bound) / answer.cost
    planned = f"{len(answer.planned)} of {len(problem.loops)}"
    return first[0], planned, f"{answer.cost:,}", f"{gap:.2f} %"


def _beside(told: Told) -> str:
    return f"{told.cost:,}" if told.cost is not None else f"none ({told.note})"


def e3() -> str:
    rows = []
    for loops, days in SIZES:
        problem = draw_problem(0, shape_of(loops, days))
        first, planned, cost, gap = _ours(problem)
        fit = _beside(greedy.solve(problem))
        sat = cpsat.missing() or _beside(cpsat.solve(problem, seconds=PEER_SECONDS, workers=8))
        fold = timefold.missing() or _beside(timefold.solve(problem, seconds=PEER_SECONDS))
        rows.append((f"{loops} × {days} days", f"{first:.2f} s", planned, cost, gap, fit, sat, fold))
        print("  ", rows[-1], flush=True)
    head = (
        "candidates",
        "first plan",
        "planned",
        f"cost after {SECONDS:.0f} s",
        "above our bound",
        "greedy first-fit",
        f"CP-SAT, 8 workers, {PEER_SECONDS:.0f} s",
        f"Timefold, {PEER_SECONDS:.0f} s",
    )
    return (
        "Sixty interviewers, 40 % busy, up to four hours booked already, most of them capped; all candidates wait since "
        "the same Monday, so everyone wants the first days. A loop left out costs 225,000,000. To reach: a first plan of "
        "20 in 0.5 s; after 10 s within 0.5 % of the bound, in tight weeks 2 %; nobody over a cap (the checker was "
        "asked).\n\n" + table(head, rows) + "\n\n" + _verdict([float(row[4].split()[0]) for row in rows])
    )


def _verdict(gaps: list[float]) -> str:
    missed = sum(gap > MOST_GAP for gap in gaps)
    if not missed:
        return "The bound is reached as it should be."
    return (
        f"**Missed:** in {missed} of {len(gaps)} the cost is more than {MOST_GAP:.0f} % above the bound. Two things are "
        "left: the bound lets a loop take half of one plan and half of another, which the best tolls can't mend, and "
        "with many loops the tolls don't settle in the time there is (docs/engine.md, Limits)."
    )


def e4() -> str:
    rows = []
    for loops, days in ((1, 5), (20, 10)):
        problem = draw_problem(0, shape_of(loops, days))
        (booked,) = solve(problem, seconds=5, monotonic=time.monotonic)
        took: list[float] = []
        least = moved = 0
        for planned in booked.planned:
            for slot in planned.sessions:
                loops_now = tuple(
                    replace(loop, barred={**loop.barred, slot.seats["lead"]: "declined"})
                    if loop.id == planned.id
                    else loop
                    for loop in problem.loops
                )
                now = replace(problem, loops=loops_now)
                began = time.perf_counter()
                mended = repair(now, booked, seconds=10, monotonic=time.monotonic)
                took.append(time.perf_counter() - began)
                least += mended.least
                moved += bool(mended.moved)
                if faults(now, mended.answer):
                    raise AssertionError(faults(now, mended.answer))
        rows.append((f"{loops} in {days} days", len(took), spread(took), f"{least} of {len(took)}", moved))
    head = ("booked loops", "declines, each by itself", "time, median (spread)", "proved the least", "needed a move")
    return (
        "Each lead of a booked plan declines once, by itself. To reach: at most 100 ms for one loop, and no more sessions "
        "moved than the proved least. Proved is what reaches the floor: what one loop needs if each it takes somebody from "
        "can do with one change.\n\n" + table(head, rows)
    )


SECTIONS = {"E3": Section("E3: many loops", e3), "E4": Section("E4: repair", e4)}
