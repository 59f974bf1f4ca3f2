"""Where worlds lie: a file of its own for each, and one opened database beneath which the file is changed.

To put the statements of a program together takes longer than to play a whole history, so a test process does it once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from store.database import Database
from tests.database import sqlite_place

NAME = "evenhand.db"
_READS = "evenhand_read_only"


class Changes:
    """How often anything was kept in any world: for as long as that stays the same, so does whatever is read."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, connection: Connection) -> None:
        if not connection.get_execution_options().get(_READS):
            self.count += 1


CHANGES = Changes()


class Shared:
    """The database that the worlds of this process are opened with, one after another."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._database = opened_anew(home)
        event.listen(self._database._engine, "do_connect", self._connect)

    def _connect(self, _dialect: object, _record: object, addresses: list[Any], _values: object) -> None:
        addresses[0] = str(self._home / NAME)

    def at(self, home: Path) -> Database:
        self._database.close()
        self._home = home
        return self._database


_SHARED: list[Shared] = []


def opened(home: Path) -> Database:
    if not _SHARED:
        _SHARED.append(Shared(home))
    return _SHARED[0].at(home)


def opened_anew(home: Path) -> Database:
    """By a program of its own, as in a process that has just begun."""
    database = sqlite_place(home).open(migrate=False)
    engine = database._engine
    # No power is cut here, and what one process wrote another reads all the same.
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
    event.listen(engine, "commit", CHANGES)
    engine.dispose()
    return database
