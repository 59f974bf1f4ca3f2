"""What it means when Slack says no, says "later", or says nothing at all."""

from __future__ import annotations

import http
import re
from datetime import timedelta
from typing import Final

from slack_sdk.errors import SlackApiError

LIMITED: Final = frozenset({"ratelimited", "rate_limited"})
TRANSIENT: Final = LIMITED | {"service_unavailable", "fatal_error", "internal_error", "request_timeout"}
US: Final = frozenset({
    "account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked",
    "accesslimited", "ekm_access_denied", "org_login_required", "team_access_not_granted", "team_added_to_org",
})  # fmt: skip
"""It is us whom Slack refuses, or everybody: the token has to be replaced, or the workspace is on its way into an
organization. It says nothing about what was to be said."""
_CODE: Final = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
"""What a code of Slack's looks like. In the place of one the SDK puts the beginning of a page that is not Slack's."""
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
    code = str(response.get("error") or "")
    answered = _CODE.fullmatch(code) is not None
    code = code if answered else f"http_{response.status_code}"
    if response.status_code == http.HTTPStatus.TOO_MANY_REQUESTS or code in TRANSIENT:
        wait = timedelta(seconds=_seconds(response.headers.get("Retry-After")))
        # 429 is certainly not done; any other transient answer may come after the deed.
        limited = response.status_code == http.HTTPStatus.TOO_MANY_REQUESTS or code in LIMITED
        return SlackUnavailable(code, retry_after=wait, outcome_unknown=writes and not limited, limited=limited)
    if response.status_code >= http.HTTPStatus.INTERNAL_SERVER_ERROR or not answered:
        # A page of a proxy's or a portal's, or half an answer, is none of Slack's: whether it heard us nobody knows.
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
