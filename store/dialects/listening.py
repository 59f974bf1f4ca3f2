"""What other processes announce through PostgreSQL's NOTIFY."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger("evenhand.store")

CHANNEL = "evenhand_deliveries"
WORKER = "evenhand worker"
_LOOK_UP = 0.5
"""Seconds after which a listener looks whether it is to stop."""
_QUIET = 20
"""How many of those may pass in silence before it looks whether the connection still lives."""
_AGAIN = 1.0


class Listening:
    """A thread with a connection of its own, outside the pool. A lost connection is made anew, and then `wake` is called
    in any case. Whatever is missed is found by the workers' own look every second.
    """

    def __init__(self, engine: Engine, wake: Callable[[], None], *, myself: str) -> None:
        self._engine = engine
        self._wake = wake
        self._myself = myself
        self._stopping = threading.Event()
        self._works = False
        self._thread = threading.Thread(target=self._listen, name="listener", daemon=True)
        self._thread.start()

    def work(self) -> None:
        """From now on the other processes can see that this one makes deliveries, for as long as it lives."""
        self._works = True

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=5)

    def _listen(self) -> None:
        broken: tuple[type[Exception], ...] = (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error)
        again = False
        while not self._stopping.is_set():
            try:
                with self._engine.connect() as connection:
                    self._hear(connection, again=again)
            except broken:
                log.warning("the connection that listens for new deliveries was lost; making it anew")
                again = True
                self._stopping.wait(_AGAIN)

    def _hear(self, connection: Connection, *, again: bool) -> None:
        raw: Any = connection.execution_options(isolation_level="AUTOCOMMIT").connection.driver_connection
        connection.detach()
        connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        if again:
            self._wake()
        quiet, seen = 0, False
        while not self._stopping.is_set():
            if self._works and not seen:
                connection.exec_driver_sql(f"SET application_name = '{WORKER}'")
                seen = True
            heard = [notice.payload for notice in raw.notifies(timeout=_LOOK_UP, stop_after=1)]
            quiet = 0 if heard else quiet + 1
            if any(sender != self._myself for sender in heard):
                self._wake()
            if quiet == _QUIET:
                connection.exec_driver_sql("SELECT 1")
                quiet = 0
