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
from scheduling.calendars.port import Agenda, Booked, Calendars, CalendarUnavailable, Event

SOON = timedelta(seconds=5)
SHORTEST, LONGEST = 1.0, 64.0
PATIENCE = 15.0
"""Seconds that one question may wait in the hands of a thread, all its tries together: less than half a lease."""
REMEMBERED = 1_000
T = TypeVar("T")


class Asking:
    """A calendar that does not say how long it wants to be left alone is left alone twice as long each time, up to a
    minute, until something works again: as Google asks for."""

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

    def wait(self) -> float:
        """Seconds until the calendars may be asked again; 0 when they may be now."""
        with self._lock:
            return max(0.0, self._until - self._monotonic())

    def agendas(self, emails: Sequence[str], *, start: datetime, end: datetime) -> tuple[Agenda, ...]:
        return self._ask(lambda: self._calendars.agendas(emails, start=start, end=end), self._patience())

    def put_all(self, events: Sequence[Event]) -> dict[str, Booked]:
        """By id. Idempotent, so an unknown outcome is simply tried again; and what was put before something else went wrong
        is not put anew, or a loop with many sessions would never come through a storm."""
        until = self._patience()
        for event in events:
            if event not in self._partly:
                self._partly[event] = self._ask(partial(self._calendars.put, event), until)
                while len(self._partly) > REMEMBERED:
                    self._partly.pop(next(iter(self._partly)), None)
        return {event.id: self._partly.pop(event) for event in events}

    def remove(self, calendar: str, event: str) -> None:
        for put in [one for one in self._partly if one.id == event]:
            del self._partly[put]
        self._ask(lambda: self._calendars.remove(calendar, event), self._patience())

    def _patience(self) -> float:
        return self._monotonic() + PATIENCE

    def _ask(self, call: Callable[[], T], until: float) -> T:
        pause = SHORTEST
        while True:
            try:
                found = call()
            except CalendarUnavailable as error:
                wait = self._told(error.retry_after) if error.limited else _seconds(error.retry_after, pause)
                if self._monotonic() + wait > until:
                    raise Later(str(error), wait=timedelta(seconds=wait), limited=error.limited) from None
                self._sleep(wait)
                pause *= 2
            else:
                with self._lock:
                    self._pause = SHORTEST
                return found

    def _told(self, retry_after: timedelta | None) -> float:
        """Too much was asked: for how many seconds nobody asks now."""
        with self._lock:
            wait = _seconds(retry_after, self._pause)
            if retry_after is None and self._until <= self._monotonic():
                self._pause = min(2 * self._pause, LONGEST)
            self._until = max(self._until, self._monotonic() + wait)
        return wait


def _seconds(told: timedelta | None, otherwise: float) -> float:
    return otherwise if told is None else told.total_seconds()
