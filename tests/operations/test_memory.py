"""What a process keeps in its memory does not grow with what it has done: no press and no delivery leaves an object behind."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.lanes import Lane, Turn
from bot.worker import Worker
from handlers import ids
from hiring.model import Delivery, Kind
from tests.database import fresh_database
from tests.handlers import rig
from tests.hiring import worlds

TIMES = 300


@pytest.fixture(autouse=True)
def _silence() -> Iterator[None]:
    """Whatever is logged in a test is kept until its end."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


def _left_by(deed: Callable[[int], None]) -> int:
    """Objects that `TIMES` of it leave, once the first hundred have filled what is kept for good."""
    for number in range(100):
        deed(number)
    gc.collect()
    before = len(gc.get_objects())
    for number in range(100, 100 + TIMES):
        deed(number)
    gc.collect()
    return len(gc.get_objects()) - before


def test_what_was_pressed_is_forgotten(tmp_path: Path) -> None:
    database = worlds.settled(fresh_database(tmp_path))
    with rig.web_api() as hands:
        bolt = rig.app(database.at_hand(), worlds.NOW, api=hands.api)

        def press(number: int) -> None:
            assert rig.send(bolt, rig.action("URITA", ids.PAUSE_OPEN, action_ts=str(number))).status == 200
            hands.take()

        assert _left_by(press) < TIMES / 2
    database.close()


def test_what_was_delivered_is_forgotten(tmp_path: Path) -> None:
    database = fresh_database(tmp_path)

    def make(turn: Turn) -> None:
        turn.begin()

    lane = Lane(name="slack", kinds=(Kind.BRIEF,), threads=1, make=make)
    worker = Worker(database, [lane], name="w")

    def deliver(number: int) -> None:
        with database.begin() as uow:
            uow.enqueue([Delivery(f"brief/{number}", Kind.BRIEF, f"p{number}")], now=datetime.now(UTC))
        assert worker._next(lane, "me", lane.kinds)

    assert _left_by(deliver) < TIMES / 2
    database.close()
