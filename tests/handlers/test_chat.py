"""Plain words to the bot: one answer a day, that holds nothing of them; and none to programs, edits and strangers."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers import messages
from hiring.model import Delivery
from store.database import Database
from tests.database import fresh_database
from tests.handlers import rig
from tests.handlers.company import settled
from tests.hiring.worlds import NOW

SECRET = "Planted: Jo told me that she was fired"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = settled(fresh_database(tmp_path))
    yield database
    database.close()


def said(mark: str = "Ev1", **more: Any) -> dict[str, Any]:
    """What Slack sends when Ana writes to the bot."""
    event = {"type": "message", "user": "UANA", "text": SECRET, "channel": "DANA", "channel_type": "im", "ts": "1.1"}
    return {"type": "event_callback", "event_id": mark, "team_id": "T1", "event": event | more}


def tell(database: Database, *bodies: dict[str, Any], now: datetime = NOW) -> None:
    bolt = rig.app(database, now, api="http://127.0.0.1:9/api/")
    for body in bodies:
        assert rig.send(bolt, body).status == 200


def answers(database: Database) -> list[Delivery]:
    waiting = [one.delivery for one in database.deliveries.listing(limit=100)]
    return [one for one in waiting if one.key.startswith("help/")]


def test_whoever_writes_is_told_what_can_be_asked_for(database: Database) -> None:
    tell(database, said())
    (answer,) = answers(database)
    with database.begin(read_only=True) as uow:
        told = messages.render(uow, answer, now=NOW)
    assert told is not None
    assert (answer.to, told.text) == ("ana", "Evenhand: I understand commands only")
    buttons = [(one["text"]["text"], one["action_id"]) for one in told.blocks[-1]["elements"]]
    assert buttons == [("Help", "help.open")]


def test_once_a_day_whatever_else_is_written_and_however_often_slack_says_it(database: Database) -> None:
    tell(database, said("Ev1"), said("Ev1"), said("Ev2"), said("Ev3", user="ULEE"))
    assert sorted(one.to for one in answers(database)) == ["ana", "lee"]
    tell(database, said("Ev4"), now=NOW + timedelta(hours=13))
    assert len(answers(database)) == 2
    # Tuesday has begun on Ana's clock, while it is still Monday in UTC.
    tell(database, said("Ev5"), now=NOW + timedelta(hours=14, minutes=1))
    tell(database, said("Ev1"), now=NOW + timedelta(days=2))
    assert sorted(one.to for one in answers(database)) == ["ana", "ana", "lee"]


@pytest.mark.parametrize(
    "other",
    [
        {"bot_id": "B1"},  # our own messages, too
        {"subtype": "message_changed", "user": None, "message": {"user": "UANA", "text": SECRET}},
        {"subtype": "message_deleted", "user": None},
        {"subtype": "channel_join"},
        {"subtype": "bot_message"},
        {"channel_type": "channel"},
        {"channel_type": "mpim"},
        {"channel_type": None},
        {"user": None},
        {"user": "UNOBODY"},
        {"user": "UGONE"},  # deactivated
    ],
    ids=repr,
)
def test_nobody_else_is_answered(database: Database, other: dict[str, Any]) -> None:
    tell(database, said(**other))
    assert answers(database) == []


def test_who_leaves_before_the_answer_is_sent_gets_none(database: Database) -> None:
    tell(database, said())
    tell(database, _gone("UANA"))
    (answer,) = answers(database)
    with database.begin(read_only=True) as uow:
        assert messages.render(uow, answer, now=NOW) is None


def _gone(user: str) -> dict[str, Any]:
    event = {"type": "user_change", "user": {"id": user, "deleted": True}}
    return {"type": "event_callback", "event_id": "EvGone", "team_id": "T1", "event": event}


def test_what_was_written_stands_nowhere(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="evenhand"):
        tell(database, said(), said("Ev2", thread_ts="1.0"), said("Ev3", bot_id="B1"))
    with database.begin() as uow:
        kept = json.dumps(rig.everything(uow), default=str)
    assert "help/ana" in kept
    assert (SECRET in kept, SECRET in caplog.text) == (False, False)


@pytest.mark.parametrize("user", [["UANA"], "", "U" * 501, {"id": "UANA"}])
def test_somebody_who_can_not_be_is_refused(database: Database, user: Any) -> None:
    bolt = rig.app(database, NOW, api="http://127.0.0.1:9/api/")
    assert rig.send(bolt, said(user=user)).status == 400
    assert answers(database) == []
