"""One clock for everybody: who moves it may act on the new time, for all who go by it know."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from bot.clock import FollowedClock
from workbench import followers
from workbench.player import control
from workbench.server import Running


def ahead(clock: FollowedClock) -> timedelta:
    return clock.now() - datetime.now(UTC)


def test_who_has_moved_the_clock_finds_that_everybody_has_followed(slack: Running) -> None:
    clocks = [FollowedClock(f"{slack.url}/w/clock") for _ in range(4)]
    try:
        for hour in range(1, 6):
            control(slack.url, "clock", {"advance": 3600})
            assert [round(ahead(clock) / timedelta(hours=1), 2) for clock in clocks] == [hour] * 4
    finally:
        for clock in clocks:
            clock.close()


def test_whoever_has_ended_is_not_waited_for(slack: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followers, "GONE", 0.2)
    control(slack.url, f"clock?{urlencode({'by': 'ended', 'knows': 0.0})}")
    assert control(slack.url, "clock", {"advance": 60})["offset"] == 60
