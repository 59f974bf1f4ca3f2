"""Trouble on order, rate limits, the clock, and the long poll."""

import threading
import time
from datetime import datetime, timedelta

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.waiting import eventually
from tests.workbench.worlds import ANA, LOBBY, client, company
from workbench.limits import Limits
from workbench.player import Player, Refusal, control
from workbench.server import Running, running


def texts(slack: Running) -> list[str]:
    return [one["text"] for one in Player(slack.url, ANA).messages("lobby")]


def test_an_answer_can_get_lost_after_the_effect(slack: Running, web: WebClient) -> None:
    slack.space.faults.plan("chat.postMessage", "drop", nth=2)
    web.chat_postMessage(channel=LOBBY, text="One")
    with pytest.raises(OSError, match=r"Remote end closed connection|Connection reset"):
        web.chat_postMessage(channel=LOBBY, text="Two")
    web.chat_postMessage(channel=LOBBY, text="Three")
    assert texts(slack) == ["One", "Two", "Three"]


def test_a_call_can_fail_without_effect(slack: Running, web: WebClient) -> None:
    slack.space.faults.plan("chat.postMessage", "error")
    with pytest.raises(SlackApiError) as caught:
        web.chat_postMessage(channel=LOBBY, text="One")
    assert caught.value.response.status_code == 500
    assert texts(slack) == []


def test_a_call_can_hang_and_the_workbench_still_ends_at_once() -> None:
    with running(company()) as slack:
        slack.space.faults.plan("chat.postMessage", "hang")
        web = WebClient(slack.bot_token, base_url=slack.api, timeout=1, retry_handlers=[])
        with pytest.raises(TimeoutError):
            web.chat_postMessage(channel=LOBBY, text="One")
        assert texts(slack) == ["One"]
        began = time.monotonic()
        waiting = threading.Thread(target=lambda: Player(slack.url, ANA)._get("wait", version=99))
        waiting.start()
        assert eventually(lambda: ANA in slack.space._changed)
    waiting.join()
    assert time.monotonic() - began < 20


def test_a_message_a_second_per_channel_after_a_small_burst() -> None:
    limits = Limits()

    def wait(channel: str, now: float) -> int:
        return limits.wait("chat.postMessage", tier=100, channel=channel, now=now)

    assert [wait("C1", 0.0) for _ in range(6)] == [0, 0, 0, 0, 1, 1]
    assert wait("C2", 0.0) == 0
    assert [wait("C1", 1.0), wait("C1", 1.0), wait("C1", 2.0)] == [0, 1, 0]


def test_tiers_per_method() -> None:
    limits = Limits()
    answers = [limits.wait("users.list", tier=20, channel=None, now=0.0) for _ in range(21)]
    assert answers == [0] * 20 + [3]
    assert limits.wait("users.info", tier=100, channel=None, now=0.0) == 0
    assert limits.wait("users.list", tier=20, channel=None, now=3.0) == 0


def test_too_many_messages_are_told_when_to_come_again(slack: Running, web: WebClient) -> None:
    slack.space.limits = True
    posted: list[str] = []

    def hammer() -> None:
        for number in range(100):
            web.chat_postMessage(channel=LOBBY, text=str(number))
            posted.append(str(number))

    with pytest.raises(SlackApiError) as caught:
        hammer()
    answer = caught.value.response
    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "1")
    assert texts(slack) == posted


def test_the_clock_starts_where_told_and_only_moves_forward() -> None:
    with running(company(now="2026-03-02T09:00:00+01:00")) as slack:
        start = datetime.fromisoformat(control(slack.url, "clock")["now"])
        assert timedelta() <= start - datetime.fromisoformat("2026-03-02T08:00:00+00:00") < timedelta(minutes=1)
        first = client(slack).chat_postMessage(channel=LOBBY, text="One")["ts"]
        control(slack.url, "clock", {"advance": 86_400})
        second = client(slack).chat_postMessage(channel=LOBBY, text="Two")["ts"]
        assert 86_400 <= float(second) - float(first) < 86_460
        with pytest.raises(Refusal, match="the clock only moves forward"):
            control(slack.url, "clock", {"advance": -1})


def test_waiting_ends_when_the_screen_changes(slack: Running) -> None:
    ana = Player(slack.url, ANA)
    version = ana.screen()["version"]
    assert ana._get("wait", version=version, within=0.05) == {"version": version, "changed": False}
    later = threading.Timer(0.05, lambda: client(slack).chat_postMessage(channel=LOBBY, text="One"))
    later.start()
    assert ana._get("wait", version=version) == {"version": version + 1, "changed": True}
    later.join()


def test_people_and_pages_that_are_not_there(slack: Running) -> None:
    assert httpx.get(f"{slack.url}/w/U0NOBODY/screen").json() == {"error": "There is no such person."}
    assert httpx.post(f"{slack.url}/w/{ANA}/say", content=b"no").json() == {"error": "The body is not JSON."}
    assert httpx.post(f"{slack.url}/w/{ANA}/say", json={"channel": LOBBY}).json() == {"error": "text is missing."}
    people = control(slack.url, "people")["people"]
    assert [(one["id"], one["deleted"], one["unread"]) for one in people] == [
        (ANA, False, 0),
        ("U0BEN", False, 0),
        ("U0CY", True, 0),
    ]
