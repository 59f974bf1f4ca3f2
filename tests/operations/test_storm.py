"""Slack in trouble: refusals, errors, lost answers and calls that hang, by lot. Nothing is lost and nothing comes twice."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.budgets import MINUTE, POST, RATES, Budgets
from hiring.rules.phase import Phase
from tests.operations import stormy_google
from tests.operations.crowd import Crowd, crowd, working
from tests.operations.google_weather import LONGEST_WAIT
from tests.operations.storms import storm
from workbench.faults import Trouble

SHARES: dict[Trouble, float] = {"limit": 0.1, "error": 0.1, "drop": 0.1, "hang": 0.05}
METHODS = ("chat.postMessage", "conversations.history", "conversations.open")
CALLS = 24
"""So many of each method are in the storm, so that it ends."""


def test_a_backlog_comes_through_minutes_of_storm_hardly_later_than_it_must(tmp_path: Path) -> None:
    """An hour of it, and more, is in `tests/chaos/long_storms.py`."""
    keys = [f"message/{number:03d}" for number in range(80)]
    passed = storm(tmp_path, keys, people=16, lasts=240, seed=1)
    assert passed.keys() == keys
    assert passed.states == {"done": len(keys)}
    assert passed.out_of_order() == []
    assert (passed.slack.too_early, passed.slack.too_many) == ([], [])
    assert passed.took <= 1.1 * passed.least


def _brew(there: Crowd, seed: int) -> None:
    lot = random.Random(seed)
    kinds: list[Trouble] = [*SHARES]
    for method in METHODS:
        for nth in range(1, CALLS):
            (trouble,) = lot.choices([*kinds, None], [*SHARES.values(), 1 - sum(SHARES.values())])
            if trouble is not None:
                there.slack.space.faults.plan(method, trouble, nth=nth)


def test_every_message_of_a_batch_arrives_once_through_trouble_on_the_wire(tmp_path: Path) -> None:
    keys = [f"message/{number:02d}" for number in range(12)]
    with crowd(tmp_path, people=6, limits=False, budgets=Budgets(rates={})) as there:
        _brew(there, seed=1)
        there.enqueue(keys)
        with working(there, threads=6, timeout=1):
            there.drained(within=600)
        assert sorted(there.seen()) == keys


@pytest.mark.parametrize("trouble", ["limit", "error", "drop"])
def test_a_look_that_fails_is_no_leave_to_send_again(tmp_path: Path, trouble: Trouble) -> None:
    """The answer to the post is lost, and so is the first look for it."""
    with crowd(tmp_path, people=1, limits=False) as there:
        there.slack.space.faults.plan("chat.postMessage", "drop")
        there.slack.space.faults.plan("conversations.history", trouble)
        there.enqueue(["message/1"])
        with working(there):
            there.drained(within=120)
        assert there.seen() == ["message/1"]


def test_a_first_word_to_many_people_takes_no_longer_than_the_limit_on_posting(tmp_path: Path) -> None:
    keys = [f"message/{number:03d}" for number in range(120)]
    passed = storm(tmp_path, keys, people=len(keys), lasts=0, seed=1)
    assert passed.keys() == keys
    assert (passed.slack.too_early, passed.slack.too_many) == ([], [])
    assert passed.took <= 1.05 * len(keys) / RATES[POST].per_minute * MINUTE


def test_loops_come_through_a_storm_on_google_whole_or_not_at_all(tmp_path: Path) -> None:
    """403 of each kind, 429, 5xx, connections that break before and after the deed, people left out of free/busy."""
    gone = stormy_google.storm(tmp_path, loops=12, lasts=180, seed=1)
    assert gone.stands == gone.wanted
    assert set(gone.states) == {"done"}
    assert set(gone.phases) <= {Phase.BOOKED, Phase.PLANNING}
    assert gone.phases[Phase.BOOKED] >= 3
    assert gone.weather.too_early == []
    # In so short a storm one last word to wait may be a third of it. The 1.1 of an hour is held in `tests/chaos/long_storms.py`.
    assert gone.took <= 1.1 * gone.least + 2 * LONGEST_WAIT
