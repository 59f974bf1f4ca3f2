"""How long a candidate's record is kept: not shorter than the law wants, not longer than it lets, and never erased while a
legal hold lasts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from hiring.model import Candidate, CandidateId, Decision, Ended, LegalHold, Loop, LoopId, Outcome, Release

REMOVED = "erased"
"""What stands where people wrote something that may name the candidate."""


AHEAD = timedelta(days=14)
"""So long before a record is erased by itself somebody is told, who may have it kept."""


class Ending(StrEnum):
    """How a loop ended."""

    ADVANCE = "advance"
    HOLD = "hold"
    DECLINE = "decline"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Term:
    """Counted from the end of a loop: kept at least so long, erased after so long. None: no such side."""

    keep: timedelta | None = None
    erase: timedelta | None = None


Policy = Mapping[Ending, Term]


def mark(policy: Policy) -> str:
    """What a policy is told by: another policy has another mark, however it is written down."""
    terms = ((ending, policy.get(ending, Term())) for ending in sorted(Ending))
    return " ".join(f"{ending}={_seconds(term.keep)}..{_seconds(term.erase)}" for ending, term in terms)


def _seconds(term: timedelta | None) -> str:
    return "" if term is None else f"{term.total_seconds():.0f}"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one candidate's record stands. `running` are loops that have not ended; of those that have, `ending` and
    `ended` are the last one's. The dates are None when the policy sets none; each loop's own must have passed."""

    candidate: CandidateId
    running: tuple[LoopId, ...]
    ending: Ending | None
    ended: datetime | None
    keep_until: datetime | None
    erase_at: datetime | None
    legal_hold: LegalHold | None

    def is_over(self, now: datetime) -> bool:
        """Whether the time to erase has come by itself."""
        return self._free() and self.erase_at is not None and self.erase_at <= now

    def is_over_soon(self, now: datetime) -> bool:
        """Whether somebody is to be told that it will be erased."""
        return self._free() and self.erase_at is not None and now < self.erase_at <= now + AHEAD

    def _free(self) -> bool:
        return not self.running and self.legal_hold is None


def standing(candidate: Candidate, loops: Iterable[Loop], *, policy: Policy) -> Standing:
    """`loops` are all of this candidate's."""
    everything = tuple(loops)
    ends = sorted((end.at, _ending(loop)) for loop in everything if (end := _end(loop)) is not None)
    terms = [(at, policy.get(ending, Term())) for at, ending in ends]
    keep = [at + term.keep for at, term in terms if term.keep is not None]
    erase = [at + term.erase for at, term in terms if term.erase is not None]
    return Standing(
        candidate=candidate.id,
        running=tuple(loop.id for loop in everything if _end(loop) is None),
        ending=ends[-1][1] if ends else None,
        ended=ends[-1][0] if ends else None,
        keep_until=max(keep, default=None),
        erase_at=max(erase) if erase and len(erase) == len(terms) else None,
        legal_hold=candidate.legal_hold,
    )


def _end(loop: Loop) -> Ended | Decision | None:
    return loop.cancelled or loop.decision


def _ending(loop: Loop) -> Ending:
    if loop.cancelled is not None or loop.decision is None:
        return Ending.CANCELLED
    return {Outcome.ADVANCE: Ending.ADVANCE, Outcome.HOLD: Ending.HOLD, Outcome.DECLINE: Ending.DECLINE}[
        loop.decision.outcome
    ]


def hindrance(stands: Standing, *, now: datetime, early: bool = False) -> str | None:
    """Why the record may not be erased now, or None. With `early` somebody has given a reason not to wait."""
    if stands.legal_hold is not None:
        hold = stands.legal_hold
        return f"A legal hold keeps this record. {hold.by} set it on {hold.at:%Y-%m-%d}: {hold.reason}"
    if stands.running:
        return f"A loop is under way: {', '.join(stands.running)}. Have it cancelled first, with `/interview status`."
    if stands.keep_until is not None and now < stands.keep_until and not early:
        return (
            f"EVENHAND_RETENTION has this record kept until {stands.keep_until:%Y-%m-%d}. "
            "To erase it before, say why: --early REASON"
        )
    return None


def emptied(loop: Loop, *, candidate: CandidateId, now: datetime) -> Loop:
    """The loop with all gone that could tell who the candidate was: what stays is named here, everything else falls back
    to nothing. Panel, times and what was done when stay, without a word that anybody wrote."""
    return Loop(
        id=loop.id,
        opening=loop.opening,
        candidate=candidate,
        plan=loop.plan,
        recruiter=loop.recruiter,
        hiring_manager=loop.hiring_manager,
        created=loop.created,
        created_by=loop.created_by,
        sessions=tuple(replace(session, link=None) for session in loop.sessions),
        seats=tuple(replace(seat, why=None) for seat in loop.seats),
        attestations=loop.attestations,
        barred=loop.barred,
        attempt=loop.attempt,
        revision=loop.revision,
        booked_at=loop.booked_at,
        submitted=loop.submitted,
        released=_silent_release(loop.released),
        decision=_silent_decision(loop.decision),
        cancelled=replace(loop.cancelled, reason=REMOVED) if loop.cancelled else None,
        stood_down=loop.stood_down,
        erased=now,
        version=loop.version,
    )


def _silent_release(release: Release | None) -> Release | None:
    return replace(release, reason=REMOVED if release.reason else "") if release else None


def _silent_decision(decision: Decision | None) -> Decision | None:
    return replace(decision, reason=REMOVED, dissent="", known="") if decision else None
