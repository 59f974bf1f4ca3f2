"""When people are busy, as Google tells it: by their events where we may list them, else by free/busy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scheduling.calendars.google_calls import GoogleCalls
from scheduling.calendars.google_errors import GoogleRefused
from scheduling.calendars.google_events import busy_of
from scheduling.calendars.port import Agenda, Busy
from scheduling.calendars.spans import Span, merge

# Google's own limits: 50 calendars a call; a span of about 90 days is refused, and not always in so many words.
_MOST_CALENDARS = 50
_LONGEST = timedelta(days=80)
_FIELDS = (
    "timeZone,nextPageToken,items(id,status,summary,start,end,transparency,visibility,eventType,extendedProperties/shared,"
    "attendees(self,responseStatus))"
)
_PASSING = {"internalError", "backendError", "rateLimitExceeded", "userRateLimitExceeded"}
_REASONS = {
    "notFound": "Google knows no such calendar, or it is not shared with the account Evenhand acts as (free/busy is enough)",
    "groupTooBig": "This is a group with more people than Google looks up at once; name its people one by one",
}


def by_events(calls: GoogleCalls, email: str, *, start: datetime, end: datetime) -> Agenda | None:
    """With titles, out-of-office and our own events; None when we may not list this person's events."""
    busy: list[Busy] = []
    page: str | None = None
    while True:
        request = calls.events.list(
            calendarId=email,
            timeMin=start.isoformat(),
            timeMax=end.isoformat(),
            singleEvents=True,
            maxAttendees=1,
            maxResults=2500,
            pageToken=page,
            fields=_FIELDS,
        )
        try:
            answer = calls.ask(request)
        except GoogleRefused as refusal:
            if refusal.status in {403, 404}:
                return None
            raise
        try:
            busy += busy_of(answer.get("items", ()), zone=answer["timeZone"])
        except (KeyError, TypeError, ValueError):
            wrong = _Wrong("Google listed an event that can't be understood")
            return _unreadable(email, wrong, start=start, end=end)
        page = answer.get("nextPageToken")
        if page is None:
            return Agenda(email, _clipped(busy, start=start, end=end), readable=True)


def by_free_busy(calls: GoogleCalls, emails: Sequence[str], *, start: datetime, end: datetime) -> dict[str, Agenda]:
    """An agenda for each e-mail; one that any part of the answer leaves out or has an error for can't be read."""
    found: dict[str, list[Busy]] = {email: [] for email in emails}
    wrong: dict[str, _Wrong] = {}
    for begins, ends in _pieces(start, end):
        for at in range(0, len(emails), _MOST_CALENDARS):
            chunk = emails[at : at + _MOST_CALENDARS]
            answer = calls.ask(calls.freebusy.query(body=_query(chunk, start=begins, end=ends)))
            for email in chunk:
                told = _told(answer, email)
                if isinstance(told, _Wrong):
                    wrong[email] = told
                else:
                    found[email] += told
    return {
        email: _unreadable(email, wrong[email], start=start, end=end)
        if email in wrong
        else Agenda(email, _joined(found[email], start=start, end=end), readable=True)
        for email in emails
    }


def _query(emails: Sequence[str], *, start: datetime, end: datetime) -> dict[str, Any]:
    return {
        "timeMin": start.isoformat(),
        "timeMax": end.isoformat(),
        "calendarExpansionMax": _MOST_CALENDARS,
        "items": [{"id": email} for email in emails],
    }


def _pieces(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    while start < end:
        ends = min(start + _LONGEST, end)
        yield start, ends
        start = ends


@dataclass(frozen=True, slots=True)
class _Wrong:
    why: str
    passing: bool = False


def _told(answer: dict[str, Any], email: str) -> list[Busy] | _Wrong:
    """What a free/busy answer says of one calendar, or why it says nothing. An empty list beside an error is no answer."""
    calendar = answer.get("calendars", {}).get(email)
    group = answer.get("groups", {}).get(email, {})
    troubles = [*(calendar or {}).get("errors", ()), *group.get("errors", ())]
    if troubles:
        reason = str(troubles[0].get("reason", "unknown"))
        why = _REASONS.get(reason, f"Google could not read this calendar ({reason[:60]})")
        return _Wrong(why, passing=reason in _PASSING)
    if calendar is None or "busy" not in calendar:
        return _Wrong("Google left this calendar out of its answer", passing=True)
    try:
        return [
            Busy(datetime.fromisoformat(each["start"]), datetime.fromisoformat(each["end"]), "busy")
            for each in calendar["busy"]
        ]
    except (KeyError, TypeError, ValueError):
        return _Wrong("Google's answer for this calendar can't be understood")


def _joined(busy: Sequence[Busy], *, start: datetime, end: datetime) -> tuple[Busy, ...]:
    """One stretch again where two pieces of the span meet in it."""
    clipped = _clipped(busy, start=start, end=end)
    return tuple(Busy(each.start, each.end, "busy") for each in merge(Span(each.start, each.end) for each in clipped))


def _clipped(busy: Sequence[Busy], *, start: datetime, end: datetime) -> tuple[Busy, ...]:
    inside = (
        Busy(max(each.start, start), min(each.end, end), each.kind, each.title, each.booking)
        for each in busy
        if each.start < end and each.end > start and each.start < each.end
    )
    return tuple(sorted(inside, key=lambda each: (each.start, each.end)))


def _unreadable(email: str, wrong: _Wrong, *, start: datetime, end: datetime) -> Agenda:
    busy = (Busy(start, end, "unreadable"),)
    return Agenda(email, busy, readable=False, reason=wrong.why, passing=wrong.passing)
