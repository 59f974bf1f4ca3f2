"""SQLite: one file, one machine.

By default it starts a transaction at the first write, so that read-then-write loses updates. Here every writing unit of
work begins with BEGIN IMMEDIATE, and a reading one with BEGIN, which sees one moment and holds nobody up.
"""

import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from store.dialects.foremost import Foremost
from store.dialects.patience import patience
from store.dialects.presence import Present
from store.faults import UnusableUrl

_READ_ONLY = "evenhand_read_only"
_BUSY_SECONDS = 30
_WANTED = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1"}
_ROOM = 200 * 2**20
_OVERLAP = "overlapping firm bookings"
_REFUSAL = (
    "SELECT RAISE(ABORT, 'overlapping firm bookings') WHERE EXISTS ("
    "SELECT 1 FROM bookings AS other WHERE other.person = NEW.person AND other.firm "
    "AND other.starts < NEW.ends AND NEW.starts < other.ends "
    "AND NOT (other.loop = NEW.loop AND other.session = NEW.session))"
)


class SQLite:
    one_writer = True
    has_own_clock = False

    def connect(self, url: URL, *, create: bool) -> Engine:
        path = Path(url.database or "")
        if create:
            _create(path)
        elif not path.exists():
            raise UnusableUrl(f"There is no database at {path}; `evenhand migrate` makes one")
        # Errors are logged, so they must not show what was to be written.
        engine = create_engine(
            url,
            pool_size=16,
            max_overflow=48,
            pool_timeout=_BUSY_SECONDS,
            pool_use_lifo=True,  # the one that was used last has the newest pages in hand
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        return engine

    def writing(self, engine: Engine) -> Engine:
        """The same: readers hold nobody up."""
        return engine

    def reading(self, connection: Connection) -> Connection:
        return connection.execution_options(**{_READ_ONLY: True})

    def write_alone(self, connection: Connection) -> None:
        """BEGIN IMMEDIATE has seen to it."""

    def migrate_alone(self, connection: Connection) -> None:
        """BEGIN IMMEDIATE has seen to it."""

    def now(self, engine: Engine) -> datetime:  # noqa: ARG002 - asked of every database
        """The machine's: there is no other machine."""
        return datetime.now(UTC)

    def insert(self, table: type[SQLModel]) -> sqlite.Insert:
        return sqlite.insert(table)

    def hold_places(self, connection: Connection, places: Iterable[str]) -> frozenset[str]:  # noqa: ARG002 - asked of every database
        """All: nobody else claims while this transaction lasts."""
        return frozenset(places)

    def announce(self, connection: Connection, *, sender: str) -> None:
        """There is one process, and it wakes itself."""

    def listen(self, engine: Engine, wake: Callable[[], None], *, myself: str) -> None:
        """Nobody announces anything."""

    def doubts(self, connection: Connection) -> Iterator[tuple[str, str]]:
        """Whether the file took the settings that each connection asks for, and is whole, with room beside it to grow."""
        for name, expected in _WANTED.items():
            found = str(connection.exec_driver_sql(f"PRAGMA {name}").scalar()).casefold()
            if found != expected:
                yield f"{name} is {found}, not {expected}", "Put the database on a local disk of this machine."
        said = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
        if said != "ok":
            yield "the file is damaged", "Stop everything and restore a backup."
        file = Path(connection.engine.url.database or "")
        if stat.S_IMODE(file.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
            yield "others on this machine can open the file", f"chmod 600 {file}*"
        left = shutil.disk_usage(file.parent).free
        if left < _ROOM:
            yield f"{left // 2**20} MiB are left on its disk", "Make room: nothing can be kept on a full disk."

    def described(self, connection: Connection) -> str:
        file = Path(connection.engine.url.database or "")
        own, free = file.stat().st_size / 2**20, shutil.disk_usage(file.parent).free / 2**30
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar()
        return f"SQLite {version}, WAL, synchronous FULL, {own:,.0f} MiB, {free:,.0f} GiB free"

    def versions(self, engine: Engine) -> frozenset[str]:  # noqa: ARG002 - asked of every database
        return frozenset()

    def lead(self, engine: Engine, name: str) -> Foremost:
        return Foremost(Path(f"{engine.url.database}-{name}"))

    def workers(self, engine: Engine) -> int:  # noqa: ARG002 - asked of every database
        return 1

    def arrive(self, engine: Engine) -> Present:
        return Present(Path(f"{engine.url.database}-work"))

    def forget_old_pages(self, engine: Engine) -> None:
        """After an erasure: bring the journal into the file, where what was deleted has been overwritten, and empty it."""
        raw: PoolProxiedConnection = engine.raw_connection()
        try:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()

    def append_only(self, table: str) -> tuple[str, ...]:
        """Statements that make the database refuse to change or delete a row of `table`."""
        return tuple(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        )

    def refuse_overlaps(self) -> tuple[str, ...]:
        """Statements that make the database refuse two firm bookings of a person that overlap, save within one session."""
        return tuple(
            f"CREATE TRIGGER bookings_no_overlap_{verb.lower()} BEFORE {verb} ON bookings WHEN NEW.firm "
            f"BEGIN {_REFUSAL}; END"
            for verb in ("INSERT", "UPDATE")
        )

    def is_overlap(self, error: DBAPIError) -> bool:
        return _OVERLAP in str(error.orig)

    def is_deadlock(self, error: DBAPIError) -> bool:  # noqa: ARG002 - asked of every database
        """Its one lock can't be waited for in a circle."""
        return False


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {_BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # Past SQLAlchemy where nothing can fail that it would have to translate: it takes longer than SQLite does.
    raw: Any = connection.connection.driver_connection
    if connection.get_execution_options().get(_READ_ONLY, False):
        raw.execute("BEGIN")
        return
    raw.execute(f"PRAGMA busy_timeout = {patience(connection, usually=_BUSY_SECONDS)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
