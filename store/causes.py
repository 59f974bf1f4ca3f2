"""What brings a delivery about: the id of what somebody pressed, typed or handed in, or who acts by themselves.

It is kept beside the delivery, and whatever comes of making that one inherits it. So one id, searched for in the log, leads
from a click to every answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

CLOCK, PAGE = "clock", "page"
"""Causes that have no id of their own: time, and what is sent from the candidate's page."""
CAUSE: ContextVar[str] = ContextVar("evenhand_cause", default="")


@contextmanager
def because_of(cause: str) -> Iterator[None]:
    """What this thread has delivered from here on was brought about by `cause`."""
    before = CAUSE.set(cause)
    try:
        yield
    finally:
        CAUSE.reset(before)
