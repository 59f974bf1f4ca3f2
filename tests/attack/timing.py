"""Measures whether the time or the length of an answer tells what somebody wrote, before it is opened.

    python -m tests.attack.timing            10,000 answers of each kind
    python -m tests.attack.timing 2000

Two companies that differ in one sealed scorecard (a bad one with long notes, a good one without) are asked the same in turn.
Printed is the AUC: how often an answer of the one took longer than an answer of the other. 0.5 is a coin; exits with 3 above
0.55, or when a length differs.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from handlers import ids
from hiring.model import Overall
from store.database import Database
from tests.attack.door import Answer, Counted, Door, written
from tests.database import fresh_database
from tests.handlers import rig
from tests.handlers.company import WHO, settled
from tests.hiring import worlds

MOST = 0.55
WARM = 50
ASKED: dict[str, Callable[[], dict[str, Any]]] = {
    "the hiring manager opens the summary": lambda: rig.action(WHO["manager"], ids.SUMMARY_OPEN, "LSCORING"),
    "the recruiter asks for the status": lambda: rig.command(WHO["recruiter"], "status LSCORING"),
    "a rater opens the other's form": lambda: rig.action(WHO["panel"], ids.SCORECARD_OPEN, "LSCORING|talk"),
    "a colleague opens the summary": lambda: rig.action(WHO["off panel"], ids.SUMMARY_OPEN, "LSCORING"),
    "a rater asks for their day": lambda: rig.command(WHO["panel"], ""),
}


def auc(one: Sequence[float], other: Sequence[float]) -> float:
    """The chance that one of `one` is larger than one of `other`; 0.5 and more, whichever way."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    above = sum(rank for rank, (_, which) in enumerate(ranked) if which == 0) - len(one) * (len(one) - 1) / 2
    found = above / (len(one) * len(other))
    return max(found, 1 - found)


def company(home: Path, overall: Overall, note: str) -> Database:
    database = settled(fresh_database(home))
    with database.begin() as uow:
        card = worlds.card("talk", uow.person("lee"))
        score = 1 if overall is Overall.STRONG_NO else 4
        ratings = tuple(replace(rating, score=score) for rating in card.ratings)
        uow.save_scorecard(replace(card, loop="LSCORING", overall=overall, note=note, ratings=ratings))
    return database


def measured(doors: Sequence[Door], make: Callable[[], dict[str, Any]], number: int) -> tuple[list[list[float]], bool]:
    """The seconds of each door's answers, asked in turn and in random order; whether all were of one length."""
    lots = random.Random(1)
    seconds: list[list[float]] = [[], []]
    lengths = set()
    for _ in range(number):
        for which in lots.sample((0, 1), 2):
            took, answer = _timed(doors[which], make())
            seconds[which].append(took)
            lengths.add((answer.status, len(answer.body)))
    return [one[WARM:] for one in seconds], len(lengths) == 1


def _timed(door: Door, body: dict[str, Any]) -> tuple[float, Answer]:
    raw, kind = written(body)
    begun = time.perf_counter()
    answer = door.slack(raw, kind=kind)
    return time.perf_counter() - begun, answer


def main() -> int:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    worst, same = 0.5, True
    with ExitStack() as stack:
        bad = company(Path(stack.enter_context(TemporaryDirectory())), Overall.STRONG_NO, "Slow and vague. " * 100)
        good = company(Path(stack.enter_context(TemporaryDirectory())), Overall.STRONG_YES, "")
        doors = [stack.enter_context(Door(Counted(one))) for one in (bad, good)]
        for what, make in ASKED.items():
            seconds, equal = measured(doors, make, number)
            found = auc(*seconds)
            worst, same = max(worst, found), same and equal
            print(f"{what}: AUC {found:.3f}, lengths {'equal' if equal else 'DIFFER'}", flush=True)  # noqa: T201 - a program
    return 0 if worst <= MOST and same else 3


if __name__ == "__main__":
    sys.exit(main())
