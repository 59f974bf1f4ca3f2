"""The database in trouble in the middle of the story: it goes on where it was, nothing twice and nothing lost."""

from __future__ import annotations

import os
import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chaos.kills import Stand, undisturbed
from tests.chaos.stages import World, world
from tests.database import postgres
from tests.story.outside import differences
from tests.story.world import eventually

LASTS = float(os.environ.get("EVENHAND_TROUBLE", "3"))
"""Seconds that a trouble lasts; `make chaos` has more than 30."""
CALM = max(1.5, LASTS / 3)
_KILL_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def _restarted(_: World) -> None:
    postgres().restart()


def _killed(here: World) -> None:
    here.place.raw(_KILL_ALL)


def _locked(here: World) -> None:
    """As a dump, or an operator's forgotten transaction, would."""
    with here.place.connected() as connection, connection.execution_options(isolation_level="READ COMMITTED").begin():
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        connection.exec_driver_sql("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE")
        time.sleep(LASTS)


def _read_only(here: World) -> None:
    ((name,),) = here.place.raw("SELECT current_database()")
    here.place.raw(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    _killed(here)
    eventually(lambda: not here.is_ready(), "it is still ready though nothing can be written")
    time.sleep(LASTS)
    with here.place.connected() as connection:
        connection.exec_driver_sql("SET default_transaction_read_only = off")
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = off")
    _killed(here)


def _full(here: World) -> None:
    """No file of the bot's process may grow any more."""
    pid = here.bot.pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, before[1]))
    eventually(lambda: not here.is_ready(), "it is still ready though the disk is full")
    time.sleep(LASTS)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def _troubled(here: World, *troubles: Callable[[World], None]) -> Iterator[None]:
    """One after another, over and over, with a while of calm between."""
    over, failed = threading.Event(), list[BaseException]()

    def trouble() -> None:
        try:
            while not over.wait(CALM):
                for bring in troubles:
                    bring(here)
                    if over.wait(CALM):
                        return
        except BaseException as error:  # noqa: BLE001 - told below, in the test's own thread
            failed.append(error)

    thread = threading.Thread(target=trouble)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    assert not failed, failed


@pytest.mark.parametrize(
    ("stand", "troubles"),
    [
        (Stand(database="postgresql", google=True), (_restarted, _killed, _locked, _read_only)),
        *([(Stand(database="sqlite", google=False), (_full,))] if LASTS > 3 else ()),
    ],
    ids=lambda found: getattr(found, "database", ""),
)
def test_a_story_through_a_database_in_trouble_ends_the_same(
    stand: Stand, troubles: tuple[Callable[[World], None], ...], tmp_path: Path
) -> None:
    expected = undisturbed(stand).outside
    with world(tmp_path, stand.database, google=stand.google) as here:
        eventually(here.is_ready, "it is never ready")
        with _troubled(here, *troubles):
            found = here.play()
        eventually(here.is_ready, "it is not ready any more")
        assert here.bot.lives == 1
    assert (wrong := differences(expected, found)) == [], "\n".join(wrong)
