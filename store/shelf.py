"""Where the built-in calendar keeps its entries and the files that people brought."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from scheduling.calendars.builtin import Entry
from store import mapping
from store.dialect import upsert
from store.tables import CalendarEventRow, CalendarFileRow

Begin = Callable[[], AbstractContextManager[Connection]]
# Put together once: a plan asks for everybody's file, and a booking for every event.
_FILE = select(col(CalendarFileRow.content)).where(col(CalendarFileRow.email) == bindparam("email"))
_EVENT = select(col(CalendarEventRow.document)).where(
    col(CalendarEventRow.calendar) == bindparam("calendar"), col(CalendarEventRow.id) == bindparam("id")
)


class CalendarShelf:
    """Satisfies `scheduling.calendars.builtin.Shelf`. Each call is a transaction of its own."""

    def __init__(self, writing: Begin, reading: Begin) -> None:
        self._writing = writing
        self._reading = reading

    def imported(self, email: str) -> bytes | None:
        with self._reading() as connection:
            return connection.scalar(_FILE, {"email": email.casefold()})

    def bring(self, email: str, content: bytes) -> None:
        """Keep a person's exported calendar in place of the one they brought before."""
        with self._writing() as connection:
            upsert(connection, CalendarFileRow, {"email": email.casefold(), "content": content})

    def read(self, calendar: str, id: str) -> Entry | None:  # noqa: A002 - the port's word for it
        with self._reading() as connection:
            return _read(connection, calendar, id)

    def write(self, entry: Entry, *, was: Entry | None) -> bool:
        with self._writing() as connection:
            if _read(connection, entry.event.calendar, entry.event.id) != was:
                return False
            upsert(connection, CalendarEventRow, _values(entry))
        return True

    def entries(self, *, start: datetime, end: datetime) -> tuple[Entry, ...]:
        found = (
            select(col(CalendarEventRow.document))
            .where(
                col(CalendarEventRow.removed).is_(False),
                col(CalendarEventRow.starts) < end,
                col(CalendarEventRow.ends) > start,
            )
            .order_by(col(CalendarEventRow.starts), col(CalendarEventRow.calendar), col(CalendarEventRow.id))
        )
        with self._reading() as connection:
            return tuple(mapping.value(mapping.ENTRY, document) for document in connection.scalars(found))


def _read(connection: Connection, calendar: str, id: str) -> Entry | None:  # noqa: A002 - the port's word for it
    document = connection.scalar(_EVENT, {"calendar": calendar, "id": id})
    return None if document is None else mapping.value(mapping.ENTRY, document)


def _values(entry: Entry) -> dict[str, Any]:
    return {
        "calendar": entry.event.calendar,
        "id": entry.event.id,
        "version": entry.version,
        "removed": entry.removed,
        "starts": entry.event.start,
        "ends": entry.event.end,
        "document": mapping.document(mapping.ENTRY, entry),
    }
