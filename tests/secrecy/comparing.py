"""A history played in a pair of worlds, and all that reached everybody held side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hiring.model import Scorecard
from hiring.rules.phase import panel
from tests.secrecy.asking import raters_ask, some_ask
from tests.secrecy.beginnings import beginning
from tests.secrecy.histories import (
    CARDS,
    GROUNDS,
    HANDING_IN,
    PROGRESS,
    History,
    Step,
    may_differ,
    the_candidate,
    the_people,
    variant,
    varies,
)
from tests.secrecy.playing import BY_RATERS, VERBS
from tests.secrecy.world import Seen, World

CANDIDATE_LOOKS = 0.15
"""At so many steps."""


@dataclass(frozen=True, slots=True)
class Compared:
    """`wrong` is what differs and must not; `rightly` who was shown what that may differ and does; `shown` is all of it."""

    wrong: tuple[tuple[Seen | None, Seen | None], ...]
    rightly: frozenset[tuple[str, str]]
    shown: tuple[Seen, ...]


def differences(told: History) -> Compared:
    """Plays both worlds and holds what reached each viewer side by side, in order, with the times.

    Up to the first step that is not the same in both, they are one world: it is played once, and goes on twice.
    """
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        first = World(Path(one), may_differ=lambda world, viewer: may_differ(told, world, viewer))
        beginning(told.stands, told.plan, Path(one))
        with first:
            begun = _played_together(told, first)
            second = first.copied(Path(other))
            _play_on(told, first, told.steps[begun:], number=0)
            guesses = [card for card in first.written if card.author in told.differ]
            _end(first, guesses)
            loops = [first.loop()]
        with second:
            _play_on(told, second, told.steps[begun:], number=1)
            _end(second, guesses)
            loops.append(second.loop())
    left, right = first.seen, second.seen
    if told.about == PROGRESS:  # whether all are in decides the release, and from there on the worlds go their ways
        ends = [loop.released.at for loop in loops if loop.released is not None]
        left, right = ([seen for seen in all_ if not ends or seen.at < min(ends)] for all_ in (left, right))
    return _compared(told, left, right)


def _end(world: World, guesses: list[Scorecard]) -> None:
    world.operator_lists()
    world.export()
    world.operator_looks(guesses)


def _compared(told: History, left: list[Seen], right: list[Seen]) -> Compared:
    wrong: list[tuple[Seen | None, Seen | None]] = []
    rightly: set[tuple[str, str]] = set()
    for viewer in dict.fromkeys(seen.viewer for seen in (*left, *right)):
        mine, theirs = ([seen for seen in all_ if seen.viewer == viewer] for all_ in (left, right))
        if told.about == PROGRESS and any(seen.open for seen in (*mine, *theirs)):
            rightly |= {(viewer, PROGRESS)} if mine != theirs else set()
            continue
        wrong += [pair for pair in zip_longest(mine, theirs) if not _same(*pair)]
        rightly |= {(viewer, a.what) for a, b in zip(mine, theirs, strict=False) if a.open and a.body != b.body}
    return Compared(tuple(wrong), frozenset(rightly), tuple(left))


def _same(one: Seen | None, other: Seen | None) -> bool:
    if one is None or other is None:
        return False
    same_moment = (one.at, one.what, one.open) == (other.at, other.what, other.open)
    return same_moment and (one.open or one.body == other.body)


def _played_together(told: History, world: World) -> int:
    """Returns how many steps are the same in both worlds, and played."""
    if told.about not in {CARDS, GROUNDS, PROGRESS}:
        return 0
    for number, step in enumerate(told.steps):
        if varies(told, step) and step.who in panel(world.loop()):
            return number
        _play(told, world, step, number=0)
    return len(told.steps)


def _play_on(told: History, world: World, steps: Iterable[Step], *, number: int) -> None:
    with world.database.begin() as uow:
        uow.save_candidate(the_candidate(told, number))
        for one in the_people(told):
            uow.save_person(one)
    for step in steps:
        _play(told, world, step, number=number)


def _play(told: History, world: World, step: Step, *, number: int) -> None:
    world.clock.at = step.at
    if step.verb in BY_RATERS and step.who not in panel(world.loop()):
        return
    which = variant(told, step.who, number)
    if not (told.about == PROGRESS and step.verb in HANDING_IN and which):
        VERBS[step.verb](told, world, step, which)
    world.work()
    lots = Random(f"{told.seed} {step.lot}")
    if step.verb in HANDING_IN or step.verb == "early":
        raters_ask(world, lots, 2 * told.asks)
    some_ask(world, lots, told.asks)
    if lots.random() < CANDIDATE_LOOKS:
        world.page()
