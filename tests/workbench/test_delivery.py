"""How deliveries reach the bot: Socket Mode and signed HTTP, with their retries, their renewals and their three seconds."""

import hashlib
import hmac
import json
import time
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from slack_bolt import Ack, Say
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.waiting import eventually
from tests.workbench.test_web_api import error
from tests.workbench.worlds import ANA, LOBBY, app, client, company, http_bot, socket_bot
from workbench.player import Player, control
from workbench.server import Running, running

Json = dict[str, Any]


def socket_url(slack: Running) -> str:
    return str(client(slack).apps_connections_open(app_token=slack.app_token)["url"])


def received(socket: Any) -> Json:
    return dict(json.loads(socket.recv(timeout=60)))


def test_a_socket_says_hello_and_takes_a_ticket_once(slack: Running) -> None:
    url = socket_url(slack)
    with connect(url) as socket:
        hello = received(socket)
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        assert hello["connection_info"] == {"app_id": "A0TEAM"}
        with pytest.raises(InvalidStatus, match="HTTP 403"), connect(url):
            pass


def test_no_more_than_ten_sockets(slack: Running) -> None:
    with ExitStack() as stack:
        sockets = [stack.enter_context(connect(socket_url(slack))) for _ in range(10)]
        assert [received(socket)["num_connections"] for socket in sockets] == list(range(1, 11))
        eleventh = stack.enter_context(connect(socket_url(slack)))
        assert received(eleventh)["reason"] == "too_many_websockets"


def test_an_event_that_nobody_acknowledges_comes_four_times(slack: Running) -> None:
    slack.space.patience, slack.space.retry_delays = 0.1, (0.0,)
    with connect(socket_url(slack)) as socket:
        received(socket)
        Player(slack.url, ANA).home()
        envelopes = [received(socket) for _ in range(4)]
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.4)
    assert [(one["retry_attempt"], one["retry_reason"]) for one in envelopes] == [
        (0, ""),
        (1, "timeout"),
        (2, "timeout"),
        (3, "timeout"),
    ]
    assert len({one["payload"]["event_id"] for one in envelopes}) == 1
    event = envelopes[0]["payload"]["event"]
    assert (event["type"], event["user"], event["channel"], event["tab"]) == ("app_home_opened", ANA, "D0ANA", "home")


def test_an_acknowledged_event_comes_once(slack: Running) -> None:
    slack.space.patience, slack.space.retry_delays = 3.0, (0.0,)
    with connect(socket_url(slack)) as socket:
        received(socket)
        Player(slack.url, ANA).home()
        socket.send(json.dumps({"envelope_id": received(socket)["envelope_id"]}))
        with pytest.raises(TimeoutError):
            socket.recv(timeout=3.3)


def test_a_command_nobody_takes_fails_before_the_persons_eyes(slack: Running) -> None:
    ana = Player(slack.url, ANA)
    assert ana.command("/greet") == {"result": "timeout"}
    assert ana.notice() == "/greet failed: the app did not respond (no_connection)"
    slack.space.patience = 0.1
    with connect(socket_url(slack)) as socket:
        received(socket)
        assert ana.command("/greet") == {"result": "timeout"}
        assert ana.notice() == "/greet failed: the app did not respond (timeout)"


def test_a_renewed_connection_loses_nothing(slack: Running) -> None:
    bot = app(slack)
    bot.command("/greet")(lambda ack: ack("Hello"))
    ana = Player(slack.url, ANA)
    with socket_bot(slack, bot):
        control(slack.url, "refresh", {})
        assert ana.command("/greet") == {"result": "ok"}
    assert [(one["text"], one["is_ephemeral"]) for one in ana.messages()] == [("Hello", True)]


def test_after_a_cut_the_sdk_comes_back(slack: Running) -> None:
    bot = app(slack)
    bot.command("/greet")(lambda ack: ack("Hello"))
    with socket_bot(slack, bot, ping_interval=0.2):
        control(slack.url, "hangup", {})
        assert eventually(lambda: Player(slack.url, ANA).command("/greet") == {"result": "ok"})


def test_commands_are_known_from_the_manifest() -> None:
    manifest = {
        "features": {"slash_commands": [{"command": "/greet"}]},
        "oauth_config": {"scopes": {"bot": ["commands"]}},
    }
    with running(company(), manifest=manifest) as slack:
        ana = Player(slack.url, ANA)
        assert ana.command("/shout now") == {"result": "unknown"}
        assert (ana.notice() or "").startswith("/shout is not a valid command.")
        assert ana.command("/greet") == {"result": "timeout"}


def test_signed_http_carries_commands_clicks_and_events(slack: Running) -> None:
    bot = app(slack)
    headers: list[dict[str, str]] = []

    @bot.command("/greet")
    def greet(ack: Ack, command: Json) -> None:
        button = {"type": "button", "text": {"type": "plain_text", "text": "Back"}, "action_id": "back"}
        ack(text=f"Hello {command['text']}", blocks=[{"type": "actions", "elements": [button]}])

    @bot.action("back")
    def back(ack: Ack, respond: Any) -> None:
        respond(text="Hello yourself", replace_original=True)
        ack()

    @bot.event("message")
    def heard(say: Say, event: Json) -> None:
        say(f"You said {event['text']}")

    ana = Player(slack.url, ANA)
    with http_bot(bot, headers) as address:
        control(slack.url, "deliver", {"url": address})
        assert ana.command("/greet you all") == {"result": "ok"}
        assert [one["text"] for one in ana.messages()] == ["Hello you all"]
        assert ana.click("back") == {"result": "ok"}
        assert [one["text"] for one in ana.messages()] == ["Hello yourself"]
        ana.say("Evenhand", "aye")
        ana.wait_for("You said aye")
    kinds = [one["content-type"].split(";")[0] for one in headers]
    form = "application/x-www-form-urlencoded"
    assert kinds == ["application/json", form, form, "application/json"]
    assert slack.space.refusals == []


def test_what_is_wrongly_signed_or_old_is_refused_by_bolt(slack: Running) -> None:
    bot = app(slack)
    bot.command("/greet")(lambda ack: ack("Hello"))
    body = urlencode({"command": "/greet", "text": "", "team_id": "T0TEAM", "user_id": ANA, "channel_id": LOBBY})

    def post(address: str, *, secret: str, age: int) -> int:
        stamp = str(int(time.time()) - age)
        signed = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signed}"}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return httpx.post(address, content=body, headers=headers).status_code

    with http_bot(bot) as address:
        assert post(address, secret=slack.signing_secret, age=0) == 200
        assert post(address, secret="another", age=0) == 401
        assert post(address, secret=slack.signing_secret, age=600) == 401


def test_http_events_are_retried_with_their_number_and_reason(slack: Running) -> None:
    slack.space.retry_delays = (0.0,)
    bot = app(slack)
    headers: list[dict[str, str]] = []
    with http_bot(bot, headers) as address:
        # Nothing listens for this event, so Bolt answers 404 every time.
        slack.space.http_events = address
        Player(slack.url, ANA).home()
        assert eventually(lambda: len(headers) == 5)
    marks = [(one.get("x-slack-retry-num"), one.get("x-slack-retry-reason")) for one in headers]
    assert marks == [(None, None), (None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]


def test_an_address_that_does_not_answer_the_challenge_gets_nothing(slack: Running) -> None:
    ana = Player(slack.url, ANA)
    control(slack.url, "deliver", {"url": "http://127.0.0.1:9/slack/events"})
    assert ana.command("/greet") == {"result": "timeout"}
    assert ana.notice() == "/greet failed: the app did not respond (connection_failed)"
    control(slack.url, "deliver", {"url": f"{slack.url}/upload/v1/x"})
    assert ana.command("/greet") == {"result": "timeout"}
    assert ana.notice() == "/greet failed: the app did not respond (http_error)"
    assert error(lambda: client(slack).apps_connections_open(app_token=slack.app_token)) == "socket_mode_not_enabled"


def test_commands_are_never_sent_twice(slack: Running) -> None:
    slack.space.patience = 0.5
    bot = app(slack)
    count: list[int] = []

    @bot.command("/greet")
    def greet(ack: Ack) -> None:
        count.append(1)
        time.sleep(2.5)
        ack()

    with http_bot(bot) as address:
        slack.space.http_events = address
        assert Player(slack.url, ANA).command("/greet") == {"result": "timeout"}
        assert Player(slack.url, ANA).notice() == "/greet failed: the app did not respond (http_timeout)"
    assert count == [1]
