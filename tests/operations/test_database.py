"""The database in trouble: whoever looks on is told at once and nothing is lost; afterwards work goes on as fast as before."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.lanes import Lane, Turn
from bot.worker import Worker
from handlers import ids
from hiring.model import Delivery, Kind
from store.database import Database
from tests.database import Place, postgres, postgres_place, sqlite_place
from tests.handlers import rig
from tests.hiring import worlds

LONG = timedelta(hours=1)
KILL_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@contextmanager
def locked(place: Place) -> Iterator[None]:
    """By somebody else's forgotten transaction."""
    with place.connected() as connection:
        if place.kind == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN; LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
        yield
        connection.exec_driver_sql("ROLLBACK")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_while_the_database_is_locked_a_press_is_answered_in_words_and_afterwards_it_counts(
    tmp_path: Path, kind: str
) -> None:
    place = sqlite_place(tmp_path) if kind == "sqlite" else postgres_place()
    database = worlds.settled(place.open())
    pause = rig.command("URITA", "pause")
    with rig.web_api() as hands:
        bolt = rig.app(database.at_hand(), worlds.NOW, api=hands.api)
        with locked(place):
            said = rig.send(bolt, pause)
        assert "nothing was done" in json.loads(said.body)["text"]
        assert hands.take() == []
        assert rig.send(bolt, pause).status == 200
        assert [method for method, _ in hands.take()] == ["views.open"]
    database.close()


def test_a_press_finds_a_connection_however_many_read() -> None:
    """Everything that reads has a connection and does not give it back; what waits for one waits."""
    place = postgres_place()
    database = worlds.settled(place.open())
    with rig.web_api() as hands, ExitStack() as readers:
        bolt = rig.app(database.at_hand(), worlds.NOW, api=hands.api)
        for _ in range(14):
            readers.enter_context(database.begin(read_only=True)).people()
        assert rig.send(bolt, rig.action("URITA", ids.PAUSE_OPEN)).status == 200
        assert [method for method, _ in hands.take()] == ["views.open"]
    database.close()


def _restart(_: Place) -> None:
    postgres().restart()


def _kill(place: Place) -> None:
    place.raw(KILL_ALL)


def _lock(place: Place) -> None:
    with locked(place):
        time.sleep(0.5)


@pytest.mark.parametrize("trouble", [_restart, _kill, _lock], ids=lambda trouble: trouble.__name__)
def test_a_worker_goes_on_by_itself_and_makes_each_delivery_once(trouble: Callable[[Place], None]) -> None:
    place = postgres_place()
    database = place.open()
    made: list[str] = []
    half = threading.Event()

    def make(turn: Turn) -> None:
        if turn.claim.outcome_unknown and turn.claim.delivery.key in made:
            return
        turn.begin()
        made.append(turn.claim.delivery.key)
        if len(made) == 50:
            half.set()

    keys = [f"k{number:03d}" for number in range(200)]
    _enqueue(database, keys)
    lane = Lane(name="slack", kinds=(Kind.BRIEF,), threads=2, make=make)
    worker = Worker(database, [lane], name="w", lease=timedelta(seconds=5), longest_pause=timedelta(seconds=1))
    worker.start()
    assert half.wait(240)
    trouble(place)
    until = time.monotonic() + 240
    while not _is_over(database) and time.monotonic() < until:
        time.sleep(0.1)
    worker.stop()
    assert sorted(made) == keys
    assert {one.state for one in database.deliveries.listing(limit=1000)} == {"done"}
    database.close()


def test_what_was_done_while_the_server_went_away_is_not_done_again() -> None:
    """A mail can't be looked up, so the candidate would have two."""
    place = postgres_place()
    database = place.open()
    sent: list[str] = []

    def make(turn: Turn) -> None:
        turn.begin()
        sent.append(turn.claim.delivery.key)
        if len(sent) == 1:
            postgres().server.stop()

    def wait(event: threading.Event, seconds: float) -> None:
        """The server is back before anybody has waited."""
        if sent:
            postgres().server.ensure_postgres_running()
        event.wait(seconds)

    _enqueue(database, ["a", "b"])
    lane = Lane(name="mail", kinds=(Kind.BRIEF,), threads=1, make=make)
    worker = Worker(database, [lane], name="w", lease=timedelta(seconds=60), wait=wait)
    worker.start()
    until = time.monotonic() + 240
    while not _is_over(database) and time.monotonic() < until:
        time.sleep(0.1)
    worker.stop()
    assert sent == ["a", "b"]
    database.close()


def _enqueue(database: Database, keys: list[str]) -> None:
    with database.begin() as uow:
        uow.enqueue([Delivery(key, Kind.BRIEF, key) for key in keys], now=datetime.now(UTC))


def _is_over(database: Database) -> bool:
    try:
        return database.deliveries.next_due() is None
    except Exception:  # noqa: BLE001 - whatever the trouble is
        return False
