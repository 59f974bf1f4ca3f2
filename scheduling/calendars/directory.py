"""A shelf in a plain folder: `EMAIL.ics` as it was brought, `booked/EMAIL.json` what we put on that calendar.

What we book is not written as .ics: every character of a title must come back as it was, or looking whether an event
stands there as wanted would say no for ever. Readers need no lock, because files are replaced whole; writers of any
thread or process queue at one lock file (POSIX).
"""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scheduling.calendars.builtin import Entry
from scheduling.calendars.port import CalendarRefused, CalendarUnavailable, Event


class DirectoryShelf:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._booked = folder / "booked"

    def bring(self, email: str, data: bytes) -> None:
        """Keep a person's exported calendar in place of the one before."""
        with _disk("The calendar can't be kept", writing=True):
            _replace(self._folder / f"{_name(email)}.ics", data)

    def imported(self, email: str) -> bytes | None:
        with _disk("The imported calendar can't be read"):
            try:
                return (self._folder / f"{_name(email)}.ics").read_bytes()
            except FileNotFoundError:
                return None

    def read(self, calendar: str, id: str) -> Entry | None:  # noqa: A002 - the port's word for it
        return _load(self._file(calendar)).get(id)

    def write(self, entry: Entry, *, was: Entry | None) -> bool:
        file = self._file(entry.event.calendar)
        with _disk("The event can't be kept", writing=True), self._lock():
            entries = _load(file)
            if entries.get(entry.event.id) != was:
                return False
            entries[entry.event.id] = entry
            _replace(file, json.dumps({id_: _row(each) for id_, each in entries.items()}, indent=1).encode())
            return True

    def entries(self, *, start: datetime, end: datetime) -> Iterator[Entry]:
        for file in sorted(self._booked.glob("*.json")):
            for entry in _load(file).values():
                if not entry.removed and entry.event.start < end and entry.event.end > start:
                    yield entry

    def _file(self, calendar: str) -> Path:
        return self._booked / f"{_name(calendar)}.json"

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self._booked.mkdir(parents=True, exist_ok=True)
        # A descriptor of its own for each use: that is what makes threads of one process wait for each other too.
        with (self._booked / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _name(email: str) -> str:
    return quote(email.lower(), safe="@+")


def _load(file: Path) -> dict[str, Entry]:
    with _disk("The booked events can't be read"):
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
    try:
        return {id_: _entry(row) for id_, row in json.loads(text).items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        # Without the cause: it would show what stands in the file.
        raise CalendarRefused(
            f"The booked events in {file.name} can't be read", remedy="Put the file back from a backup."
        ) from None


def _row(entry: Entry) -> dict[str, Any]:
    event = asdict(entry.event)
    event |= {end: event[end].astimezone(UTC).isoformat() for end in ("start", "end")}
    return {"version": entry.version, "removed": entry.removed, "event": event}


def _entry(row: dict[str, Any]) -> Entry:
    event = dict(row["event"])
    event |= {end: datetime.fromisoformat(event[end]) for end in ("start", "end")}
    return Entry(Event(**event | {"guests": tuple(event["guests"])}), row["version"], removed=row["removed"])


def _replace(file: Path, data: bytes) -> None:
    """Put a whole file in place so that neither a reader nor a power cut ever sees half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".new")
    try:
        with os.fdopen(descriptor, "wb") as new:
            new.write(data)
            new.flush()
            os.fsync(new.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _disk(what: str, *, writing: bool = False) -> Iterator[None]:
    try:
        yield
    except OSError as why:
        raise CalendarUnavailable(f"{what}: {why.strerror}", outcome_unknown=writing) from why
