"""The program's own web door in this process: what a request meets, from the first byte to the answer, without a network."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlencode

from starlette.applications import Starlette

from bot.web import slack_route
from handlers.pages.app import PageDesk
from handlers.pages.app import routes as page_routes
from hiring.ports import Store
from store.database import Database
from store.work import Work
from tests.handlers import rig
from tests.hiring.worlds import NOW

KEY = b"made for tests, no secret at all"
NOWHERE = "http://127.0.0.1:9/api/"
"""Nobody listens there: a modal that was to be opened is written into the log as not opened, and that is all."""
Headers = Mapping[str, str]
EVENTS, FORM, JSON = "/slack/events", "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


@dataclass
class Counted(Store):
    """A store that says how often anybody came as far as to open it."""

    database: Database
    begun: int = 0

    @contextmanager
    def begin(self, *, read_only: bool = False) -> Iterator[Work]:
        self.begun += 1
        with self.database.begin(read_only=read_only) as uow:
            yield uow


@dataclass
class Door:
    """`failures` are exceptions that nobody foresaw, as the operator's log would show them."""

    store: Counted
    failures: list[logging.LogRecord] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        bolt = rig.app(self.store, NOW, api=NOWHERE)
        pages = PageDesk(store=self.store, clock=rig.At(NOW), signing_key=KEY, wake=lambda: None)
        self._app = Starlette(routes=[slack_route(bolt, signing_secret=rig.SECRET), *page_routes(pages)])
        self._watch = Watch(self.failures).__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._watch.__exit__()
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def failed(self) -> list[logging.LogRecord]:
        """The failures since this was asked last."""
        told, self.failures[:] = list(self.failures), []
        return told

    def slack(self, raw: bytes, *, kind: str = FORM, secret: str = rig.SECRET, at: float | None = None) -> Answer:
        """A request as Slack sends it, signed over the very bytes."""
        return self.knock(EVENTS, raw, signed(raw, kind=kind, secret=secret, at=at))

    def knock(self, path: str, raw: bytes, headers: Headers, *, method: str = "POST") -> Answer:
        return self._loop.run_until_complete(self._knock(path, raw, headers, method))

    async def _knock(self, path: str, raw: bytes, headers: Headers, method: str) -> Answer:
        told: list[Any] = []
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
            "client": ("203.0.113.9", 40000),
            "server": ("interviews.example", 443),
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: Any) -> None:
            told.append(message)

        await self._app(scope, receive, send)
        body = b"".join(one.get("body", b"") for one in told if one["type"] == "http.response.body")
        return Answer(told[0]["status"], body)


class Watch(logging.Handler):
    """Keeps what the program logs of exceptions that nobody foresaw, and lets nothing of its log through: pytest would keep
    every line of a million."""

    def __init__(self, failures: list[logging.LogRecord] | None = None) -> None:
        super().__init__(level=logging.ERROR)
        self.failures: list[logging.LogRecord] = [] if failures is None else failures
        self._logs = (logging.getLogger("evenhand"), logging.getLogger("slack_sdk"))

    def __enter__(self) -> Self:
        self._before = [log.propagate for log in self._logs]
        for log in self._logs:
            log.addHandler(self)
            log.propagate = False
        return self

    def __exit__(self, *_: object) -> None:
        for log, before in zip(self._logs, self._before, strict=True):
            log.removeHandler(self)
            log.propagate = before

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("evenhand") and "failed" in record.getMessage():
            self.failures.append(record)


def signed(raw: bytes, *, kind: str = FORM, secret: str = rig.SECRET, at: float | None = None) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    proof = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
    return {"content-type": kind, "x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={proof}"}


def written(body: Mapping[str, Any]) -> tuple[bytes, str]:
    """The bytes and the content type in which Slack sends a body: commands as a form, events as JSON, the rest as both."""
    if body.get("type") == "event_callback":
        return json.dumps(body).encode(), JSON
    fields = body if "command" in body else {"payload": json.dumps(body)}
    return urlencode(fields, errors="surrogatepass").encode(), FORM
