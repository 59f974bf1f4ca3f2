"""What a player can do and read; and what becomes of deliveries in trouble."""

from typing import Any

import pytest
from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from tests.workbench.test_web_api import error
from tests.workbench.worlds import ANA, BEN, BOT, LOBBY, SECRET, app, company, socket_bot
from workbench.faults import Trouble
from workbench.player import NotSeen, Player, Refusal, control
from workbench.server import Running, running

Json = dict[str, Any]

TABLE = {
    "type": "table",
    "rows": [
        [{"type": "raw_text", "text": "Name"}, {"type": "raw_text", "text": "Score"}],
        [{"type": "raw_text", "text": "A"}, {"type": "raw_text", "text": "4"}],
    ],
}


def words(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def test_a_transcript_reads_like_what_was_on_the_screen(slack: Running, web: WebClient) -> None:
    button = {"type": "button", "text": words("Choose"), "action_id": "choose"}
    blocks: list[Json] = [
        {"type": "header", "text": words("Hello")},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": f"<@{BEN}> &amp; <https://x.org|a link>, <!date^1^{{date}}|1 Jan>"},
            "accessory": button,
        },
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}, {"type": "mrkdwn", "text": "print"}]},
        {"type": "divider"},
        {"type": "image", "alt_text": "A chart", "image_url": "https://x.org/a.png"},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "text", "text": "To"}, {"type": "user", "user_id": ANA}],
                }
            ],
        },
        TABLE,
    ]
    root = web.chat_postMessage(channel=LOBBY, text="For the notification", blocks=blocks)["ts"]
    ana = Player(slack.url, ANA)
    ana.say("lobby", "A reply", thread_ts=root)
    web.chat_postEphemeral(channel=LOBBY, user=ANA, text="Only\nyou")
    web.views_publish(user_id=ANA, view={"type": "home", "blocks": [{"type": "header", "text": words("Yours")}]})
    name = {"type": "plain_text_input", "action_id": "name", "initial_value": "Ann"}
    form: Json = {"type": "modal", "title": words("Form"), "submit": words("Go"), "close": words("No")}
    form["blocks"] = [{"type": "input", "block_id": "who", "label": words("Who?"), "element": name}]
    web.views_open(trigger_id=slack.space.trigger(ANA), view=form)
    ana.say("lobby", "/unheard")
    assert ana.transcript().split("\n") == [
        "── lobby ──",
        "Evenhand:",
        "  Hello",
        "  @Ben O'Neill & a link, 1 Jan",
        "  [Choose]",
        "  small print",
        "  ────",
        "  [picture: A chart]",
        "  To @Ana Ruiz",
        "  Name | Score",
        "  A | 4",
        "    Ana Ruiz:",
        "      A reply",
        "Evenhand (only you see this):",
        "  Only",
        "  you",
        "── Home ──",
        "Yours",
        "── Modal ──",
        "# Form",
        "Who?",
        "(plain_text_input)",
        "  = Ann",
        "[No] [Go]",
        "! /unheard failed: the app did not respond (no_connection)",
    ]


def test_waiting_for_what_never_comes_says_what_is_there_instead(slack: Running, web: WebClient) -> None:
    web.chat_postMessage(channel=LOBBY, text="Something else")
    ana = Player(slack.url, ANA)
    assert ana.wait_for("Something")["me"]["id"] == ANA
    assert ana.wait_for(lambda screen: screen["home"] is None)["views"] == []
    with pytest.raises(NotSeen, match="U0ANA waited for 'Nothing' and saw:\n── lobby ──\nEvenhand:\n  Something else"):
        ana.wait_for("Nothing", timeout=0.1)
    with pytest.raises(NotSeen, match="is in no conversation nowhere"):
        ana.say("nowhere", "x")
    with pytest.raises(NotSeen, match="has no modal open"):
        ana.submit()


def test_a_place_can_be_named(slack: Running, web: WebClient) -> None:
    heard: list[str] = []
    bot = app(slack)

    @bot.action("go")
    def go(ack: Ack, body: dict[str, dict[str, str]]) -> None:
        heard.append(body["container"]["type"])
        ack()

    button = {"type": "actions", "elements": [{"type": "button", "text": words("Go"), "action_id": "go"}]}
    web.chat_postMessage(channel=LOBBY, text="Go", blocks=[button])
    web.views_publish(user_id=ANA, view={"type": "home", "blocks": [button]})
    with socket_bot(slack, bot):
        Player(slack.url, ANA).click("go")
        Player(slack.url, ANA).click("go", on="home")
    assert heard == ["message", "view"]


@pytest.mark.parametrize(
    ("trouble", "count", "result"),
    [(None, 1, "ok"), ("twice", 2, "ok"), ("drop", 1, "timeout"), ("error", 0, "timeout")],
)
def test_deliveries_in_trouble(slack: Running, trouble: Trouble | None, count: int, result: str) -> None:
    heard: list[str] = []
    bot = app(slack)

    @bot.command("/greet")
    def greet(ack: Ack, command: dict[str, str]) -> None:
        heard.append(command["trigger_id"])
        ack()

    if trouble is not None:
        slack.space.faults.plan("deliver slash_commands", trouble)
    with socket_bot(slack, bot):
        assert Player(slack.url, ANA).command("/greet") == {"result": result}
    assert (len(heard), len(set(heard))) == (count, min(count, 1))


def test_all_that_goes_out_of_the_bot_is_in_the_log(slack: Running) -> None:
    bot = app(slack)

    @bot.command("/greet")
    def greet(ack: Ack, respond: Respond) -> None:
        respond(text="Later")
        ack("Now")

    with socket_bot(slack, bot):
        Player(slack.url, ANA).command("/greet")
    calls = [(call["method"], call["args"]) for call in control(slack.url, "log")["calls"]]
    assert [call for call in calls if call[0] not in ("auth.test", "apps.connections.open")] == [
        ("response_url", {"text": "Later"}),
        ("ack slash_commands", {"text": "Now"}),
    ]


def test_people_leave_and_the_app_comes_and_goes(slack: Running, web: WebClient) -> None:
    ana = Player(slack.url, ANA)
    assert ana.say("secret", f"/invite <@{BOT}>") == {"result": "ok"}
    assert web.chat_postMessage(channel=SECRET, text="Here")["ok"]
    ana.say("secret", f"/remove <@{BOT}>")
    assert error(lambda: web.chat_postMessage(channel=SECRET, text="There")) == "channel_not_found"
    ana.say("lobby", f"/remove <@{BOT}>")
    assert error(lambda: web.chat_postMessage(channel=LOBBY, text="There")) == "not_in_channel"
    assert web.conversations_join(channel=LOBBY)["channel"]["is_member"] is True
    control(slack.url, f"{BEN}/leave", {})
    assert web.users_info(user=BEN)["user"]["deleted"] is True
    assert error(lambda: web.chat_postMessage(channel=BEN, text="Hello?")) == "channel_not_found"
    with pytest.raises(Refusal, match="account is deactivated"):
        Player(slack.url, BEN).say("lobby", "Still here?")


def test_a_read_only_messages_tab_takes_no_words() -> None:
    home = {"messages_tab_enabled": True, "messages_tab_read_only_enabled": True}
    with running(company(), manifest={"features": {"app_home": home}}) as slack:
        with pytest.raises(Refusal, match="turned off"):
            Player(slack.url, ANA).command("/greet")
        assert Player(slack.url, ANA).say("lobby", "/greet") == {"result": "unknown"}
