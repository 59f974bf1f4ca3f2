"""What is asked of the store all day long, and how much of it a database reads to answer.

SQLite tells the steps of its machine, PostgreSQL the pages that it touched; neither depends on what else the cores do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, Engine, event

from bot.retention import read_policy
from handlers import facts
from handlers.home import home_view
from handlers.messages.leading import write_digest
from hiring.flows import dead_letters, erasing, pool, records, self_service, trail
from hiring.flows.foretelling import foretell
from hiring.flows.sweeping import sweep
from hiring.model import Delivery, Kind
from hiring.ports import UnitOfWork
from store.database import Database
from store.standings import Which
from store.vault import masters_in_use
from tests.database import Place

LEASE = timedelta(minutes=5)
TIMES = 7
STEP = 100
RETENTION = read_policy("advance=180..730, decline=180..360, hold=180..730, cancelled=180..360") or {}
MOST_OF_A_YEAR = timedelta(days=330)
"""Then two weeks' records of a month ago, which are there in each column, are over within two weeks."""
A_MONTH = timedelta(days=30)
Ask = Callable[[Database, datetime], object]


class Undo(Exception):
    """What was written to look is not to stay."""


def read(of: Callable[[UnitOfWork, datetime], object]) -> Ask:
    def ask(database: Database, now: datetime) -> object:
        with database.begin(read_only=True) as uow:
            return of(uow, now)

    return ask


def write(of: Callable[[Any, datetime], object]) -> Ask:
    """The answer of a unit of work that is undone."""

    def ask(database: Database, now: datetime) -> object:
        found: list[object] = []
        with suppress(Undo), database.begin() as uow:
            found.append(of(uow, now))
            raise Undo
        return found[0]

    return ask


def _home(person: str) -> Ask:
    return read(lambda uow, now: home_view(uow, uow.person(person), now=now))


def _status(uow: UnitOfWork, now: datetime) -> object:
    seen = facts.visible(uow, uow.person("p600"), now=now)
    return facts.standings(uow, seen, now=now)


def _digest(uow: UnitOfWork, now: datetime) -> object:
    refs = (("opening", "o3"), ("day", str(now.date())))
    return write_digest(uow, Delivery(key="digest", kind=Kind.DIGEST, refs=refs), now)


def _claim(database: Database, now: datetime) -> object:
    del now
    return database.deliveries.claim(worker="bench", now=database.now(), limit=1, lease=LEASE)


def _erasure(uow: Any, now: datetime) -> object:
    gone = uow.candidate("c1-3")
    return erasing.foresee(uow, gone, record="record", policy=RETENTION, early=True, now=now)


def _like(typed: str) -> Ask:
    return read(lambda uow, _: uow.candidates_like(typed, most=100))


def _erase_over(database: Database, now: datetime) -> object:
    """None yet: a record that is erased is gone the next time."""
    return erasing.erase_over(database, policy=RETENTION, new_record=lambda: "record", now=now - A_MONTH)


def _masters(database: Database) -> object:
    with database._engine.connect() as connection:  # noqa: SLF001 - asked before there is a database to ask
        return masters_in_use(connection)


LOOKS: Mapping[str, Ask] = {
    "App Home of a recruiter": _home("p301"),
    "App Home of an interviewer": _home("p7"),
    "App Home of a hiring manager": _home("p603"),
    "App Home of somebody else": _home("p9000"),
    "`/interview status`": read(_status),
    "what is stuck (`/interview bottlenecks`)": read(lambda uow, now: facts.waits(uow, uow.person("p301"), now=now)),
    "digest of an opening": read(_digest),
    "the clock's pass": lambda database, now: sweep(database, now=now),
    "dead letters to tell of": lambda database, now: dead_letters.tell(database, now=now),
    "a worker's claim": _claim,
    "how many wait, by kind": lambda database, _: database.deliveries.backlog(database.now()),
    "an event's id in the inbox": write(lambda uow, now: uow.first_time("Ev-new", now=now)),
    "who is asking": read(lambda uow, _: uow.person_by_slack("U7")),
    "a candidate by e-mail": read(lambda uow, _: uow.candidate_by_email("c1-3@elsewhere.example")),
    "where a message stands": read(lambda uow, _: uow.sent("Y1-3/none")),
    "trail of a loop": write(lambda uow, now: trail.trail(uow, uow.loop("Y1-3"), by=uow.person("p300"), now=now)),
    "load of an interviewer": read(lambda uow, now: self_service.loads(uow, [uow.person("p7")], now=now)),
    "facts to plan a loop": read(lambda uow, now: pool.gather(uow, uow.loop("Y-1-3"), now=now)),
    "record of a candidate": write(
        lambda uow, now: records.read_record(uow, uow.candidate("c1-3"), by="operator", now=now)
    ),
    "what erasing a candidate takes": write(_erasure),
    "newest deliveries": lambda database, _: database.deliveries.listing(limit=100),
    "deliveries by state (`/metrics`)": lambda database, _: database.deliveries.counts(database.now()),
    "what is left to deliver (`evenhand deliveries`)": lambda database, _: database.deliveries.listing(
        which=Which(undone=True)
    ),
    "candidates to choose from, nothing typed": _like(""),
    "candidates with `c1-3`": _like("c1-3"),
    "candidates with `e`, of whom there are too many": _like("e"),
    "records soon to be erased": lambda database, now: foretell(database, policy=RETENTION, now=now + MOST_OF_A_YEAR),
    "records to erase": _erase_over,
    "names to enter": write(lambda uow, _: uow.enter_names(most=25)),
    "master keys in use, at the start": lambda database, _: _masters(database),
}
"""Each answers the same however much past there is."""


@dataclass(frozen=True)
class Cost:
    """`read`: thousands of SQLite's steps, or PostgreSQL's pages."""

    seconds: float
    read: float


def cost(place: Place, database: Database, ask: Ask, *, now: datetime) -> Cost:
    ask(database, now)  # statements are put together the first time
    took = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        ask(database, now)
        took.append(time.perf_counter() - begun)
    count = _steps if place.kind == "sqlite" else _pages
    return Cost(median(took), count(database, ask, now))


def _steps(database: Database, ask: Ask, now: datetime) -> float:
    steps, watched = 0, []

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    def watch(_connection: Connection, cursor: Any, *_: object) -> None:
        cursor.connection.set_progress_handler(count, STEP)
        watched.append(cursor.connection)

    event.listen(Engine, "before_cursor_execute", watch)
    try:
        ask(database, now)
    finally:
        event.remove(Engine, "before_cursor_execute", watch)
        for connection in watched:
            connection.set_progress_handler(None, STEP)
    return steps * STEP / 1000


def _pages(database: Database, ask: Ask, now: datetime) -> float:
    """Each statement is explained right before it is run, where the same rows are there."""
    pages = 0

    def explain(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        nonlocal pages
        if statement.startswith(("SELECT", "WITH")) and "advisory" not in statement and "notify" not in statement:
            raw: Any = connection.connection.driver_connection
            with raw.cursor() as other:
                other.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters)
                plan = other.fetchone()[0][0]["Plan"]
            pages += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        ask(database, now)
    finally:
        event.remove(Engine, "before_cursor_execute", explain)
    return pages
