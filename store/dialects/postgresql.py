"""PostgreSQL 14 or newer: any number of processes on any number of machines.

A unit of work that writes takes one advisory lock, so that, as on SQLite, what it has read stays true until it is
committed, and the audit chain never forks: the flows are written for that. Deliveries are claimed and settled without it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from importlib.metadata import version
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, func, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import SQLModel

from store.dialects.leading import Leader
from store.dialects.listening import CHANNEL, WORKER, Listening
from store.dialects.patience import patience
from store.faults import UnusableUrl

_OLDEST = 140000
_CONNECTIONS = 8
_MORE = 6
_WRITERS = 2
_POOL_SECONDS = 30
_WRITER, _MIGRATION = 1, 2
_ALONE, _PLACES = 0x65766801, 0x65766802
"""Two families of advisory locks: of the whole database, and of the places that deliveries go to."""
_LOSES = "Turn it on: without it a power cut may take what was committed, and with it the knowledge of what was sent."
_WANTED_ON = {"fsync": _LOSES, "full_page_writes": _LOSES, "synchronous_commit": _LOSES}
_STATE = (
    "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on', "
    "current_setting('max_connections')::int - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')"
)
_DESCRIBED = (
    "SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1) || ', UTF-8, fsync, synchronous_commit '"
    " || current_setting('synchronous_commit') || ', ' || pg_size_pretty(pg_database_size(current_database()))"
)
PROGRAM = "evenhand"
_PROGRAMS = text(
    "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name LIKE :like AND application_name <> :worker"
).bindparams(worker=WORKER)
_OVERLAP = "bookings_no_overlap"
_LOCK_TIMEOUT, _EXCLUDED, _DEADLOCK = "55P03", "23P01", "40P01"

_HOLD = text(
    "SELECT place FROM unnest(CAST(:numbers AS integer[])) AS place WHERE pg_try_advisory_xact_lock(:family, place)"
)
_WORKERS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = :name")

_SESSION = {
    "timezone": "UTC",
    # A unit of work reads after it has its turn. In any other isolation it would see the moment in which it began to wait.
    "default_transaction_isolation": r"read\ committed",
    "lock_timeout": "30s",
    "statement_timeout": "60s",
    # A process that froze or whose machine is gone gives up its locks: no unit of work waits for anything outside.
    "idle_in_transaction_session_timeout": "15s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
_CONNECT = {
    "options": " ".join(f"-c {name}={value}" for name, value in _SESSION.items()),
    "connect_timeout": 10,
    "client_encoding": "utf8",
    "application_name": f"{PROGRAM} {version('evenhand')}",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


class PostgreSQL:
    one_writer = False
    has_own_clock = True

    def connect(self, url: URL, *, create: bool) -> Engine:  # noqa: ARG002 - the database itself is made by its operator
        engine = _pool(url.set(drivername="postgresql+psycopg"), size=_CONNECTIONS, more=_MORE)
        try:
            _check(engine)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def writing(self, engine: Engine) -> Engine:
        """A pool of its own: however many read, and wait for a lock, somebody who presses a button finds a connection."""
        # The transaction is begun together with its lock, and a dead connection is found by that (`store.turns`): a unit
        # of work waits for the server as seldom as can be, since all others wait for it.
        return _pool(engine.url, size=1, more=_WRITERS - 1, isolation_level="AUTOCOMMIT", pool_pre_ping=False)

    def reading(self, connection: Connection) -> Connection:
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def write_alone(self, connection: Connection) -> None:
        """Begins the transaction, too."""
        waits = patience(connection, usually=_POOL_SECONDS)
        # What comes after the lock may meet somebody else's, too.
        soon = f"SET LOCAL lock_timeout = {waits}; " if waits < 1000 * _POOL_SECONDS else ""
        try:
            connection.exec_driver_sql(f"BEGIN; {soon}SELECT pg_advisory_xact_lock({_ALONE}, {_WRITER})")
        except OperationalError as error:
            if _state(error) == _LOCK_TIMEOUT:
                raise TimeoutError("The database was kept busy by another unit of work for too long") from None
            raise

    def migrate_alone(self, connection: Connection) -> None:
        """Waits for who migrates already, and for units of work that write."""
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = '5min'")
        _lock(connection, _MIGRATION)
        _lock(connection, _WRITER)

    def now(self, engine: Engine) -> datetime:
        """The server's: machines may differ, and leases are compared by all of them."""
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            found: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return found

    def insert(self, table: type[SQLModel]) -> postgresql.Insert:
        return postgresql.insert(table)

    def hold_places(self, connection: Connection, places: Iterable[str]) -> frozenset[str]:
        numbers = {_number(place, of=4): place for place in places}
        held = connection.scalars(_HOLD, {"family": _PLACES, "numbers": sorted(numbers)})
        return frozenset(numbers[number] for number in held)

    def announce(self, connection: Connection, *, sender: str) -> None:
        connection.execute(select(func.pg_notify(CHANNEL, sender)))

    def listen(self, engine: Engine, wake: Callable[[], None], *, myself: str) -> Listening:
        return Listening(engine, wake, myself=myself)

    def doubts(self, connection: Connection) -> Iterator[tuple[str, str]]:
        """Whether what is committed outlives a power cut, can be written at all, and several processes find connections."""
        for name, why in _WANTED_ON.items():
            if connection.exec_driver_sql(f"SELECT current_setting('{name}')").scalar() == "off":
                yield f"{name} is off", why
        standby, left = connection.exec_driver_sql(_STATE).one()
        if standby:
            yield "the server is a standby or read-only", "Give the address of the primary in EVENHAND_DATABASE_URL."
        if left < _CONNECTIONS + _MORE + _WRITERS:
            yield f"{left} connections are left", "Raise max_connections: each process may need up to 18."

    def described(self, connection: Connection) -> str:
        return str(connection.exec_driver_sql(_DESCRIBED).scalar())

    def versions(self, engine: Engine) -> frozenset[str]:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            names = connection.execute(_PROGRAMS, {"like": f"{PROGRAM} %"}).scalars()
            return frozenset(str(name).removeprefix(f"{PROGRAM} ") for name in names)

    def lead(self, engine: Engine, name: str) -> Leader:
        return Leader(engine, _number(f"lead {name}", of=8))

    def workers(self, engine: Engine) -> int:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            return int(connection.execute(_WORKERS, {"name": WORKER}).scalar_one())

    def arrive(self, engine: Engine) -> None:
        """A process that lost its connection may work on, so nobody here can know that another is dead."""

    def forget_old_pages(self, engine: Engine) -> None:
        """Has the server drop the old versions of the keys' rows. Its write-ahead log and backups keep them for a while."""
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM data_keys")

    def append_only(self, table: str) -> tuple[str, ...]:
        """Statements that make the database refuse to change or delete a row of `table`, or all of them."""
        refuse = (
            f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        return refuse, *(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
            for verb in ("UPDATE", "DELETE", "TRUNCATE")
        )

    def refuse_overlaps(self) -> tuple[str, ...]:
        """A person is compared as a range of one text: ranges can be told apart in an exclusion without any extension."""
        constraint = (
            f"ALTER TABLE bookings ADD CONSTRAINT {_OVERLAP} EXCLUDE USING gist ("
            "person_range(person, person, '[]') WITH =, tstzrange(starts, ends) WITH &&) WHERE (firm)"
        )
        return 'CREATE TYPE person_range AS RANGE (subtype = text, collation = "C")', constraint

    def is_overlap(self, error: DBAPIError) -> bool:
        return _state(error) == _EXCLUDED

    def is_deadlock(self, error: DBAPIError) -> bool:
        return _state(error) == _DEADLOCK


def _pool(url: URL, *, size: int, more: int, **otherwise: Any) -> Engine:
    usually: dict[str, Any] = {
        "pool_pre_ping": True,
        "pool_timeout": _POOL_SECONDS,
        # The one that was used last first: after a rush for connections the few that do the work stay warm.
        "pool_use_lifo": True,
        "hide_parameters": True,
    }
    engine = create_engine(url, pool_size=size, max_overflow=more, connect_args=_CONNECT, **{**usually, **otherwise})
    event.listen(engine, "handle_error", _keep_silent)
    return engine


def _keep_silent(context: ExceptionContext) -> None:
    """Errors are logged, and what PostgreSQL adds below the first line shows the row that was to be written."""
    original = context.original_exception
    said = str(original)
    first = said.partition("\n")[0]
    original.args = (first, *original.args[1:])
    shown = context.sqlalchemy_exception
    if shown is not None:
        shown.args = (str(shown.args[0]).replace(said, first), *shown.args[1:])


def _check(engine: Engine) -> None:
    url = engine.url
    place = f"{url.database} at {url.host or url.query.get('host') or 'the usual socket'}"
    try:
        with engine.connect() as connection:
            version, encoding = connection.exec_driver_sql(
                "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')"
            ).one()
    except OperationalError as error:
        why = str(error.orig).strip().splitlines()[-1]
        raise UnusableUrl(f"The PostgreSQL database {place} can't be opened: {why}") from None
    if version < _OLDEST:
        raise UnusableUrl(f"The server of {place} is PostgreSQL {version // 10000}; Evenhand needs 14 or newer")
    if encoding != "UTF8":
        raise UnusableUrl(f"The PostgreSQL database {place} is encoded in {encoding}; make one with ENCODING 'UTF8'")


def _lock(connection: Connection, number: int) -> None:
    connection.execute(select(func.pg_advisory_xact_lock(_ALONE, number)))


def _number(name: str, *, of: int) -> int:
    """Of that many bytes, the same in every process."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=of).digest(), signed=True)


def _state(error: DBAPIError) -> str | None:
    orig: Any = error.orig
    return getattr(orig, "sqlstate", None)
