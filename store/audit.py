"""The audit trail: entries that the database refuses to change or delete, each covering the one before it."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlmodel import col

from hiring.model import AuditEntry
from store.mapping import canonical
from store.tables import AuditRow

BEGINNING = "0" * 64
_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Verified:
    """The chain holds. `count` and `head`, noted outside the database, also show later that no end was cut off."""

    count: int
    head: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry, by number, that is not as it was written, and what is wrong with it."""

    at: int
    why: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry there is: the next one covers its digest."""

    n: int
    digest: str


def head(connection: Connection) -> Head:
    last = connection.execute(_LAST).one_or_none()
    return Head(0, BEGINNING) if last is None else Head(last.n, last.digest)


def append(connection: Connection, entry: AuditEntry, *, after: Head) -> Head:
    """Only inside a writing transaction: two at a time would both cover the same entry."""
    text = canonical(_facts(entry))
    new = Head(after.n + 1, _digest(after.n + 1, after.digest, text))
    row = {"n": new.n, "subject": entry.subject, "entry": text, "before": after.digest, "digest": new.digest}
    connection.execute(_APPEND, row)
    return new


# Put together once: nearly everything that is done leaves an entry.
_LAST = select(col(AuditRow.n), col(AuditRow.digest)).order_by(col(AuditRow.n).desc()).limit(1)
_APPEND = insert(AuditRow)


class AuditTrail:
    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading

    def verify(self, *, known: Verified | None = None) -> Verified | Broken:
        """Looks at every entry. With a result `known` from earlier, also that its last entry is still there."""
        count, head = 0, BEGINNING
        for row in self._rows():
            fault = _fault(row, expected=count + 1, before=head)
            if fault is None and known is not None and known.count == row.n and known.head != row.digest:
                fault = "is not the entry that stood here when the trail was last verified"
            if fault is not None:
                return Broken(at=count + 1, why=fault)
            count, head = row.n, row.digest
        if known is not None and count < known.count:
            return Broken(at=count + 1, why="is missing, with all that followed it")
        return Verified(count=count, head=head)

    def export(self) -> Iterator[dict[str, Any]]:
        """Every entry from the first on, ready for JSON: n, at, actor, verb, subject, facts, before, digest."""
        for row in self._rows():
            entry = json.loads(row.entry)
            facts = dict(entry.pop("facts"))
            yield {"n": row.n, **entry, "facts": facts, "before": row.before, "digest": row.digest}

    def _rows(self) -> Iterator[Any]:
        """Some at a time, each lot in a transaction of its own: nobody who writes waits for a long export."""
        columns = [col(getattr(AuditRow, name)) for name in ("n", "subject", "entry", "before", "digest")]
        after: int | None = None
        while True:
            where = [] if after is None else [col(AuditRow.n) > after]
            with self._reading() as connection:
                some = connection.execute(
                    select(*columns).where(*where).order_by(col(AuditRow.n)).limit(_AT_A_TIME)
                ).all()
            yield from some
            if len(some) < _AT_A_TIME:
                return
            after = some[-1].n


def _facts(entry: AuditEntry) -> dict[str, Any]:
    if entry.at.utcoffset() is None:
        raise ValueError("An audit entry needs an instant with a zone")
    return {
        "at": entry.at.astimezone(UTC).isoformat(),
        "actor": entry.actor,
        "verb": entry.verb,
        "subject": entry.subject,
        "facts": entry.facts,
    }


def _digest(n: int, before: str, text: str) -> str:
    return hashlib.sha256(f"{n}\n{before}\n{text}".encode()).hexdigest()


def _fault(row: Any, *, expected: int, before: str) -> str | None:
    if row.n != expected:
        return f"is missing; the next one there is {row.n}"
    if row.before != before:
        return "does not follow from the entry before it"
    if row.digest != _digest(row.n, row.before, row.entry):
        return "was changed after it was written"
    if json.loads(row.entry)["subject"] != row.subject:
        return "is filed under another subject than it was written with"
    return None
