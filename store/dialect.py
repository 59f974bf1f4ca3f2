"""All that differs between databases: what each must be able to do, and which one an address means.

The two stand in `store.dialects`; nothing outside these modules is written for one of them alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.dialects import postgresql as postgresql_dml
from sqlalchemy.dialects import sqlite as sqlite_dml
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlmodel import SQLModel

from store.dialects.postgresql import PostgreSQL
from store.dialects.sqlite import SQLite
from store.faults import UnusableUrl

BUSY_SECONDS = 30
"""How long a unit of work that writes waits for another."""
_EXPECTED = "expected e.g. sqlite:///var/evenhand.db or postgresql://user:password@host/evenhand"

_NAMES = {
    "sqlite": "sqlite",
    "postgresql": "postgresql",
    "postgresql+psycopg": "postgresql",
    "postgres": "postgresql",
}
"""How addresses begin, and what is meant."""

Insert = sqlite_dml.Insert | postgresql_dml.Insert


Doubt = tuple[str, str]
"""What is doubtful, and how to mend it."""


class Lead(Protocol):
    """At most one process at a time leads. Who leads and dies is followed by another."""

    def held(self) -> bool:
        """Whether this process leads at this moment; it takes the lead when nobody has it."""
        ...

    def release(self) -> None: ...


class Presence(Protocol):
    """That a process works on deliveries, shown to the others for as long as it does."""

    alone: bool
    """Whether nobody else did when it came: whatever has a lease is dead then. Nobody else comes before `settle`."""

    def settle(self) -> None: ...
    def leave(self) -> None: ...


class Listener(Protocol):
    def work(self) -> None: ...
    def stop(self) -> None: ...


class Dialect(Protocol):
    """One database system. Statements are given where they differ, and done where more than a statement does."""

    one_writer: bool
    """Whether every transaction that writes, of whatever process, has the database to itself."""
    has_own_clock: bool
    """Whether its clock is another one than this machine's."""

    def connect(self, url: URL, *, create: bool) -> Engine: ...

    def writing(self, engine: Engine) -> Engine:
        """What units of work that write take their connections from."""
        ...

    def reading(self, connection: Connection) -> Connection:
        """The connection, made so that its next transaction sees one moment and holds nobody up."""
        ...

    def write_alone(self, connection: Connection) -> None:
        """Until the end of this transaction nobody else gets past here. Raises TimeoutError when that takes too long."""
        ...

    def migrate_alone(self, connection: Connection) -> None: ...
    def now(self, engine: Engine) -> datetime: ...
    def insert(self, table: type[SQLModel]) -> Insert: ...

    def hold_places(self, connection: Connection, places: Iterable[str]) -> frozenset[str]:
        """Those of the places that nobody else holds, now held until the end of this transaction."""
        ...

    def announce(self, connection: Connection, *, sender: str) -> None:
        """Have other processes told, when this transaction is committed, that there is something to deliver."""
        ...

    def listen(self, engine: Engine, wake: Callable[[], None], *, myself: str) -> Listener | None:
        """Calls `wake` for each announcement but one's own, until stopped; None where there are no other processes."""
        ...

    def doubts(self, connection: Connection) -> Iterable[Doubt]:
        """What the operator should know of how the database is set up."""
        ...

    def described(self, connection: Connection) -> str:
        """How it is set up, in a few words for the operator."""
        ...

    def versions(self, engine: Engine) -> frozenset[str]:
        """Of the programs that are connected at this moment, as far as can be seen."""
        ...

    def lead(self, engine: Engine, name: str) -> Lead: ...
    def workers(self, engine: Engine) -> int:
        """How many processes make deliveries at this moment, as far as can be seen."""
        ...

    def arrive(self, engine: Engine) -> Presence | None:
        """None where the dead can't be told from the slow."""
        ...

    def forget_old_pages(self, engine: Engine) -> None: ...
    def append_only(self, table: str) -> tuple[str, ...]: ...
    def refuse_overlaps(self) -> tuple[str, ...]: ...
    def is_overlap(self, error: DBAPIError) -> bool: ...
    def is_deadlock(self, error: DBAPIError) -> bool: ...


_KNOWN: Mapping[str, Dialect] = {"sqlite": SQLite(), "postgresql": PostgreSQL()}


def of(bind: Connection | Engine) -> Dialect:
    return _KNOWN[bind.dialect.name]


def connect(url: str, *, create: bool) -> Engine:
    """An engine for many threads. Raises UnusableUrl when there is no such database.

    With `create` an SQLite file is made, readable by its owner alone; a PostgreSQL database must be there.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise UnusableUrl(f"EVENHAND_DATABASE_URL is not an address; {_EXPECTED}") from None
    name = _NAMES.get(parsed.drivername)
    if name is None or not parsed.database or parsed.database == ":memory:":
        raise UnusableUrl(f"Evenhand keeps its data in an SQLite file or in PostgreSQL; {_EXPECTED}")
    return _KNOWN[name].connect(parsed, create=create)


def insert_new(connection: Connection, table: type[SQLModel], values: Mapping[str, Any]) -> int:
    """Inserts a row unless its key is known; returns how many were inserted."""
    # Without being asked, SQLAlchemy does not keep the count of an insert on PostgreSQL.
    counted = {"preserve_rowcount": True}
    return connection.execute(_inserting(connection.dialect.name, table), values, execution_options=counted).rowcount


def insert_all_new(connection: Connection, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """In this order, each unless its key is known."""
    # Several at once are a pipeline of their own to PostgreSQL's driver, which for one row only costs.
    connection.execute(_inserting(connection.dialect.name, table), rows[0] if len(rows) == 1 else rows)


def upsert(connection: Connection, table: type[SQLModel], values: Mapping[str, Any]) -> None:
    """Inserts a row, or replaces the one of the same primary key."""
    connection.execute(_putting(connection.dialect.name, table, tuple(values)), values)


# Put together once: that takes longer than running them.
@cache
def _inserting(name: str, table: type[SQLModel]) -> Insert:
    return _KNOWN[name].insert(table).on_conflict_do_nothing()


@cache
def _putting(name: str, table: type[SQLModel], names: tuple[str, ...]) -> Insert:
    insert = _KNOWN[name].insert(table)
    keys = [column.name for column in insert.table.primary_key]
    changes = {name: insert.excluded[name] for name in names if name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=changes)


def guards(connection: Connection) -> tuple[str, ...]:
    """Statements by which the database itself guards what must not be lost or given twice."""
    speech = of(connection)
    return (*speech.append_only("audit"), *speech.append_only("scorecards"), *speech.refuse_overlaps())
