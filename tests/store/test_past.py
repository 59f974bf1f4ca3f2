"""However long the past grows, what is asked reads no more of it: counted, on a past and on one that is four times as long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url

from hiring.flows.reckoning import reckon
from hiring.model import AuditEntry, Candidate, Delivery, Ended, Episode, Kind
from store.database import Database
from tests.database import Place, postgres_place, sqlite_place
from tests.hiring import facts
from tests.hiring.worlds import NOW
from tests.store.test_growth import ASKED, POLICY, nodes, settled

SHORT, LONG = 20, 80
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG_AGO = NOW - 900 * DAY
Read = dict[str, int]


def _past(place: Place, database: Database, first: int, last: int) -> None:
    """Loops that ended long ago, and all that they left."""
    with database.begin() as uow:
        for number in range(first, last):
            name, whose, began = f"P{number}", f"c{number}", LONG_AGO - number * DAY
            uow.save_candidate(Candidate(id=whose, name=f"Alix {number}", email=f"{whose}@long.example", zone="UTC"))
            sessions = tuple(
                replace(one, start=one.start - NOW + began, end=one.end - NOW + began)
                for one in facts.booked().sessions
            )
            over = Ended(at=began + 30 * DAY, by="rita", reason="filled")
            loop = replace(facts.booked(), id=name, candidate=whose, created=began, sessions=sessions, cancelled=over)
            uow.save_loop(replace(loop, version=0))
            refs = (("loop", name),)
            uow.enqueue([Delivery(f"{name}/{n}", Kind.BRIEF, "ana", refs=refs) for n in range(4)], now=began)
            uow.enqueue(
                [Delivery(f"digest/ds/{began.date()}", Kind.DIGEST, "#C1", refs=(("opening", "ds"),))], now=began
            )
            uow.audit(AuditEntry(at=began, actor="rita", verb="opened", subject=name))
            uow.save_episode(Episode(key=name, opened=began, alerted=began, closed=began))
    place.raw(
        "UPDATE deliveries SET state = 'done', pending = false, finished = created, channel = 'D1', ts = '1' "
        "WHERE pending AND key LIKE 'P%' AND n % 4 <> 0 OR pending AND key LIKE 'digest/ds/%'",
        "UPDATE deliveries SET state = 'dead', pending = false, finished = created, told = true, reason = 'buried: gone' "
        "WHERE pending AND key LIKE 'P%'",
    )
    _keep_house(database)
    place.raw("VACUUM ANALYZE" if place.kind == "postgresql" else "SELECT 1")


def _keep_house(database: Database) -> None:
    database.deliveries.add_up()
    reckon(database, policy=POLICY)
    with database.begin() as uow:
        uow.enter_names(most=LONG)


@contextmanager
def _steps() -> Iterator[Callable[[], int]]:
    """Of SQLite's machine."""
    steps = 0
    watched: list[Any] = []

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    def watch(_connection: Any, cursor: Any, *_: Any) -> None:
        cursor.connection.set_progress_handler(count, 1)
        watched.append(cursor.connection)

    event.listen(Engine, "before_cursor_execute", watch)
    try:
        yield lambda: steps
    finally:
        event.remove(Engine, "before_cursor_execute", watch)
        for connection in watched:
            connection.set_progress_handler(None, 1)


@contextmanager
def _rows() -> Iterator[Callable[[], int]]:
    """That PostgreSQL looked at, those among them that it threw away."""
    rows = 0

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        nonlocal rows
        if statement.startswith(("SELECT", "WITH")) and "advisory" not in statement and "notify" not in statement:
            with connection.connection.driver_connection.cursor() as other:
                other.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
                plan = other.fetchone()[0][0]["Plan"]
            rows += sum(_looked_at(node) for node in nodes(plan) if "Plans" not in node)

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        yield lambda: rows
    finally:
        event.remove(Engine, "before_cursor_execute", explain)


def _looked_at(node: dict[str, Any]) -> int:
    thrown = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return int((node["Actual Rows"] + thrown) * node["Actual Loops"])


def _read(place: Place, database: Database) -> Read:
    found = {}
    for ask in ASKED.values():
        ask(database)  # what they write is written the first time
    for name, ask in ASKED.items():
        with _steps() if place.kind == "sqlite" else _rows() as counted:
            ask(database)
            found[name] = counted()
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return sqlite_place(tmp_path)
    found = postgres_place()
    # So short a past is read whole, or by any index, as soon as by the best.
    for other in ("seqscan", "bitmapscan"):
        found.raw(f"ALTER DATABASE {make_url(found.url).database} SET enable_{other} = off")
    return found


def test_a_past_four_times_as_long_is_read_no_more_of(place: Place) -> None:
    database = settled(place)
    _past(place, database, 0, SHORT)
    short = _read(place, database)
    _past(place, database, SHORT, LONG)
    long = _read(place, database)
    more = {name: (short[name], long[name]) for name in ASKED if long[name] > 1.1 * short[name] + 20}
    database.close()
    assert more == {}
