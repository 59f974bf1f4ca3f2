"""Times as servers tell them, and spans as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


def date_of(header: str | None) -> datetime | None:
    """None where there is none, or what a proxy put there is no date. One without a zone is in UTC, as HTTP wants it."""
    try:
        at = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def age(span: timedelta) -> str:
    """In its largest unit: `3 d`, `2 h`, `5 min`, `40 s`."""
    seconds = max(0, int(span.total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
