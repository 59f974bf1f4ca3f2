"""What a loop is made from: rubrics, sessions, seats, rules, stages and openings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from hiring.model.ids import OpeningId, PersonId


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
