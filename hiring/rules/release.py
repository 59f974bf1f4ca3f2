"""When a panel's scorecards open: all at once, by the plan's rule, and never because somebody asked nicely."""

from __future__ import annotations

from datetime import datetime, timedelta

from hiring.model import Loop, PersonId, Release, ReleaseHow
from hiring.rules import sight
from hiring.rules.phase import last_end


def release(loop: Loop, now: datetime) -> Release | None:
    """The release that is due now, or None. A panel that owes nothing releases when its last session has ended."""
    if loop.released is not None or loop.cancelled is not None or loop.booked_at is None or now < last_end(loop):
        return None
    owed = sight.owed(loop)
    brought = sum(sight.is_in(loop, session, person) for session, person in owed)
    if brought == len(owed):
        return Release(at=now, how=ReleaseHow.ALL_IN)
    rule = loop.plan.release
    if rule.quorum is None or rule.hours is None or brought < rule.quorum:
        return None
    late = now >= last_end(loop) + timedelta(hours=rule.hours)
    return Release(at=now, how=ReleaseHow.QUORUM) if late else None


def is_frozen(loop: Loop, now: datetime, *, person: PersonId | None = None) -> bool:
    """Whether an interview of a booked loop has begun (one in which `person` sits), so that nobody may rearrange it.

    An empty seat owes no scorecard. Could somebody be taken off the panel after their interview, the one scorecard that
    is missing would cease to be owed, and the others would open; so from then on only stepping aside unseats anybody.
    """
    if loop.booked_at is None:
        return False
    begun = {session.id for session in loop.sessions if session.start <= now}
    return bool(begun) if person is None else any(s.person == person and s.session in begun for s in loop.seats)
