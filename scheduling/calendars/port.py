"""What Evenhand asks of a calendar, whoever keeps it: who is busy when, and our own events put there once."""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

BusyKind = Literal["busy", "out_of_office", "tentative", "unreadable"]

# All of its letters lie in a-v, so it may begin an id that Google takes; whatever begins with it is ours.
OUR_PREFIX = "evenhand"
_ID = re.compile(r"[a-v0-9]{5,1024}")


@dataclass(frozen=True, slots=True)
class Busy:
    """One stretch, half-open, in which a person can't be taken."""

    start: datetime
    end: datetime
    kind: BusyKind
    # Only where our rights allow. Kept out of `repr`, so that no log and no traceback prints what people do.
    title: str | None = field(default=None, repr=False)
    # The id of our own event, so that a loop that is moved does not find itself in its way.
    booking: str | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """Busy stretches by start. What can't be read is busy for the whole span, and `reason` tells the operator why; `passing`
    says that it may well be readable in a while."""

    email: str
    busy: tuple[Busy, ...]
    readable: bool
    reason: str | None = None
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What we book. `calendar` is whose calendar it stands on, guests are e-mail addresses."""

    id: str
    calendar: str
    title: str = field(repr=False)
    description: str = field(repr=False)
    start: datetime
    end: datetime
    zone: str
    guests: tuple[str, ...] = ()
    location: str | None = None
    video: bool = False
    private: bool = False
    transparent: bool = False

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError("An event id is 5 to 1024 letters a-v and digits; take event_id()")
        if self.start.tzinfo is None or self.end.tzinfo is None or self.end <= self.start:
            raise ValueError("An event starts and ends at times with a zone, and ends after it starts")


@dataclass(frozen=True, slots=True)
class Booked:
    """What stands there now. `video_link` is None when none was asked for, and while one is still being made."""

    id: str
    link: str | None
    video_link: str | None
    etag: str


class CalendarError(Exception):
    """Any way in which a calendar does not do what was asked."""


class CalendarUnavailable(CalendarError):
    """It may work later. With `outcome_unknown` a write may have happened: `find` first, then put again (same id).
    `limited`: nothing is wrong, too much was asked at once. `partly`: of several people those who could be read."""

    def __init__(
        self,
        why: str,
        *,
        retry_after: timedelta | None = None,
        outcome_unknown: bool = False,
        limited: bool = False,
        partly: tuple[Agenda, ...] = (),
    ) -> None:
        super().__init__(why)
        self.partly = partly
        self.limited = limited
        self.retry_after = retry_after
        self.outcome_unknown = outcome_unknown


class CalendarRefused(CalendarError):
    """It will not work until somebody changes something; `remedy` tells the operator what. `of_all`: it is us who are
    refused, whoever's calendar it is, which says nothing about this one."""

    def __init__(self, why: str, *, remedy: str, of_all: bool = False) -> None:
        super().__init__(why)
        self.remedy = remedy
        self.of_all = of_all


class IdSpent(CalendarError):
    """The event of this id was deleted or never was: book again under the next attempt number."""

    def __init__(self, calendar: str, id: str) -> None:  # noqa: A002 - the port's word for it
        super().__init__(f"The id {id} can't be used on this calendar any more")
        self.calendar = calendar
        self.id = id


class Calendars(Protocol):
    def agendas(self, emails: Sequence[str], *, start: datetime, end: datetime) -> tuple[Agenda, ...]:
        """One agenda per e-mail, in the order asked, with stretches clipped to the span."""
        ...

    def put(self, event: Event) -> Booked:
        """Have exactly this event there, however often it is asked. IdSpent when its id belonged to a deleted event."""
        ...

    def find(self, calendar: str, id: str) -> Booked | None:  # noqa: A002 - the port's word for it
        """Our event as it stands; None when it never was or was deleted."""
        ...

    def move(self, event: Event) -> Booked:
        """Bring a booked event to what is given. IdSpent when it is not there (any more)."""
        ...

    def remove(self, calendar: str, id: str) -> None:  # noqa: A002 - the port's word for it
        """Delete our event; one that is gone already is fine."""
        ...


def event_id(key: str, attempt: int) -> str:
    """An id of ours for a booking's key, the same for the same key and attempt: letters a-v and digits, 60 long."""
    digest = hashlib.sha256(f"{attempt}\n{key}".encode()).digest()
    return OUR_PREFIX + base64.b32hexencode(digest).decode().rstrip("=").lower()
