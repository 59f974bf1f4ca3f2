"""Killed at each commit and each call of the whole story, and at random times: the world is as if nobody had been.

By default a sample. `make chaos` sets EVENHAND_KILLS (points for each of the two stands) and EVENHAND_RANDOM_KILLS.
"""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

import pytest

from tests.chaos.kills import Killed, Stand, batches, kill_at, kill_at_times, undisturbed

AT_ONCE = 24
"""So many deaths in one run of the story."""
TURNS = 4
"""A death may keep a point from coming up in its story: who died right after a call finds by looking what another would have
been told. Such points have stories of their own then."""
SPARE = 4
"""So many stories may be over before their time comes."""
KILLS = int(os.environ.get("EVENHAND_KILLS", "5"))
RANDOM = int(os.environ.get("EVENHAND_RANDOM_KILLS", "1"))
SHARES = int(os.environ.get("EVENHAND_SHARES", "1"))
"""Into so many tests the stories are dealt: most of a story is waiting for a lease, so several fit on one core."""
SEED = int(os.environ.get("EVENHAND_SEED", "7"))
STANDS = (Stand(database="postgresql", google=True), Stand(database="sqlite", google=False))
log = logging.getLogger("evenhand.chaos")


@pytest.fixture(scope="module", params=STANDS if KILLS > AT_ONCE else STANDS[:1], ids=lambda stand: stand.database)
def stand(request: pytest.FixtureRequest) -> Stand:
    found: Stand = request.param
    return found


@pytest.fixture(params=range(SHARES))
def share(request: pytest.FixtureRequest) -> int:
    found: int = request.param
    return found


@dataclass
class Tally:
    """Of several stories. One that ends wrong does not end the count: the others tell whether it stands alone."""

    died: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stories: int = 0

    def add(self, one: Killed) -> None:
        self.stories += 1
        self.died += one.died
        if one.wrong:
            self.wrong += ["killed", *one.died, "and then", *one.wrong]
        log.info("%d times in %d stories, %d lines wrong", len(self.died), self.stories, len(self.wrong))

    def kill_at_each(self, points: Sequence[str], stand: Stand, home: Path) -> None:
        recorded = undisturbed(stand).outside
        for number, some in enumerate(batches(points, of=AT_ONCE, seed=SEED)):
            self.add(kill_at(some, stand, home / str(number), recorded))

    def must_be_well(self) -> None:
        assert not self.wrong, "\n".join(self.wrong)


def test_killed_at_named_points_the_story_ends_the_same(stand: Stand, share: int, tmp_path: Path) -> None:
    points = undisturbed(stand).points
    # By their names: each share has seen a run of its own, in which threads may have come in another order.
    some = batches(sorted(points), of=len(points), seed=SEED)[0][:KILLS]
    mine = [point for point in some if crc32(point.encode()) % SHARES == share]
    tally = Tally()
    missed = {*mine}
    for turn in range(TURNS):
        tally.kill_at_each(sorted(missed), stand, tmp_path / str(turn))
        missed -= {*tally.died}
    log.info("%s: at %d of %d points; not at %s", stand.database, len(mine) - len(missed), len(mine), sorted(missed))
    tally.must_be_well()
    assert len(missed) <= max(1, len(mine) / 100)


def test_killed_at_random_times_the_story_ends_the_same(stand: Stand, share: int, tmp_path: Path) -> None:
    lot, tally, expected = random.Random(SEED + share), Tally(), undisturbed(stand).outside
    wanted = -(-RANDOM // SHARES)
    while len(tally.died) < wanted and tally.stories < wanted + SPARE:
        times = [lot.uniform(0.3, 3) for _ in range(min(AT_ONCE, wanted - len(tally.died)))]
        tally.add(kill_at_times(times, stand, tmp_path / str(tally.stories), expected))
    tally.must_be_well()
    assert len(tally.died) >= wanted, "the stories were over before anybody was killed"
