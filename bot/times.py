"""The date that a server puts on its answer."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def date_of(header: str | None) -> datetime | None:
    """None where there is none, or what a proxy put there is no date. One without a zone is in UTC, as HTTP wants it."""
    try:
        at = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
