"""What a stand-in for Google Calendar remembers, and what it answers, as Google documents it. No HTTP here."""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

Json = dict[str, Any]
Role = Literal["none", "freeBusyReader", "reader", "writer", "owner"]
_ROLES: tuple[Role, ...] = ("none", "freeBusyReader", "reader", "writer", "owner")


class Answer(Exception):
    """A refusal in Google's form."""

    def __init__(self, status: int, reason: str, message: str, *, domain: str = "global", **more: str) -> None:
        super().__init__(message)
        self.status = status
        error = {"domain": domain, "reason": reason, "message": message, **more}
        self.body: Json = {"error": {"errors": [error], "code": status, "message": message}}


@dataclass
class GoogleCalendar:
    """A person's calendar. `role` is what our account may do with it; `trouble` is a free/busy error of its own."""

    id: str
    zone: str = "UTC"
    role: Role = "owner"
    trouble: str | None = None
    events: dict[str, Json] = field(default_factory=dict)

    def allows(self, role: Role) -> bool:
        return _ROLES.index(self.role) >= _ROLES.index(role)


class GoogleState:
    """Calendars by e-mail. `delegated` are the people the service account may act as."""

    def __init__(self, *, account: str) -> None:
        self.account = account
        self.calendars: dict[str, GoogleCalendar] = {}
        self.groups: dict[str, int] = {}
        self.delegated: set[str] = set()
        self.meet: Literal["success", "pending", "failure"] = "success"
        self.page_size = 250
        self._changes = 0
        self._oldest_token = 0
        self._meetings = 0

    def add(self, email: str, *, zone: str = "UTC", role: Role = "owner") -> GoogleCalendar:
        return self.calendars.setdefault(email, GoogleCalendar(email, zone, role))

    def add_event(self, email: str, **event: Any) -> Json:
        """Something the person put there themselves."""
        self._changes += 1
        whole = {"id": f"theirs{self._changes}", "status": "confirmed", **event}
        self.calendars[email].events[whole["id"]] = self._stamped(whole, email)
        return whole

    def expire_sync_tokens(self) -> None:
        self._oldest_token = self._changes + 1

    # freeBusy.query

    def free_busy(self, body: Json) -> Json:
        start, end = _instant(body["timeMin"]), _instant(body["timeMax"])
        if end <= start:
            raise Answer(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")
        if end - start > timedelta(days=90):
            raise Answer(400, "timeRangeTooLong", "The requested time range is too long.", domain="calendar")
        asked = [item["id"] for item in body["items"]]
        most = body.get("calendarExpansionMax", 50)
        if len(asked) > min(most, 50):
            raise Answer(400, "tooManyCalendarsRequested", "Too many calendars requested.", domain="calendar")
        answer: Json = {"kind": "calendar#freeBusy", "timeMin": body["timeMin"], "timeMax": body["timeMax"]}
        answer["calendars"] = {each: self._busy(each, start, end) for each in asked if each not in self.groups}
        groups = {each: {"errors": [_trouble("groupTooBig")]} for each in asked if self.groups.get(each, 0) > 100}
        return answer | ({"groups": groups} if groups else {})

    def _busy(self, email: str, start: datetime, end: datetime) -> Json:
        calendar = self.calendars.get(email)
        if calendar is None or calendar.role == "none":
            return {"errors": [_trouble("notFound")], "busy": []}
        if calendar.trouble:
            return {"errors": [_trouble(calendar.trouble)], "busy": []}
        stretches = sorted(
            (max(begins, start), min(ends, end))
            for event in self.seen_on(email)
            if _blocks(event)
            for begins, ends in [_times(event, calendar.zone)]
            if begins < end and ends > start
        )
        merged: list[tuple[datetime, datetime]] = []
        for begins, ends in stretches:
            if merged and begins <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
            else:
                merged.append((begins, ends))
        return {"busy": [{"start": _text(begins), "end": _text(ends)} for begins, ends in merged]}

    # events

    def seen_on(self, email: str) -> Iterator[Json]:
        """The events on a calendar: its own, and copies of those it is invited to."""
        for owner, calendar in self.calendars.items():
            for event in calendar.events.values():
                guests = [guest["email"].lower() for guest in event.get("attendees", ())]
                if owner == email or email.lower() in guests:
                    copied = copy.deepcopy(event)
                    for guest in copied.get("attendees", ()):
                        if guest["email"].lower() == email.lower():
                            guest["self"] = True
                    if owner != email:
                        copied.get("extendedProperties", {}).pop("private", None)
                    yield copied

    def list_events(self, email: str, query: Mapping[str, str]) -> Json:
        calendar = self._open(email, "freeBusyReader")
        token = query.get("syncToken")
        if token is not None and int(token) < self._oldest_token:
            raise Answer(
                410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.", domain="calendar"
            )
        if token is not None and {"timeMin", "timeMax"} & set(query):
            raise Answer(400, "invalid", "Sync token cannot be used with query restrictions.")
        found = [event for event in self.seen_on(email) if _wanted(event, query, calendar.zone, since=token)]
        offset = int(query.get("pageToken", 0))
        size = min(int(query.get("maxResults", 250)), self.page_size)
        page = [self._shown(event, calendar, query) for event in found[offset : offset + size]]
        answer: Json = {
            "kind": "calendar#events",
            "timeZone": calendar.zone,
            "accessRole": calendar.role,
            "items": page,
        }
        if offset + size < len(found):
            return answer | {"nextPageToken": str(offset + size)}
        return answer | {"nextSyncToken": str(self._changes)}

    def insert(self, email: str, body: Json, query: Mapping[str, str], *, subject: str | None) -> Json:
        calendar = self._open(email, "writer")
        if "id" in body and not re.fullmatch("[a-v0-9]{5,1024}", body["id"]):
            raise Answer(400, "invalid", "Invalid resource id value.")
        self._check(body, subject=subject)
        self._changes += 1
        id_ = body.get("id", f"google{self._changes}")
        if id_ in calendar.events:
            raise Answer(409, "duplicate", "The requested identifier already exists.")
        event = {"status": "confirmed", **body, "id": id_}
        calendar.events[id_] = self._stamped(self._with_meeting(event, query), email)
        return calendar.events[id_]

    def get(self, email: str, id_: str) -> Json:
        calendar = self._open(email, "reader")
        if id_ not in calendar.events:
            raise Answer(404, "notFound", "Not Found")
        return calendar.events[id_]

    def change(
        self,
        email: str,
        id_: str,
        body: Json,
        query: Mapping[str, str],
        *,
        subject: str | None,
        match: str | None,
        whole: bool,
    ) -> Json:
        """events.patch, and events.update when `whole`."""
        self._open(email, "writer")
        there = self.get(email, id_)
        if there["status"] == "cancelled":
            raise Answer(403, "forbidden", "Forbidden")
        _same_etag(there, match)
        event = (dict(body) if whole else _patched(there, body)) | {
            "id": id_,
            "status": body.get("status", "confirmed"),
        }
        if query.get("conferenceDataVersion") != "1":
            event = {key: value for key, value in event.items() if key not in {"conferenceData", "hangoutLink"}}
            event |= {key: there[key] for key in ("conferenceData", "hangoutLink") if key in there}
        self._check(event, subject=subject)
        self._changes += 1
        self.calendars[email].events[id_] = self._stamped(self._with_meeting(event, query), email)
        return self.calendars[email].events[id_]

    def delete(self, email: str, id_: str, *, match: str | None) -> None:
        """The event stays as cancelled, and its id is never free again."""
        self._open(email, "writer")
        there = self.get(email, id_)
        if there["status"] == "cancelled":
            raise Answer(410, "deleted", "Resource has been deleted")
        _same_etag(there, match)
        self._changes += 1
        self.calendars[email].events[id_] = self._stamped(there | {"status": "cancelled"}, email)

    def _open(self, email: str, role: Role) -> GoogleCalendar:
        calendar = self.calendars.get(email)
        if calendar is None or calendar.role == "none":
            raise Answer(404, "notFound", "Not Found")
        if not calendar.allows(role):
            message = f"You need to have {role} access to this calendar."
            raise Answer(403, "requiredAccessLevel", message, domain="calendar")
        return calendar

    def _check(self, event: Json, *, subject: str | None) -> None:
        for end in ("start", "end"):
            if not event.get(end):
                raise Answer(400, "required", f"Missing {end} time.")
        if _times(event, "UTC")[0] >= _times(event, "UTC")[1]:
            raise Answer(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")
        if event.get("attendees") and subject is None:
            message = "Service accounts cannot invite attendees without Domain-Wide Delegation of Authority."
            raise Answer(403, "forbiddenForServiceAccounts", message, domain="calendar")

    def _with_meeting(self, event: Json, query: Mapping[str, str]) -> Json:
        conference = event.get("conferenceData")
        if not conference or "createRequest" not in conference or "conferenceId" in conference:
            return event
        if query.get("conferenceDataVersion") != "1":
            return {key: value for key, value in event.items() if key != "conferenceData"}
        asked = conference["createRequest"]
        answered = {"createRequest": asked | {"status": {"statusCode": self.meet}}}
        if self.meet != "success":
            return event | {"conferenceData": answered}
        self._meetings += 1
        link = f"https://meet.google.com/aaa-bbbb-{self._meetings:03}"
        entry = {"entryPointType": "video", "uri": link, "label": link.removeprefix("https://")}
        solution = {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"}
        answered |= {"conferenceId": link[-12:], "entryPoints": [entry], "conferenceSolution": solution}
        return event | {"conferenceData": answered, "hangoutLink": link}

    def finish_meetings(self) -> None:
        """What was pending is made now."""
        self.meet = "success"
        for calendar in self.calendars.values():
            for id_, event in calendar.events.items():
                calendar.events[id_] = self._with_meeting(event, {"conferenceDataVersion": "1"})

    def _stamped(self, event: Json, email: str) -> Json:
        guests = [{"responseStatus": "needsAction", **guest} for guest in event.get("attendees", ())]
        stamped = event | {
            "kind": "calendar#event",
            "etag": f'"{self._changes:016}"',
            "htmlLink": f"https://www.google.com/calendar/event?eid={event['id']}",
            "organizer": {"email": email, "self": True},
            "creator": {"email": self.account},
            "sequence": self._changes,
        }
        return stamped | ({"attendees": guests} if guests else {})

    @staticmethod
    def _shown(event: Json, calendar: GoogleCalendar, query: Mapping[str, str]) -> Json:
        if event["status"] == "cancelled":
            return {"id": event["id"], "status": "cancelled"}
        if not calendar.allows("reader"):
            kept = ("id", "status", "start", "end", "kind", "etag", "eventType", "transparency")
            return {key: event[key] for key in kept if key in event} | {"visibility": "private"}
        guests = event.get("attendees", [])
        if len(guests) > int(query.get("maxAttendees", len(guests))):
            event = event | {"attendees": [guest for guest in guests if guest.get("self")], "attendeesOmitted": True}
        return event


def _wanted(event: Json, query: Mapping[str, str], zone: str, *, since: str | None) -> bool:
    if since is not None:
        return int(event["sequence"]) > int(since)
    if event["status"] == "cancelled":
        return query.get("showDeleted") == "true"
    start, end = _times(event, zone)
    after = "timeMin" not in query or end > _instant(query["timeMin"])
    return after and ("timeMax" not in query or start < _instant(query["timeMax"]))


def _blocks(event: Json) -> bool:
    declined = any(
        guest.get("self") and guest.get("responseStatus") == "declined" for guest in event.get("attendees", ())
    )
    free = event.get("transparency") == "transparent" or event.get("eventType") in {"workingLocation", "birthday"}
    return event["status"] != "cancelled" and not declined and not free


def _patched(there: Json, body: Json) -> Json:
    """Patch semantics: what is null goes, objects are merged, lists are replaced."""
    result = copy.deepcopy(there)
    for key, value in body.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = _patched(result[key], value)
        else:
            result[key] = value
    return result


def _same_etag(event: Json, match: str | None) -> None:
    if match not in {None, "*", event["etag"]}:
        raise Answer(412, "conditionNotMet", "Precondition Failed", locationType="header", location="If-Match")


def _trouble(reason: str) -> Json:
    return {"domain": "global", "reason": reason}


def _instant(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise Answer(400, "badRequest", "Bad Request")
    return when.astimezone(UTC)


def _times(event: Json, zone: str) -> tuple[datetime, datetime]:
    return _moment(event["start"], zone), _moment(event["end"], zone)


def _moment(when: Json, zone: str) -> datetime:
    if "date" in when:
        return datetime.fromisoformat(when["date"]).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    moment = datetime.fromisoformat(when["dateTime"])
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(when.get("timeZone", zone)))).astimezone(UTC)


def _text(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
