"""Our events in Google's form and back, as pure functions over its JSON."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from scheduling.calendars.ics import is_out_of_office
from scheduling.calendars.port import OUR_PREFIX, Booked, Busy, BusyKind, Event
from scheduling.calendars.spans import day_start

Json = Mapping[str, Any]

_MARK = "evenhand"
_NEVER_BUSY = {"workingLocation", "birthday"}


def body_of(event: Event) -> dict[str, Any]:
    """The event for insert."""
    body: dict[str, Any] = {
        "id": event.id,
        "summary": event.title,
        "description": event.description,
        "location": event.location or "",
        "start": {"dateTime": event.start.isoformat(), "timeZone": event.zone},
        "end": {"dateTime": event.end.isoformat(), "timeZone": event.zone},
        "visibility": "private" if event.private else "default",
        "transparency": "transparent" if event.transparent else "opaque",
        "extendedProperties": {"shared": {_MARK: event.id}},
    }
    if event.guests:
        body["attendees"] = [{"email": guest} for guest in event.guests]
    if event.video:
        body["conferenceData"] = _meeting(event.id)
    return body


def change_to(event: Event, *, there: Json) -> dict[str, Any]:
    """What to patch so that what is there becomes the event; empty when it is so already.

    Guests who stay keep their answers: a list without them would ask everybody anew. A meeting that exists is kept.
    """
    wanted = body_of(event)
    change = {
        field: wanted[field]
        for field in ("summary", "description", "location", "visibility", "transparency")
        if there.get(field, _ABSENT[field]) != wanted[field]
    }
    change |= {end: wanted[end] for end in ("start", "end") if not _same_time(there.get(end, {}), wanted[end])}
    guests = {guest.get("email", "").lower(): guest for guest in there.get("attendees", ())}
    if set(guests) != {guest.lower() for guest in event.guests}:
        change["attendees"] = [dict(guests.get(guest.lower(), {"email": guest})) for guest in event.guests]
    if event.video and "conferenceData" not in there:
        change["conferenceData"] = wanted["conferenceData"]
    return change


def is_ours(there: Json) -> bool:
    return _mark(there) == there.get("id")


def _mark(there: Json) -> str | None:
    """Our id as the event carries it: a shared property, so that the copies on guests' calendars have it, too."""
    mark: str | None = there.get("extendedProperties", {}).get("shared", {}).get(_MARK)
    return mark


def is_deleted(there: Json) -> bool:
    return bool(there.get("status") == "cancelled")


def booked(there: Json) -> Booked:
    return Booked(there["id"], there.get("htmlLink"), _video_link(there), there["etag"])


def busy_of(items: Iterable[Json], *, zone: str) -> Iterator[Busy]:
    """The busy stretches among listed events; whole days are days of the calendar's zone."""
    where = ZoneInfo(zone)
    for item in items:
        kind = _kind(item)
        if kind is not None:
            hidden = item.get("visibility") in {"private", "confidential"}
            # Where only free/busy is shared the mark is left out, and the id is all there is.
            ours = _mark(item) or (item["id"] if item["id"].startswith(OUR_PREFIX) else None)
            title = None if hidden else item.get("summary")
            yield Busy(_instant(item["start"], where), _instant(item["end"], where), kind, title, booking=ours)


def _kind(item: Json) -> BusyKind | None:
    """How busy a listed event makes the calendar's owner; None is not at all."""
    answer = next((guest.get("responseStatus") for guest in item.get("attendees", ()) if guest.get("self")), None)
    free = item.get("transparency") == "transparent" or item.get("eventType") in _NEVER_BUSY
    if answer == "declined" or free:
        return None
    if item.get("eventType") == "outOfOffice" or is_out_of_office(item.get("summary") or ""):
        return "out_of_office"
    return "tentative" if "tentative" in {item.get("status"), answer} else "busy"


def _instant(when: Json, where: ZoneInfo) -> datetime:
    if "date" in when:
        return day_start(date.fromisoformat(when["date"]), where)
    instant = datetime.fromisoformat(when["dateTime"])
    return (instant if instant.tzinfo else instant.replace(tzinfo=where)).astimezone(UTC)


def _same_time(there: Json, wanted: Json) -> bool:
    if "dateTime" not in there or there.get("timeZone") != wanted["timeZone"]:
        return False
    zone = ZoneInfo(wanted["timeZone"])
    return _instant(there, zone) == _instant(wanted, zone)


def _meeting(id_: str) -> dict[str, Any]:
    """The same request for the same event: Google makes one meeting however often it is asked."""
    return {"createRequest": {"requestId": id_, "conferenceSolutionKey": {"type": "hangoutsMeet"}}}


def _video_link(there: Json) -> str | None:
    """None too while the meeting is still being made."""
    entries = there.get("conferenceData", {}).get("entryPoints", ())
    video = next((entry.get("uri") for entry in entries if entry.get("entryPointType") == "video"), None)
    return video or there.get("hangoutLink")


_ABSENT = {"summary": "", "description": "", "location": "", "visibility": "default", "transparency": "opaque"}
