"""Slack's rate limits, as far as they bite a bot: calls a minute per method, a message a second per channel."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

CHANNEL_BURST = 4.0
CHANNEL_PER_SECOND = 1.0
MINUTE = 60.0


@dataclass(slots=True)
class Bucket:
    burst: float
    per_second: float
    level: float
    at: float

    def take(self, now: float) -> int:
        """0 when there is room; otherwise the whole seconds to wait."""
        self.level = min(self.burst, self.level + (now - self.at) * self.per_second)
        self.at = now
        if self.level >= 1.0:
            self.level -= 1.0
            return 0
        return max(1, math.ceil((1.0 - self.level) / self.per_second))


@dataclass(slots=True)
class Limits:
    buckets: dict[str, Bucket] = field(default_factory=dict)

    def wait(self, method: str, *, tier: int, channel: str | None, now: float) -> int:
        wait = self._bucket(method, burst=float(tier), per_second=tier / MINUTE, now=now).take(now)
        if wait == 0 and method == "chat.postMessage" and channel is not None:
            key = f"{method} {channel}"
            wait = self._bucket(key, burst=CHANNEL_BURST, per_second=CHANNEL_PER_SECOND, now=now).take(now)
        return wait

    def _bucket(self, key: str, *, burst: float, per_second: float, now: float) -> Bucket:
        if key not in self.buckets:
            self.buckets[key] = Bucket(burst=burst, per_second=per_second, level=burst, at=now)
        return self.buckets[key]
