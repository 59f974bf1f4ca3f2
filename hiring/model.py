"""The words of the subject as frozen values.

Nothing here decides, reads a clock or talks to anybody. Instants are aware and in UTC, spans are half-open, durations are
whole minutes where people speak of minutes. Identifiers are strings that mean something only inside Evenhand. What is
sealed at rest is left out of every `repr`, so that no log or traceback holds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum

PersonId = str
CandidateId = str
OpeningId = str
LoopId = str

RECRUITER_SEAT = "@recruiter"
"""In a seat's `any_of`: the recruiter of the opening."""
HIRING_MANAGER_SEAT = "@hiring-manager"
"""In a seat's `any_of`: the hiring manager of the opening."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time, from `start` up to but without `end`."""

    start: datetime
    end: datetime

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds() // 60)


# ---- people -------------------------------------------------------------------------------------------------------


class Role(StrEnum):
    INTERVIEWER = "interviewer"
    HIRING_MANAGER = "hiring_manager"
    RECRUITER = "recruiter"
    AUDITOR = "auditor"
    ADMIN = "admin"


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
    they have set their hours, caps and gap themselves, and no import changes these any more."""

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


# ---- plans and rubrics --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is rated. `anchors[i]` says what `i + 1` points look like; an independent criterion is shown, not totalled."""

    id: str
    name: str
    anchors: tuple[str, ...]
    about: str = ""
    weight: int = 1
    independent: bool = False


@dataclass(frozen=True, slots=True)
class Rubric:
    id: str
    title: str
    criteria: tuple[Criterion, ...]
    version: int = 1


class SeatKind(StrEnum):
    LEAD = "lead"
    PAIR = "pair"
    SHADOW = "shadow"
    OBSERVER = "observer"


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """A place on a session's panel: anyone who holds one of `any_of` may take it. `rates`: they owe a scorecard."""

    id: str
    any_of: tuple[str, ...]
    kind: SeatKind = SeatKind.LEAD
    optional: bool = False
    rates: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    follow_ups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """One interview as planned. `rubric` is None for a session that nobody rates (a welcome, a wrap-up). An optional
    session is left out when it can't be placed."""

    id: str
    title: str
    minutes: int
    seats: tuple[SeatPlan, ...]
    rubric: str | None = None
    covers: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    tell_candidate: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Rest:
    """At most `after` minutes of interviews without a break of `minutes`."""

    after: int = 120
    minutes: int = 15


@dataclass(frozen=True, slots=True)
class Lunch:
    start: time = time(11, 30)
    end: time = time(14)
    minutes: int = 45


class Mix(StrEnum):
    TEAM = "team"
    OUTSIDE = "outside"
    SENIOR = "senior"


@dataclass(frozen=True, slots=True)
class MixRule:
    """At least so many seats go to people of the opening's team, from outside it, or qualified as `senior`."""

    kind: Mix
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class ReleaseRule:
    """When a panel's scorecards open. Without a quorum: when all are in. With one: when all are in, or when `quorum`
    are in and `hours` have passed since the last session ended."""

    quorum: int | None = None
    hours: int | None = None


@dataclass(frozen=True, slots=True)
class TakeHome:
    """Work done at home in place of a meeting: what to do (words, or where they stand), and within how many days."""

    prompt: str
    days: int = 7


@dataclass(frozen=True, slots=True)
class Plan:
    id: str
    title: str
    sessions: tuple[SessionPlan, ...]
    rubrics: tuple[Rubric, ...] = ()
    version: int = 1
    role: str = ""
    first: str | None = None
    last: str | None = None
    before: tuple[tuple[str, str], ...] = ()
    rest: Rest | None = Rest()
    lunch: Lunch | None = Lunch()
    max_days: int = 1
    mix: tuple[MixRule, ...] = ()
    release: ReleaseRule = ReleaseRule()
    many_reason: str = ""
    private_events: bool = False
    take_home: TakeHome | None = None

    def session(self, session: str) -> SessionPlan:
        return next(planned for planned in self.sessions if planned.id == session)

    def rubric(self, session: str) -> Rubric | None:
        """The rubric of a session, or None where nobody rates."""
        wanted = self.session(session).rubric
        return next((rubric for rubric in self.rubrics if rubric.id == wanted), None)


@dataclass(frozen=True, slots=True)
class Stage:
    id: str
    title: str
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class Pipeline:
    id: str
    title: str
    stages: tuple[Stage, ...]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """A job being filled. `channel` is a Slack channel's name without `#`; `digest_hour` is local to `digest_zone`. With
    `own_digest` somebody has set hour, zone and channel in Slack, and no import changes these any more."""

    id: OpeningId
    title: str
    team: str
    hiring_manager: PersonId
    recruiter: PersonId
    plans: tuple[str, ...]
    pipeline: str | None = None
    channel: str | None = None
    channel_id: str | None = None
    digest_hour: int | None = 9
    digest_zone: str = "UTC"
    place: str = ""
    video: bool = True
    delegate: PersonId | None = None
    own_digest: bool = False
    active: bool = True


# ---- a loop -------------------------------------------------------------------------------------------------------


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
    """The engine's work for a loop: what was asked, and what came back. `number` counts the requests."""

    number: int
    asked: datetime
    answered: datetime | None = None
    options: tuple[Option, ...] = ()
    because: tuple[str, ...] = ()
    chosen: int | None = None
    chosen_at: datetime | None = None
    chosen_by: PersonId | None = None


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
    """Where a calendar is not as it was booked; `person` is None when it is about the interview as a whole."""

    session: str
    what: Drifted
    person: PersonId | None = None


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
    """What a candidate handed in, as a recruiter entered it. Nobody who scores it is shown this: see `rules.blind`."""

    link: str
    files: tuple[str, ...]
    at: datetime
    by: PersonId


@dataclass(frozen=True, slots=True)
class Loop:
    """All interviews of one application at one stage, from the wish to the decision. Facts only: what phase it is in and
    what is due follows from them and the time (`rules.phase`, `rules.due`).

    `recruiter` and `hiring_manager` are those who lead it now. `colleague` is the candidate themselves, when they work here.
    `plan` is a copy, so that a scorecard keeps the rubric it was made with. `revision` counts what people must be told
    about the booked itinerary; `attempt` numbers the calendar events so that a deleted event's id is never needed again.
    `synced_at` is when the calendars last followed a revision. `drift` is how they differ from what was booked, and `drifts`
    counts how often that was news.
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


# ---- scorecards ---------------------------------------------------------------------------------------------------


class Confidence(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Overall(StrEnum):
    """The rater's own conclusion."""

    STRONG_NO = "strong_no"
    NO = "no"
    YES = "yes"
    STRONG_YES = "strong_yes"


@dataclass(frozen=True, slots=True)
class Rating:
    """`score` is None for "could not assess", which is an answer of its own: neither missing nor neutral."""

    criterion: str
    score: int | None = field(repr=False)
    evidence: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One interviewer's rubric, filled in. `amends` is the submission it replaces, which is kept and shown too."""

    loop: LoopId
    session: str
    author: PersonId
    rubric: str
    rubric_version: int
    ratings: tuple[Rating, ...]
    overall: Overall = field(repr=False)
    confidence: Confidence = field(repr=False)
    note: str = field(default="", repr=False)
    at: datetime | None = None
    amends: datetime | None = None
    after_release: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A scorecard being written, as the modal holds it: field name to what was typed or picked. Never judged."""

    loop: LoopId
    session: str
    author: PersonId
    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    saved: datetime | None = None


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What a person said when they stepped aside or were unsure: sealed, for the person, the recruiter and the auditor.
    With `by`, the reason that somebody else gave when they pinned it."""

    loop: LoopId
    person: PersonId
    answer: Answer
    at: datetime
    ground: Ground | None = field(default=None, repr=False)
    note: str = field(default="", repr=False)
    by: PersonId | None = None


# ---- what follows -------------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """Kinds of deliveries: who does it, then what it is. A `slack.*` kind has a renderer, checked by a test."""

    ATTEST_ASK = "slack.attest_ask"
    ATTEST_REMIND = "slack.attest_remind"
    UNSURE = "slack.unsure"
    LOOK = "slack.look"
    OPTIONS = "slack.options"
    UNPLANNABLE = "slack.unplannable"
    REPAIR = "slack.repair"
    DRIFT = "slack.drift"
    BOOKED = "slack.booked"
    REPLACED = "slack.replaced"
    BRIEF = "slack.brief"
    STOOD_DOWN = "slack.stood_down"
    CANCELLED = "slack.cancelled"
    SCORECARD_ASK = "slack.scorecard_ask"
    SCORECARD_REMIND = "slack.scorecard_remind"
    SCORECARD_THANKS = "slack.scorecard_thanks"
    RELEASED = "slack.released"
    SUMMARY = "slack.summary"
    SUMMARY_LINK = "slack.summary_link"
    DECISION_REMIND = "slack.decision_remind"
    DECISION = "slack.decision"
    NEXT_STEP = "slack.next_step"
    NUDGE = "slack.nudge"
    DELEGATE_WANTED = "slack.delegate_wanted"
    HANDED_OVER = "slack.handed_over"
    DIGEST = "slack.digest"
    ALERT = "slack.alert"
    HOME = "slack.home"
    DEAD_LETTER = "slack.dead_letter"
    TAKE_BACK = "slack.take_back"
    ENGINE_OPTIONS = "engine.options"
    ENGINE_REFILL = "engine.refill"
    CALENDAR_BOOK = "calendar.book"
    CALENDAR_SYNC = "calendar.sync"
    CALENDAR_CLEAR = "calendar.clear"
    MAIL_AVAILABILITY = "mail.availability"
    MAIL_ITINERARY = "mail.itinerary"
    MAIL_MOVED = "mail.moved"
    MAIL_CANCELLED = "mail.cancelled"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One outside effect with its own key, unique for ever. The payload is by reference: ids, never what they stand for.

    `to` is a person's id for `slack.*` (or `#channel-id` for a channel), empty for the engine and calendars. `updates` is
    the key of an earlier message to be edited in place, `thread` of one to answer under. Deliveries `to` the same place
    are made one after another in the order they were written.
    """

    key: str
    kind: Kind
    to: str = ""
    refs: tuple[tuple[str, str], ...] = ()
    not_before: datetime | None = None
    updates: str | None = None
    thread: str | None = None
    priority: int = 5

    def ref(self, name: str) -> str:
        return dict(self.refs)[name]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what, when. `facts` hold ids and plain circumstances, never a score, a note or a ground."""

    at: datetime
    actor: str
    verb: str
    subject: str
    facts: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Episode:
    """A bottleneck with a beginning and, when it clears, an end. `key` is the same for as long as it lasts."""

    key: str
    opened: datetime
    alerted: datetime | None = None
    closed: datetime | None = None
