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
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from handlers import ids
from handlers.pages.tokens import make_token
from hiring.model import Overall
from store.database import Database
from tests.attack.door import KEY, Answer, Counted, Door, written
from tests.database import fresh_database
from tests.handlers import rig
from tests.handlers.company import WHO, settled
from tests.hiring import worlds
from tests.hiring.worlds import NOW

MOST = 0.55
WARM = 50
Ready = Callable[[], Answer]
"""A request that is made up already, so that what is timed is the answer."""


def pressed(make: Callable[[], dict[str, Any]]) -> Callable[[Door], Ready]:
    def ready(door: Door) -> Ready:
        raw, kind = written(make())
        return lambda: door.slack(raw, kind=kind)

    return ready


def page(door: Door) -> Ready:
    token = make_token(LOOP, expires=NOW + timedelta(days=9), key=KEY)
    return lambda: door.knock(f"/c/{token}", b"", {}, method="GET")


LOOP = "LSCORING"
ASKED: dict[str, Callable[[Door], Ready]] = {
    "the hiring manager opens the summary": pressed(lambda: rig.action(WHO["manager"], ids.SUMMARY_OPEN, LOOP)),
    "the hiring manager opens the decision": pressed(lambda: rig.action(WHO["manager"], ids.DECIDE_OPEN, LOOP)),
    "the recruiter asks for the status": pressed(lambda: rig.command(WHO["recruiter"], f"status {LOOP}")),
    "the recruiter asks what is held up": pressed(lambda: rig.command(WHO["recruiter"], "bottlenecks")),
    "an admin asks for the status": pressed(lambda: rig.command(WHO["admin"], f"status {LOOP}")),
    "an auditor opens the summary": pressed(lambda: rig.action(WHO["auditor"], ids.SUMMARY_OPEN, LOOP)),
    "a rater opens the other's form": pressed(lambda: rig.action(WHO["panel"], ids.SCORECARD_OPEN, f"{LOOP}|talk")),
    "a colleague opens the summary": pressed(lambda: rig.action(WHO["off panel"], ids.SUMMARY_OPEN, LOOP)),
    "a rater asks for their day": pressed(lambda: rig.command(WHO["panel"], "")),
    "a rater asks for what they owe": pressed(lambda: rig.command(WHO["panel"], "feedback")),
    "the candidate opens their page": page,
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
        uow.save_scorecard(replace(card, loop=LOOP, overall=overall, note=note, ratings=ratings))
    return database


def measured(doors: Sequence[Door], make: Callable[[Door], Ready], number: int) -> tuple[list[list[float]], bool]:
    """The seconds of each door's answers, asked in turn and in random order; whether all were of one length."""
    lots = random.Random(1)
    seconds: list[list[float]] = [[], []]
    lengths = set()
    for _ in range(number):
        for which in lots.sample((0, 1), 2):
            took, answer = _timed(make(doors[which]))
            seconds[which].append(took)
            lengths.add((answer.status, len(answer.body)))
    return [one[WARM:] for one in seconds], len(lengths) == 1


def _timed(ready: Ready) -> tuple[float, Answer]:
    begun = time.perf_counter()
    answer = ready()
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
