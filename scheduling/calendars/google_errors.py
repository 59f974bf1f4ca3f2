"""What Google's refusals mean for us: wait, look again, or have somebody change something."""

import json
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime

from scheduling.calendars.port import CalendarError, CalendarRefused, CalendarUnavailable

SCOPES = ("https://www.googleapis.com/auth/calendar.events", "https://www.googleapis.com/auth/calendar.freebusy")

_DELEGATION = (
    "In the Google Admin console (Security, API controls, Domain-wide delegation) allow the service account's client id"
    f" exactly the scopes {', '.join(SCOPES)}. Google may take some minutes, and at times a day, until that works. Somebody"
    " outside your organization can't be acted for."
)
_SHARE = "Share the calendar with the account Evenhand acts as ('Make changes to events'; free/busy is enough to look)."
_ENABLE = "Enable the Google Calendar API for the project of the service account."
_KEY = "Make a new key for the service account and put its file in place."
_SLOW_DOWN = {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "RESOURCE_EXHAUSTED"}
_USED_UP = {"quotaExceeded", "dailyLimitExceeded"}
"""May stay so for long: whoever waits must be told at some time."""
_REMEDIES = {
    "forbiddenForServiceAccounts": _DELEGATION,
    "requiredAccessLevel": _SHARE,
    "forbidden": _SHARE,
    "notFound": _SHARE,
    "accessNotConfigured": _ENABLE,
    "SERVICE_DISABLED": _ENABLE,
    "insufficientPermissions": _DELEGATION,
    "authError": _KEY,
}
_OTHER = "Look the reason up in Google's Calendar API error guide; what Evenhand asked for is not accepted as it is."


class GoogleRefused(CalendarRefused):
    """With Google's own status and reason, for whoever knows what to do about one."""

    def __init__(self, why: str, *, status: int, reason: str, remedy: str) -> None:
        super().__init__(why, remedy=remedy)
        self.status = status
        self.reason = reason


def from_answer(
    operation: str, *, status: int, headers: Mapping[str, str], content: bytes, writing: bool
) -> CalendarError:
    """An HTTP answer that is no success. The texts name no calendar and no event: they may be logged."""
    reason = _reason(content)
    why = f"Google answered {operation} with {status}" + (f" ({reason})" if reason else "")
    if status == 429 or (status == 403 and reason in _SLOW_DOWN):  # noqa: PLR2004 - HTTP's numbers
        # Inviting guests without delegation is sometimes told as a quota, too; waiting does not help then.
        hint = "; if it stays so, look at domain-wide delegation" if reason == "quotaExceeded" else ""
        return CalendarUnavailable(why + hint, retry_after=retry_after(headers), limited=reason not in _USED_UP)
    if status >= 500 or status == 408:  # noqa: PLR2004 - HTTP's numbers
        return CalendarUnavailable(why, retry_after=retry_after(headers), outcome_unknown=writing)
    return GoogleRefused(why, status=status, reason=reason, remedy=_REMEDIES.get(reason, _OTHER))


def from_token(error: str, *, retryable: bool) -> CalendarError:
    """A token that was not given. Nothing was asked of the calendar, so a write has not happened."""
    if retryable:
        return CalendarUnavailable("Google gives no token at the moment")
    if "unauthorized_client" in error or "access_denied" in error:
        return CalendarRefused("Google does not let the service account act as this person", remedy=_DELEGATION)
    if "Invalid email" in error:
        return CalendarRefused("Google does not know the person to act as", remedy=_DELEGATION)
    remedy = f"{_KEY} If the key is good, look whether this machine's clock is right."
    # Of a key Google says this much; what else it may say can be about the one person to act as.
    return CalendarRefused(
        "Google does not accept the service account's key", remedy=remedy, of_all="Invalid JWT" in error
    )


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Retry-After in seconds or as a date, which counts from the answer's own Date."""
    told = headers.get("retry-after", "").strip()
    try:
        if told.isdecimal():
            return timedelta(seconds=int(told))
        return max(parsedate_to_datetime(told) - parsedate_to_datetime(headers.get("date", "")), timedelta(0))
    except (ValueError, TypeError, OverflowError):
        return None


def _reason(content: bytes) -> str:
    """`error.errors[0].reason`, or the newer `error.status`; empty for an answer that is not Google's."""
    try:
        error = json.loads(content)["error"]
        errors = error.get("errors") or [{}]
        found = errors[0].get("reason") or error.get("status") or ""
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return ""
    return str(found)[:60]
