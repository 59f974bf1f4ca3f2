"""Killing a story: at named points, many in one run, or at random times; and what of it the world should have."""

from __future__ import annotations

import random
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.chaos.stages import DatabaseKind, World, world
from tests.story.outside import Outside, differences


@dataclass(frozen=True)
class Stand:
    """On what a story is played."""

    database: DatabaseKind
    google: bool


@dataclass(frozen=True)
class Recording:
    """A run that nobody killed: what it left in the world, and which points it passed."""

    outside: Outside
    points: tuple[str, ...]


@dataclass(frozen=True)
class Killed:
    """`wrong`: what differs from the run that nobody killed, or why it never came to its end. `died`: where it was killed, in
    this order."""

    wrong: tuple[str, ...]
    died: tuple[str, ...]
    lives: int


@cache
def undisturbed(stand: Stand) -> Recording:
    """Played once in a process."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with world(home, stand.database, google=stand.google, passed=home / "passed") as here:
            found = here.play()
        points = dict.fromkeys((home / "passed").read_text().splitlines())
    return Recording(outside=found, points=tuple(points))


def kill_at(points: Sequence[str], stand: Stand, home: Path, undisturbed: Outside) -> Killed:
    """One run that dies at each of the points, and is started again each time."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "deadly").write_text("\n".join(points))
    with world(home, stand.database, google=stand.google, deadly=home / "deadly") as here:
        wrong = _wrong(here, undisturbed)
    died = (home / "died").read_text().splitlines() if (home / "died").exists() else []
    # So that a matrix of hours that is broken off has something to say.
    (home / "wrong").write_text("\n".join(wrong))
    return Killed(wrong=wrong, died=tuple(died), lives=here.bot.lives)


def kill_at_times(times: Sequence[float], stand: Stand, home: Path, undisturbed: Outside) -> Killed:
    """One run that is killed so many seconds after each start, until the times are used up or the story is over."""
    with world(home, stand.database, google=stand.google) as here, _killing(here, times) as killed:
        wrong = _wrong(here, undisturbed)
    return Killed(
        wrong=wrong,
        died=tuple(f"after {after:.3f} s" for after in killed),
        lives=here.bot.lives,
    )


def _wrong(here: World, undisturbed: Outside) -> tuple[str, ...]:
    try:
        return tuple(differences(undisturbed, here.play()))
    except AssertionError as broken:
        return (f"the story did not come to its end: {broken}",)


@contextmanager
def _killing(here: World, times: Sequence[float]) -> Iterator[list[float]]:
    over, killed = threading.Event(), list[float]()

    def kill() -> None:
        for after in times:
            if over.wait(after):
                return
            here.bot.kill()
            killed.append(after)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield killed
    finally:
        over.set()
        killer.join()


def batches(points: Sequence[str], *, of: int, seed: int) -> list[list[str]]:
    """Each point once, mixed, so that one run is killed in all parts of its story."""
    mixed = list(points)
    random.Random(seed).shuffle(mixed)
    return [mixed[start : start + of] for start in range(0, len(mixed), of)]
