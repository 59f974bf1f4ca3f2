"""Who sits where and why, who stepped aside, and what the engine offered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hiring.model.ids import PersonId
from hiring.model.spans import Span


class Answer(StrEnum):
    """What a person says to "do you know this candidate?"."""

    NO_CONFLICT = "no_conflict"
    CONFLICT = "conflict"
    UNSURE = "unsure"


class Ground(StrEnum):
    """Why a person steps aside; seen by the person, the recruiter in charge and the auditor only."""

    FAMILY = "family"
    FRIEND = "friend"
    WORKED_TOGETHER = "worked_together"
    MANAGED = "managed"
    REFERRED = "referred"
    SAME_INSTITUTION = "same_institution"
    FINANCIAL = "financial"
    PREVIOUS_INTERVIEW = "previous_interview"
    INTERNAL = "internal"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Attestation:
    """That somebody answered, and what. The ground and the note are kept sealed, apart from this."""

    person: PersonId
    answer: Answer
    at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """That something suggests a ground for `person`, so that a human must pin it before they take part. Not what it is."""

    person: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class Pin:
    """A human's verdict on `person` and the candidate, which the person can't undo. Its reason is kept sealed. One that
    undoes an earlier "conflict" is an override."""

    person: PersonId
    conflict: bool
    by: PersonId
    at: datetime
    override: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """Why this person sits here: `others` maps everybody else who holds the qualification to what stood against them."""

    chosen: PersonId
    because: str
    others: tuple[tuple[PersonId, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat in one session, with the person in it (None while it is being refilled), and since when they have it."""

    session: str
    id: str
    person: PersonId | None
    why: Why | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One interview laid out in time. `event` and `link` are known once it is booked."""

    id: str
    start: datetime
    end: datetime
    event: str | None = None
    link: str | None = None

    @property
    def span(self) -> Span:
        return Span(start=self.start, end=self.end)


@dataclass(frozen=True, slots=True)
class Option:
    """One way to hold the loop. `cost` names its parts in the engine's points; smaller is better."""

    sessions: tuple[Session, ...]
    seats: tuple[Seat, ...]
    cost: tuple[tuple[str, int], ...] = ()
    proved: bool = True


@dataclass(frozen=True, slots=True)
class Planning:
    """The engine's work for a loop: what was asked, and what came back. `number` counts the requests.

    `missed` is when the recruiter was told that nothing fits, for options that were found only later.
    """

    number: int
    asked: datetime
    answered: datetime | None = None
    options: tuple[Option, ...] = ()
    because: tuple[str, ...] = ()
    chosen: int | None = None
    chosen_at: datetime | None = None
    chosen_by: PersonId | None = None
    missed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """What the engine found when a seat could not be refilled at the times that stand. `number` is the request's.

    `option` is the loop as it would be with the fewest sessions moved, for a recruiter to confirm; None when nothing
    works. `because` says why, and what would help.
    """

    number: int
    at: datetime
    option: Option | None = None
    because: tuple[str, ...] = ()


class Drifted(StrEnum):
    """What somebody did by hand to what we booked: the event is gone, or at another time; a panel member does not have it
    any more, or has a meeting over it."""

    GONE = "gone"
    MOVED = "moved"
    DECLINED = "declined"
    CLASH = "clash"


@dataclass(frozen=True, slots=True)
class Drift:
    """Where a calendar is not as it was booked; `person` is None when it is about the interview as a whole. An event
    that was moved stands now from `start` to `end`."""

    session: str
    what: Drifted
    person: PersonId | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Barred:
    """Somebody who stepped aside, or was set aside, and since when. Says nothing of the ground. `elsewhere`: in another loop
    about the same candidate, which closes this one to them too. `by` is who set them aside, None when they did it
    themselves; `awaited`: by somebody else, after their interview had begun and before their scorecard was in."""

    person: PersonId
    at: datetime
    elsewhere: bool = False
    by: PersonId | None = None
    awaited: bool = False
