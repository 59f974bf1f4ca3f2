"""A loop, and what happens to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from hiring.model.ids import CandidateId, LoopId, OpeningId, PersonId
from hiring.model.panels import Attestation, Barred, Drift, Look, Pin, Planning, Repair, Seat, Session
from hiring.model.plans import Plan
from hiring.model.spans import Span


@dataclass(frozen=True, slots=True)
class Submitted:
    """That a scorecard is in: never what it says. `commitment` is the code its author was given."""

    session: str
    person: PersonId
    at: datetime
    commitment: str
    amended_at: datetime | None = None
    void: bool = False


class ReleaseHow(StrEnum):
    ALL_IN = "all_in"
    QUORUM = "quorum"
    EARLY = "early"


@dataclass(frozen=True, slots=True)
class Release:
    at: datetime
    how: ReleaseHow
    by: PersonId | None = None
    reason: str = ""


class Outcome(StrEnum):
    ADVANCE = "advance"
    HOLD = "hold"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what and why; `known` says in one line what evidence there was at that moment."""

    outcome: Outcome
    reason: str
    owner: PersonId
    at: datetime
    dissent: str = ""
    known: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    at: datetime
    by: PersonId
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something a person did to a booked loop (a new time, another person), with the reason they gave."""

    at: datetime
    by: PersonId
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class StoodDown:
    """Somebody who was asked and is not needed (`replaced`, `recused`, `silent`) or not at that time (`rescheduled`)."""

    person: PersonId
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who lost their seat or its time: what they were asked about it before holds no more."""

    person: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class Snooze:
    """A reminder put off: the scorecard of `session` is not asked of `person` again before `until`."""

    session: str
    person: PersonId
    until: datetime


@dataclass(frozen=True, slots=True)
class Nudge:
    """A person's own reminder to somebody: `about` is `attestation`, `scorecard` or `decision`."""

    to: PersonId
    about: str
    by: PersonId
    at: datetime


class Lead(StrEnum):
    """Who answers for a loop: the recruiter runs it, the hiring manager decides."""

    RECRUITER = "recruiter"
    HIRING_MANAGER = "hiring_manager"


@dataclass(frozen=True, slots=True)
class HandOver:
    """That `to` leads the loop instead of `of`, who has a conflict or has left. `by` is who named them, or `evenhand`."""

    lead: Lead
    of: PersonId
    to: PersonId
    at: datetime
    by: PersonId


@dataclass(frozen=True, slots=True)
class Work:
    """What a candidate handed in, as a recruiter entered it. Nobody who scores it is shown this: see `rules.blind`.
    `replaced_at`: since when it stands in place of something that was entered wrongly."""

    link: str
    files: tuple[str, ...]
    at: datetime
    by: PersonId
    replaced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """All interviews of one application at one stage, from the wish to the decision. Facts only: what phase it is in and
    what is due follows from them and the time (`rules.phase`, `rules.due`).

    `recruiter` and `hiring_manager` are those who lead it now. `colleague` is the candidate themselves, when they work here.
    `plan` is a copy, so that a scorecard keeps the rubric it was made with. `revision` counts what people must be told
    about the booked itinerary; `attempt` numbers the calendar events so that a deleted event's id is never needed again.
    `synced_at` is when the calendars last followed a revision. `drift` is how they differ from what was booked, and `drifts`
    counts how often that was news. `named` says when the candidate told us whom they know here, never whom.
    `unrated` are those whose scorecards are shown and count in no figure, by the company's policy on mild grounds.
    `erased`: when all that could tell who the candidate was left it.
    """

    id: LoopId
    opening: OpeningId
    candidate: CandidateId
    plan: Plan
    recruiter: PersonId
    hiring_manager: PersonId
    created: datetime
    created_by: PersonId
    stage: str = ""
    zone: str = "UTC"
    windows: tuple[Span, ...] = ()
    asked_availability_at: datetime | None = None
    planning: Planning | None = None
    sessions: tuple[Session, ...] = ()
    seats: tuple[Seat, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    barred: tuple[Barred, ...] = ()
    looks: tuple[Look, ...] = ()
    pins: tuple[Pin, ...] = ()
    attempt: int = 1
    revision: int = 1
    booked_at: datetime | None = None
    synced_at: datetime | None = None
    submitted: tuple[Submitted, ...] = ()
    released: Release | None = None
    decision: Decision | None = None
    cancelled: Ended | None = None
    changes: tuple[Change, ...] = ()
    stood_down: tuple[StoodDown, ...] = ()
    snoozes: tuple[Snooze, ...] = ()
    nudges: tuple[Nudge, ...] = ()
    refilling: int = 0
    repairs: tuple[Repair, ...] = ()
    named: tuple[datetime, ...] = ()
    unrated: tuple[PersonId, ...] = ()
    drift: tuple[Drift, ...] = ()
    drifts: int = 0
    left: tuple[Left, ...] = ()
    work: Work | None = None
    erased: datetime | None = None
    colleague: PersonId | None = None
    handed_over: tuple[HandOver, ...] = ()
    version: int = 0

    def session(self, session: str) -> Session:
        return next(placed for placed in self.sessions if placed.id == session)

    def with_(self, **changes: object) -> Loop:
        return replace(self, **changes)  # type: ignore[arg-type]  # the field names are checked by dataclasses at run time
