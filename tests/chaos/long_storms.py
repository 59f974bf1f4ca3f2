"""The whole story while Slack and Google refuse, fail, hang up and answer too late: the world is as if they had not."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chaos.kills import Stand, undisturbed
from tests.chaos.stages import World, world
from tests.scheduling.calendars.google_server import GoogleServer, How
from tests.story.outside import differences
from workbench.faults import Trouble

STORMS = int(os.environ.get("EVENHAND_STORMS", "0"))
METHODS = (
    "chat.postMessage",
    "chat.update",
    "conversations.open",
    "conversations.history",
    "conversations.replies",
    "users.lookupByEmail",
    "views.publish",
)
SHARES: dict[Trouble | None, float] = {"limit": 0.3, "error": 0.2, "drop": 0.05, "hang": 0.02, None: 0.43}
"""Of every hundred calls so many are told to wait, fail, lose their answer after the deed, or are never answered."""
CALLS = 600
GOOGLES: tuple[tuple[int, str, How], ...] = (
    (403, "rateLimitExceeded", "answer"),
    (403, "userRateLimitExceeded", "answer"),
    (403, "quotaExceeded", "answer"),
    (429, "rateLimitExceeded", "answer"),
    (500, "backendError", "answer"),
    (503, "backendError", "answer"),
    (503, "backendError", "reset"),
    (503, "backendError", "reset_after"),
    (503, "backendError", "hang_up_after"),
)
EVERY = 0.4
"""Seconds between two troubles at Google."""


def _brew(here: World, lot: random.Random) -> None:
    for method in METHODS:
        for nth in range(1, CALLS):
            (trouble,) = lot.choices([*SHARES], [*SHARES.values()])
            if trouble is not None:
                here.slack.space.faults.plan(method, trouble, nth=nth)


@contextmanager
def _gales(google: GoogleServer, lot: random.Random) -> Iterator[None]:
    over = threading.Event()

    def blow() -> None:
        while not over.wait(EVERY):
            status, reason, how = lot.choice(GOOGLES)
            google.fail_next(status=status, reason=reason, how=how)

    thread = threading.Thread(target=blow)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("seed", range(int(os.environ.get("EVENHAND_STORMS", "0"))))
def test_a_story_through_a_storm_ends_the_same(seed: int, tmp_path: Path) -> None:
    stand, lot = Stand(database="postgresql", google=True), random.Random(seed)
    expected = undisturbed(stand).outside
    with world(tmp_path, stand.database, google=True) as here:
        assert here.google is not None
        _brew(here, lot)
        with _gales(here.google, lot):
            found = here.play()
    assert (wrong := differences(expected, found)) == [], "\n".join(wrong)
