"""Everything that Slack delivers has an id of its own: what comes again under it changes nothing, in whatever process."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from slack_bolt import App

from bot.settings import Settings, read_settings
from bot.web import Server, routes_of
from handlers.app import slack_app
from handlers.desk import Answer, Ask, Desk, Errors
from handlers.pages.app import PageDesk
from hiring.model import AuditEntry
from store.database import Database
from tests.database import fresh_database
from tests.handlers import rig
from tests.handlers.rig import SECRET, At
from tests.hiring import worlds
from tests.hiring.worlds import NOW

MODAL = {"type": "modal", "callback_id": "test.form", "private_metadata": "", "blocks": []}
Body = Callable[..., dict[str, Any]]


@dataclass
class Counter:
    """A feature that leaves a trace each time it is asked."""

    answers: list[Answer] = field(default_factory=list)
    times: int = 0

    def __call__(self, ask: Ask) -> Answer:
        self.times += 1
        ask.uow.audit(AuditEntry(at=ask.now, actor=ask.person.id, verb="asked", subject="this"))
        return self.answers.pop(0) if self.answers else None


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = worlds.settled(fresh_database(tmp_path))
    yield made
    made.close()


def process(database: Database, counted: Counter) -> App:
    """As each web process makes one, with one feature more."""
    desk = Desk(store=database.at_hand(), clock=At(NOW))
    app = slack_app(bot_token="xoxb-test", signing_secret=SECRET, api_url="http://127.0.0.1:9/api/", desk=desk)
    desk.command(app, "/counted", counted)
    desk.action(app, "test.press", counted)
    desk.submission(app, "test.form", counted)
    desk.closed(app, "test.form", counted)
    return app


def _command(mark: str) -> dict[str, Any]:
    return rig.command("UANA", "") | {"command": "/counted", "trigger_id": mark}


def _action(mark: str) -> dict[str, Any]:
    return rig.action("UANA", "test.press", action_ts=mark) | {"trigger_id": "t"}


def _submission(mark: str) -> dict[str, Any]:
    return rig.submission("UANA", {**MODAL, "id": "V1", "hash": mark})


def _closed(mark: str) -> dict[str, Any]:
    return rig.submission("UANA", {**MODAL, "id": mark}, kind="view_closed")


BODIES = [_command, _action, _submission, _closed]


@pytest.mark.parametrize("body", BODIES)
def test_it_counts_once_however_often_it_comes_and_another_one_counts_too(database: Database, body: Body) -> None:
    counted = Counter()
    bolt, begun_anew = process(database, counted), process(database, counted)
    for mark, times in (("a", 1), ("a", 1), ("b", 2), ("a", 2)):
        for app in (bolt, begun_anew):
            assert rig.send(app, body(mark)).status == 200
        assert counted.times == times
    assert len([one for one in _trail(database) if one.verb == "asked"]) == 2


def _trail(database: Database) -> tuple[AuditEntry, ...]:
    with database.begin(read_only=True) as uow:
        return uow.entries("this")


def test_what_was_to_be_mended_may_come_again_under_the_same_id(database: Database) -> None:
    counted = Counter(answers=[Errors({"b": "Say more"}), None])
    bolt = process(database, counted)
    said = [rig.send(bolt, _submission("a")).body for _ in range(3)]
    assert ("errors" in said[0], said[1:]) == (True, ["", ""])
    assert counted.times == 2


@pytest.mark.parametrize("body", BODIES)
def test_what_failed_is_not_remembered(database: Database, body: Body) -> None:
    class Fails(Counter):
        def __call__(self, ask: Ask) -> Answer:
            super().__call__(ask)
            if self.times == 1:
                raise RuntimeError("planted")
            return None

    counted = Fails()
    bolt = process(database, counted)
    for _ in range(3):
        rig.send(bolt, body("a"))
    assert (counted.times, len(_trail(database))) == (2, 1)


def test_a_retry_of_what_never_came_is_not_dropped_unread(database: Database) -> None:
    """Slack marks it; the first try may have been lost on its way."""
    settings = read_settings({"SLACK_BOT_TOKEN": "xoxb-x", "SLACK_SIGNING_SECRET": SECRET, "PORT": "0"})
    assert isinstance(settings, Settings)
    pages = PageDesk(store=database.at_hand(), clock=At(NOW), signing_key=b"k" * 32, wake=lambda: None)
    app = process(database, Counter())
    server = Server(routes_of(settings, slack=app, pages=pages), host=settings.host, port=settings.port)
    server.start()
    event = {
        "type": "event_callback",
        "event_id": "Ev1",
        "event": {"type": "app_home_opened", "user": "UANA", "tab": "home"},
    }
    try:
        for attempt in ("1", "2", "3"):
            assert _over_http(server.port, event, attempt=attempt) == 200
    finally:
        server.stop()
    drawn = [one.delivery.key for one in database.deliveries.listing(limit=100)]
    assert drawn == ["home/ana/Ev1"]


def _over_http(port: int, event: Mapping[str, Any], *, attempt: str) -> int:
    raw = json.dumps(event)
    stamp = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), f"v0:{stamp}:{raw}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signature}",
        "X-Slack-Retry-Num": attempt,
        "X-Slack-Retry-Reason": "http_timeout",
    }
    asked = Request(f"http://127.0.0.1:{port}/slack/events", data=raw.encode(), headers=headers)
    with urlopen(asked, timeout=30) as answer:  # noqa: S310 - our own server
        return int(answer.status)
