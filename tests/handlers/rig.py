"""Pressing Slack's buttons without Slack: signed bodies through Bolt, and a stand-in for the Web API that checks views."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode

from slack_bolt import App, BoltRequest, BoltResponse
from sqlmodel import SQLModel

from handlers.app import slack_app
from handlers.desk import Desk
from hiring.model import AuditEntry, Role
from hiring.ports import Clock, Store
from store.database import Database
from store.work import Work
from workbench.gate import faults

SECRET = "a-signing-secret-made-for-tests"


@dataclass
class Hands:
    """What Slack's Web API was asked to show; `error` is its answer to everything from now on."""

    api: str = ""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    error: str | None = None

    def take(self) -> list[tuple[str, dict[str, Any]]]:
        taken, self.calls = self.calls, []
        return taken


@contextmanager
def web_api() -> Iterator[Hands]:
    """A Web API that takes `views.*`, and refuses with `invalid_arguments` what the workbench's gate would refuse."""
    hands = Hands()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            is_json = "json" in self.headers.get("Content-Type", "")
            body = json.loads(raw) if is_json else {name: values[0] for name, values in parse_qs(raw).items()}
            given: Any = body.get("view")
            view = json.loads(given) if isinstance(given, str) else given
            hands.calls.append((self.path.rsplit("/", 1)[1], body | {"view": view}))
            told = faults("modal", view) if view else ()
            error = hands.error or ("invalid_arguments" if told else None)
            answer = {"ok": error is None, "error": error, "faults": [str(one) for one in told]}
            content = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with suppress(BrokenPipeError):
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    hands.api = f"http://127.0.0.1:{server.server_port}/api/"
    try:
        yield hands
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True, slots=True)
class At(Clock):
    """A clock that stands still."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


class Rehearsed(Exception):
    """Thrown at the end of a rehearsal, so that nothing of it stays."""


class Rehearsal(Store):
    """A real database in which nothing stays: it says whether something would have been changed, and takes it back."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.changed = False

    @contextmanager
    def begin(self, *, read_only: bool = False) -> Iterator[Work]:
        if read_only:
            with self.database.begin(read_only=True) as uow:
                yield uow
            return
        with suppress(Rehearsed), self.database.begin() as uow:
            before = everything(uow)
            yield uow
            self.changed = everything(uow) != before
            raise Rehearsed


def everything(uow: Work) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for the inbox of Slack's own ids, the wish to have App Home drawn anew, and the entries
    of who read what."""
    found = {
        table.name: [tuple(row) for row in uow._connection.execute(table.select())]
        for table in SQLModel.metadata.sorted_tables
        if table.name != "inbox"
    }
    done = [row for row in found["audit"] if '"verb":"read"' not in str(row)]
    return found | {"deliveries": [row for row in found["deliveries"] if "slack.home" not in row], "audit": done}


def app(store: Store, now: datetime, *, api: str, groups: Mapping[Role, str] | None = None) -> App:
    desk = Desk(store=store, clock=At(now), role_groups=groups or {})
    return slack_app(bot_token="xoxb-test", signing_secret=SECRET, api_url=api, desk=desk)


def send(bolt: App, body: Mapping[str, Any], *, secret: str = SECRET, at: float | None = None) -> BoltResponse:
    """A signed request, as Slack sends it: commands as a form, events as JSON, all else as JSON inside a form."""
    is_event = body.get("type") == "event_callback"
    if is_event:
        raw = json.dumps(body)
    elif "command" in body:
        raw = urlencode(body)
    else:
        raw = urlencode({"payload": json.dumps(body)})
    stamp = str(int(time.time() if at is None else at))
    signature = hmac.new(secret.encode(), f"v0:{stamp}:{raw}".encode(), hashlib.sha256).hexdigest()
    headers: dict[str, str | Sequence[str]] = {
        "content-type": "application/json" if is_event else "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={signature}",
    }
    return bolt.dispatch(BoltRequest(body=raw, headers=headers))


_COUNT = iter(range(1, 10**9))


def command(user: str, text: str) -> dict[str, Any]:
    return {
        "command": "/interview", "text": text, "user_id": user, "team_id": "T1", "channel_id": "D1",
        "trigger_id": f"t{next(_COUNT)}", "response_url": "http://127.0.0.1:9/never",
    }  # fmt: skip


def action(
    user: str, action_id: str, value: str = "", *, view: Mapping[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    pressed = {"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": "1.1"} | more
    return {
        "type": "block_actions", "user": {"id": user}, "team": {"id": "T1"}, "trigger_id": f"t{next(_COUNT)}",
        "actions": [pressed], **({"view": view} if view else {}),
    }  # fmt: skip


def submission(user: str, view: Mapping[str, Any], *, kind: str = "view_submission") -> dict[str, Any]:
    return {
        "type": kind, "user": {"id": user}, "team": {"id": "T1"}, "trigger_id": f"t{next(_COUNT)}",
        "view": {"id": f"V{next(_COUNT)}", "hash": "1.h", "type": "modal", "state": {"values": {}}, **view},
    }  # fmt: skip


def suggestion(user: str, action_id: str, value: str) -> dict[str, Any]:
    return {
        "type": "block_suggestion", "user": {"id": user}, "team": {"id": "T1"}, "action_id": action_id, "block_id": "b",
        "value": value,
    }  # fmt: skip


def entry(subject: str, verb: str, *, at: datetime, actor: str = "lee") -> AuditEntry:
    return AuditEntry(at=at, actor=actor, verb=verb, subject=subject)
