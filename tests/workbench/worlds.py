"""Small companies to test with, and a bot to play with."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk import WebClient

from tests.waiting import eventually
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
def socket_bot(space: Running, bot: App, *, ping_interval: float = 10) -> Iterator[SocketModeHandler]:
    handler = SocketModeHandler(bot, space.app_token, web_client=client(space), ping_interval=ping_interval)
    handler.connect()  # type: ignore[no-untyped-call]  # Bolt ships no type for it
    try:
        yield handler
    finally:
        # Wakes the SDK's threads: its receiver sleeps three seconds on a silent socket, its queue one second when empty.
        handler.client.auto_reconnect_enabled = False
        handler.client.closed = True
        handler.client.message_queue.put("")
        control(space.url, "hangup", {})
        eventually(lambda: not handler.client.is_connected())
        handler.close()  # type: ignore[no-untyped-call]  # Bolt ships no type for it


@contextmanager
def http_bot(bot: App, received: list[dict[str, str]] | None = None) -> Iterator[str]:
    """The same bot behind signed HTTP; gives its address. `received` collects the headers of every request."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if received is not None:
                received.append({name.lower(): value for name, value in self.headers.items()})
            headers: dict[str, str | Sequence[str]] = dict(self.headers.items())
            answer = bot.dispatch(BoltRequest(body=body, headers=headers))
            content = answer.body.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.first_headers().get("content-type", "text/plain"))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with suppress(BrokenPipeError):
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    class Building(ThreadingHTTPServer):
        request_queue_size = 128

    server = Building(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/slack/events"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
