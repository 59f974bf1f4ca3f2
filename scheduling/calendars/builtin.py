"""The built-in calendar: what people's own programs exported, and what we book, kept on a shelf of ours."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

from scheduling.calendars.ics import IcsFault, parse
from scheduling.calendars.port import Agenda, Booked, Busy, CalendarUnavailable, Event, IdSpent

DAY = timedelta(days=1)
_parsed = lru_cache(maxsize=128)(parse)
"""Of whole days, so that a day's plans read a file once: reading takes longer than planning."""


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of ours with the count of its changes. A removed one stays, without what it said: its id is spent."""

    event: Event
    version: int
    removed: bool = False


class Shelf(Protocol):
    """Where entries and imported files are kept. Each method may raise CalendarUnavailable or CalendarRefused."""

    def imported(self, email: str) -> bytes | None:
        """The person's exported calendar, if they brought one."""
        ...

    def read(self, calendar: str, id: str) -> Entry | None:  # noqa: A002 - the port's word for it
        ...

    def write(self, entry: Entry, *, was: Entry | None) -> bool:
        """Keep an entry if what is kept now is still `was`. On True it is durable, on False nothing has changed."""
        ...

    def entries(self, *, start: datetime, end: datetime) -> Iterable[Entry]:
        """The entries of all calendars that are not removed and touch a span."""
        ...


class BuiltinCalendars:
    """A person without an imported file has an empty calendar; one with a file that can't be read is busy."""

    def __init__(self, shelf: Shelf, *, zone_of: Callable[[str], str], video: str | None = None) -> None:
        """`video` is the address of a meeting with `{id}` in it; without one, events have no video link."""
        self._shelf = shelf
        self._zone_of = zone_of
        self._video = video

    def agendas(self, emails: Sequence[str], *, start: datetime, end: datetime) -> tuple[Agenda, ...]:
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        booked = [entry.event for entry in self._shelf.entries(start=start, end=end)]
        return tuple(self._agenda(email, booked, start=start, end=end) for email in emails)

    def _agenda(self, email: str, booked: Sequence[Event], *, start: datetime, end: datetime) -> Agenda:
        own = self._imported(email, start=start, end=end)
        if isinstance(own, str):
            return Agenda(email, (Busy(start, end, "unreadable"),), readable=False, reason=own)
        ours = [_busy(event) for event in booked if not event.transparent and _concerns(event, email)]
        clipped = (replace(busy, start=max(busy.start, start), end=min(busy.end, end)) for busy in (*own, *ours))
        return Agenda(email, tuple(sorted(clipped, key=lambda busy: (busy.start, busy.end))), readable=True)

    def _imported(self, email: str, *, start: datetime, end: datetime) -> tuple[Busy, ...] | str:
        try:
            data = self._shelf.imported(email)
        except CalendarUnavailable as why:
            return str(why)
        if data is None:
            return ()
        found = _parsed(data, owner=email, zone=self._zone_of(email), start=_midnight(start), end=_midnight(end) + DAY)
        if isinstance(found, IcsFault):
            where = f", line {found.line}" if found.line else ""
            return f"The imported calendar can't be read{where}: {found.what}; expected {found.expected}"
        return tuple(busy for busy in found if busy.start < end and busy.end > start)

    def put(self, event: Event) -> Booked:
        while True:
            was = self._shelf.read(event.calendar, event.id)
            if was is not None and was.removed:
                raise IdSpent(event.calendar, event.id)
            if was is not None and was.event == event:
                return self._booked(was)
            entry = Entry(event, was.version + 1 if was else 1)
            if self._shelf.write(entry, was=was):
                return self._booked(entry)

    def find(self, calendar: str, id: str) -> Booked | None:  # noqa: A002 - the port's word for it
        entry = self._shelf.read(calendar, id)
        return self._booked(entry) if entry is not None and not entry.removed else None

    def move(self, event: Event) -> Booked:
        if self.find(event.calendar, event.id) is None:
            raise IdSpent(event.calendar, event.id)
        return self.put(event)

    def remove(self, calendar: str, id: str) -> None:  # noqa: A002 - the port's word for it
        while (was := self._shelf.read(calendar, id)) is not None and not was.removed:
            said_nothing = replace(was.event, title="", description="", guests=(), location=None)
            if self._shelf.write(Entry(said_nothing, was.version + 1, removed=True), was=was):
                return

    def _booked(self, entry: Entry) -> Booked:
        video = self._video.format(id=entry.event.id) if self._video and entry.event.video else None
        return Booked(entry.event.id, link=None, video_link=video, etag=f'"{entry.version}"')


def _concerns(event: Event, email: str) -> bool:
    return email.lower() in {event.calendar.lower(), *(guest.lower() for guest in event.guests)}


def _busy(event: Event) -> Busy:
    return Busy(
        event.start.astimezone(UTC),
        event.end.astimezone(UTC),
        "busy",
        None if event.private else event.title,
        booking=event.id,
    )
