"""What is no word of Slack's about a message gives no message up: a token that was revoked, and a page in the place of an answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.budgets import Budgets
from bot.clock import SystemClock
from bot.lanes import Turn
from bot.messages import LOCKED_OUT, Messages
from bot.messenger import Messenger, Post
from bot.outcomes import Hopeless, Later
from bot.refusals import SlackUnavailable
from handlers.blocks.message import Message
from handlers.desk import no_page
from tests.handlers.rig import web_api
from tests.operations.crowd import inhabited, message
from tests.operations.outbox import LEASE

PAGE = "<html><head><title>407 Proxy Authentication Required</title></head></html>"


def _fates(home: Path, *errors: str) -> list[Exception]:
    """What becomes of a message for each of these answers of Slack's."""
    database = inhabited(home, ["p00"])
    with database.begin() as uow:
        uow.enqueue([message("a", to="p00")], now=datetime.now(UTC))
    (claim,) = database.deliveries.claim(worker="w", now=datetime.now(UTC), limit=1, lease=LEASE)
    found: list[Exception] = []
    with web_api() as slack:
        messages = Messages(
            database=database,
            messenger=Messenger(token="xoxb-test", base_url=slack.api, budgets=Budgets(rates={})),
            clock=SystemClock(),
            page_of=no_page,
        )
        for error in errors:
            slack.error = error
            with pytest.raises((Later, Hopeless)) as told:
                messages.make(Turn(claim=claim, begin=lambda: None))
            found.append(told.value)
    database.close()
    return found


def test_where_slack_refuses_us_the_message_waits_and_what_it_says_of_the_message_is_final(tmp_path: Path) -> None:
    us = ["token_revoked", "invalid_auth", "account_inactive", "team_added_to_org"]
    it = ["channel_not_found", "is_archived", "msg_too_long", "restricted_action", "missing_scope"]
    found = _fates(tmp_path, *us, *it)
    waiting = [(one.why, one.wait, one.limited) for one in found if isinstance(one, Later)]
    assert waiting == [(code, LOCKED_OUT, True) for code in us]
    assert [one.why for one in found if isinstance(one, Hopeless)] == it


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, PAGE), (200, ""), (200, '{"ok": tr'), (403, PAGE), (407, PAGE), (502, PAGE), (503, "")],
)
def test_what_is_no_answer_of_slacks_may_have_come_after_the_deed(status: int, body: str) -> None:
    with _answering(status, body) as url:
        slack = Messenger(token="xoxb-test", base_url=url)
        with pytest.raises(SlackUnavailable) as told:
            slack.post(Post("key", "C1", Message("hello", ())))
        with pytest.raises(SlackUnavailable) as asked:
            slack.who_am_i()
    assert (told.value.why, told.value.outcome_unknown) == (f"http_{status}", True)
    assert (asked.value.why, asked.value.outcome_unknown) == (f"http_{status}", False)


@contextmanager
def _answering(status: int, body: str) -> Iterator[str]:
    """Something in the place of Slack that answers everything so."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
