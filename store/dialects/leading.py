"""Which of several processes leads, by an advisory lock of a PostgreSQL session."""

import logging
import threading
from contextlib import suppress

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger("evenhand.store")

SILENCE = 30
"""Seconds. The machine of a process that is frozen answers for its connection, so who has not asked for so long leads no
more."""


class Leader:
    """The lock belongs to a connection of its own, outside the pool: when the process or the connection dies, or falls
    silent, the server frees it, and whoever asks next has it.
    """

    def __init__(self, engine: Engine, number: int) -> None:
        self._engine = engine
        self._number = number
        self._asking = threading.Lock()
        self._connection: Connection | None = None
        self._leads = False

    def held(self) -> bool:
        with self._asking:
            try:
                self._leads = self._still() if self._leads else self._try()
            except SQLAlchemyError:
                log.warning("the database can't be asked who leads; nobody does for now")
                self._drop()
            return self._leads

    def release(self) -> None:
        """Given back before the connection is closed, which the server may notice only later."""
        with self._asking:
            if self._leads and self._connection is not None:
                with suppress(SQLAlchemyError):
                    self._connection.scalar(select(func.pg_advisory_unlock(self._number)))
            self._drop()

    def _still(self) -> bool:
        """The lock lives as long as its session does."""
        assert self._connection is not None  # noqa: S101 - who leads has one
        self._connection.exec_driver_sql("SELECT 1")
        return True

    def _try(self) -> bool:
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._connection.detach()
            self._connection.exec_driver_sql(f"SET idle_session_timeout = '{SILENCE}s'")
        return bool(self._connection.scalar(select(func.pg_try_advisory_lock(self._number))))

    def _drop(self) -> None:
        self._leads = False
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
