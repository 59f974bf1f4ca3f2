"""Calendars as the makers of deliveries ask them: what may work in a moment is tried again then, what may work later is
`Later`, and a calendar that says "too much" is left alone for a while by all of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.outcomes import Later
from scheduling.calendars.port import Agenda, Booked, CalendarRefused, Calendars, CalendarUnavailable, Event

SOON = timedelta(seconds=5)
SHORTEST, LONGEST = 1.0, 64.0
"""Seconds between two questions where too much was asked and Google did not say for how long to wait."""
LONGEST_TOLD = 3600.0
"""Seconds after which they are asked once more, however long they want to be left alone: it may be a proxy's mistake."""
AT_FIRST = 0.25
"""Seconds before a question is put again that failed for no fault of ours; twice as long each time."""
PATIENCE = 15.0
"""Seconds that one question may wait in the hands of a thread, all its tries together: less than half a lease."""
REMEMBERED = 1_000
FRESH = 60.0
"""Seconds for which what was read may be booked upon, when the calendars have to be waited for in between."""
_Whose = tuple[tuple[str, ...], datetime, datetime]
T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


class Asking:
    """A calendar that does not say how long it wants to be left alone is left alone twice as long each time, up to a
    minute, until something works again: as Google asks for.

    Any thread may read; what is to be booked upon, put and removed is for one thread alone.
    """

    def __init__(
        self,
        calendars: Calendars,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._calendars = calendars
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()
        self._until = 0.0
        self._pause = SHORTEST
        self._partly: dict[Event, Booked] = {}
        self._gone: dict[tuple[str, str], None] = {}
        self._read: dict[_Whose, tuple[float, dict[str, Agenda]]] = {}

    def wait(self) -> float:
        """Seconds until the calendars may be asked again; 0 when they may be now."""
        with self._lock:
            return max(0.0, self._until - self._monotonic())

    def agendas(self, emails: Sequence[str], *, start: datetime, end: datetime) -> tuple[Agenda, ...]:
        """Nobody is read anew because somebody else could not be."""
        return self._gathered({}, emails, start, end)

    def agendas_to_book(self, emails: Sequence[str], *, start: datetime, end: datetime) -> tuple[Agenda, ...]:
        """The same; nor because what is to be put there had to wait, within a minute. Else a loop would never come through a
        storm: each time it would begin by reading everybody."""
        whose = (tuple(emails), start, end)
        at, known = self._read.pop(whose, (0.0, {}))
        if at + FRESH <= self._monotonic():
            at, known = self._monotonic(), {}
        self._read[whose] = at, known
        _bound(self._read)
        found = self._gathered(known, emails, start, end)
        for agenda in found:
            if agenda.passing:
                known.pop(agenda.email, None)
        return found

    def _gathered(
        self, known: dict[str, Agenda], emails: Sequence[str], start: datetime, end: datetime
    ) -> tuple[Agenda, ...]:
        def read() -> None:
            missing = [email for email in emails if email not in known]
            try:
                found = self._calendars.agendas(missing, start=start, end=end) if missing else ()
            except CalendarUnavailable as error:
                known.update({agenda.email: agenda for agenda in error.partly})
                raise
            known.update({agenda.email: agenda for agenda in found})

        self._ask(read, self._patience())
        return tuple(known[email] for email in emails)

    def put_all(self, events: Sequence[Event]) -> dict[str, Booked]:
        """By id. Idempotent, so an unknown outcome is simply tried again; and what was put before something else went wrong
        is not put anew, or a loop with many sessions would never come through a storm."""
        until = self._patience()
        # What is put makes what was read untrue, but for the booking that has to wait and will go on.
        read, self._read = self._read, {}
        try:
            for event in events:
                if event not in self._partly:
                    self._partly[event] = self._ask(partial(self._calendars.put, event), until)
                    self._gone.pop((event.calendar, event.id), None)
                    _bound(self._partly)
        except Later:
            self._read = read
            raise
        return {event.id: self._partly.pop(event) for event in events}

    def remove(self, calendar: str, event: str) -> None:
        """What this process took away is not taken away anew, while it has not put it there again."""
        for put in [one for one in self._partly if one.id == event]:
            del self._partly[put]
        self._read.clear()
        if (calendar, event) in self._gone:
            return
        self._ask(lambda: self._calendars.remove(calendar, event), self._patience())
        self._gone[calendar, event] = None
        _bound(self._gone)

    def _patience(self) -> float:
        return self._monotonic() + PATIENCE

    def _ask(self, call: Callable[[], T], until: float) -> T:
        pause = AT_FIRST
        while True:
            try:
                found = call()
            except CalendarUnavailable as error:
                wait = self._told(error.retry_after) if error.limited else _seconds(error.retry_after, pause)
                if self._monotonic() + wait > until:
                    raise Later(str(error), wait=timedelta(seconds=wait), limited=error.limited) from None
                self._sleep(wait)
                pause *= 2
            except CalendarRefused as error:
                if not error.of_all:
                    raise
                # A key that is just being replaced: an outage, and no word about anybody's calendar.
                raise Later(str(error), wait=SOON) from None
            else:
                with self._lock:
                    self._pause = SHORTEST
                return found

    def _told(self, retry_after: timedelta | None) -> float:
        """Too much was asked: for how many seconds nobody asks now."""
        with self._lock:
            wait = _seconds(retry_after, self._pause)
            if not retry_after and self._until <= self._monotonic():
                self._pause = min(2 * self._pause, LONGEST)
            self._until = max(self._until, self._monotonic() + wait)
        return wait


def _seconds(told: timedelta | None, otherwise: float) -> float:
    """Told to wait for no time at all, we wait as if nothing had been told; and for no more than an hour."""
    return min(told.total_seconds(), LONGEST_TOLD) if told else otherwise


def _bound(kept: dict[K, V]) -> None:
    """The oldest go."""
    while len(kept) > REMEMBERED:
        kept.pop(next(iter(kept)), None)
