"""No score comes out by adding up and taking away what one is shown before the release; where one is planted, it does."""

from __future__ import annotations

import pytest

from handlers.blocks import status
from tests.attack.sums import SCORES, WATCHING, told_apart, watched
from tests.secrecy.careless import mean
from tests.secrecy.leaks import saying


def test_nobody_can_tell_what_somebody_scored() -> None:
    assert {viewer: told_apart(found) for viewer, found in watched().items()} == dict.fromkeys(WATCHING, 1)


def test_a_running_mean_would_give_every_score_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a mean of all is enough to work out the one that was added."""
    saying(status, "status_list", lambda *_, **__: mean())(monkeypatch)
    assert told_apart(watched()["rita"]) == len(SCORES)
