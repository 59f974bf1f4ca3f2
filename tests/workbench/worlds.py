"""Small companies to test with, and a bot to play with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk import WebClient

from workbench.player import control
from workbench.server import Running

ANA, BEN, CY = "U0ANA", "U0BEN", "U0CY"
BOT = "U0BOT"
LOBBY, SECRET = "C0LOBBY", "C0SECRET"


def company(**more: Any) -> dict[str, Any]:
    people = [
        {
            "id": ANA,
            "name": "ana",
            "real_name": "Ana Ruiz",
            "email": "ana@example.org",
            "tz": "Europe/Berlin",
            "title": "Recruiter",
        },
        {
            "id": BEN,
            "name": "ben",
            "real_name": "Ben O'Neill",
            "email": "ben@example.org",
            "tz": "America/New_York",
            "title": "Engineer",
        },
        {
            "id": CY,
            "name": "cy",
            "real_name": "Cy Gone",
            "email": "cy@example.org",
            "tz": "UTC",
            "title": "",
            "deleted": True,
        },
    ]
    channels = [
        {"id": LOBBY, "name": "lobby", "members": [ANA, BEN, BOT], "is_private": False},
        {"id": SECRET, "name": "secret", "members": [ANA], "is_private": True},
    ]
    return {
        "team": {"id": "T0TEAM", "name": "Example"},
        "people": people,
        "channels": channels,
        "bot": {"id": BOT, "name": "evenhand"},
        "now": None,
    } | more


def client(space: Running, token: str | None = None) -> WebClient:
    return WebClient(token=token or space.bot_token, base_url=space.api, retry_handlers=[])


def app(space: Running) -> App:
    return App(
        client=client(space),
        signing_secret=space.signing_secret,
        token_verification_enabled=False,
        process_before_response=True,
    )


@contextmanager
def socket_bot(space: Running, bot: App) -> Iterator[SocketModeHandler]:
    handler = SocketModeHandler(bot, app_token=space.app_token, web_client=client(space), trace_enabled=False)
    handler.connect()  # type: ignore[no-untyped-call]  # Bolt ships no type for it
    try:
        yield handler
    finally:
        # Wakes the SDK's threads: its receiver sleeps three seconds on a silent socket, its queue one second when empty.
        handler.client.auto_reconnect_enabled = False
        handler.client.closed = True
        handler.client.message_queue.put("")
        control(space.url, "hangup", {})
        handler.close()  # type: ignore[no-untyped-call]  # Bolt ships no type for it
