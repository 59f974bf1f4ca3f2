"""The hiring manager's decision, and reminding whoever is awaited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hiring.flows.settling import note, people_in, settle
from hiring.model import Decision, Loop, Nudge, Outcome, Person, PersonId
from hiring.ports import UnitOfWork
from hiring.rules import sight, summary
from hiring.rules.bottlenecks import Stuck, waiting
from hiring.rules.permissions import Refused, Verb, may
from hiring.rules.phase import OVER, phase

REASON_MIN = 20
"""Characters: a job-related reason is a sentence."""
NUDGE_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    reason: str
    dissent: str = ""


def read_summary(uow: UnitOfWork, loop: Loop, *, by: Person, now: datetime) -> summary.Summary | Refused:
    """The panel's summary, for those whom the released scorecards are open to."""
    verdict = sight.of_scorecards(loop, by)
    if loop.released is None or verdict.sight is not sight.Sight.ALL:
        return Refused(verdict.because or "Scorecards are sealed until the whole panel's are in.")
    return summary.summarise(loop, uow.scorecards(sight.grant(loop, by), now=now))


def decide(uow: UnitOfWork, loop: Loop, verdict: Verdict, *, by: Person, now: datetime) -> Loop | Refused:
    """Decide on the candidate. After a hold it may be decided again; an end is an end."""
    refused = may(by, Verb.DECIDE, loop)
    if refused is not None:
        return refused
    if loop.released is None:
        return Refused("The scorecards are still sealed. You can decide when they have opened.")
    if loop.cancelled is not None:
        return Refused("This loop was cancelled, so there is nothing to decide any more.")
    if loop.decision is not None and loop.decision.outcome is not Outcome.HOLD:
        return Refused("This has been decided already.")
    if len(verdict.reason.strip()) < REASON_MIN:
        return Refused(f"Give a job-related reason of at least {REASON_MIN} characters; the panel will read it.")
    in_, owed = sum(not card.void for card in loop.submitted), len(sight.owed(loop))
    decision = Decision(
        outcome=verdict.outcome,
        reason=verdict.reason.strip(),
        owner=by.id,
        at=now,
        dissent=verdict.dissent.strip(),
        known=f"{in_} of {owed} scorecards were in",
    )
    note(uow, loop, "decided", actor=by.id, now=now, outcome=verdict.outcome, known=decision.known)
    return settle(uow, replace(loop, decision=decision), now=now)


def nudge(uow: UnitOfWork, loop: Loop, to: PersonId, about: str, *, by: Person, now: datetime) -> Loop | Refused:
    """A reminder that a person asked for, at most one an hour to the same person about the same thing."""
    refused = may(by, Verb.NUDGE, loop)
    if refused is not None:
        return refused
    if to == by.id:
        return Refused("This waits for you, so there is nobody to remind.")
    if phase(loop, now) in OVER:
        return Refused("This loop is over; nobody is awaited.")
    if (to, about) not in _awaited(uow, loop, now=now):
        return Refused("They are not awaited any more, so there is nothing to remind them of.")
    recent = [n for n in loop.nudges if (n.to, n.about) == (to, about) and now - n.at < NUDGE_PAUSE]
    if recent:
        return Refused("They were reminded within the last hour. Give them a moment.")
    note(uow, loop, "nudged", actor=by.id, now=now, person=to, about=about)
    return settle(uow, replace(loop, nudges=(*loop.nudges, Nudge(to=to, about=about, by=by.id, at=now))), now=now)


_ABOUT = {Stuck.ATTESTATION: "attestation", Stuck.SCORECARD: "scorecard", Stuck.DECISION: "decision"}


def _awaited(uow: UnitOfWork, loop: Loop, *, now: datetime) -> set[tuple[PersonId, str]]:
    """Who can be reminded of what. Whom the recruiter is to judge or the candidate to answer needs no reminder of ours."""
    waits = waiting(loop, now=now, people=people_in(uow))
    return {(wait.owner, _ABOUT[wait.stuck]) for wait in waits if wait.owner is not None and wait.stuck in _ABOUT}
