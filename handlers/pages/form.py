"""The availability form: what was typed, what it means, and what is wrong with it, field by field.

Blank rows don't count. Nothing typed is thrown away: a form with faults goes back with every letter in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.blocks.state import day_of
from handlers.pages.zones import known_zones
from hiring.model import Plan, Span
from hiring.rules.windows import MOST, window_faults

ROWS = 3
_LONGEST = 40
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2}))?(?::\d{2})?\s*(?P<half>[ap])?\.?m?\.?", re.IGNORECASE)
_DATE_INPUT = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME_INPUT = re.compile(r"\d{2}:\d{2}")
_HALF_DAY = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One window as typed. Faults by field: `day`, `start`, `end`, or `row` for the window as a whole."""

    day: str = ""
    start: str = ""
    end: str = ""
    faults: tuple[tuple[str, str], ...] = ()

    @property
    def is_blank(self) -> bool:
        return not (self.day or self.start or self.end)

    def fault(self, field: str) -> str:
        return dict(self.faults).get(field, "")

    def input_type(self, field: str) -> str:
        """A date or time input shows nothing but its own notation; whatever else was typed needs one for text."""
        kind, notation = ("date", _DATE_INPUT) if field == "day" else ("time", _TIME_INPUT)
        text = self.typed(field)
        return kind if not text or notation.fullmatch(text) else "text"

    def typed(self, field: str) -> str:
        return {"day": self.day, "start": self.start, "end": self.end}[field]


@dataclass(frozen=True, slots=True)
class Form:
    zone: str
    rows: tuple[Row, ...]
    zone_fault: str = ""
    fault: str = ""
    """What is wrong with the form as a whole."""
    grown: bool = False
    """Whether the last row was asked for just now, and so is where the person goes on."""

    @property
    def is_faulty(self) -> bool:
        return bool(self.zone_fault or self.fault or any(row.faults for row in self.rows))


def fresh(zone: str) -> Form:
    return Form(zone=zone, rows=(Row(),) * ROWS)


def typed(fields: Mapping[str, str], *, zone: str) -> Form:
    """The form as it came in; `zone` where none came with it."""

    def said(name: str) -> str:
        return fields.get(name, "").strip()[:_LONGEST]

    count = 0
    while count < MOST and f"day-{count + 1}" in fields:
        count += 1
    rows = tuple(
        Row(day=said(f"day-{number}"), start=said(f"start-{number}"), end=said(f"end-{number}"))
        for number in range(1, count + 1)
    )
    return Form(zone=fields.get("zone", zone).strip()[:_LONGEST], rows=rows or fresh(zone).rows)


def with_another(form: Form) -> Form:
    return replace(form, rows=(*form.rows, Row()), grown=True) if len(form.rows) < MOST else form


def read(form: Form, *, plan: Plan, now: datetime) -> tuple[Span, ...] | Form:
    """The windows, or the form with what is wrong and how to mend it."""
    if form.zone not in known_zones():
        return replace(form, zone_fault="Please choose your time zone from the list.")
    zone = ZoneInfo(form.zone)
    rows = list(form.rows)
    windows: dict[int, Span] = {}
    for index, row in enumerate(form.rows):
        found = row if row.is_blank else _read_row(row, zone)
        if isinstance(found, Span):
            windows[index] = found
        else:
            rows[index] = found
    for fault in window_faults(list(windows.values()), plan=plan, now=now):
        index = list(windows)[fault.index]
        rows[index] = replace(rows[index], faults=(*rows[index].faults, ("row", fault.says)))
    checked = replace(form, rows=tuple(rows))
    if not windows and not checked.is_faulty:
        return replace(form, fault="Please fill in at least one row: a day, from when and until when you could come.")
    return checked if checked.is_faulty else tuple(windows.values())


def _read_row(row: Row, zone: ZoneInfo) -> Span | Row:
    day = _read_day(row.day)
    start = _read_time(row.start, missing="Please say from when.")
    end = _read_time(row.end, missing="Please say until when.")
    if isinstance(day, date) and isinstance(start, time) and isinstance(end, time):
        if end == time(0):
            day_after = _instant(day + timedelta(days=1), end, zone, last=True)
            return Span(start=_instant(day, start, zone), end=day_after)
        skipped = [name for name, at in (("start", start), ("end", end)) if _is_skipped(day, at, zone)]
        if not skipped:
            return Span(start=_instant(day, start, zone), end=_instant(day, end, zone, last=True))
        says = "The clocks go forward then, so this time does not exist. Pick one an hour later."
        return replace(row, faults=tuple((name, says) for name in skipped))
    parts: Sequence[tuple[str, object]] = (("day", day), ("start", start), ("end", end))
    return replace(row, faults=tuple((name, says) for name, says in parts if isinstance(says, str)))


def _read_day(text: str) -> date | str:
    if not text:
        return "Please choose a day."
    try:
        return day_of(text) or "Please choose a day within the next months."
    except ValueError:
        return "This is not a day of the calendar. Write it like 2026-11-24: year, month, day."


def _read_time(text: str, *, missing: str) -> time | str:
    if not text:
        return missing
    found = _TIME.fullmatch(text)
    unclear = "This is not a time of day. Write it like 09:30 or 14:00."
    if found is None:
        return unclear
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= _HALF_DAY:
            return unclear
        hour = hour % _HALF_DAY + (_HALF_DAY if found["half"].lower() == "p" else 0)
    try:
        return time(0) if (hour, minute) == (24, 0) else time(hour, minute)
    except ValueError:
        return unclear


def _instant(day: date, at: time, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """Where the clock shows a time twice, a window begins at the first and ends at the last."""
    return datetime.combine(day, at, tzinfo=zone).replace(fold=int(last)).astimezone(UTC)


def _is_skipped(day: date, at: time, zone: ZoneInfo) -> bool:
    there = datetime.combine(day, at, tzinfo=zone)
    return there.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != there.replace(tzinfo=None)
