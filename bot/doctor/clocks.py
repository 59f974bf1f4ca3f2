"""Whether this machine's clock agrees with others'."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.doctor.fetching import fetched
from bot.doctor.finding import Finding
from bot.times import date_of

SKEW: Final = 30
"""Seconds that clocks may differ: what others say has whole seconds, and was on its way for a moment."""


def compared(at: datetime, *, whose: str, what: str = "clock") -> Finding:
    """`at` is what somebody else's clock said a moment ago."""
    return told(datetime.now(UTC) - at, whose=whose, what=what)


def by_answer(url: str, *, whose: str, what: str) -> list[Finding]:
    """By the date that a server puts on whatever it answers; nothing where it does not answer."""
    _, headers, _ = fetched(url)
    return by_headers(headers, whose=whose, what=what)


def by_headers(headers: Mapping[str, str], *, whose: str, what: str) -> list[Finding]:
    """The same of an answer that is there; nothing where it has no date, or one that can't be read."""
    at = date_of(headers.get("date"))
    return [] if at is None else [compared(at, whose=whose, what=what)]


def told(ahead: timedelta, *, whose: str, what: str = "clock") -> Finding:
    off = round(ahead.total_seconds())
    well = abs(off) <= SKEW
    says = f"agrees with {whose}" if well else f"is {abs(off)} s {'ahead of' if off > 0 else 'behind'} {whose}"
    mend = "Have this machine's clock set from the network (NTP): past five minutes, signed requests are refused."
    return Finding(what, well=well, says=says, mend="" if well else mend)
