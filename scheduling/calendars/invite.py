"""An .ics invitation, for a candidate's mail and page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import icalendar

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Invite:
    """One thing to come to. A later version of it has the same uid and a higher sequence."""

    uid: str
    sequence: int
    title: str = field(repr=False)
    start: datetime
    end: datetime
    location: str | None = None
    description: str | None = field(default=None, repr=False)
    url: str | None = None


def write_invite(
    invites: Sequence[Invite],
    *,
    method: Method,
    organizer: str,
    organizer_name: str,
    attendee: str | None = None,
    stamp: datetime,
) -> bytes:
    """A calendar that mail programs and calendar programs take (RFC 5546).

    PUBLISH may hold a whole day and asks for no answer; REQUEST and CANCEL are about one uid and name the attendee.
    Times are in UTC, so that no reader needs our zones.
    """
    if method != "PUBLISH" and (attendee is None or len({invite.uid for invite in invites}) != 1):
        raise ValueError(f"{method} is about one uid, and for somebody")
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Evenhand//Interviews//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for invite in invites:
        event = _event(invite, method=method, stamp=stamp)
        event.add("organizer", _address(organizer, CN=" ".join(_plain(organizer_name).split())))
        if attendee is not None and method != "PUBLISH":
            answer = {"RSVP": "TRUE", "PARTSTAT": "NEEDS-ACTION"} if method == "REQUEST" else {}
            event.add("attendee", _address(attendee, ROLE="REQ-PARTICIPANT", **answer))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(invite: Invite, *, method: Method, stamp: datetime) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", invite.uid)
    event.add("sequence", invite.sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", invite.start.astimezone(UTC))
    event.add("dtend", invite.end.astimezone(UTC))
    event.add("summary", _plain(invite.title))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    for name, text in (("location", invite.location), ("description", invite.description)):
        if text:
            event.add(name, _plain(text))
    if invite.url:
        event.add("url", invite.url)
    return event


def _address(email: str, **parameters: str) -> icalendar.vCalAddress:
    address = icalendar.vCalAddress(f"mailto:{email}")
    address.params.update(parameters)
    return address


def _plain(text: str) -> str:
    """Without control characters, which no .ics may hold; a line break and a tab may stay."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
