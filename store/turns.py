"""Units of work that write take turns. What one has read stays as it is until it is committed.

They queue here, where a wait costs nothing, instead of in SQLite, which polls and may starve somebody, or in PostgreSQL,
where each would hold a connection. Where a whole database has one writer anyway, those that queue share one transaction,
each behind a savepoint of its own: bringing it to the disk takes longer than all that most of them do. Nobody is told that
something is kept before it is.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import SQLAlchemyError

from store.dialects.patience import PATIENCE
from store.faults import NotKept

TOGETHER = 8
"""At most so many share a transaction, so that the first of them does not wait for long."""


@dataclass(slots=True)
class _Shared:
    """A transaction and those who have done their part in it and wait for its end."""

    connection: Connection
    transaction: RootTransaction
    parts: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    kept: bool = False


class Turns:
    """`prepare` is called with each new transaction. With `together` at 1 everybody has one of their own."""

    def __init__(
        self, engine: Engine, prepare: Callable[[Connection], None], *, patience: float, together: int = TOGETHER
    ) -> None:
        self._engine = engine
        self._prepare = prepare
        self._patience = patience
        self._together = together
        self._free = threading.Condition()
        self._whose: int | None = None
        self._shared: _Shared | None = None
        self.waiting = 0
        """How many threads queue at this moment."""

    @contextmanager
    def turn(self, *, patience: float | None = None) -> Iterator[Connection]:
        """Raises TimeoutError when others keep it busy for longer than so many seconds."""
        waits = self._patience if patience is None else patience
        self._take(waits)
        try:
            shared = self._shared = self._shared or self._begun(waits)
        except BaseException:
            self._leave()
            raise
        try:
            if shared.parts:
                with shared.connection.begin_nested():
                    yield shared.connection
            else:
                yield shared.connection
        except BaseException:
            self._end(shared)
            raise
        shared.parts += 1
        self._end(shared)
        shared.ended.wait()
        if not shared.kept:
            raise NotKept("The database could not keep what was written; nothing of it was done")

    def _take(self, patience: float) -> None:
        """A thread that would wait for itself is told so."""
        me = threading.get_ident()
        if self._whose == me:
            raise RuntimeError("A unit of work that writes was begun inside another; give the first one on instead")
        with self._free:
            self.waiting += 1
            mine = self._free.wait_for(lambda: self._whose is None, timeout=patience)
            self.waiting -= 1
            if not mine:
                raise TimeoutError("The database was kept busy by another unit of work for too long")
            self._whose = me

    def _leave(self) -> None:
        with self._free:
            self._whose = None
            self._free.notify()

    def _begun(self, patience: float) -> _Shared:
        connection = self._engine.connect().execution_options(**{PATIENCE: patience})
        try:
            transaction = connection.begin()
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return _Shared(connection, transaction)

    def _end(self, shared: _Shared) -> None:
        """Whoever is last commits for all. Somebody who waits at this moment is sure to come next."""
        with self._free:
            if 0 < shared.parts < self._together and self.waiting:
                self._whose = None
                self._free.notify()
                return
        try:
            if shared.parts:
                self._commit(shared)
        finally:
            with suppress(SQLAlchemyError):
                shared.connection.close()
            self._shared = None
            shared.ended.set()
            self._leave()

    def _commit(self, shared: _Shared) -> None:
        raw: Any = shared.connection.connection.driver_connection
        # SQLite ends a transaction by itself when its disk is full or broken, and then "commits" nothing without a word.
        if not getattr(raw, "in_transaction", True):
            return
        shared.transaction.commit()
        shared.kept = True
