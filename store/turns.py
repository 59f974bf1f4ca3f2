"""Units of work that write take turns. What one has read stays as it is until it is committed.

They queue here, where a wait costs nothing, instead of in SQLite, which polls and may starve somebody, or in PostgreSQL,
where each would hold a connection. Where a whole database has one writer anyway, those that queue share one transaction,
each behind a savepoint of its own: bringing it to the disk takes longer than all that most of them do. Nobody is told that
something is kept before it is.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from store.dialects.patience import PATIENCE
from store.faults import NotKept

TOGETHER = 8
"""At most so many share a transaction, so that the first of them does not wait for long."""
AT_LEAST = 0.1
"""Seconds for whoever has waited for so long already: who comes to a database that nobody keeps busy needs no more."""


@dataclass(slots=True)
class _Shared:
    """A transaction and those who have done their part in it and wait for its end."""

    connection: Connection
    transaction: RootTransaction
    parts: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    kept: bool = False


@dataclass(slots=True, eq=False)
class _Place:
    """In the queue."""

    whose: int
    called: threading.Event = field(default_factory=threading.Event)


class Turns:
    """Whoever comes first is first.

    `prepare` is called with each new transaction. With `together` at 1 everybody has one of their own.
    """

    def __init__(
        self, engine: Engine, prepare: Callable[[Connection], None], *, patience: float, together: int = TOGETHER
    ) -> None:
        self._engine = engine
        self._prepare = prepare
        self._patience = patience
        self._together = together
        self._lock = threading.Lock()
        self._whose: int | None = None
        self._queue: deque[_Place] = deque()
        self._shared: _Shared | None = None

    @property
    def waiting(self) -> int:
        """How many threads queue at this moment."""
        return len(self._queue)

    @contextmanager
    def turn(self, *, patience: float | None = None) -> Iterator[Connection]:
        """Raises TimeoutError when others keep it busy for longer than so many seconds, here and in the database."""
        left = self._take(self._patience if patience is None else patience)
        try:
            shared = self._shared = self._shared or self._begun(left)
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

    def _take(self, patience: float) -> float:
        """Returns what is left of the patience. A thread that would wait for itself is told so."""
        me = threading.get_ident()
        if self._whose == me:
            raise RuntimeError("A unit of work that writes was begun inside another; give the first one on instead")
        with self._lock:
            if self._whose is None:
                self._whose = me
                return patience
            place = _Place(me)
            self._queue.append(place)
        began = time.monotonic()
        if place.called.wait(patience):
            return max(AT_LEAST, patience - (time.monotonic() - began))
        with self._lock:
            # Who is called in the very moment in which patience ends has the turn.
            if place in self._queue:
                self._queue.remove(place)
                raise TimeoutError("The database was kept busy by another unit of work for too long")
        return AT_LEAST

    def _leave(self) -> None:
        with self._lock:
            if not self._call():
                self._whose = None

    def _hand_on(self) -> bool:
        with self._lock:
            return self._call()

    def _call(self) -> bool:
        """Whoever waits longest is next, if anybody waits: left to chance, one who comes again and again starves others."""
        if not self._queue:
            return False
        place = self._queue.popleft()
        self._whose = place.whose
        place.called.set()
        return True

    def _begun(self, patience: float) -> _Shared:
        """A connection may have died in its pool: nothing is lost by beginning anew on another one."""
        try:
            return self._begun_at_once(patience)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return self._begun_at_once(patience)

    def _begun_at_once(self, patience: float) -> _Shared:
        connection = self._engine.connect().execution_options(**{PATIENCE: patience})
        try:
            transaction = connection.begin()
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return _Shared(connection, transaction)

    def _end(self, shared: _Shared) -> None:
        """Whoever is last commits for all, and whoever finds it lost: a part that came to what SQLite has ended by itself
        would be kept at once, whatever was said of it."""
        if 0 < shared.parts < self._together and _lasts(shared) and self._hand_on():
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
        if _lasts(shared):
            shared.transaction.commit()
            shared.kept = True


def _lasts(shared: _Shared) -> bool:
    """SQLite ends a transaction by itself when its disk is full or broken, and then "commits" nothing without a word."""
    if shared.connection.invalidated:
        return False
    raw: Any = shared.connection.connection.driver_connection
    return bool(getattr(raw, "in_transaction", True))
