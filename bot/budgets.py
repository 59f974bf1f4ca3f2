"""Slack's rate limits, kept by ourselves: so many calls a minute of each method, a message a second into each conversation.

Slack counts for the whole workspace and says no only afterwards. Here a call first takes a token; where there is none it is
told how long to wait. What Slack asks us to wait (429, Retry-After) holds for the whole method, for every thread at once.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

POST: Final = "chat.postMessage"
HOME: Final = "views.publish"
MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once after a quiet time, then `per_minute`."""

    per_minute: float
    burst: float


RATES: Final[Mapping[str, Rate]] = {
    # Slack names no figure for posting beyond "several hundred a minute"; this is its 100-a-minute tier.
    POST: Rate(100, 20),
    HOME: Rate(100, 50),
    "chat.update": Rate(50, 25),
    "chat.delete": Rate(50, 25),
    "files.delete": Rate(50, 25),
    "conversations.open": Rate(50, 40),
    "conversations.history": Rate(50, 25),
    "conversations.replies": Rate(50, 25),
    "conversations.list": Rate(20, 10),
    "conversations.join": Rate(50, 25),
    "users.lookupByEmail": Rate(50, 40),
    "users.list": Rate(20, 10),
    "usergroups.list": Rate(20, 5),
    "files.getUploadURLExternal": Rate(100, 20),
    "files.completeUploadExternal": Rate(100, 20),
}
"""Slack's tiers of the methods that the messenger calls. The burst is smaller than Slack's, so that a bot which was just
started anew stays under the limit, too."""
CONVERSATION: Final = Rate(60, 3)
"""One message a second into one conversation; Slack tolerates short bursts."""

COUNT_EVERY: Final = 5.0
WAIT: Final = 2.0
"""Seconds that a call may wait for its turn in the hands of a thread."""


@dataclass(slots=True)
class _Bucket:
    rate: Rate
    level: float
    at: float

    def wait(self, now: float, *, among: int) -> float:
        """Seconds until there is a token; 0 when there is one. So many share the rate."""
        per_second = self.rate.per_minute / MINUTE / among
        self.level = min(max(1.0, self.rate.burst / among), self.level + (now - self.at) * per_second)
        self.at = now
        # A hair less than a whole token is one: what was waited for must be there, whatever the rounding.
        return 0.0 if self.level >= 1 - 1e-6 else (1 - self.level) / per_second


class Budgets:
    """Shared by all threads of a process. Methods without a rate are never held up."""

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        rates: Mapping[str, Rate] | None = None,
        workers: Callable[[], int] = lambda: 1,
    ) -> None:
        """`workers` says how many processes share what Slack allows: each takes its part, whatever the others do."""
        self._workers = workers
        self._among = 1
        self._count_again = 0.0
        self._monotonic = monotonic
        self._sleep = sleep
        self._rates = RATES if rates is None else rates
        self._lock = threading.Lock()
        self._methods: dict[str, _Bucket] = {}
        self._conversations: dict[str, _Bucket] = {}
        self._paused: dict[str, float] = {}
        self._refusals: Counter[str] = Counter()

    def count(self) -> None:
        """Looks, now and then, how many share. Raises whatever asking for it does."""
        with self._lock:
            if self._monotonic() < self._count_again:
                return
            self._count_again = self._monotonic() + COUNT_EVERY
        among = max(1, self._workers())
        with self._lock:
            self._among = among

    def wait(self, method: str) -> float:
        """Seconds until a call of `method` would find a token; 0 when it would now. Takes none."""
        with self._lock:
            return self._wait(self._buckets(method, None), method)

    def take(self, method: str, conversation: str | None = None) -> float:
        """0 when the call may be made now, and then its tokens are taken; otherwise the seconds to wait."""
        with self._lock:
            buckets = self._buckets(method, conversation)
            wait = self._wait(buckets, method)
            if wait == 0:
                for bucket in buckets:
                    bucket.level -= 1
            return wait

    def admit(self, method: str, conversation: str | None = None, *, within: float = WAIT) -> float:
        """0 when the call may be made, for which a moment is waited if need be; otherwise the seconds to come back after."""
        until = self._monotonic() + within
        while (wait := self.take(method, conversation)) > 0:
            if self._monotonic() + wait > until:
                return wait
            self._sleep(wait)
        return 0.0

    def refused(self, method: str, *, retry_after: float) -> None:
        """Slack has said 429: nobody calls `method` until then."""
        with self._lock:
            self._refusals[method] += 1
            self._paused[method] = max(self._paused.get(method, 0), self._monotonic() + retry_after)

    @property
    def refusals(self) -> Mapping[str, int]:
        """How often Slack has said 429, by method."""
        with self._lock:
            return dict(self._refusals)

    def _wait(self, buckets: list[_Bucket], method: str) -> float:
        now = self._monotonic()
        return max(
            [self._paused.get(method, 0) - now, 0.0, *(bucket.wait(now, among=self._among) for bucket in buckets)]
        )

    def _buckets(self, method: str, conversation: str | None) -> list[_Bucket]:
        found = []
        if method in self._rates:
            found.append(self._bucket(self._methods, method, self._rates[method]))
        if method == POST and conversation is not None:
            found.append(self._bucket(self._conversations, conversation, CONVERSATION))
        return found

    def _bucket(self, among: dict[str, _Bucket], name: str, rate: Rate) -> _Bucket:
        if name not in among:
            among[name] = _Bucket(rate=rate, level=rate.burst, at=self._monotonic())
        return among[name]
