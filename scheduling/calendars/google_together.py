"""The same question about several people at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

from scheduling.calendars.port import CalendarUnavailable

AT_ONCE = 8
T = TypeVar("T")


def ask_together(ask: Callable[[str], T], emails: Sequence[str]) -> tuple[T, ...]:
    """An answer for each. Of several errors that is raised which asks for the longest wait: it must not be overheard."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as several:
        asked = [several.submit(ask, email) for email in emails]
    limits = [error for one in asked if isinstance(error := one.exception(), CalendarUnavailable) and error.limited]
    if limits:
        raise max(limits, key=lambda error: error.retry_after or timedelta())
    return tuple(one.result() for one in asked)
