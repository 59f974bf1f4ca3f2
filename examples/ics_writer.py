"""Writes calendars the way three well-known calendar programs export them, with their habits and oddities."""  # noqa: INP001  # part of the script beside it

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

WINDOWS_NAMES = {
    "Europe/Berlin": "W. Europe Standard Time",
    "America/New_York": "Eastern Standard Time",
    "America/Los_Angeles": "Pacific Standard Time",
    "Asia/Kolkata": "India Standard Time",
}
# zone: (standard offset, its name, summer offset, its name, summer begins, standard begins); the rules since 2007.
_RULES = {
    "Europe/Berlin": ("+0100", "CET", "+0200", "CEST", ("19810329T020000", "BYMONTH=3;BYDAY=-1SU"),
                      ("19961027T030000", "BYMONTH=10;BYDAY=-1SU")),
    "America/New_York": ("-0500", "EST", "-0400", "EDT", ("20070311T020000", "BYMONTH=3;BYDAY=2SU"),
                         ("20071104T020000", "BYMONTH=11;BYDAY=1SU")),
    "America/Los_Angeles": ("-0800", "PST", "-0700", "PDT", ("20070311T020000", "BYMONTH=3;BYDAY=2SU"),
                            ("20071104T020000", "BYMONTH=11;BYDAY=1SU")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """`start` is a wall-clock time in `zone`, or a date for whole days. `without` are left-out starts, `moved` maps an
    original start to a new one. `answer` is what the calendar's owner replied, None for events without guests."""

    uid: str
    title: str
    start: datetime | date
    length: timedelta
    zone: str
    rule: str = ""
    without: tuple[datetime, ...] = ()
    moved: tuple[tuple[datetime, datetime], ...] = ()
    answer: str | None = None
    busy: str = "BUSY"  # BUSY, FREE, TENTATIVE or OOF
    private: bool = False
    place: str = ""
    note: str = ""


def calendar(events: Iterable[Event], *, flavour: str, owner: str, owner_name: str, zone: str) -> bytes:
    """A whole .ics file: lines end in CRLF and are folded at 75 octets, as RFC 5545 asks."""
    events = tuple(events)
    zones = dict.fromkeys(event.zone for event in events if isinstance(event.start, datetime))
    lines = ["BEGIN:VCALENDAR", *_HEADS[flavour](owner, owner_name, zone)]
    for used in zones:
        lines += _zone(used, flavour=flavour)
    for event in events:
        lines += _event(event, flavour=flavour, owner=owner, owner_name=owner_name)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


_HEADS = {
    "google": lambda owner, _name, zone: [
        "PRODID:-//Google Inc//Google Calendar 70.9054//EN", "VERSION:2.0", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{owner}", f"X-WR-TIMEZONE:{zone}"],
    "outlook": lambda _owner, name, _zone: [
        "PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN", "VERSION:2.0", "METHOD:PUBLISH",
        "X-CALSTART:20250106T080000Z", f"X-WR-CALNAME:{name}", "X-WR-RELCALID:{0000002E-52A0-4E1C-9E6D-3F1B77A3C001}"],
    "apple": lambda _owner, name, _zone: [
        "VERSION:2.0", "PRODID:-//Apple Inc.//macOS 15.1//EN", "CALSCALE:GREGORIAN", f"X-WR-CALNAME:{name}",
        "X-APPLE-CALENDAR-COLOR:#1BADF8"],
}  # fmt: skip


def _zone(zone: str, *, flavour: str) -> list[str]:
    name = WINDOWS_NAMES[zone] if flavour == "outlook" else zone
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    if flavour == "google":
        lines.append(f"X-LIC-LOCATION:{zone}")
    if zone not in _RULES:  # India has one offset all year
        lines += _part(
            "STANDARD", before="+0530", after="+0530", name="IST", start="19700101T000000", rule="", flavour=flavour
        )
    else:
        standard, standard_name, summer, summer_name, (summer_from, summer_rule), (from_, rule) = _RULES[zone]
        if flavour == "outlook":  # it dates every rule from its own beginning of time
            summer_from, from_ = f"1601{summer_from[4:]}", f"1601{from_[4:]}"
        lines += _part(
            "DAYLIGHT",
            before=standard,
            after=summer,
            name=summer_name,
            start=summer_from,
            rule=summer_rule,
            flavour=flavour,
        )
        lines += _part(
            "STANDARD", before=summer, after=standard, name=standard_name, start=from_, rule=rule, flavour=flavour
        )
    return [*lines, "END:VTIMEZONE"]


def _part(kind: str, *, before: str, after: str, name: str, start: str, rule: str, flavour: str) -> list[str]:
    lines = [f"BEGIN:{kind}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}"]
    if flavour != "outlook":
        lines.append(f"TZNAME:{name}")
    lines.append(f"DTSTART:{start}")
    if rule:
        lines.append(f"RRULE:FREQ=YEARLY;{rule}")
    return [*lines, f"END:{kind}"]


def _event(event: Event, *, flavour: str, owner: str, owner_name: str) -> list[str]:
    lines = _occurrence(event, event.start, flavour=flavour, owner=owner, owner_name=owner_name)
    at = lines.index("END:VEVENT")
    extra = [f"RRULE:{event.rule}"] if event.rule else []
    extra += [_when("EXDATE", left_out, event.zone, flavour) for left_out in event.without]
    lines[at:at] = extra
    for original, new in event.moved:
        moved = _occurrence(event, new, flavour=flavour, owner=owner, owner_name=owner_name)
        moved.insert(moved.index("END:VEVENT"), _when("RECURRENCE-ID", original, event.zone, flavour))
        lines += moved
    return lines


def _occurrence(event: Event, start: datetime | date, *, flavour: str, owner: str, owner_name: str) -> list[str]:
    lines = ["BEGIN:VEVENT"]
    if flavour == "outlook":
        lines.append(f"CLASS:{'PRIVATE' if event.private else 'PUBLIC'}")
    elif event.private:
        lines.append("CLASS:PRIVATE")
    lines.append(_when("DTSTART", start, event.zone, flavour))
    lines.append(_when("DTEND", start + event.length, event.zone, flavour))
    lines += ["DTSTAMP:20251103T090000Z", f"UID:{event.uid}"]
    if event.answer is not None:
        lines.append("ORGANIZER;CN=Corvid Calendar:mailto:calendar@corvid.example")
        lines.append(
            f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={event.answer};CN={_quoted(owner_name)}"
            f";X-NUM-GUESTS=0:mailto:{owner}"
        )
    lines.append(f"SUMMARY:{_text(event.title)}")
    if event.place:
        lines.append(f"LOCATION:{_text(event.place)}")
    if event.note:
        lines.append(f"DESCRIPTION:{_text(event.note)}")
    lines.append("SEQUENCE:0")
    if flavour == "google" or event.busy == "TENTATIVE":
        lines.append(f"STATUS:{'TENTATIVE' if event.busy == 'TENTATIVE' else 'CONFIRMED'}")
    lines.append(f"TRANSP:{'TRANSPARENT' if event.busy == 'FREE' else 'OPAQUE'}")
    if flavour == "outlook":
        lines += [f"X-MICROSOFT-CDO-BUSYSTATUS:{event.busy}", "X-MICROSOFT-CDO-IMPORTANCE:1"]
    if flavour == "apple":
        lines += ["X-APPLE-CREATOR-IDENTITY:com.apple.calendar", "BEGIN:VALARM", "ACTION:DISPLAY",
                  "DESCRIPTION:Reminder", "TRIGGER:-PT10M", "END:VALARM"]  # fmt: skip
    return [*lines, "END:VEVENT"]


def _when(name: str, at: datetime | date, zone: str, flavour: str) -> str:
    if not isinstance(at, datetime):
        return f"{name};VALUE=DATE:{at:%Y%m%d}"
    tzid = f'"{WINDOWS_NAMES[zone]}"' if flavour == "outlook" else zone
    return f"{name};TZID={tzid}:{at:%Y%m%dT%H%M%S}"


def _text(value: str) -> str:
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _quoted(value: str) -> str:
    return f'"{value}"' if any(sign in value for sign in ",;:") else value


def _folded(line: str) -> bytes:
    """Lines of at most 75 octets, never cut inside a character."""
    parts, here = [], b""
    for letter in line:
        more = letter.encode()
        if len(here) + len(more) > (75 if not parts else 74):
            parts.append(here)
            here = b""
        here += more
    parts.append(here)
    return b"\r\n ".join(parts) + b"\r\n"
