"""Somebody watches every number that reaches them, and takes each from the one before: what comes out of it.

The attacker knows the program, so they rehearse: the same days with each score that Ana may have given. They can tell what it
was if what they add up and take away comes out differently.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import chain, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from handlers import commands, deciding
from hiring.flows import scorecards
from hiring.rules.phase import panel
from tests.hiring.worlds import after
from tests.secrecy.beginnings import BOOKED, beginning
from tests.secrecy.company import PLAN
from tests.secrecy.histories import a_card, history
from tests.secrecy.stand_ins import CANDIDATE
from tests.secrecy.world import ACCOUNTS, Seen, World

SCORES = (1, 2, 4)
VICTIM, FIRST = "ana", "lee"
WATCHING = ("rob", "rita", "hans", "ada", "ines", "kim", "uli", "C1", "operator", "disk", "record", CANDIDATE)
"""Recruiters, hiring manager, admin, auditor, a rater who has yet to write, one who shadows, the opening's channel, whoever
reads logs, trail, deliveries and metrics, or the database; the candidate's record as it is exported, and their page."""
DAYS = 3
"""For so long everybody goes on looking: digests, alerts and reminders come meanwhile."""
COUNTED = ("", "status", "status Jo", "status Data", "feedback", "load", "digest", "bottlenecks", "nudge")
"""Commands that answer with counts, minutes and times; App Home, the summary and whatever is posted come on top."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
Sums = tuple[tuple[str, tuple[str, ...]], ...]


def watched() -> dict[str, list[Sums]]:
    """By viewer: what they can work out in each rehearsal."""
    rehearsals = list(_rehearsals())
    return {viewer: [sums(seen, viewer) for seen in rehearsals] for viewer in WATCHING}


def told_apart(found: list[Sums]) -> int:
    """How many of Ana's possible scores somebody can tell from each other: 1 is none of them."""
    return len(set(found))


def _rehearsals() -> Iterator[list[Seen]]:
    for score in SCORES:
        with TemporaryDirectory() as home:
            beginning(BOOKED, PLAN, Path(home))
            with World(Path(home), may_differ=lambda *_: False) as world:
                _play(world, score)
                yield world.seen


def _play(world: World, score: int) -> None:
    told = history(7)
    world.clock.at = after(world.loop(), minutes=5)
    for person in (FIRST, VICTIM):
        _look(world)
        loop = world.loop()
        session = next(seat.session for seat in loop.seats if seat.person == person)
        card = a_card(told, loop, session, person, 1, variant=0)
        if person == VICTIM:
            card = replace(card, ratings=tuple(replace(rating, score=score) for rating in card.ratings))
        with world.database.begin() as uow:
            done = scorecards.submit(uow, loop, card, by=uow.person(person), now=world.clock.at)
        assert done == world.loop()
        world.written.append(card)
        world.work()
        world.clock.at += timedelta(minutes=30)
    for _ in range(DAYS):
        _look(world)
        world.clock.at += timedelta(days=1)
        world.work()
    assert VICTIM in panel(world.loop())
    assert world.loop().released is None


def _look(world: World) -> None:
    for viewer in (one for one in WATCHING if one in ACCOUNTS):
        for text in COUNTED:
            world.ask(viewer, f"/interview {text}", commands.interview, text=text)
        world.ask(viewer, "summary", deciding.open_summary, values=("L1",))
        world.home_of(viewer)
    world.page()
    world.export()
    world.operator_lists()
    world.operator_looks(())


def sums(seen: list[Seen], viewer: str) -> Sums:
    """Every number in what the viewer was shown, and how much it grew since they were last shown the same thing."""
    shown: dict[str, list[list[float]]] = defaultdict(list)
    for one in seen:
        if one.viewer == viewer:
            shown[one.what].append([float(number) for number in _NUMBER.findall(one.body)])
    found = []
    for what, numbers in shown.items():
        grown = [b - a for one, other in pairwise(numbers) for a, b in zip(one, other, strict=False)]
        found.append((what, tuple(f"{number:.6f}" for number in [*chain.from_iterable(numbers), *grown])))
    return tuple(found)
