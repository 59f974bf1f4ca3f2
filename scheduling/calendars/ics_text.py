"""The text of an .ics file before it is understood: its lines with their numbers, and zone names made safe.

icalendar keeps the zones that files define for themselves in one table for the whole process, by name. Two people's
files may both define "Custom" and mean different things, so such names get the hash of their definition here.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_WHEN = {"UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "BEGIN", "END"}
_HOW_BUSY = {"SUMMARY", "STATUS", "TRANSP", "CLASS", "ATTENDEE", "X-MICROSOFT-CDO-BUSYSTATUS"}
_NAME = re.compile(r"[A-Za-z0-9-]+(?=[;:])")
_TZID_PARAMETER = re.compile(r';TZID=(?:"(?P<quoted>[^"]*)"|(?P<bare>[^";:,]*))', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class IcsFault:
    """Why a file can't be taken as a calendar, for the person who brought it. Names no event by its title."""

    file: str
    line: int | None
    what: str
    expected: str


def fault(line: int | None, what: str, expected: str) -> IcsFault:
    """The text does not know its file; whoever read the file names it."""
    return IcsFault("", line, what, expected)


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    text: str

    @property
    def name(self) -> str:
        """The property's name in capitals; empty when the line has none."""
        found = _NAME.match(self.text)
        return found.group().upper() if found else ""

    @property
    def value(self) -> str:
        return self.text.partition(":")[2].strip()


@dataclass(frozen=True, slots=True)
class Text:
    """An .ics file with long lines joined and zone names safe."""

    lines: tuple[Line, ...]

    def whole(self) -> bytes:
        return "".join(line.text + "\r\n" for line in self.lines).encode()


def read_text(data: bytes) -> Text | tuple[IcsFault, ...]:
    joined = tuple(_joined(data.removeprefix(b"\xef\xbb\xbf")))
    lines: list[Line] = []
    for number, raw in joined:
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return (fault(number, "bytes that are not UTF-8", "a calendar exported as UTF-8 text"),)
        lines += [Line(number, text)] if text else []
    faults = tuple(_frame_faults(lines))
    if faults:
        return faults
    defined = _defined_zones(lines)
    faults = tuple(_zone_faults(lines, defined))
    return faults or Text(tuple(_with_safe_zones(line, defined) for line in _used(lines)))


def _joined(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Content lines with the number of their first: what begins with a blank goes on the line before it.

    Joined as bytes, because some programs fold in the middle of a letter.
    """
    number, whole = 1, b""
    for at, raw in enumerate(re.split(rb"\r\n|\n|\r", data), start=1):
        if raw[:1] in {b" ", b"\t"} and at > 1:
            whole += raw[1:]
            continue
        yield number, whole
        number, whole = at, raw
    yield number, whole


def _frame_faults(lines: Sequence[Line]) -> Iterator[IcsFault]:
    """What makes this no calendar at all: its first line, its brackets, lines that are no properties."""
    if not lines or lines[0].text.strip().upper() != "BEGIN:VCALENDAR":
        yield fault(lines[0].number if lines else 1, "this is no calendar", "BEGIN:VCALENDAR as the first line")
        return
    open_parts: list[Line] = []
    for line in lines:
        if line.name == "BEGIN":
            open_parts.append(line)
        elif line.name == "END":
            if not open_parts or open_parts[-1].value.upper() != line.value.upper():
                yield fault(line.number, f"END of {line.value[:40]} that did not begin", "an END for each BEGIN")
                return
            open_parts.pop()
        elif not line.name:
            yield fault(line.number, "a line that is no property", "NAME:value, or a blank before a line that goes on")
    for part in open_parts:
        yield fault(
            part.number,
            f"BEGIN of {part.value[:40]} without an end",
            f"END:{part.value[:40]} before the file ends",
        )


def _defined_zones(lines: Sequence[Line]) -> Mapping[str, str]:
    """The zones this file defines itself, by their name, with a name that no other definition has."""
    zones: dict[str, str] = {}
    inside: list[str] | None = None
    name = ""
    for line in lines:
        if line.text.upper().strip() == "BEGIN:VTIMEZONE":
            inside, name = [], ""
        elif line.text.upper().strip() == "END:VTIMEZONE" and inside is not None:
            zones[name] = "defined-" + hashlib.sha256("\n".join(inside).encode()).hexdigest()[:24]
            inside = None
        elif inside is not None:
            if line.name == "TZID":
                name = line.value
            inside.append(line.text)
    return zones


def _zone_faults(lines: Sequence[Line], defined: Mapping[str, str]) -> Iterator[IcsFault]:
    for line in lines:
        for named in _TZID_PARAMETER.finditer(_parameters(line)):
            zone = named["quoted"] or named["bare"] or ""
            if _safe_zone(zone, defined) is None:
                yield fault(
                    line.number,
                    f"the time zone {zone[:60]!r} is not known",
                    "a VTIMEZONE for it, or a name like Europe/Berlin",
                )


def _with_safe_zones(line: Line, defined: Mapping[str, str]) -> Line:
    if line.name == "TZID":
        return Line(line.number, f"TZID:{_safe_zone(line.value, defined) or line.value}")
    head = _parameters(line)
    safe = _TZID_PARAMETER.sub(
        lambda found: f";TZID={_safe_zone(found['quoted'] or found['bare'] or '', defined)}", head
    )
    return Line(line.number, safe + line.text[len(head) :])


def _safe_zone(zone: str, defined: Mapping[str, str]) -> str | None:
    """A name that means one thing in every file: the IANA one where there is one, else the definition's own."""
    plain = zone.strip("/ ")
    parts = plain.split("/")
    for name in (plain, *("/".join(parts[at:]) for at in range(1, len(parts)) if zone.startswith("/"))):
        if name in _iana():
            return name
    return WINDOWS_TO_OLSON.get(plain) or defined.get(zone)


@cache
def _iana() -> frozenset[str]:
    return frozenset(available_timezones())


def _parameters(line: Line) -> str:
    """The part of a line before its value; a colon inside quotes does not end it."""
    quoted = False
    for at, letter in enumerate(line.text):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            return line.text[:at]
    return line.text


def _used(lines: Sequence[Line]) -> Iterator[Line]:
    """What says when somebody is busy. A broken alarm, to-do or address must not make a calendar unreadable.

    X-WR-TIMEZONE moves recurring UTC times into a zone; a name nobody knows would stop the whole file.
    """
    inside: list[str] = []
    for line in lines:
        if line.name == "BEGIN":
            inside.append(line.value.upper())
        if _says_when(line, inside):
            yield line
        if line.name == "END":
            inside.pop()


def _says_when(line: Line, inside: Sequence[str]) -> bool:
    match inside:
        case ["VCALENDAR"]:
            return line.name != "X-WR-TIMEZONE" or line.value in _iana()
        case ["VCALENDAR", "VEVENT"]:
            return line.name in _WHEN | _HOW_BUSY or (line.name == "SEQUENCE" and line.value.isdecimal())
        case ["VCALENDAR", "VTIMEZONE", *_]:
            return True
    return False
