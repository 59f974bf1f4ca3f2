"""The same question about several people at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

from scheduling.calendars.port import Agenda, CalendarUnavailable

AT_ONCE = 8
T = TypeVar("T")


def ask_together(ask: Callable[[str], T], emails: Sequence[str]) -> tuple[T, ...]:
    """An answer for each. Of several errors that is raised which asks for the longest wait: it must not be overheard. It
    brings along whoever could be read."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as several:
        asked = [several.submit(ask, email) for email in emails]
    errors = [error for one in asked if isinstance(error := one.exception(), CalendarUnavailable)]
    if errors:
        worst = max(errors, key=lambda error: (error.limited, error.retry_after or timedelta()))
        answers = (one.result() for one in asked if one.exception() is None)
        worst.partly = tuple(answer for answer in answers if isinstance(answer, Agenda))
        raise worst
    return tuple(one.result() for one in asked)
