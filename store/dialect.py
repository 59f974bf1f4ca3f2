"""All that differs between databases. SQLite is the one there is; nothing outside this module is written for it alone.

SQLite by default starts a transaction at the first write, so that read-then-write loses updates. Here every writing unit
of work begins with BEGIN IMMEDIATE, and a reading one with BEGIN, which sees one moment and holds nobody up.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Insert, PoolProxiedConnection, create_engine, event, make_url
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlmodel import SQLModel

from store.faults import UnusableUrl

READ_ONLY = "evenhand_read_only"
BUSY_SECONDS = 30
_OVERLAP = "overlapping firm bookings"
_REFUSAL = (
    "SELECT RAISE(ABORT, 'overlapping firm bookings') WHERE EXISTS ("
    "SELECT 1 FROM bookings AS other WHERE other.person = NEW.person AND other.firm "
    "AND other.starts < NEW.ends AND NEW.starts < other.ends "
    "AND NOT (other.loop = NEW.loop AND other.session = NEW.session))"
)


def connect(url: str, *, create: bool) -> Engine:
    """An engine for many threads. With `create`, the folder and the file are made, readable by their owner alone."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise UnusableUrl("EVENHAND_DATABASE_URL is not an address; expected e.g. sqlite:///var/evenhand.db") from None
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise UnusableUrl("Evenhand keeps its data in an SQLite file; expected e.g. sqlite:///var/evenhand.db")
    path = Path(parsed.database)
    if create:
        _create(path)
    elif not path.exists():
        raise UnusableUrl(f"There is no database at {path}; `evenhand migrate` makes one")
    # Errors are logged, so they must not show what was to be written.
    engine = create_engine(parsed, pool_size=16, max_overflow=48, pool_timeout=BUSY_SECONDS, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def forget_old_pages(engine: Engine) -> None:
    """After an erasure: bring the journal into the file, where what was deleted has been overwritten, and empty it."""
    raw: PoolProxiedConnection = engine.raw_connection()
    try:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()


def insert_new(table: type[SQLModel]) -> Insert:
    """An insert that leaves rows whose key is known as they are."""
    return sqlite.insert(table).on_conflict_do_nothing()


def upsert(table: type[SQLModel], values: Mapping[str, Any]) -> Insert:
    """An insert that replaces the row of the same primary key."""
    insert = sqlite.insert(table).values(**values)
    keys = [column.name for column in insert.table.primary_key]
    return insert.on_conflict_do_update(
        index_elements=keys, set_={name: insert.excluded[name] for name in values if name not in keys}
    )


def append_only(table: str) -> tuple[str, ...]:
    """Statements that make the database refuse to change or delete a row of `table`."""
    return tuple(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    )


def refuse_overlaps() -> tuple[str, ...]:
    """Statements that make the database refuse two firm bookings of a person that overlap, save within one session."""
    return tuple(
        f"CREATE TRIGGER bookings_no_overlap_{verb.lower()} BEFORE {verb} ON bookings WHEN NEW.firm BEGIN {_REFUSAL}; END"
        for verb in ("INSERT", "UPDATE")
    )


def is_overlap(error: DBAPIError) -> bool:
    return _OVERLAP in str(error.orig)
