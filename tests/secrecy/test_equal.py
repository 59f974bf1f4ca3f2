"""Nobody learns anything early: whatever the scorecards say, all that reaches anybody is the same, to the byte and minute."""

from __future__ import annotations

import os

import pytest

from tests.secrecy.comparing import Compared, differences
from tests.secrecy.histories import CARDS, EVIDENCE, GROUNDS, NEEDS, PROGRESS, SEATED, WHO, history, telling
from tests.secrecy.world import Seen

HISTORIES = int(os.environ.get("EVENHAND_HISTORIES", "160"))
LOTS = max(8, HISTORIES // 50)
"""In so many tests, for as many processes."""


@pytest.mark.parametrize("lot", range(LOTS))
def test_what_may_not_be_seen_changes_nothing_that_is_seen(lot: int) -> None:
    rightly = 0
    for seed in range(lot, HISTORIES, LOTS):
        told = history(seed)
        found = differences(told)
        assert found.wrong == (), f"history {seed} ({told.about} of {sorted(told.differ)}): {_first(found)}"
        rightly += len(found.rightly)
    assert rightly > 0 or HISTORIES < LOTS * 4, "no difference was ever to be seen, so nothing was proved"


def test_what_may_be_seen_after_the_release_differs() -> None:
    """The positive control: the harness sees a difference where there must be one."""
    found: set[tuple[str, str]] = set()
    for told in telling(CARDS, "decide")[:4]:
        found |= differences(told).rightly
    assert {("hans", "post"), ("record", "export")} <= found
    assert {viewer for viewer, _ in found} & set(SEATED)


def test_histories_are_of_every_kind() -> None:
    assert {history(seed).about for seed in range(HISTORIES)} == {CARDS, GROUNDS, NEEDS, PROGRESS, EVIDENCE, WHO}


def _first(found: Compared) -> str:
    one, other = found.wrong[0]
    return f"{_told(one, other)} | {_told(other, one)}"


def _told(seen: Seen | None, other: Seen | None) -> str:
    if seen is None:
        return "nothing"
    against = other.body if other else ""
    at = next((i for i, (a, b) in enumerate(zip(seen.body, against, strict=False)) if a != b), 0)
    return f"{seen.viewer} {seen.what} at {seen.at}: …{seen.body[max(0, at - 80) : at + 80]}…"
