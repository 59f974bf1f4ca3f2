"""What is asked all day long never reads all of the past."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from hiring.flows.sweeping import sweep
from hiring.model import Ended, Kind, Loop
from store.database import Database
from tests.database import fresh_database
from tests.hiring import worlds
from tests.hiring.worlds import NOW

GROW = "loops|deliveries|episodes|audit|inbox|scorecards|bookings|pictures"
WHOLE = re.compile(rf"^SCAN ({GROW})(_\d+)?$")
"""How SQLite says that it reads a table from end to end."""
DAY = timedelta(days=1)

ASKED: dict[str, Callable[[Database], object]] = {
    "work": lambda there: there.deliveries.claim(worker="w", now=there.now(), limit=1, lease=DAY, kinds=list(Kind)),
    "next": lambda there: there.deliveries.next_due(),
    "backlog": lambda there: there.deliveries.backlog(there.now()),
    "sweep": lambda there: sweep(there, now=NOW + DAY),
}


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        found.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("what", ASKED)
def test_nothing_that_grows_is_read_whole(tmp_path: Path, what: str) -> None:
    database = worlds.settled(fresh_database(tmp_path))
    worlds.booked(database)
    with database.begin() as uow:
        uow.save_opening(replace(worlds.OPENING, digest_hour=0))
    with statements() as asked:
        ASKED[what](database)
    read = {statement: parameters for statement, parameters in asked if statement.startswith(("SELECT", "WITH"))}
    assert read
    with database._engine.connect() as connection:
        for statement, parameters in read.items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            assert [step for *_, step in plan if WHOLE.match(step)] == [], statement
    database.close()


def test_what_ended_long_ago_is_not_read_for_a_digest(tmp_path: Path) -> None:
    database = worlds.settled(fresh_database(tmp_path))
    loop = worlds.started(database)
    over = {"runs": None, "just": NOW - DAY, "long ago": NOW - 3 * DAY}
    for name, at in over.items():
        ended = Ended(at=at, by="rita", reason="filled") if at else None
        other: Loop = replace(loop, id=name, version=0, created=NOW - 100 * DAY, cancelled=ended)
        with database.begin() as uow:
            uow.save_loop(other)
    with database.begin(read_only=True) as uow:
        found = {one.id for one in uow.loops(opening="ds", active=False, ended_after=NOW - 2 * DAY)}
    assert found == {loop.id, "runs", "just"}
    database.close()
