"""Killed at each commit and each call of the whole story, and at random times: the world is as if nobody had been.

By default a sample. `make chaos` sets EVENHAND_KILLS (points for each of the two stands) and EVENHAND_RANDOM_KILLS.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.chaos.kills import Killed, Stand, batches, kill_at, kill_at_times, undisturbed

AT_ONCE = 12
"""So many deaths in one run of the story."""
SPARE = 4
"""So many stories may be over before their time comes."""
KILLS = int(os.environ.get("EVENHAND_KILLS", "5"))
RANDOM = int(os.environ.get("EVENHAND_RANDOM_KILLS", "1"))
SEED = int(os.environ.get("EVENHAND_SEED", "7"))
STANDS = (Stand(database="postgresql", google=True), Stand(database="sqlite", google=False))


@pytest.fixture(scope="module", params=STANDS if KILLS > AT_ONCE else STANDS[:1], ids=lambda stand: stand.database)
def stand(request: pytest.FixtureRequest) -> Stand:
    found: Stand = request.param
    return found


def _must_be_well(killed: Killed) -> None:
    assert not killed.wrong, "\n".join(["killed", *killed.died, "and then", *killed.wrong])


def test_killed_at_named_points_the_story_ends_the_same(stand: Stand, tmp_path: Path) -> None:
    died, recorded = 0, undisturbed(stand)
    points = batches(recorded.points, of=min(KILLS, AT_ONCE), seed=SEED)
    for number, some in enumerate(points[: -(-KILLS // AT_ONCE)]):
        killed = kill_at(some, stand, tmp_path / str(number), recorded.outside)
        _must_be_well(killed)
        died += len(killed.died)
    # A point that hangs on chance (the second of two threads at one place) may not come up again.
    assert died >= min(KILLS, len(recorded.points)) / 2


def test_killed_at_random_times_the_story_ends_the_same(stand: Stand, tmp_path: Path) -> None:
    lot, died, stories, recorded = random.Random(SEED), 0, 0, undisturbed(stand)
    while died < RANDOM and stories < RANDOM + SPARE:
        times = [lot.uniform(0.9, 3.5) for _ in range(min(AT_ONCE, RANDOM - died))]
        one = kill_at_times(times, stand, tmp_path / str(stories), recorded.outside)
        _must_be_well(one)
        died, stories = died + len(one.died), stories + 1
    assert died >= RANDOM, "the stories were over before anybody was killed"
