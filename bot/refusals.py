"""What it means when Slack says no, says "later", or says nothing at all."""

from __future__ import annotations

import http
from datetime import timedelta
from typing import Final

from slack_sdk.errors import SlackApiError

LIMITED: Final = frozenset({"ratelimited", "rate_limited"})
TRANSIENT: Final = LIMITED | {"service_unavailable", "fatal_error", "internal_error", "request_timeout"}
LONGEST_PAUSE: Final = 600.0


class SlackUnavailable(Exception):
    """It may work later. With `outcome_unknown` it may have happened already: look before sending again. `limited`: nothing
    is wrong, there is only too much to say at once."""

    def __init__(self, why: str, *, retry_after: timedelta, outcome_unknown: bool, limited: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.retry_after = retry_after
        self.outcome_unknown = outcome_unknown
        self.limited = limited


class SlackRefused(Exception):
    """Slack will not do it, and says so with this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def refusal_of(error: SlackApiError, *, writes: bool) -> SlackUnavailable | SlackRefused:
    response = error.response
    code = str(response.get("error") or f"http_{response.status_code}")
    if response.status_code == http.HTTPStatus.TOO_MANY_REQUESTS or code in TRANSIENT:
        wait = timedelta(seconds=_seconds(response.headers.get("Retry-After")))
        # 429 is certainly not done; any other transient answer may come after the deed.
        limited = response.status_code == http.HTTPStatus.TOO_MANY_REQUESTS or code in LIMITED
        return SlackUnavailable(code, retry_after=wait, outcome_unknown=writes and not limited, limited=limited)
    if response.status_code >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        return SlackUnavailable(code, retry_after=timedelta(seconds=2), outcome_unknown=writes)
    return SlackRefused(code)


def _seconds(said: str | None) -> float:
    """Retry-After is a number at Slack; a proxy may put a date there, or nothing."""
    try:
        return min(max(float(said or 2), 0.0), LONGEST_PAUSE)
    except ValueError:
        return 2.0


def no_answer(error: Exception, *, writes: bool) -> SlackUnavailable:
    return SlackUnavailable(type(error).__name__, retry_after=timedelta(seconds=2), outcome_unknown=writes)
