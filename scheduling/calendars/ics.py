"""What an exported calendar (.ics) says about when its owner can't be taken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import cast
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from scheduling.calendars.ics_text import IcsFault, Line, Text, fault, read_text
from scheduling.calendars.port import Busy, BusyKind
from scheduling.calendars.spans import day_start

__all__ = ["IcsFault", "check", "is_out_of_office", "parse"]

# A local day, and a clock that is 14 hours ahead, begin this long before and end this long after it in UTC at most.
_ZONE_MARGIN = timedelta(days=2)
_WHEN = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_OUT_OF_OFFICE = re.compile(r"\W*(out of (the )?office|ooo|abwesend|abwesenheit)\b", re.IGNORECASE)
_EXPECTED = {"RRULE": "a rule like FREQ=WEEKLY;BYDAY=MO", "DURATION": "a length like PT45M"}
# In a damaged file icalendar and dateutil raise whatever happens to break first; only their work is done under it.
_DAMAGE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
# Days of a DURATION are days on the wall, its hours are hours (RFC 5545); expanding turns both into a time on the wall.
_EXACT = "X-EXACT-DURATION"
_TOO_FINE = {"SECONDLY", "MINUTELY"}


@dataclass(frozen=True, slots=True)
class _Source:
    """Files ready to be asked. One at a time: nobody promises that expanding a recurrence is safe across threads."""

    queries: tuple[recurring_ical_events.CalendarQuery, ...]
    lock: Lock = field(default_factory=Lock)

    def events(self, start: datetime, end: datetime) -> list[icalendar.Component]:
        with self.lock:
            return [event for query in self.queries for event in query.between(start, end)]


def parse(
    data: bytes, *, owner: str, zone: str, start: datetime, end: datetime, file: str = ""
) -> tuple[Busy, ...] | IcsFault:
    """The owner's busy stretches that touch a span, by start, or the first reason why the file can't be read.

    Floating times and whole days are the owner's (`zone`). Stretches may begin before the span and end after it.
    """
    source = _read(data)
    if not isinstance(source, _Source):
        return replace(source[0], file=file)
    where = ZoneInfo(zone)
    try:
        found = [
            busy
            for event in source.events(start - _ZONE_MARGIN, end + _ZONE_MARGIN)
            if (busy := _busy(event, owner=owner, where=where)) and busy.start < end and busy.end > start
        ]
    except _DAMAGE:
        return replace(_damaged(), file=file)
    return tuple(sorted(found, key=lambda busy: (busy.start, busy.end, busy.kind, busy.title or "")))


def check(data: bytes, *, file: str) -> tuple[IcsFault, ...]:
    """Every reason why a file can't be taken, for whoever imports it; none when it can."""
    source = _read(data)
    return () if isinstance(source, _Source) else tuple(replace(each, file=file) for each in source)


@lru_cache(maxsize=256)
def _read(data: bytes) -> _Source | tuple[IcsFault, ...]:
    """By content alone, so that a file that was checked is ready to be asked; faults have no file's name yet."""
    text = read_text(data)
    if not isinstance(text, Text):
        return text
    try:
        # Its annotation leaves out the list that `multiple` gives.
        calendars = cast("list[icalendar.Component]", icalendar.Calendar.from_ical(text.whole(), multiple=True))
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
        faults = [
            each
            for event, lines in zip(events, _event_lines(text), strict=True)
            for each in _event_faults(event, lines)
        ]
        for event in events:
            if "DURATION" in event and "RDATE" not in event:
                event[_EXACT] = event["DURATION"]
        queries = tuple(recurring_ical_events.of(calendar) for calendar in calendars) if not faults else ()
    except _DAMAGE:
        return (_damaged(),)
    return tuple(faults) or _Source(queries)


def _damaged() -> IcsFault:
    return fault(None, "the calendar can't be read", "a file as a calendar program exports it")


def _event_lines(text: Text) -> Iterator[tuple[Line, ...]]:
    """The lines of each event, in the file's order."""
    inside: list[Line] | None = None
    for line in text.lines:
        if line.name == "BEGIN" and line.value.upper() == "VEVENT":
            inside = []
        if inside is not None:
            inside.append(line)
        if line.name == "END" and line.value.upper() == "VEVENT" and inside is not None:
            yield tuple(inside)
            inside = None


def _event_faults(event: icalendar.Component, lines: tuple[Line, ...]) -> Iterator[IcsFault]:
    """Only what says when an event is can make a calendar unreadable; a broken picture or alarm does not matter."""

    def line_of(name: str | None) -> int:
        return next((line.number for line in lines if line.name == name), lines[0].number)

    broken = [name for name, _ in event.errors if name in _WHEN]
    for name in broken:
        yield fault(line_of(name), f"{name} can't be read", _EXPECTED.get(name, "a time like 20261105T100000Z"))
    if broken:
        return
    if "DTSTART" not in event:
        yield fault(lines[0].number, "an event without a start", "a DTSTART line in each event")
        return
    rules = [line for line in lines if line.name == "RRULE"]
    fine = [line for line in rules if _frequency(line) in _TOO_FINE]
    if fine:
        yield fault(fine[0].number, "an event each minute or second", "FREQ=HOURLY or rarer")
        return
    if not rules:
        return
    try:
        alone = icalendar.Calendar()
        alone.add_component(event)
        # From its own start: from any earlier day, years of occurrences are worked out before the first is given.
        begins = _instant(event.get("DTSTART").dt, ZoneInfo("UTC")) - _ZONE_MARGIN
        next(iter(recurring_ical_events.of(alone).after(begins)), None)
    except _DAMAGE:
        yield fault(line_of("RRULE"), "a recurrence that can't be worked out", "a rule like FREQ=WEEKLY;BYDAY=MO")


def _frequency(rule: Line) -> str:
    found = re.search(r"FREQ=(\w+)", rule.value.upper())
    return found[1] if found else ""


def _busy(event: icalendar.Component, *, owner: str, where: ZoneInfo) -> Busy | None:
    kind = _kind(event, owner=owner)
    if kind is None:
        return None
    start, end = _instants(event, where)
    if end <= start:
        return None
    hidden = str(event.get("CLASS", "")).upper() in {"PRIVATE", "CONFIDENTIAL"}
    title = str(event.get("SUMMARY", "")) or None
    return Busy(start, end, kind, None if hidden else title)


def _kind(event: icalendar.Component, *, owner: str) -> BusyKind | None:
    """How busy an event makes its owner; None is not at all."""
    status = str(event.get("STATUS", "")).upper()
    shown = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    answer = _answer(event, owner=owner)
    free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT" or shown in {"FREE", "WORKINGELSEWHERE"}
    if status == "CANCELLED" or answer == "DECLINED" or free:
        return None
    if shown == "OOF" or is_out_of_office(str(event.get("SUMMARY", ""))):
        return "out_of_office"
    return "tentative" if "TENTATIVE" in {status, shown, answer} else "busy"


def is_out_of_office(title: str) -> bool:
    """Google exports an out-of-office event as a plain one; only its title tells."""
    return _OUT_OF_OFFICE.match(title) is not None


def _answer(event: icalendar.Component, *, owner: str) -> str:
    """What the owner answered to an invitation."""
    listed = event.get("ATTENDEE", [])
    for attendee in listed if isinstance(listed, list) else [listed]:
        if str(attendee).lower().removeprefix("mailto:") == owner.lower():
            return str(attendee.params.get("PARTSTAT", "")).upper()
    return ""


def _instants(event: icalendar.Component, where: ZoneInfo) -> tuple[datetime, datetime]:
    start = event.get("DTSTART").dt
    lasts = event.get(_EXACT)
    if lasts is None or not isinstance(start, datetime):
        return _instant(start, where), _instant(event.get("DTEND", event.get("DTSTART")).dt, where)
    days = timedelta(days=lasts.dt.days)
    return _instant(start, where), _instant(start + days, where) + (lasts.dt - days)


def _instant(when: date | datetime, where: ZoneInfo) -> datetime:
    if not isinstance(when, datetime):
        return day_start(when, where)
    return (when if when.tzinfo else when.replace(tzinfo=where)).astimezone(UTC)
