"""What meets whoever asks Google Calendar in a storm, by lot."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from tests.scheduling.calendars.google_server import Failure, How
from tests.scheduling.calendars.google_state import Answer

LONGEST_WAIT = 60
SLOW_DOWN = ((429, "rateLimitExceeded"), (403, "rateLimitExceeded"), (403, "userRateLimitExceeded"))
USED_UP = ((403, "quotaExceeded"), (403, "dailyLimitExceeded"))
BROKEN: tuple[How, ...] = ("reset", "reset_after", "hang_up_after")
REFUSABLE = {"list", "insert"}
"""What a calendar may refuse by lot: a refused delete would stay, and be told to the operator."""


class Passing(Protocol):
    def monotonic(self) -> float: ...


@dataclass
class Weather:
    """30 % are told to slow down, 20 % meet HTTP 5xx, 8 % a connection that breaks, half of them when it was done, 3 % are
    refused, and 3 % of the answers to free/busy leave somebody out."""

    time: Passing
    lot: random.Random
    lasts: float
    met: Counter[str] = field(default_factory=Counter)
    too_early: list[str] = field(default_factory=list)
    _told: tuple[float, float] = (0.0, 0.0)

    def __call__(self, operation: str) -> Failure | None:
        now = self.time.monotonic()
        told_at, until = self._told
        if told_at < now < until:
            self.too_early.append(operation)
        if operation == "token" or now >= self.lasts:
            return None
        found = self._draw(operation)
        self.met["answer" if found is None else f"{found.status} {found.how} {found.headers}"[:40]] += 1
        return found

    def _draw(self, operation: str) -> Failure | None:
        dice = self.lot.random()
        if dice < 0.3:
            return self._slow_down()
        if dice < 0.5:
            return _failure(self.lot.choice((500, 503)), "backendError")
        if dice < 0.58:
            return _failure(503, "backendError", how=self.lot.choice(BROKEN))
        if dice < 0.61 and operation in REFUSABLE:
            return _failure(403, "forbidden")
        if dice < 0.64 and operation == "freebusy":
            return Failure("freebusy", "answer", 200, {"calendars": {}}, {})
        return None

    def _slow_down(self) -> Failure:
        status, reason = self.lot.choice((*SLOW_DOWN, *SLOW_DOWN, *USED_UP))
        if status != 429:
            return _failure(status, reason)
        wait = self.lot.randint(1, LONGEST_WAIT)
        self._told = (self.time.monotonic(), self.time.monotonic() + wait)
        return _failure(status, reason, wait=wait)


def _failure(status: int, reason: str, *, how: How = "answer", wait: int = 0) -> Failure:
    headers = {"Retry-After": str(wait)} if wait else {}
    return Failure("any", how, status, Answer(status, reason, reason).body, headers)
