"""What nobody could do faster: loops booked in the same weather by somebody whose calls take no time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.operations.google_weather import SLOW_DOWN, USED_UP, Weather
from tests.scheduling.calendars.google_server import Failure

SHORTEST, LONGEST = 1.0, 64.0


@dataclass(frozen=True)
class Work:
    """What one loop takes: how many to read, to put, and to take back where a calendar refuses."""

    people: int
    events: int
    spent: int


@dataclass
class _Now:
    at: float = 0.0

    def monotonic(self) -> float:
        return self.at


@dataclass
class _Ideal:
    """Asks each thing once, one after another, and waits as Google asks for: the time it names, else twice as long each time
    until something works. What failed is asked again at once, and of an answer that was lost it knows whether it was done."""

    now: _Now
    weather: Weather
    pause: float = SHORTEST

    def book(self, loop: Work) -> None:
        for _ in range(loop.people):
            while not (self._ask("list") or self._ask("freebusy")):
                pass
        if not all(self._ask("insert") for _ in range(loop.events)):
            for _ in range(loop.spent):
                self._ask("delete")

    def _ask(self, operation: str) -> bool:
        """False when it was refused."""
        while True:
            met = self.weather(operation)
            if met is None or met.how.endswith("_after"):
                self.pause = SHORTEST
                return True
            if _is_refused(met):
                return False
            self._wait(met)

    def _wait(self, met: Failure) -> None:
        if "Retry-After" in met.headers:
            self.now.at += float(met.headers["Retry-After"])
        elif (met.status, _reason(met)) in {*SLOW_DOWN, *USED_UP}:
            self.now.at += self.pause
            self.pause = min(2 * self.pause, LONGEST)


def ideal(loops: Sequence[Work], *, lasts: float, seed: int) -> float:
    """In how many seconds all of them are booked, or refused and taken back."""
    now = _Now()
    sender = _Ideal(now, Weather(now, random.Random(seed), lasts))
    for loop in loops:
        sender.book(loop)
    return now.at


def _reason(met: Failure) -> str:
    return str(met.body["error"]["errors"][0]["reason"]) if isinstance(met.body, dict) and "error" in met.body else ""


def _is_refused(met: Failure) -> bool:
    return _reason(met) == "forbidden"
