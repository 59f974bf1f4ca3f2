"""Days, times and zones in full words, for somebody who has never heard of us."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from handlers.blocks.text import zone_name

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day(date_: date) -> str:
    return f"{WEEKDAYS[date_.weekday()]} {date_.day} {MONTHS[date_.month - 1]} {date_.year}"


def zone(name: str, at: datetime) -> str:
    """Says "New York time (UTC−5)": a zone by its city, and how far it is from UTC at that moment."""
    return f"{zone_name(name)} ({offset(name, at)})"


def offset(name: str, at: datetime) -> str:
    ahead = at.astimezone(ZoneInfo(name)).utcoffset()
    total = int(ahead.total_seconds() // 60) if ahead else 0
    if total == 0:
        return "UTC"
    hours, rest = divmod(abs(total), 60)
    return f"UTC{'+' if total > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


def between(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """Says "09:00–10:00", and "23:30–00:30 (the next day)" when it goes past midnight."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    later = " (the next day)" if last.date() > first.date() and f"{last:%H:%M}" != "00:00" else ""
    return f"{first:%H:%M}–{last:%H:%M}{later}"
