"""Google Calendar for a whole organization: each calendar is read and written as its own owner.

By domain-wide delegation the service account acts as whoever a calendar belongs to, so that no calendar has to be shared
with it and an invitation comes from the recruiter themselves.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock

from scheduling.calendars.google import GoogleCalendars
from scheduling.calendars.google_calls import GOOGLE_URL
from scheduling.calendars.google_together import ask_together
from scheduling.calendars.port import Agenda, Booked, Busy, CalendarError, CalendarRefused, Event

KEPT = 200
"""Owners whose connections are kept; each holds a token and, at most times, one connection."""


class DelegatedCalendars:
    """Satisfies `Calendars`. Whoever Google does not let us act as counts as busy, with the reason for the operator; a key
    that is none says nothing about anybody, and is read anew at the next question."""

    def __init__(self, key_file: Path, *, url: str = GOOGLE_URL) -> None:
        self._key_file = key_file
        self._url = url
        self._lock = Lock()
        self._owners: OrderedDict[str, GoogleCalendars] = OrderedDict()

    def agendas(self, emails: Sequence[str], *, start: datetime, end: datetime) -> tuple[Agenda, ...]:
        def one(email: str) -> Agenda:
            try:
                with self._as(email) as owner:
                    return owner.agendas([email], start=start, end=end)[0]
            except CalendarRefused as refused:
                if refused.of_all:
                    raise
                busy = (Busy(start, end, "unreadable"),)
                return Agenda(email, busy, readable=False, reason=refused.remedy)

        return ask_together(one, emails)

    def roles(self, emails: Sequence[str]) -> dict[str, str | CalendarError]:
        """What we may do on each calendar, or why that could not be found out."""

        def one(email: str) -> str | CalendarError:
            try:
                with self._as(email) as owner:
                    return owner.role(email)
            except CalendarError as error:
                return error

        return dict(zip(emails, ask_together(one, emails), strict=True))

    def put(self, event: Event) -> Booked:
        with self._as(event.calendar) as owner:
            return owner.put(event)

    def find(self, calendar: str, id: str) -> Booked | None:  # noqa: A002 - the port's word for it
        with self._as(calendar) as owner:
            return owner.find(calendar, id)

    def move(self, event: Event) -> Booked:
        with self._as(event.calendar) as owner:
            return owner.move(event)

    def remove(self, calendar: str, id: str) -> None:  # noqa: A002 - the port's word for it
        with self._as(calendar) as owner:
            owner.remove(calendar, id)

    def close(self) -> None:
        with self._lock:
            owners, self._owners = list(self._owners.values()), OrderedDict()
        for owner in owners:
            owner.close()

    @contextmanager
    def _as(self, email: str) -> Iterator[GoogleCalendars]:
        with self._lock:
            known = self._owners.pop(email, None) or GoogleCalendars(self._key_file, subject=email, url=self._url)
            self._owners[email] = known
            # The oldest is only let go, not closed: another thread may be using it at this moment.
            while len(self._owners) > KEPT:
                self._owners.popitem(last=False)
        try:
            yield known
        except CalendarRefused as refused:
            if refused.of_all:
                # The file may hold a new key by now.
                with self._lock:
                    self._owners.pop(email, None)
                known.close()
            raise
