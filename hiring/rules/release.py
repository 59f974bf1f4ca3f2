"""When a panel's scorecards open: all at once, by the plan's rule, and never because somebody asked nicely."""

from __future__ import annotations

from datetime import datetime, timedelta

from hiring.model import Answer, Loop, Person, PersonId, Release, ReleaseHow
from hiring.rules import sight
from hiring.rules.permissions import Refused, Verb, may
from hiring.rules.phase import attestation, empty_seats, last_end

HOLD = timedelta(hours=72)
"""So long scorecards stay closed after somebody was set aside whose own was awaited, unless another opens them early."""


def release(loop: Loop, now: datetime) -> Release | None:
    """The release that is due now, or None. A panel that owes nothing releases when its last session has ended."""
    if loop.released is not None or loop.cancelled is not None or loop.booked_at is None or now < last_end(loop):
        return None
    if loop.plan.take_home is not None and empty_seats(loop):
        return None  # who takes the seat over owes a scorecard, too: two see it at least, or it opens by hand
    owed = sight.owed(loop)
    brought = sum(sight.is_in(loop, session, person) for session, person in owed)
    if brought == len(owed) and now >= _held_until(loop):
        return Release(at=now, how=ReleaseHow.ALL_IN)
    rule = loop.plan.release
    counted = sum(sight.is_in(loop, session, person) for session, person in owed if person not in loop.unrated)
    if rule.quorum is None or rule.hours is None or counted < rule.quorum:
        return None
    late = now >= last_end(loop) + timedelta(hours=rule.hours)
    return Release(at=now, how=ReleaseHow.QUORUM) if late else None


def _held_until(loop: Loop) -> datetime:
    """Whoever sets a rater aside makes their scorecard one that nobody waits for: that must not open the others' at once."""
    return max((one.at + HOLD for one in loop.barred if one.awaited), default=loop.created)


def may_set_aside(loop: Loop, person: PersonId, now: datetime) -> Refused | None:
    """Whether somebody else may set `person` aside now; they themselves always may step aside. None is a yes.

    It takes their scorecard out of every figure. After their interview only their own doubt is ground enough for that, and
    once the scorecards are open, nothing is: somebody has read what would go.
    """
    if not rates(loop, person):
        return None
    if loop.released is not None:
        return Refused("The scorecards are open, so nobody is set aside any more. They can step aside themselves.")
    said = attestation(loop, person)
    if is_frozen(loop, now, person=person) and (said is None or said.answer is not Answer.UNSURE):
        return Refused("Their interview has begun. They can step aside themselves, or say that they are not sure.")
    return None


def may_open_early(loop: Loop, by: Person, now: datetime) -> Refused | None:
    """Whether `by` may open the scorecards that are in, although others are missing. None is a yes.

    Whoever rates on the panel may not, whatever their role: they would open what must not colour their own judgement, or
    choose the moment for one that they have given.
    """
    refused = may(by, Verb.RELEASE_EARLY, loop) or _too_late(loop) or _too_soon(loop, now)
    if refused is None and rates(loop, by.id):
        return Refused("You rate on this panel, so you can't open its scorecards. Ask somebody who does not.")
    if refused is None and any(one.awaited and one.by == by.id for one in loop.barred):
        return Refused("You set somebody aside whose scorecard was awaited, so somebody else has to open the others'.")
    return refused


def _too_late(loop: Loop) -> Refused | None:
    if loop.cancelled is not None:
        return Refused("This loop was cancelled, so nothing is opened any more.")
    return None if loop.released is None else Refused("The scorecards are open already.")


def _too_soon(loop: Loop, now: datetime) -> Refused | None:
    if loop.booked_at is None or now < last_end(loop):
        return Refused("The interviews are not over. Scorecards can be opened when the last one has ended.")
    if all(card.void for card in loop.submitted):
        return Refused("No scorecard is in yet, so there is nothing to open.")
    return None


def rates(loop: Loop, person: PersonId) -> bool:
    return any(who == person for _, who in sight.owed(loop)) or any(card.person == person for card in loop.submitted)


def is_frozen(loop: Loop, now: datetime, *, person: PersonId | None = None) -> bool:
    """Whether an interview of a booked loop has begun (one in which `person` sits), so that nobody may rearrange it.

    An empty seat owes no scorecard. Could somebody be taken off the panel after their interview, the one scorecard that
    is missing would cease to be owed, and the others would open; so from then on only stepping aside unseats anybody.
    """
    if loop.booked_at is None:
        return False
    if loop.plan.take_home is not None:
        # Nothing opens while a seat is empty, and somebody else takes it over: only who has scored stays.
        return any(person in {None, card.person} and not card.void for card in loop.submitted)
    begun = {session.id for session in loop.sessions if session.start <= now}
    return bool(begun) if person is None else any(s.person == person and s.session in begun for s in loop.seats)
