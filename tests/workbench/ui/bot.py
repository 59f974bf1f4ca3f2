"""A small app that answers what the page does, so that the page is tested against real deliveries."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from tests.workbench.ui.gallery import FORM, HOME, NOTE, SAVED, modal, option, plain
from workbench.server import Running

FORMS = {
    "form": modal(FORM),
    "note": modal([NOTE], title="Note", callback_id="note"),
    "saved": modal(SAVED, title="Draft"),
}


def commands(app: App) -> None:
    @app.command("/interview")
    def command(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        text = body.get("text", "")
        if text in FORMS:
            client.views_open(trigger_id=body["trigger_id"], view=FORMS[text])
        ack(text="*/interview note* opens a note") if text == "help" else ack()

    @app.action("home.open")
    def open_note(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=FORMS["note"])
        ack()

    @app.event("app_home_opened")
    def home(event: dict[str, Any], client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view=HOME)

    @app.event("message")
    def message() -> None:
        """Nothing to say to what people write to each other."""


def answers(app: App, done: list[dict[str, Any]]) -> None:
    @app.action(re.compile(r"v|b\..*"))
    def action(ack: Ack, action: dict[str, Any]) -> None:
        done.append(action)
        ack()

    @app.options("v")
    def suggest(ack: Ack, payload: dict[str, Any]) -> None:
        ack(options=[option(f"{payload['value']} {n}", f"c{n}", description=plain("Works nearby")) for n in range(3)])

    @app.view("note")
    def note(ack: Ack, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["note"]["v"]["value"]
        done.append({"submitted": text})
        if text == "push":
            deeper = [{"type": "section", "text": plain("Deeper")}]
            ack(response_action="push", view=modal(deeper, title="Second", submit=None))
        elif text == "short":
            ack(response_action="errors", errors={"note": "Say a little more."})
        else:
            ack()

    @app.view("")
    def form(ack: Ack, view: dict[str, Any]) -> None:
        done.append({"submitted": view["state"]["values"]})
        ack()


@contextmanager
def playing(slack: Running) -> Iterator[list[dict[str, Any]]]:
    """What people did is in the list that this gives: every action, and the values of every submission."""
    done: list[dict[str, Any]] = []
    app = App(client=WebClient(token=slack.bot_token, base_url=slack.api), token_verification_enabled=False)
    commands(app)
    answers(app, done)
    handler = SocketModeHandler(app, slack.app_token, web_client=app.client)
    handler.connect()  # type: ignore[no-untyped-call]  # Bolt left these two without types
    try:
        yield done
    finally:
        handler.close()  # type: ignore[no-untyped-call]  # as above
