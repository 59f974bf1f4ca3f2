"""Google Calendar as a port: free/busy that fails closed, and events under our own ids."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from scheduling.calendars.google_agendas import by_events, by_free_busy
from scheduling.calendars.google_calls import GOOGLE_URL, GoogleCalls
from scheduling.calendars.google_errors import GoogleRefused
from scheduling.calendars.google_events import body_of, booked, change_to, is_deleted, is_ours
from scheduling.calendars.google_together import ask_together
from scheduling.calendars.port import Agenda, Booked, CalendarRefused, CalendarUnavailable, Event, IdSpent

_DUPLICATE = 409
_GONE = {404, 410}
_LOOKS = 3


class GoogleCalendars:
    """With a service account, as itself or (`subject`, by domain-wide delegation) as a person of the organization.

    Without delegation Google lets it invite nobody. `lists_events` says for whom events are listed, which needs the
    right to see them and gives titles, out-of-office and our own events; for the others, and where it is refused, there
    is free/busy.
    """

    def __init__(
        self,
        key_file: Path,
        *,
        subject: str | None = None,
        url: str = GOOGLE_URL,
        timeout: timedelta = timedelta(seconds=20),
        lists_events: Callable[[str], bool] = lambda _: True,
        send_updates: Literal["all", "externalOnly", "none"] = "all",
    ) -> None:
        self._calls = GoogleCalls(key_file, subject=subject, url=url, timeout=timeout)
        self._lists_events = lists_events
        self._send_updates = send_updates

    def close(self) -> None:
        self._calls.close()

    def agendas(self, emails: Sequence[str], *, start: datetime, end: datetime) -> tuple[Agenda, ...]:
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        everyone = list(dict.fromkeys(emails))
        known = self._by_events([email for email in everyone if self._lists_events(email)], start=start, end=end)
        others = [email for email in everyone if email not in known]
        known |= by_free_busy(self._calls, others, start=start, end=end)
        return tuple(known[email] for email in emails)

    def _by_events(self, emails: Sequence[str], *, start: datetime, end: datetime) -> dict[str, Agenda]:
        """Several people at once: a panel's worth of calls one after the other would take seconds."""
        found = ask_together(lambda email: by_events(self._calls, email, start=start, end=end), emails)
        return {agenda.email: agenda for agenda in found if agenda is not None}

    def role(self, email: str) -> str:
        """What we may do on a calendar, in Google's word: `owner`, `writer`, `reader`, `freeBusyReader` or `none`."""
        asked = self._calls.events.list(calendarId=email, maxResults=1, fields="accessRole")
        return str(self._calls.ask(asked).get("accessRole", "none"))

    def put(self, event: Event) -> Booked:
        request = self._calls.events.insert(
            calendarId=event.calendar, body=body_of(event), conferenceDataVersion=1, sendUpdates=self._send_updates
        )
        try:
            return booked(self._calls.ask(request, writing=True))
        except GoogleRefused as refusal:
            if refusal.status != _DUPLICATE:
                raise
        # The id is taken: by an earlier try of this very event, or by one that was deleted since.
        return self.move(event)

    def find(self, calendar: str, id: str) -> Booked | None:  # noqa: A002 - the port's word for it
        there = self._look(calendar, id)
        return booked(there) if there is not None else None

    def move(self, event: Event) -> Booked:
        for _ in range(_LOOKS):
            there = self._look(event.calendar, event.id)
            if there is None:
                raise IdSpent(event.calendar, event.id)
            if not is_ours(there):
                remedy = "Somebody else's event has an id of ours; delete it, or book under another calendar."
                raise CalendarRefused("An event that is not Evenhand's stands in the way", remedy=remedy)
            change = change_to(event, there=there)
            if not change:
                return booked(there)
            changed = self._patch(event, change, etag=there["etag"])
            if changed is not None:
                return booked(changed)
        raise CalendarUnavailable("The event was changed by others each time Evenhand wanted to change it")

    def remove(self, calendar: str, id: str) -> None:  # noqa: A002 - the port's word for it
        request = self._calls.events.delete(calendarId=calendar, eventId=id, sendUpdates=self._send_updates)
        try:
            self._calls.ask(request, writing=True)
        except GoogleRefused as refusal:
            if refusal.status not in _GONE:
                raise

    def _look(self, calendar: str, id_: str) -> dict[str, Any] | None:
        """The event, unless it never was or was deleted; Google shows deleted ones for a while."""
        try:
            there = self._calls.ask(self._calls.events.get(calendarId=calendar, eventId=id_))
        except GoogleRefused as refusal:
            if refusal.status in _GONE:
                return None
            raise
        return None if is_deleted(there) else there

    def _patch(self, event: Event, change: dict[str, Any], *, etag: str) -> dict[str, Any] | None:
        """The event after the change; None when it has changed or gone since we looked, so that one looks again."""
        request = self._calls.events.patch(
            calendarId=event.calendar,
            eventId=event.id,
            body=change,
            conferenceDataVersion=1,
            sendUpdates=self._send_updates,
        )
        try:
            return self._calls.ask(request, writing=True, etag=etag)
        except GoogleRefused as refusal:
            # 403 is what a deleted event answers; when it stands there still, the refusal means what it says.
            vanished = refusal.status == 403 and self._look(event.calendar, event.id) is None  # noqa: PLR2004 - HTTP's
            if refusal.status in {412, *_GONE} or vanished:
                return None
            raise
