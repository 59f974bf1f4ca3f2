"""Whether this machine's clock agrees with others'."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from bot.doctor.fetching import fetched
from bot.doctor.finding import Finding

SKEW: Final = 30
"""Seconds that clocks may differ: what others say has whole seconds, and was on its way for a moment."""


def compared(at: datetime, *, whose: str, what: str = "clock") -> Finding:
    """`at` is what somebody else's clock said a moment ago."""
    return told(datetime.now(UTC) - at, whose=whose, what=what)


def by_answer(url: str, *, whose: str, what: str) -> list[Finding]:
    """By the date that a server puts on whatever it answers; nothing where it does not answer, or puts none on it."""
    _, headers, _ = fetched(url)
    date = headers.get("date")
    return [compared(parsedate_to_datetime(date), whose=whose, what=what)] if date else []


def told(ahead: timedelta, *, whose: str, what: str = "clock") -> Finding:
    off = round(ahead.total_seconds())
    well = abs(off) <= SKEW
    says = f"agrees with {whose}" if well else f"is {abs(off)} s {'ahead of' if off > 0 else 'behind'} {whose}"
    mend = "Have this machine's clock set from the network (NTP): past five minutes, signed requests are refused."
    return Finding(what, well=well, says=says, mend="" if well else mend)
