"""Buttons in messages, answers at a response_url, App Home, mentions, unread marks."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from tests.waiting import eventually
from tests.workbench.worlds import ANA, BEN, BOT, LOBBY, app, company, socket_bot
from workbench.player import NotSeen, Player, Refusal
from workbench.server import Running, running

Json = dict[str, Any]


def button(action_id: str, value: str = "v") -> Json:
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": action_id.title()},
        "action_id": action_id,
        "value": value,
    }


def row(*elements: Json, block_id: str = "row") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


PICK = {
    "type": "static_select",
    "action_id": "pick",
    "options": [{"text": {"type": "plain_text", "text": one.upper()}, "value": one} for one in ("a", "b")],
}


@pytest.fixture
def bot(slack: Running) -> Iterator[tuple[App, list[Json]]]:
    bodies: list[Json] = []
    bot = app(slack)

    @bot.action("tell")
    @bot.action("pick")
    def heard(ack: Ack, body: Json) -> None:
        bodies.append(body)
        ack()

    @bot.action("replace")
    def replace(ack: Ack, respond: Respond) -> None:
        respond(text="Replaced", replace_original=True)
        ack()

    @bot.action("delete")
    def delete(ack: Ack, respond: Respond) -> None:
        respond(delete_original=True)
        ack()

    @bot.action("answer")
    def answer(ack: Ack, respond: Respond) -> None:
        respond(text="For you")
        respond(text="For all", response_type="in_channel")
        ack()

    with socket_bot(slack, bot):
        yield bot, bodies


def test_a_click_carries_what_slack_sends(slack: Running, web: WebClient, bot: tuple[App, list[Json]]) -> None:
    posted = web.chat_postMessage(channel=LOBBY, text="Well?", blocks=[row(PICK, button("tell", "yes"))])
    ana = Player(slack.url, ANA)
    assert ana.click("pick", value="b") == {"result": "ok"}
    assert ana.click("tell") == {"result": "ok"}
    body = bot[1][1]
    (action,) = body["actions"]
    assert {key: action[key] for key in ("type", "action_id", "block_id", "value")} == {
        "type": "button",
        "action_id": "tell",
        "block_id": "row",
        "value": "yes",
    }
    assert body["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": LOBBY,
        "is_ephemeral": False,
    }
    assert body["user"] == {"id": ANA, "username": "ana", "name": "ana", "team_id": "T0TEAM"}
    assert body["channel"] == {"id": LOBBY, "name": "lobby"}
    assert body["message"] == posted["message"]
    chosen = {"text": {"type": "plain_text", "text": "B", "emoji": True}, "value": "b"}
    assert body["state"] == {"values": {"row": {"pick": {"type": "static_select", "selected_option": chosen}}}}
    assert ana.messages("lobby")[0]["state"] == {"row": {"pick": "b"}}
    assert Player(slack.url, BEN).messages("lobby")[0]["state"] == {}


def test_clicks_choose_by_what_stands_near(slack: Running, web: WebClient, bot: tuple[App, list[Json]]) -> None:
    for name in ("one", "two", "three"):
        web.chat_postMessage(channel=ANA, text=f"Candidate {name}", blocks=[section(name), row(button("tell", name))])
    ana = Player(slack.url, ANA)
    ana.click("tell", near="two")
    ana.click("tell")
    ana.click("tell", value="one")
    assert [body["actions"][0]["value"] for body in bot[1]] == ["two", "three", "one"]
    with pytest.raises(NotSeen, match="finds no tell to click"):
        ana.click("tell", near="four")


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def test_answers_at_a_response_url(slack: Running, web: WebClient, bot: tuple[App, list[Json]]) -> None:
    ana, ben = Player(slack.url, ANA), Player(slack.url, BEN)
    web.chat_postMessage(channel=LOBBY, text="Well?", blocks=[row(button("replace"), button("answer"))])
    ana.click("answer")
    assert [one["text"] for one in ana.messages("lobby")] == ["Well?", "For you", "For all"]
    assert [one["text"] for one in ben.messages("lobby")] == ["Well?", "For all"]
    ana.click("replace")
    assert [one["text"] for one in ben.messages("lobby")] == ["Replaced", "For all"]
    web.chat_postEphemeral(channel=LOBBY, user=ANA, text="Psst", blocks=[row(button("tell"), button("delete"))])
    ana.click("tell")
    body = bot[1][0]
    assert (body["container"]["is_ephemeral"], "message" in body) == (True, False)
    ana.click("delete")
    assert [one["text"] for one in ana.messages("lobby")] == ["Replaced", "For you", "For all"]
    url = body["response_url"]
    said = [httpx.post(url, json={"text": f"{number}"}) for number in range(6)]
    assert [(one.status_code, one.text) for one in said[:5]] == [(200, "ok")] * 5
    assert (said[5].status_code, said[5].json()["error"]) == (404, "used_url")
    unknown = httpx.post(f"{slack.url}/response/unknown", json={"text": "x"})
    assert (unknown.status_code, unknown.json()["error"]) == (404, "expired_url")


def test_what_a_response_url_refuses_is_kept(slack: Running, web: WebClient, bot: tuple[App, list[Json]]) -> None:
    web.chat_postMessage(channel=LOBBY, text="Well?", blocks=[row(button("tell"))])
    Player(slack.url, ANA).click("tell")
    url = bot[1][0]["response_url"]
    assert httpx.post(url, json={"text": "x", "blocks": [{"type": "video"}]}).json()["error"] == "invalid_blocks"
    assert httpx.post(url, json={"txt": "x"}).json()["error"] == "invalid_payload"
    assert httpx.post(url, content=b"no").text == "invalid_payload"
    assert [one.where for one in slack.space.refusals] == ["response_url", "response_url"]


def test_app_home(slack: Running, web: WebClient, bot: tuple[App, list[Json]]) -> None:
    opened: list[Json] = []

    @bot[0].event("app_home_opened")
    def on_home(event: Json) -> None:
        opened.append(event)

    ana = Player(slack.url, ANA)
    ana.home()
    assert eventually(lambda: len(opened) == 1)
    assert "view" not in opened[0]
    home = {"type": "home", "blocks": [row(button("tell", "home"))]}
    view = web.views_publish(user_id=ANA, view=home)["view"]
    ana.home()
    assert eventually(lambda: len(opened) == 2)
    assert opened[1]["view"]["id"] == view["id"]
    ana.click("tell")
    assert bot[1][0]["container"] == {"type": "view", "view_id": view["id"]}
    again = web.views_publish(user_id=ANA, view={"type": "home", "blocks": []})["view"]
    assert (again["id"], again["hash"] != view["hash"]) == (view["id"], True)
    assert ana.transcript() == "── Home ──"


def test_unread_marks(slack: Running, web: WebClient) -> None:
    ana, ben = Player(slack.url, ANA), Player(slack.url, BEN)
    root = web.chat_postMessage(channel=LOBBY, text="One")["ts"]
    ana.say("lobby", "Two")

    def unread() -> tuple[int, int]:
        return ana.conversation("lobby")["unread"], ben.conversation("lobby")["unread"]

    assert unread() == (0, 2)
    web.chat_postMessage(channel=LOBBY, text="Reply", thread_ts=root)
    assert unread() == (0, 2)
    ben.say("lobby", "Mine", thread_ts=root)
    web.chat_postMessage(channel=LOBBY, text="Reply", thread_ts=root)
    assert unread() == (0, 1)
    ben.read("lobby")
    assert unread() == (0, 0)
    assert [(one["text"], one.get("thread_ts") == root) for one in ben.messages("lobby")] == [
        ("One", True),
        ("Reply", True),
        ("Mine", True),
        ("Reply", True),
        ("Two", False),
    ]


def test_mentions_and_direct_messages_reach_a_bot_that_subscribed() -> None:
    manifest = {
        "oauth_config": {"scopes": {"bot": ["im:history", "app_mentions:read"]}},
        "settings": {"event_subscriptions": {"bot_events": ["message.im", "app_mention", "message.channels"]}},
    }
    with running(company(), manifest=manifest) as slack:
        heard: list[tuple[str, str]] = []
        bot = app(slack)
        bot.event("app_mention")(lambda event: heard.append((event["type"], event["text"])))
        bot.event("message")(lambda event: heard.append((event["channel_type"], event["text"])))
        ana = Player(slack.url, ANA)
        with socket_bot(slack, bot):
            ana.say("lobby", "Unheard: no scope for it")
            ana.say("lobby", f"<@{BOT}> hello")
            assert eventually(lambda: len(heard) == 1)
            ana.say("Evenhand", "just us")
            assert eventually(lambda: len(heard) == 2)
        assert heard == [("app_mention", f"<@{BOT}> hello"), ("im", "just us")]


def test_what_is_typed_is_stored_escaped_and_with_ids() -> None:
    commands = [{"command": "/greet", "should_escape": True}, {"command": "/plain"}]
    manifest = {"features": {"slash_commands": commands}, "oauth_config": {"scopes": {"bot": ["commands"]}}}
    with running(company(), manifest=manifest) as slack:
        texts: list[str] = []
        bot = app(slack)

        @bot.command("/greet")
        @bot.command("/plain")
        def greet(ack: Ack, command: Json) -> None:
            texts.append(command["text"])
            ack()

        ana = Player(slack.url, ANA)
        ana.say("lobby", f"1 < 2 & 3: @ben, <@{BOT}>, #lobby, @nobody, a@ben.org")
        assert (
            ana.messages("lobby")[0]["text"] == f"1 &lt; 2 &amp; 3: <@{BEN}>, <@{BOT}>, <#{LOBBY}>, @nobody, a@ben.org"
        )
        with socket_bot(slack, bot):
            ana.command("/greet @ben in #lobby")
            ana.command("/plain @ben")
        assert texts == [f"<@{BEN}|ben> in <#{LOBBY}|lobby>", "@ben"]


def test_clicks_go_nowhere_when_the_manifest_has_no_interactivity() -> None:
    manifest = {"oauth_config": {"scopes": {"bot": ["chat:write"]}}}
    with running(company(), manifest=manifest) as slack:
        WebClient(slack.bot_token, base_url=slack.api).chat_postMessage(
            channel=LOBBY, text="x", blocks=[row(button("tell"))]
        )
        ana = Player(slack.url, ANA)
        assert ana.click("tell") == {"result": "timeout"}
        assert ana.notice() == "This app is not configured to handle interactive responses."


def test_what_a_person_cannot_do_is_said_in_a_sentence(slack: Running) -> None:
    ana = Player(slack.url, ANA)
    with pytest.raises(Refusal, match=r"^There is no message 1\.0 to reply to\.$"):
        ana.say("lobby", "Hello?", thread_ts="1.0")
    with pytest.raises(Refusal, match=r"^There is nothing to say\.$"):
        ana.say("lobby", "  ")
    with pytest.raises(Refusal, match=r"^This person's account is deactivated\.$"):
        Player(slack.url, "U0CY").home()
    with pytest.raises(Refusal, match=r"^There is no such person\.$"):
        Player(slack.url, BOT).screen()
    assert ana.say("lobby", "/greet", thread_ts="1.0") == {"result": "unknown"}
    assert ana.notice() == "/greet is not supported in threads. Sorry!"
