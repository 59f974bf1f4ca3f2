"""One id, searched for in the log, leads from a click to Slack's answer, and through all that came of it in between."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

from bot.clock import Job, Ticker
from bot.logs import JsonLines
from store.causes import CLOCK, PAGE
from tests.database import fresh_database
from tests.operations.crowd import key_of
from tests.store.values import a_delivery
from tests.story.company import COMPANY, JO, OPENING
from tests.story.world import eventually, world


@contextmanager
def listening() -> Iterator[io.StringIO]:
    stream, log = io.StringIO(), logging.getLogger("evenhand")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield stream
    finally:
        log.removeHandler(handler)
        log.setLevel(logging.NOTSET)


def lines(stream: io.StringIO, **wanted: str) -> list[dict[str, Any]]:
    whole = stream.getvalue().rpartition("\n")[0]
    found = [json.loads(line) for line in whole.splitlines()]
    return [line for line in found if wanted.items() <= line.items()]


def test_what_came_of_a_click_is_found_by_its_id_down_to_slacks_answer(tmp_path: Path) -> None:
    with listening() as log, world(tmp_path) as there:
        there.story().start()
        eventually(lambda: bool(lines(log, says="done", kind="slack.options")), "no options were told")
        there.quiet()
        stands = {
            key_of(post): (channel, post.ts)
            for channel, conversation in there.slack.space.conversations.items()
            for post in conversation.posts
            if "metadata" in post.raw
        }
    (told,) = lines(log, says="done", kind="slack.options")
    (handed_in,) = lines(log, says="taken", cause=told["cause"])
    assert (handed_in["by"], handed_in["way"]) == (OPENING.recruiter, "view_submission")
    assert {"engine.options", "slack.options"} <= {
        line["kind"] for line in lines(log, says="done", cause=told["cause"])
    }
    assert stands[told["key"]] == (told["channel"], told["ts"])
    assert set(told) == {
        "at", "level", "from", "says", "cause", "key", "kind", "loop", "tries", "age", "took", "channel", "ts",
    }  # fmt: skip
    named = [JO.name, JO.email, *(word for person in COMPANY.people for word in (person.name, person.email))]
    assert [word for word in named if word in log.getvalue()] == []


def test_what_has_no_id_says_who_acted(tmp_path: Path) -> None:
    database = fresh_database(tmp_path)
    ticked = Event()

    def look() -> None:
        with database.begin() as uow:
            uow.enqueue([a_delivery("by the clock", to="a")], now=database.now())
        ticked.set()

    ticker = Ticker([Job(look, timedelta(milliseconds=20))])
    ticker.start()
    assert ticked.wait(30)
    ticker.stop()
    with database.at_hand(PAGE).begin() as uow:
        uow.enqueue([a_delivery("from the page", to="b")], now=database.now())
    causes = {one.delivery.key: one.cause for one in database.deliveries.listing()}
    assert causes == {"by the clock": CLOCK, "from the page": PAGE}
    database.close()
