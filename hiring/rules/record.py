"""A candidate's record as they may have it: what is kept about them, without what would give away others, and what was left
out and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hiring.model import (
    Acquaintances,
    BlindScorecard,
    Candidate,
    Loop,
    OpeningId,
    Person,
    PersonId,
    Rubric,
    Session,
    Tenure,
)
from hiring.rules import movement


@dataclass(frozen=True, slots=True)
class LeftOut:
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Rated:
    """One criterion of a scorecard. `score` None: the rater could not assess it. `points` is the length of the scale."""

    criterion: str
    score: int | None = field(repr=False)
    points: int
    evidence: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A released scorecard without its author. `amended`: a later version of the same rater's, `version` of `versions`;
    `after_release`: written when the others' were open."""

    interview: str
    at: datetime | None
    amended: bool
    version: int
    versions: int
    after_release: bool
    ratings: tuple[Rated, ...] = field(repr=False)
    overall: str = field(repr=False)
    confidence: str = field(repr=False)
    note: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Moved:
    """A score that was changed after the release. `others` is the mean of the other raters' as they stood then; `nearer`
    by how many points it came nearer to that, below 0 when it went away. None: it could not be assessed or compared."""

    interview: str
    criterion: str
    before: int | None = field(repr=False)
    after: int | None = field(repr=False)
    others: float | None = field(repr=False)
    nearer: float | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """One interview: when it was or will be, and with whom, as the candidate was told."""

    title: str
    start: datetime
    end: datetime
    panel: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: `outcome` is a decision's, or "cancelled"."""

    outcome: str
    at: datetime
    reason: str = ""
    dissent: str = ""
    known: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    """One loop."""

    loop: str
    role: str
    stage: str
    plan: str
    started: datetime
    zone: str
    availability: tuple[tuple[datetime, datetime], ...]
    interviews: tuple[Held, ...]
    handed_in: tuple[str, ...]
    knows: str = field(repr=False)
    """What they said about whom they know here."""
    scorecards: tuple[Judgement, ...]
    moved: tuple[Moved, ...]
    ended: Ended | None


@dataclass(frozen=True, slots=True)
class Record:
    made: datetime
    name: str
    email: str
    zone: str
    employer: str
    employers: tuple[Tenure, ...]
    schools: tuple[Tenure, ...]
    accommodation: str = field(repr=False)
    applications: tuple[Application, ...]
    left_out: tuple[LeftOut, ...]


ALWAYS = (
    LeftOut(
        "Who wrote which scorecard", "It protects the person who wrote it. With one interviewer it may be guessed."
    ),
    LeftOut("Scorecards that were begun and not handed in", "They belong to whoever is writing them, and are sealed."),
    LeftOut(
        "Who said that they know you, who stepped aside, and why", "It was told in confidence and is about others."
    ),
    LeftOut("Who referred you, if anybody did", "It is about somebody else."),
    LeftOut("Reasons for moving, cancelling and replacing; why somebody was chosen", "They may be about others."),
    LeftOut("The log of who did what", "It names only our own people and numbers of applications."),
    LeftOut("Messages, calendar entries and mails", "They are kept by the services that carried them, not here."),
)


def record(
    candidate: Candidate,
    loops: Sequence[Loop],
    cards: Mapping[str, Sequence[BlindScorecard]],
    *,
    roles: Mapping[OpeningId, str],
    people: Mapping[PersonId, Person],
    now: datetime,
    told: Mapping[str, Acquaintances] | None = None,
) -> Record:
    """`cards` are the scorecards that may be given out, by loop; `roles` the titles of the openings; `told`, by loop, whom
    they said they know."""
    return Record(
        made=now,
        name=candidate.name,
        email=candidate.email,
        zone=candidate.zone,
        employer=candidate.employer,
        employers=candidate.employers,
        schools=candidate.schools,
        accommodation=candidate.accommodation,
        applications=tuple(
            _application(loop, cards.get(loop.id, ()), roles=roles, people=people, told=(told or {}).get(loop.id))
            for loop in loops
        ),
        left_out=(*(_sealed(loop) for loop in loops if loop.released is None), *ALWAYS),
    )


def _sealed(loop: Loop) -> LeftOut:
    """The same words whether anything was handed in or not."""
    if loop.cancelled is not None:
        return LeftOut(
            f"Scorecards of {loop.id}, if there are any", "It ended before they were opened: nobody may read them."
        )
    return LeftOut(f"Scorecards of {loop.id}, if there are any", "They are sealed until the whole panel's are opened.")


def _application(
    loop: Loop,
    cards: Sequence[BlindScorecard],
    *,
    roles: Mapping[OpeningId, str],
    people: Mapping[PersonId, Person],
    told: Acquaintances | None,
) -> Application:
    met = loop.sessions if loop.booked_at is not None and loop.plan.take_home is None else ()
    return Application(
        loop=loop.id,
        role=roles[loop.opening],
        stage=loop.stage,
        plan=f"{loop.plan.title}, version {loop.plan.version}",
        started=loop.created,
        zone=loop.zone,
        availability=tuple((window.start, window.end) for window in loop.windows),
        handed_in=tuple(filter(None, (loop.work.link, *loop.work.files))) if loop.work else (),
        knows=_knows(told, people) if told else "",
        interviews=tuple(_held(loop, session, people) for session in met),
        scorecards=tuple(_judgement(loop, card, cards) for card in cards),
        moved=tuple(_moved(loop, one) for one in movement.moved_blind(cards)),
        ended=_ended(loop),
    )


def _knows(told: Acquaintances, people: Mapping[PersonId, Person]) -> str:
    ticked = ", ".join(people[person].name for person in told.people)
    return ": ".join(filter(None, (ticked, told.words)))


def _held(loop: Loop, session: Session, people: Mapping[PersonId, Person]) -> Held:
    seated = (seat.person for seat in loop.seats if seat.session == session.id)
    return Held(
        title=loop.plan.session(session.id).title,
        start=session.start,
        end=session.end,
        panel=tuple(people[person].name for person in dict.fromkeys(seated) if person is not None),
    )


def _judgement(loop: Loop, card: BlindScorecard, cards: Sequence[BlindScorecard]) -> Judgement:
    rubric = loop.plan.rubric(card.session)
    versions = [one for one in cards if (one.session, one.rater) == (card.session, card.rater)]
    return Judgement(
        interview=loop.plan.session(card.session).title,
        at=card.at,
        amended=card.amended,
        version=versions.index(card) + 1,
        versions=len(versions),
        after_release=card.after_release,
        ratings=tuple(_rated(rubric, rating.criterion, rating.score, rating.evidence) for rating in card.ratings),
        overall=card.overall.replace("_", " "),
        confidence=card.confidence,
        note=card.note,
    )


def _moved(loop: Loop, one: movement.Moved) -> Moved:
    named = _rated(loop.plan.rubric(one.session), one.criterion, None, "").criterion
    title = loop.plan.session(one.session).title
    return Moved(title, named, before=one.before, after=one.after, others=one.others, nearer=one.nearer)


def _rated(rubric: Rubric | None, criterion: str, score: int | None, evidence: str) -> Rated:
    known = next((one for one in rubric.criteria if one.id == criterion), None) if rubric else None
    return Rated(
        criterion=known.name if known else criterion,
        score=score,
        points=len(known.anchors) if known else 0,
        evidence=evidence,
    )


def _ended(loop: Loop) -> Ended | None:
    if loop.cancelled is not None:
        return Ended(outcome="cancelled", at=loop.cancelled.at)
    if loop.decision is None:
        return None
    made = loop.decision
    return Ended(outcome=made.outcome, at=made.at, reason=made.reason, dissent=made.dissent, known=made.known)
