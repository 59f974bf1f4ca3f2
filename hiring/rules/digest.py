"""What an opening's channel may know: where each candidate stands, and never a word that release has not opened.

The channel sees no scorecard status either: before release only those who must chase may know who is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hiring.model import Candidate, CandidateId, Loop, LoopId, Opening, Outcome
from hiring.rules import delegates
from hiring.rules.blind import as_seen
from hiring.rules.phase import Phase, phase

RECENT = timedelta(days=2)
"""How long a loop that is over still stands in the digest."""


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One loop. `next_at` is when its next session begins, where there is one."""

    loop: LoopId
    candidate: str
    phase: Phase
    next_at: datetime | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    opening: Opening
    day: date
    lines: tuple[DigestLine, ...]


def occurrence(opening: Opening, now: datetime) -> date | None:
    """The local date whose digest is due at `now`: from the chosen hour on, every day. None before it or when it is off."""
    if opening.digest_hour is None or not _is_on(opening):
        return None
    local = now.astimezone(ZoneInfo(opening.digest_zone))
    return local.date() if local.hour >= opening.digest_hour else None


def is_over(opening: Opening, day: date, now: datetime) -> bool:
    """Whether another day's digest stands in the place of this one's, or none does any more. A day that has not begun is
    not over: the clock of who ordered the digest may be a little ahead of the clock of who posts it."""
    return not _is_on(opening) or now.astimezone(ZoneInfo(opening.digest_zone)).date() > day


def _is_on(opening: Opening) -> bool:
    return opening.digest_hour is not None and opening.channel_id is not None and opening.active


def digest(
    opening: Opening, loops: Sequence[Loop], candidates: Mapping[CandidateId, Candidate], *, day: date, now: datetime
) -> Digest:
    """The digest of one opening and local day."""
    lines = [_line(loop, candidates, now) for loop in loops if loop.opening == opening.id and _shows(loop, now)]
    order = list(Phase)
    far = datetime.max.replace(tzinfo=UTC)
    return Digest(
        opening=opening,
        day=day,
        lines=tuple(sorted(lines, key=lambda line: (order.index(line.phase), line.next_at or far, line.loop))),
    )


def turns(loop: Loop) -> tuple[object, ...]:
    """What grows whenever a loop may come back to words it had before: with it, those are news again.

    Nothing else may stand here. The channel sees when its digest was edited, so that a count of all changes would tell it
    the minute in which a scorecard was handed in, and one of seats left empty, when a rater stepped aside afterwards. So a
    seat counts when somebody takes it.
    """
    planning = loop.planning.number if loop.planning else 0
    taken = max((seat.since for seat in loop.seats if seat.since is not None), default=None)
    return planning, loop.attempt, taken, loop.booked_at, loop.decision.at if loop.decision else None


def _shows(loop: Loop, now: datetime) -> bool:
    if loop.erased is not None or delegates.is_quiet(loop):
        return False
    if loop.cancelled is not None:
        return now - loop.cancelled.at < RECENT
    return loop.decision is None or now - loop.decision.at < RECENT


def _line(loop: Loop, candidates: Mapping[CandidateId, Candidate], now: datetime) -> DigestLine:
    coming = [session.start for session in loop.sessions if session.start > now] if loop.booked_at else []
    return DigestLine(
        loop=loop.id,
        candidate=as_seen(candidates[loop.candidate], loop, None).name,
        phase=phase(loop, now),
        next_at=min(coming, default=None),
        outcome=loop.decision.outcome if loop.decision else None,
    )
