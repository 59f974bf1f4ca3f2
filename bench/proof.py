"""The numbers behind "exact": random problems of every rule, ours against CP-SAT and against brute force."""

import os
import time
from collections import Counter

from bench.page import Section
from bench.peers import cpsat
from scheduling import faults, solve
from tests.scheduling.brute import cheapest
from tests.scheduling.worlds import SMALL, TINY, Size, world

ORACLE_SEEDS = int(os.environ.get("EVENHAND_ORACLE_SEEDS", "2000"))
ORACLE_SECONDS = 600
"""Seed 253 takes CP-SAT more than 60."""
BRUTE_SEEDS = int(os.environ.get("EVENHAND_BRUTE_SEEDS", "10000"))


def _cost(seed: int, size: Size, outcomes: Counter[str]) -> int:
    problem = world(seed, size)
    (answer,) = solve(problem, seconds=60, monotonic=time.monotonic)
    wrong = faults(problem, answer)
    if wrong:
        raise AssertionError((seed, wrong))
    outcomes[answer.status] += 1
    return answer.cost


def proof() -> str:
    lines = []
    if cpsat.missing():
        lines.append(f"CP-SAT was not asked: {cpsat.missing()}.")
    else:
        from tests.scheduling.oracle import Oracle  # noqa: PLC0415 -- needs ortools, which may be missing

        outcomes: Counter[str] = Counter()
        differ, undecided = [], 0
        for seed in range(ORACLE_SEEDS):
            least = Oracle(world(seed, SMALL)).least_cost(seconds=ORACLE_SECONDS)
            undecided += least is None
            if least not in {None, _cost(seed, SMALL, outcomes)}:
                differ.append(seed)
        lines.append(
            f"{ORACLE_SEEDS:,} random problems against CP-SAT ({ORACLE_SECONDS} s each; it left {undecided} undecided): "
            f"{_told(outcomes)}; {_verdict(differ)}."
        )
    outcomes = Counter()
    differ = [seed for seed in range(BRUTE_SEEDS) if _cost(seed, TINY, outcomes) != cheapest(world(seed, TINY))]
    lines.append(f"{BRUTE_SEEDS:,} tiny ones against brute force: {_told(outcomes)}; {_verdict(differ)}.")
    lines.append("The checker had nothing to say against any answer (a fault would have ended this run).")
    lines.append("How many is set by `EVENHAND_ORACLE_SEEDS` (2,000 unless told) and `EVENHAND_BRUTE_SEEDS` (10,000).")
    return "\n\n".join(lines)


def _told(outcomes: Counter[str]) -> str:
    return ", ".join(f"{count} {status}" for status, count in sorted(outcomes.items()))


def _verdict(differ: list[int]) -> str:
    return f"costs differ at seeds {differ}" if differ else "the same cost every time"


SECTIONS = {"proof": Section("Exactness", proof)}
