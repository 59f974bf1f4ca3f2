"""A Slack in memory, in simulated time, in a storm: it refuses, fails, hangs up and does not answer, by lot.

It counts as Slack does, and remembers who called although told to wait.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.budgets import RATES
from bot.messenger import HISTORY, TIMEOUT
from tests.operations.simulated import SimulatedTime
from workbench.limits import Limits

Trouble = Literal["limit", "error", "reset", "hang"]
SHARES: Mapping[Trouble, float] = {"limit": 0.3, "error": 0.2, "reset": 0.05, "hang": 0.03}
LONGEST_WAIT = 60
LATENCY = 0.1, 0.4


@dataclass(slots=True)
class Weather:
    """What meets a call. A storm of so many seconds, and then it is calm."""

    lot: random.Random
    lasts: float

    def meet(self, at: float) -> Trouble | None:
        if at >= self.lasts:
            return None
        (found,) = self.lot.choices([*SHARES, None], [*SHARES.values(), 1 - sum(SHARES.values())])
        return found

    def wait(self) -> int:
        return self.lot.randint(1, LONGEST_WAIT)

    def takes_effect(self) -> bool:
        """An answer that is lost or wrong does not say whether it was done."""
        return self.lot.random() < 0.5


@dataclass
class StormySlack:
    time: SimulatedTime
    weather: Weather
    posts: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    """By conversation the key and `ts` of each message, in order."""
    met: Counter[str] = field(default_factory=Counter)
    too_early: list[str] = field(default_factory=list)
    """Methods that were called before the time was over that Slack had said to wait."""
    too_many: list[str] = field(default_factory=list)
    """Methods that were called more often than Slack's own limits allow."""
    _limits: Limits = field(default_factory=Limits)
    _closed: dict[str, float] = field(default_factory=dict)

    def call(self, method: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer, or the error that a client meets. Takes some time."""
        now = self.time.monotonic()
        if now < self._closed.get(method, 0.0):
            self.too_early.append(method)
        tier = int(RATES[method].per_minute)
        if self._limits.wait(method, tier=tier, channel=given.get("channel"), now=now):
            self.too_many.append(method)
        trouble = self.weather.meet(now)
        self.met[f"{method}: {trouble or 'answer'}"] += 1
        self.time.sleep(self.weather.lot.uniform(*LATENCY))
        if trouble is None:
            return self._do(method, given)
        return self._fail(trouble, method, given)

    def _fail(self, trouble: Trouble, method: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        if trouble == "limit":
            wait = self.weather.wait()
            self._closed[method] = self.time.monotonic() + wait
            raise _answered(429, "ratelimited", {"Retry-After": str(wait)})
        if self.weather.takes_effect():
            self._do(method, given)
        if trouble == "error":
            raise _answered(500, "internal_error", {})
        if trouble == "reset":
            raise ConnectionResetError
        self.time.sleep(TIMEOUT)
        raise TimeoutError

    def _do(self, method: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        match method:
            case "conversations.open":
                return {"ok": True, "channel": {"id": f"D{given['users']}"}}
            case "chat.postMessage":
                ts = f"{self.time.monotonic():.6f}"
                where = f"D{given['channel']}"
                self.posts[where].append((given["metadata"]["event_payload"]["key"], ts))
                return {"ok": True, "channel": where, "ts": ts}
            case "conversations.history":
                newest = reversed(self.posts[given["channel"]][-HISTORY:])
                return {"ok": True, "messages": [_message(key, ts) for key, ts in newest]}
        raise AssertionError(method)


class StormyClient(WebClient):
    """Slack's own client, with the storm where the network is."""

    def __init__(self, slack: StormySlack) -> None:
        super().__init__(retry_handlers=[])
        self._slack = slack

    def api_call(self, api_method: str, **given: Any) -> SlackResponse:
        return _response(self._slack.call(api_method, given.get("json") or given["params"]), {}, 200)


def _message(key: str, ts: str) -> dict[str, Any]:
    return {"ts": ts, "metadata": {"event_payload": {"key": key}}}


def _answered(status: int, error: str, headers: dict[str, str]) -> SlackApiError:
    told = _response({"ok": False, "error": error}, headers, status)
    return SlackApiError(error, told)  # type: ignore[no-untyped-call]  # Slack leaves it untyped


def _response(data: Mapping[str, Any], headers: dict[str, str], status: int) -> SlackResponse:
    return SlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=dict(data), headers=headers, status_code=status
    )
