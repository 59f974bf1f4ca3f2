"""Where a loop stands: a function of its facts and the time, never a stored flag."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from hiring.model import Answer, Attestation, Loop, PersonId, Repair, Seat
from hiring.rules import sight


class Phase(StrEnum):
    AWAITING_AVAILABILITY = "awaiting availability"
    AWAITING_WORK = "awaiting the take-home"
    PLANNING = "planning"
    UNPLANNABLE = "cannot be planned"
    CHOOSING = "choosing an option"
    REFILLING = "refilling a seat"
    ATTESTING = "checking conflicts"
    BOOKING = "booking"
    BOOKED = "booked"
    INTERVIEWING = "interviewing"
    SCORING = "collecting scorecards"
    DECIDING = "awaiting the decision"
    DECIDED = "decided"
    CANCELLED = "cancelled"


OVER = frozenset({Phase.DECIDED, Phase.CANCELLED})


def phase(loop: Loop, now: datetime) -> Phase:
    """The phase of `loop` at `now`."""
    if loop.cancelled is not None:
        return Phase.CANCELLED
    if loop.decision is not None:
        return Phase.DECIDED
    if loop.released is not None:
        return Phase.DECIDING
    if loop.sessions:
        return _laid_out(loop, now)
    return _planned(loop)


def _planned(loop: Loop) -> Phase:
    if loop.plan.take_home is not None:
        return Phase.AWAITING_WORK
    if not loop.windows:
        return Phase.AWAITING_AVAILABILITY
    if loop.planning is None or loop.planning.answered is None:
        return Phase.PLANNING
    return Phase.CHOOSING if loop.planning.options else Phase.UNPLANNABLE


def _laid_out(loop: Loop, now: datetime) -> Phase:
    if vacant(loop, now):
        return Phase.REFILLING
    if loop.booked_at is None:
        return Phase.BOOKING if all_attested(loop) else Phase.ATTESTING
    if loop.plan.take_home is not None:
        return Phase.SCORING if all_attested(loop) else Phase.ATTESTING
    if now < min(session.start for session in loop.sessions):
        return Phase.BOOKED
    return Phase.INTERVIEWING if now < last_end(loop) else Phase.SCORING


def last_end(loop: Loop) -> datetime:
    return max(session.end for session in loop.sessions)


def vacant(loop: Loop, now: datetime) -> tuple[tuple[str, str], ...]:
    """The (session, seat) pairs that must be filled and are not. A session that has begun is not refilled any more; what
    was done at home can be scored by somebody else at any time."""
    if loop.plan.take_home is not None:
        return empty_seats(loop)
    return tuple((session, seat) for session, seat in empty_seats(loop) if loop.session(session).start > now)


def empty_seats(loop: Loop) -> tuple[tuple[str, str], ...]:
    return tuple((seat.session, seat.id) for seat in loop.seats if seat.person is None and not _is_optional(loop, seat))


def open_repair(loop: Loop, now: datetime) -> Repair | None:
    """What the recruiter was last told of the seats that are empty now; None once they are filled, or when somebody else
    has left since and it is looked for anew."""
    last = loop.repairs[-1] if loop.repairs else None
    still = last is not None and last.number == loop.refilling and phase(loop, now) is Phase.REFILLING
    return last if still else None


def _is_optional(loop: Loop, seat: Seat) -> bool:
    return next(planned.optional for planned in loop.plan.session(seat.session).seats if planned.id == seat.id)


def panel(loop: Loop) -> tuple[PersonId, ...]:
    """Everybody seated, once, in the order of the itinerary."""
    start = {session.id: session.start for session in loop.sessions}
    seated = sorted((s for s in loop.seats if s.person is not None), key=lambda s: (start[s.session], s.session, s.id))
    return tuple(dict.fromkeys(seat.person for seat in seated if seat.person is not None))


def attestation(loop: Loop, person: PersonId) -> Attestation | None:
    """The person's last answer, if they gave one."""
    return next((a for a in reversed(loop.attestations) if a.person == person), None)


def has_attested(loop: Loop, person: PersonId) -> bool:
    """Whether they said "no conflict", and no human has to look before that is enough."""
    said = attestation(loop, person)
    if said is None or said.answer is not Answer.NO_CONFLICT:
        return False
    return not sight.is_barred(loop, person) and not needs_look(loop, person)


def needs_look(loop: Loop, person: PersonId) -> bool:
    """Whether something suggests a ground for `person` that nobody has pinned since it was noticed."""
    return looked_for(loop, person) is not None


def looked_for(loop: Loop, person: PersonId) -> datetime | None:
    """Since when a human must look at `person`, None when nobody must."""
    pinned = max((pin.at for pin in loop.pins if pin.person == person), default=None)
    return min(
        (look.at for look in loop.looks if look.person == person and (pinned is None or pinned < look.at)), default=None
    )


def was_cleared(loop: Loop, person: PersonId) -> bool:
    """Whether they have attested, or had until something was noticed that a human must look at now."""
    said, since = attestation(loop, person), looked_for(loop, person)
    if said is None or said.answer is not Answer.NO_CONFLICT or sight.is_barred(loop, person):
        return False
    return since is None or said.at < since


def all_attested(loop: Loop) -> bool:
    return all(has_attested(loop, person) for person in panel(loop))
