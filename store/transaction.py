"""What every part of a unit of work stands on: one connection inside one transaction."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Select
from sqlalchemy.engine import CursorResult
from sqlmodel import SQLModel

from hiring.model import AuditEntry
from store import dialect
from store.causes import CAUSE
from store.faults import ReadOnly
from store.sealing import SealKeys
from store.vault import Vault

T = TypeVar("T")


class Transaction:
    def __init__(self, connection: Connection, keys: SealKeys, *, read_only: bool) -> None:
        self._connection = connection
        self._read_only = read_only
        self._vault = Vault(connection, keys)
        self._read: dict[Any, Sequence[Any]] = {}
        self.cause = CAUSE.get()
        """What brings about the deliveries that it writes."""
        self.frees_deliveries = False
        """Whether there is something new to deliver once this is committed."""
        self.erases = False
        """Whether something is destroyed that must not linger in the journal."""
        self.owed_entries: list[AuditEntry] = []
        """What a unit of work that may write nothing leaves for the audit trail: see `Followups.note_read`."""

    def _once(self, statement: Select[*tuple[Any, ...]], **values: object) -> Sequence[Any]:
        """Rows of a statement that is put together once, read once as long as this unit of work writes nothing: until its
        end nobody else's writing reaches it, and one click asks for the same few rows again and again."""
        asked = (statement, *values.items())
        if asked not in self._read:
            self._read[asked] = self._rows(statement, **values)
        return self._read[asked]

    def _scalars(self, statement: Select[T], **values: object) -> Sequence[T]:
        return self._connection.scalars(statement, values).all()

    def _rows(self, statement: Select[*tuple[Any, ...]], **values: object) -> Sequence[Any]:
        return self._connection.execute(statement, values).all()

    def _write(
        self, statement: Executable, values: Sequence[dict[str, Any]] | dict[str, Any] | None = None
    ) -> CursorResult[Any]:
        self._must_write()
        return self._connection.execute(statement, values)

    def _put(self, table: type[SQLModel], values: Mapping[str, Any]) -> None:
        """Over the row of the same primary key, if there is one."""
        self._must_write()
        dialect.upsert(self._connection, table, values)

    def _put_new(self, table: type[SQLModel], values: Mapping[str, Any]) -> int:
        """Unless its key is known; returns how many rows it was."""
        self._must_write()
        return dialect.insert_new(self._connection, table, values)

    def _put_all_new(self, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
        """In this order, all at once, each unless its key is known."""
        self._must_write()
        if rows:
            dialect.insert_all_new(self._connection, table, rows)

    def _must_write(self) -> None:
        if self._read_only:
            raise ReadOnly("This unit of work was begun to read; begin another to write")
        self._read.clear()

    def settle_delivery(self, settle: Callable[[Connection], None]) -> None:
        """Has something done to a delivery inside this transaction; it may free the next one to the same place."""
        self._must_write()
        settle(self._connection)
        self.frees_deliveries = True
