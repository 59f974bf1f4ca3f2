"""Somebody on the wire between Slack and the bot: sees every signed request, can hold it back or send it twice."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Protocol, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from workbench.hooks import signature

TIME, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
Way = Literal["pass", "hold", "twice"]
PATH = "/slack/events"


@dataclass(frozen=True)
class Request:
    headers: dict[str, str]
    body: bytes


def changed(request: Request, secret: str, change: Callable[[dict[str, Any]], None]) -> Request:
    """An interaction with something else in its payload, signed for that."""
    payload = json.loads(parse_qs(request.body.decode())["payload"][0])
    change(payload)
    body, stamp = urlencode({"payload": json.dumps(payload)}).encode(), str(int(time.time()))
    rest = {name: value for name, value in request.headers.items() if name != "Content-Length"}
    return Request(headers=rest | {TIME: stamp, SIGNATURE: signature(secret, stamp, body.decode())}, body=body)


@dataclass
class Wire:
    """`pass` sends each request on, `hold` keeps it and says 200 itself, `twice` sends the same bytes a second time."""

    bot: str
    way: Way = "pass"
    taken: list[Request] = field(default_factory=list)
    seconds: list[int] = field(default_factory=list)
    address: str = ""

    def send(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(self.bot)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        try:
            connection.request("POST", PATH, request.body, request.headers)
            answer = connection.getresponse()
            return answer.status, {"Content-Type": answer.headers.get("Content-Type", "text/plain")}, answer.read()
        finally:
            connection.close()

    def handle(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        self.taken.append(request)
        if self.way == "hold":
            return 200, {}, b""
        first = self.send(request)
        if self.way == "twice":
            status, _, _ = self.send(request)
            self.seconds.append(status)
        return first


@contextmanager
def wire(bot: str) -> Iterator[Wire]:
    with tapped_by(Wire(bot=bot)) as tapped:
        yield tapped


class Taker(Protocol):
    """Whoever is handed each request, and is told at which address."""

    address: str

    def handle(self, request: Request) -> tuple[int, dict[str, str], bytes]: ...


Tap = TypeVar("Tap", bound=Taker)


@contextmanager
def tapped_by(tapped: Tap) -> Iterator[Tap]:
    """The wire, or somebody else in its place, at an address of its own."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name: value for name, value in self.headers.items() if name != "Host"}
            status, said, answer = tapped.handle(Request(headers=headers, body=body))
            self.send_response(status)
            for name, value in (said | {"Content-Length": str(len(answer))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    tapped.address = f"http://127.0.0.1:{server.server_port}{PATH}"
    try:
        yield tapped
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
