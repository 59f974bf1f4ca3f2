"""People who work here, and candidates."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from hiring.model.ids import CandidateId, OpeningId, PersonId


class Role(StrEnum):
    """A recruiter runs every loop; an opening recruiter those of the openings that name them."""

    INTERVIEWER = "interviewer"
    HIRING_MANAGER = "hiring_manager"
    RECRUITER = "recruiter"
    AUDITOR = "auditor"
    ADMIN = "admin"
    OPENING_RECRUITER = "opening_recruiter"


class Step(StrEnum):
    """A rung of the training ladder of one qualification."""

    READING = "reading"
    SHADOW = "shadow"
    REVERSE_SHADOW = "reverse_shadow"
    QUALIFIED = "qualified"


@dataclass(frozen=True, slots=True)
class Qualification:
    """`since` is the day on which an import brought it to somebody; None for those there from the beginning."""

    skill: str
    step: Step = Step.QUALIFIED
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Tenure:
    """Years spent at an employer or a school; `end` is None for "to this day"."""

    name: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours of one weekday (0 is Monday), in the person's zone."""

    weekday: int
    start: time
    end: time


OFFICE_HOURS = tuple(Hours(weekday=day, start=time(9), end=time(17)) for day in range(5))


@dataclass(frozen=True, slots=True)
class Pause:
    """From `start` up to, but without, `end` the person is not asked to interview."""

    start: date
    end: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the company. Caps are minutes of interviewing in the person's own days and ISO weeks. With `own_prefs`
    they have set their hours, caps and gap themselves, and no import changes these any more. `roles` are all they have;
    `group_roles` those that Slack user groups give and, where there are any, `file_roles` those of the file. `deactivated`:
    their Slack account is, so they are not `active`, whatever the file says. `recruits` are the openings that name them as
    their recruiter."""

    id: PersonId
    name: str
    email: str
    zone: str
    slack_id: str | None = None
    title: str = ""
    team: str = ""
    manager: PersonId | None = None
    roles: tuple[Role, ...] = (Role.INTERVIEWER,)
    hours: tuple[Hours, ...] = OFFICE_HOURS
    qualifications: tuple[Qualification, ...] = ()
    day_cap: int | None = 120
    week_cap: int | None = 240
    gap: int = 15
    employers: tuple[Tenure, ...] = ()
    schools: tuple[Tenure, ...] = ()
    holidays: tuple[date, ...] = ()
    pauses: tuple[Pause, ...] = ()
    own_prefs: bool = False
    active: bool = True
    file_roles: tuple[Role, ...] | None = None
    group_roles: tuple[Role, ...] = ()
    deactivated: bool = False
    recruits: tuple[OpeningId, ...] = ()

    def recruits_for(self, opening: OpeningId) -> bool:
        """Whether every loop of the opening is theirs to run: a recruiter's are all, an opening recruiter's their own."""
        own = Role.OPENING_RECRUITER in self.roles and opening in self.recruits
        return own or Role.RECRUITER in self.roles

    def holds(self, skill: str) -> bool:
        """Whether the person may take a seat that asks for `skill`; `coding-shadow` asks for a trainee of coding."""
        for qualification in self.qualifications:
            if qualification.skill == skill and qualification.step is Step.QUALIFIED:
                return True
            if skill == f"{qualification.skill}-shadow" and qualification.step in {Step.SHADOW, Step.REVERSE_SHADOW}:
                return True
        return False


@dataclass(frozen=True, slots=True)
class LegalHold:
    """Who has said that a candidate's record must be kept, why, and since when. While it lasts nothing is erased."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who applied. `accommodation` is hidden from everybody who rates. With `erased` this stands for somebody
    whose record is gone: nothing of theirs is in it."""

    id: CandidateId
    name: str
    email: str
    zone: str
    employer: str = ""
    employers: tuple[Tenure, ...] = ()
    schools: tuple[Tenure, ...] = ()
    referrer: PersonId | None = None
    accommodation: str = field(default="", repr=False)
    legal_hold: LegalHold | None = field(default=None, repr=False)
    erased: datetime | None = None
