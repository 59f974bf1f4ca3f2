"""E7: thesis defences, the nearest problem with published instances."""

import time

from bench.page import Section, table
from bench.peers import cpsat, greedy
from bench.peers.told import Told
from bench.problems.defences import Shape, draw_defences
from scheduling import Problem, faults, solve

SECONDS = 10.0
PEER_SECONDS = 20.0
UNPLANNED = 225_000_000
SHAPES = {
    "20 defences, 25 members there 20 % of the time": Shape(),
    "30 defences, 38 members there 20 %": Shape(defences=30, members=38),
    "40 defences, 50 members there 20 %": Shape(defences=40, members=50),
    "the same 20, each role with one or two": Shape(eligible=0.04, there=0.35),
    "60 defences, one room, 40 members there half the time": Shape(
        defences=60, rooms=1, days=10, members=40, there=0.5
    ),
    "150 defences where one room has time for about 60": Shape(defences=150, rooms=1, days=10, members=60, there=0.5),
    "120 defences of 45 minutes, four roles, grain 15": Shape(
        defences=120, members=60, rooms=4, roles=4, minutes=45, grain=15, slots=32, days=10, there=0.5
    ),
}


def _ours(problem: Problem) -> tuple[str, str, str, str]:
    first = [0.0]
    began = time.monotonic()

    def told(_share: float, _cost: int | None, bound: int) -> None:
        if not bound:  # until every loop had its turn
            first[0] = time.monotonic() - began

    (answer,) = solve(problem, seconds=SECONDS, monotonic=time.monotonic, progress=told)
    took = time.monotonic() - began
    wrong = faults(problem, answer)
    if wrong:
        raise AssertionError(wrong)
    return f"{first[0]:.2f} s", f"{took:.1f} s", _planned(problem, answer.cost), f"{answer.bound:,}"


def _planned(problem: Problem, cost: int) -> str:
    left_out, rest = divmod(cost, UNPLANNED)
    return f"{len(problem.loops) - left_out} at {rest:,}"


def _beside(problem: Problem, told: Told) -> str:
    return _planned(problem, told.cost) if told.cost is not None else f"none ({told.note})"


def e7() -> str:
    rows = []
    for name, shape in SHAPES.items():
        problem = draw_defences(0, shape)
        fit = _beside(problem, greedy.solve(problem))
        sat = cpsat.missing() or _beside(problem, cpsat.solve(problem, seconds=PEER_SECONDS, workers=8))
        rows.append((name, *_ours(problem), fit, sat))
        print("  ", rows[-1], flush=True)
    head = (
        "what is asked (seed 0)",
        "first plan",
        "answered after",
        "planned, and what they cost",
        "bound",
        "greedy first-fit",
        f"CP-SAT, 8 workers, {PEER_SECONDS:.0f} s",
    )
    return (
        "Drawn as the literature describes its instances (`bench/problems/defences.py`): one session a defence, a seat for "
        "each role that few may take, members who are there in stretches, few rooms, one time axis for all. First as many "
        f"defences as possible, then early dates and even load. We are given {SECONDS:.0f} s; `evenhand plan` reads such "
        "a problem from a file and answers it by the same call.\n\n" + table(head, rows)
    )


SECTIONS = {"E7": Section("E7: thesis defences", e7)}
