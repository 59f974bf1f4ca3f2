"""The times a candidate offered, read back to them."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from handlers.pages import words
from hiring.model import Span


def told(windows: Sequence[Span], *, zone: str) -> tuple[str, ...]:
    """Reads "Tuesday 24 November 2026, 09:00–12:00, New York time (UTC−5)"."""
    here = ZoneInfo(zone)
    return tuple(
        f"{words.day(window.start.astimezone(here).date())}, "
        f"{words.between(window.start, window.end, here)}, {words.zone(zone, window.start)}"
        for window in sorted(windows)
    )
