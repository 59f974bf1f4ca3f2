"""A person types a command, fills in a modal, and reads the answer: through a real Bolt app in Socket Mode."""

from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from tests.workbench.worlds import ANA, LOBBY, app, company, socket_bot
from workbench.player import Player
from workbench.server import running

MODAL = {
    "type": "modal",
    "callback_id": "greet",
    "title": {"type": "plain_text", "text": "Greet"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "whom",
            "label": {"type": "plain_text", "text": "Whom?"},
            "element": {"type": "plain_text_input", "action_id": "name"},
        }
    ],
}


def test_a_command_a_modal_and_a_message() -> None:
    with running(company()) as slack:
        bot = app(slack)

        @bot.command("/greet")
        def greet(ack: Ack, client: WebClient, body: dict[str, Any]) -> None:
            client.views_open(trigger_id=body["trigger_id"], view=MODAL)
            ack()

        @bot.view("greet")
        def greeted(ack: Ack, client: WebClient, view: dict[str, Any]) -> None:
            name = view["state"]["values"]["whom"]["name"]["value"]
            client.chat_postMessage(channel=LOBBY, text=f"Hello {name}!")
            ack()

        ana = Player(slack.url, ANA)
        with socket_bot(slack, bot):
            assert ana.command("/greet") == {"result": "ok"}
            assert ana.submit() == {"result": "errors", "errors": {"whom": "Please complete this required field."}}
            assert ana.submit(name="Ben") == {"result": "closed", "errors": {}}
        assert ana.view() is None
        assert [message["text"] for message in ana.messages("lobby")] == ["Hello Ben!"]
        assert ana.conversation("lobby")["unread"] == 1
        assert slack.space.refusals == []
