"""A Socket Mode connection that died without a word is made anew."""

from __future__ import annotations

import json
import time
import urllib.request
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.composition import Evenhand
from bot.watchdog import GRACE, SocketLine, Watchdog
from tests.story.world import World, eventually, local_slack, settled, world


@dataclass
class Wire:
    """A line that is cut and mended by hand."""

    well: bool = True
    renewed: list[bool] = field(default_factory=list)
    mends: bool = True

    def alive(self) -> bool:
        return self.well

    def renew(self) -> None:
        self.renewed.append(self.mends)
        if not self.mends:
            raise OSError
        self.well = True


def test_a_connection_that_lives_is_left_alone() -> None:
    wire = Wire()
    dog = Watchdog(wire, ask=lambda: None)
    for second in range(600):
        dog.look(float(second))
    assert (wire.renewed, dog.renewals) == ([], 0)


def test_a_dead_one_is_renewed_after_the_grace_and_not_before() -> None:
    wire = Wire(well=False)
    dog = Watchdog(wire, ask=lambda: None)
    dog.look(0.0)
    dog.look(GRACE - 1)
    assert wire.renewed == []
    dog.look(GRACE)
    assert (wire.renewed, dog.renewals) == ([True], 1)


def test_one_that_the_sdk_mends_in_time_is_left_alone() -> None:
    wire = Wire(well=False)
    dog = Watchdog(wire, ask=lambda: None)
    dog.look(0.0)
    wire.well = True
    dog.look(30.0)
    wire.well = False
    dog.look(GRACE)
    assert wire.renewed == []


def test_a_renewal_that_fails_is_tried_again_after_the_grace() -> None:
    wire = Wire(well=False, mends=False)
    dog = Watchdog(wire, ask=lambda: None)
    for second in range(0, 140, 5):
        dog.look(float(second))
    assert (wire.renewed, dog.renewals) == ([False] * 3, 0)


def test_slack_is_asked_once_a_minute_and_its_silence_kills_no_dog() -> None:
    asked: list[int] = []

    def ask() -> None:
        asked.append(1)
        raise OSError

    dog = Watchdog(Wire(), ask=ask)
    for second in range(0, 180, 5):
        dog.look(float(second))
    assert len(asked) == 3


def test_a_line_that_cannot_be_looked_at_kills_no_dog() -> None:
    class Changing(Wire):
        looks = 0

        def alive(self) -> bool:
            self.looks += 1
            if self.looks == 1:
                raise AttributeError
            return super().alive()

    wire = Changing(well=False)
    dog = Watchdog(wire, ask=lambda: None, grace=0.0)
    dog.start(every=0.01)
    eventually(lambda: wire.renewed == [True], "nobody watches any more")
    dog.stop()


def _client(there: World) -> Any:
    evenhand = there.stage.evenhand
    assert isinstance(evenhand, Evenhand)
    assert evenhand._socket is not None
    return evenhand._socket.client


def test_a_real_connection_that_was_hung_up_comes_back_by_the_watchdog_alone(tmp_path: Path) -> None:
    with world(tmp_path) as there:
        client = _client(there)
        client.default_auto_reconnect_enabled = client.auto_reconnect_enabled = False
        line = SocketLine(client)
        assert line.alive()
        request = urllib.request.Request(f"{there.slack.url}/w/hangup", method="POST", data=b"{}")  # noqa: S310 - ours
        assert json.load(urllib.request.urlopen(request)) == {"result": "ok"}  # noqa: S310 - as above
        eventually(lambda: not line.alive(), "the hang-up went unnoticed")
        dog = Watchdog(line, ask=lambda: None, grace=0.0)
        dog.look(time.monotonic())
        assert (dog.renewals, line.alive()) == (1, True)


def test_a_bot_starts_while_slack_is_away_and_hears_it_when_it_is_back(tmp_path: Path) -> None:
    with local_slack() as slack:
        settings = settled(slack, tmp_path)
        evenhand = Evenhand(replace(settings, slack_api_url="http://127.0.0.1:9/api/"))
        evenhand.start()
        try:
            assert evenhand.ready() == {"database": True, "workers": True, "clock": True, "socket": False}
            assert evenhand._socket is not None
            client = evenhand._socket.client
            client.web_client.base_url = settings.slack_api_url
            dog = Watchdog(SocketLine(client), ask=lambda: None, grace=0.0)
            dog.look(time.monotonic())
            assert (dog.renewals, evenhand.ready()["socket"]) == (1, True)
        finally:
            evenhand.stop()


def test_a_connection_whose_pings_nobody_answers_is_dead(tmp_path: Path) -> None:
    with world(tmp_path) as there:
        client = _client(there)
        client.current_session.last_ping_pong_time = time.time() - 60
        assert client.is_connected()
        assert not SocketLine(client).alive()
