"""E3 and E4: many loops, and mending one of them."""

import time
from dataclasses import replace

from bench.page import Section, spread, table
from bench.peers import cpsat, greedy, timefold
from bench.peers.told import Told
from bench.problems import Shape, draw_problem
from scheduling import Answer, Problem, faults, repair, solve

SECONDS, LONGER = 10.0, 120.0
PEER_SECONDS = 20.0
MOST_GAP, MOST_GAP_IN_TWO_WEEKS = 2.0, 0.5
"""In percent. One week is tight, with so many who want its first days."""
SIZES = ((5, 5), (5, 10), (20, 5), (20, 10), (50, 5), (50, 10))


def shape_of(loops: int, days: int) -> Shape:
    """Sixty interviewers, everyone 40 % busy, all candidates waiting since the same Monday: as tight as it gets."""
    return Shape(loops=loops, people=60, days=days, busy=0.4, mix=0.1)


def _ours(problem: Problem, seconds: float) -> tuple[float, Answer]:
    """When every loop had its turn, and the answer after so long."""
    first = [0.0]
    began = time.monotonic()

    def told(_share: float, _cost: int | None, bound: int) -> None:
        if not bound:  # until every loop had its turn
            first[0] = time.monotonic() - began

    (answer,) = solve(problem, seconds=seconds, monotonic=time.monotonic, progress=told)
    wrong = faults(problem, answer)
    if wrong:
        raise AssertionError(wrong)
    return first[0], answer


def _above(cost: int, bound: int) -> str:
    return f"{100 * (cost - bound) / cost:.2f} %"


def _beside(told: Told) -> str:
    return f"{told.cost:,}" if told.cost is not None else f"none ({told.note})"


def e3() -> str:
    rows = []
    for loops, days in SIZES:
        problem = draw_problem(0, shape_of(loops, days))
        first, ours = _ours(problem, SECONDS)
        _, later = _ours(problem, LONGER)
        planned = f"{len(ours.planned)} of {loops}"
        gaps = _above(ours.cost, ours.bound), _above(ours.cost, max(ours.bound, later.bound))
        after = f"{later.cost:,} ({_above(later.cost, later.bound)})"
        fit = _beside(greedy.solve(problem))
        sat = cpsat.missing() or _beside(cpsat.solve(problem, seconds=PEER_SECONDS, workers=8))
        fold = timefold.missing() or _beside(timefold.solve(problem, seconds=PEER_SECONDS))
        size = f"{loops} × {days} days"
        rows.append((size, f"{first:.2f} s", planned, f"{ours.cost:,}", *gaps, after, fit, sat, fold))
        print("  ", rows[-1], flush=True)
    head = (
        "candidates",
        "first plan",
        "planned",
        f"cost after {SECONDS:.0f} s",
        "above its bound",
        f"above the bound of {LONGER:.0f} s",
        f"cost after {LONGER:.0f} s (above its bound)",
        "greedy first-fit",
        f"CP-SAT, 8 workers, {PEER_SECONDS:.0f} s",
        f"Timefold, {PEER_SECONDS:.0f} s",
    )
    return (
        "Sixty interviewers, 40 % busy, up to four hours booked already, most of them capped; all candidates wait since "
        "the same Monday, so everyone wants the first days. A loop left out costs 225,000,000. To reach: a first plan of "
        "20 in 0.5 s; after 10 s within 0.5 % of the bound, in tight weeks 2 %; nobody over a cap (the checker was "
        "asked). What a cost is above its bound is two things at once: how far the plan is from the best one, and how far "
        f"the bound is below it. So the same engine was asked once more, for {LONGER:.0f} s (`evenhand plan FILE --seconds "
        f"{LONGER:.0f}`): the plan of {SECONDS:.0f} s is no further from the best one than it is above that bound.\n\n"
        + table(head, rows)
        + "\n\n"
        + _verdict([[float(row[column].split()[0]) for row in rows] for column in (4, 5)])
    )


def _verdict(gaps: list[list[float]]) -> str:
    most = [MOST_GAP if days == min(SIZES)[1] else MOST_GAP_IN_TWO_WEEKS for _, days in SIZES]
    missed, still = ([gap > limit for gap, limit in zip(each, most, strict=True)] for each in gaps)
    if not any(missed):
        return "The bound is reached as it should be."
    rows = ", ".join(f"{loops} × {days}" for (loops, days), miss in zip(SIZES, missed, strict=True) if miss)
    return (
        f"**Missed:** with five days a gap of {MOST_GAP:.0f} % is meant, with ten {MOST_GAP_IN_TWO_WEEKS} %. "
        f"{sum(missed)} of {len(missed)} have more ({rows}), and {sum(still)} when the plan is held against the bound of "
        f"{LONGER:.0f} s. The bound lets a loop take half of one plan and half of another, which the best tolls can't mend; "
        "cutting the problem in parts does, but slowly. With fifty loops the tolls don't even "
        f"settle in {SECONDS:.0f} s (docs/engine.md, Limits)."
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
