"""Time that passes only when everybody waits: hours of storm in seconds, the same each time.

The threads are the program's own. One runs at a time; when it waits, whoever's wait ends next goes on, and it is that late.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from datetime import datetime, timedelta

from hiring.ports import Clock


class SimulatedTime(Clock):
    """For so many threads; nothing passes before each of them has waited once."""

    def __init__(self, start: datetime, *, threads: int) -> None:
        self._start = start
        self._threads = threads
        self._passed = 0.0
        self._turn = threading.Condition()
        self._waiting: list[tuple[float, int]] = []
        self._order = itertools.count()
        self._whose = -1
        self._over = False

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    def sleep(self, seconds: float) -> None:
        with self._turn:
            me = next(self._order)
            heapq.heappush(self._waiting, (self._passed + seconds, me))
            if len(self._waiting) == self._threads:
                self._pass()
            self._turn.wait_for(lambda: self._over or self._whose == me)

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """A wait that nobody cuts short: the program must not depend on being woken."""
        if not event.is_set():
            self.sleep(seconds)
        return event.is_set()

    def end(self) -> None:
        """Nobody waits any more."""
        with self._turn:
            self._over = True
            self._turn.notify_all()

    def _pass(self) -> None:
        self._passed, self._whose = heapq.heappop(self._waiting)
        self._turn.notify_all()
