"""An hour of storm over a long backlog, in simulated time: nothing lost, nothing twice, no limit passed, hardly late."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.operations.storms import storm

STORMS = int(os.environ.get("EVENHAND_STORMS", "1"))
MESSAGES, PEOPLE, HOUR = 2_000, 60, 3600.0


@pytest.mark.parametrize("seed", range(1, STORMS + 1))
def test_an_hour_of_storm_on_slack(seed: int, tmp_path: Path) -> None:
    keys = [f"message/{number:04d}" for number in range(MESSAGES)]
    passed = storm(tmp_path, keys, people=PEOPLE, lasts=HOUR, seed=seed)
    assert passed.keys() == keys
    assert passed.states == {"done": len(keys)}
    assert passed.out_of_order() == []
    assert (passed.slack.too_early, passed.slack.too_many) == ([], [])
    assert passed.took <= 1.1 * passed.least
