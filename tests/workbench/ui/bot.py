"""A small app that answers what the page does, so that the page is tested against real deliveries."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from tests.workbench.ui.gallery import FORM, HOME, field, modal, option, plain
from workbench.server import Running

NOTE = field("note", "Note", {"type": "plain_text_input", "action_id": "v", "multiline": True})


def app_for(slack: Running) -> tuple[App, list[dict[str, Any]]]:
    """The app, and what people did in it: every action and every submission's values."""
    done: list[dict[str, Any]] = []
    client = WebClient(token=slack.bot_token, base_url=slack.api)
    app = App(client=client, token_verification_enabled=False)

    @app.command("/interview")
    def command(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        text = body.get("text", "")
        if text == "form":
            client.views_open(trigger_id=body["trigger_id"], view=modal(FORM))
        elif text == "note":
            client.views_open(trigger_id=body["trigger_id"], view=modal([NOTE], title="Note", callback_id="note"))
        elif text == "help":
            ack(text="*/interview new* books a loop")
            return
        ack()

    @app.action({"action_id": "v", "type": "block_actions"})
    @app.action({"action_id": "b.plain"})
    @app.action({"action_id": "b.danger"})
    @app.action({"action_id": "b.primary"})
    @app.action({"action_id": "b.select"})
    @app.action({"action_id": "b.more"})
    @app.action({"action_id": "b.link"})
    def action(ack: Ack, action: dict[str, Any]) -> None:
        done.append(action)
        ack()

    @app.action("home.open")
    def open_form(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=modal([NOTE], title="Note", callback_id="note"))
        ack()

    @app.options("v")
    def suggest(ack: Ack, payload: dict[str, Any]) -> None:
        ack(options=[option(f"{payload['value']} {n}", f"c{n}") for n in range(3)])

    @app.view("note")
    def submitted(ack: Ack, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["note"]["v"]["value"]
        done.append({"submitted": text})
        if text == "push":
            ack(
                response_action="push",
                view=modal([{"type": "section", "text": plain("Deeper")}], title="Second", submit=None),
            )
        elif text == "short":
            ack(response_action="errors", errors={"note": "Say a little more."})
        else:
            ack()

    @app.view("")
    def any_view(ack: Ack, view: dict[str, Any]) -> None:
        done.append({"submitted": view["state"]["values"]})
        ack()

    @app.event("app_home_opened")
    def home(event: dict[str, Any], client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view=HOME)

    @app.event("message")
    def message() -> None:
        """Nothing to say to what people write to each other."""

    return app, done


@contextmanager
def playing(slack: Running) -> Iterator[list[dict[str, Any]]]:
    app, done = app_for(slack)
    handler = SocketModeHandler(app, slack.app_token, web_client=app.client)
    handler.connect()
    try:
        yield done
    finally:
        handler.close()
