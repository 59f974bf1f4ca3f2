"""An hour of storm over a long backlog, in simulated time: nothing lost, nothing twice, no limit passed, hardly late."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hiring.rules.phase import Phase
from tests.operations import stormy_google
from tests.operations.storms import storm

STORMS = int(os.environ.get("EVENHAND_STORMS", "1"))
MESSAGES, PEOPLE, LOOPS, HOUR = 2_000, 60, 120, 3600.0


@pytest.mark.parametrize("seed", range(1, STORMS + 1))
def test_an_hour_of_storm_on_slack(seed: int, tmp_path: Path) -> None:
    keys = [f"message/{number:04d}" for number in range(MESSAGES)]
    passed = storm(tmp_path, keys, people=PEOPLE, lasts=HOUR, seed=seed)
    assert passed.keys() == keys
    assert passed.states == {"done": len(keys)}
    assert passed.out_of_order() == []
    assert (passed.slack.too_early, passed.slack.too_many) == ([], [])
    assert passed.took <= 1.1 * passed.least


@pytest.mark.parametrize("seed", range(1, STORMS + 1))
def test_an_hour_of_storm_on_google(seed: int, tmp_path: Path) -> None:
    """More loops wait than an hour of it lets anybody through."""
    gone = stormy_google.storm(tmp_path, loops=LOOPS, lasts=HOUR, seed=seed)
    assert gone.stands == gone.wanted
    assert set(gone.states) == {"done"}
    assert set(gone.phases) <= {Phase.BOOKED, Phase.PLANNING}
    assert gone.weather.too_early == []
    assert gone.meanwhile < gone.phases[Phase.BOOKED]
    assert gone.least >= HOUR
    assert gone.took <= 1.1 * gone.least
