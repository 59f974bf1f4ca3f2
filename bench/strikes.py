"""What may befall a database: each of these brings it about and returns when it is over."""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from store.database import Database
from tests.database import Place, postgres

LOCKED = 30.0
READERS = 14
KILL_ALL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True, slots=True)
class There:
    """What a trouble can get at: the database, the worker's own way to it, and the folder where it lies."""

    place: Place
    database: Database
    folder: Path


def fill(there: There) -> None:
    filler_at = there.folder / "filler"
    with suppress(OSError), filler_at.open("wb", buffering=0) as filler:
        while True:
            filler.write(b"\0" * 65_536)
    time.sleep(10)
    filler_at.unlink()


def lock(there: There) -> None:
    place = there.place
    with place.connected() as connection:
        begin = "BEGIN IMMEDIATE" if place.kind == "sqlite" else "BEGIN; LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE"
        if place.kind == "postgresql":
            connection.exec_driver_sql("SET idle_in_transaction_session_timeout = 0")
        connection.exec_driver_sql(begin)
        time.sleep(LOCKED)
        connection.exec_driver_sql("ROLLBACK")


def read_only(there: There) -> None:
    place = there.place
    ((name,),) = place.raw("SELECT current_database()")
    place.raw(f"ALTER DATABASE {name} SET default_transaction_read_only = on", KILL_ALL)
    time.sleep(10)
    with place.connected() as connection:
        connection.exec_driver_sql("SET default_transaction_read_only = off")
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = off")
    place.raw(KILL_ALL)


def restart(_there: There) -> None:
    postgres().restart()


def kill(there: There) -> None:
    there.place.raw(KILL_ALL)


def exhaust(there: There) -> None:
    """All that may read do, and give nothing back for a while. The server ends who does nothing in a transaction for
    fifteen seconds, which may be before all of them have begun."""
    with suppress(DBAPIError), ExitStack() as readers:
        for _ in range(READERS):
            readers.enter_context(there.database.begin(read_only=True)).people()
        time.sleep(8)


def leave_alone(_there: There) -> None:
    time.sleep(10)
