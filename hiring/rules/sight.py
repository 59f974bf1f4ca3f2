"""Who may see what of a loop's scorecards: one ordered scale, one function, and a reason for each refusal.

There is no second way to read a scorecard: the store hands them out against a `Grant`, and grants are made here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from hiring.model import Loop, LoopId, Person, PersonId, Role


class Sight(IntEnum):
    """Each step includes those before it. `EXISTS`: that there is such a loop; `STATUS`: who has handed in; `BLIND`: what
    was written, not by whom; `ALL`: by whom, too."""

    NOTHING = 0
    EXISTS = 1
    STATUS = 2
    OWN = 3
    BLIND = 4
    ALL = 5


OVERSEERS = frozenset({Role.RECRUITER, Role.ADMIN, Role.AUDITOR})
LEFT = "You are not here any more, so there is nothing to see."
ERASED = "This candidate's record was erased, so there is nothing left to see."


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far somebody sees, and in words for them why not further."""

    sight: Sight
    because: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A verdict that the store accepts: `viewer` may read this loop's scorecards as far as `sight` says."""

    loop: LoopId
    viewer: PersonId
    sight: Sight


def of_scorecards(loop: Loop, viewer: Person) -> Verdict:
    """How far `viewer` sees into the scorecards of `loop`; a recused person sees nothing, whatever their role, and neither
    does who has left the company."""
    if not viewer.active or is_barred(loop, viewer.id):
        return Verdict(sight=Sight.NOTHING, because=closed(loop, viewer.id) if viewer.active else LEFT)
    if loop.erased is not None:
        return Verdict(sight=Sight.NOTHING, because=ERASED)
    owes = any(seat.person == viewer.id for seat in loop.seats) or any(s.person == viewer.id for s in loop.submitted)
    leads = viewer.id in {loop.hiring_manager, loop.recruiter}
    if loop.released is not None:
        return _after_release(loop, viewer, owes=owes, leads=leads)
    if owes:
        return Verdict(
            sight=Sight.OWN, because="Scorecards open when the whole panel's are in. Yours you can always read."
        )
    if leads or Role.ADMIN in viewer.roles:
        return Verdict(sight=Sight.STATUS, because="Scorecards are sealed until the whole panel's are in.")
    return _not_theirs(loop, viewer)


def _after_release(loop: Loop, viewer: Person, *, owes: bool, leads: bool) -> Verdict:
    # First of all, and for whoever leads the loop too: nobody's own judgement is coloured by the others'.
    if owes_unwritten(loop, viewer.id):
        return Verdict(sight=Sight.OWN, because="Hand in your own scorecard first; then the others' open to you.")
    if leads or Role.AUDITOR in viewer.roles:
        return Verdict(sight=Sight.ALL, because="")
    if not owes and Role.ADMIN in viewer.roles:
        return Verdict(
            sight=Sight.STATUS, because="Scorecards are for the panel, the recruiter and the hiring manager."
        )
    if not owes:
        return _not_theirs(loop, viewer)
    return Verdict(sight=Sight.ALL, because="")


def _not_theirs(loop: Loop, viewer: Person) -> Verdict:
    exists = Sight.EXISTS if knows_of(loop, viewer) else Sight.NOTHING
    return Verdict(sight=exists, because="This loop is not yours.")


def grant(loop: Loop, viewer: Person) -> Grant:
    return Grant(loop=loop.id, viewer=viewer.id, sight=of_scorecards(loop, viewer).sight)


def own(loop: Loop, viewer: Person) -> Grant:
    """For their own alone, even where the others' are open: whoever goes on writing opens nobody else's."""
    return Grant(loop=loop.id, viewer=viewer.id, sight=min(of_scorecards(loop, viewer).sight, Sight.OWN))


def for_record(loop: Loop, reader: PersonId) -> Grant:
    """For the candidate's own record, which the company gives out on request: what the release has opened, and no more."""
    return Grant(loop=loop.id, viewer=reader, sight=Sight.NOTHING if loop.released is None else Sight.BLIND)


def is_barred(loop: Loop, person: PersonId) -> bool:
    """Whether the loop is closed to them: they have a conflict with the candidate, or are the candidate."""
    return person == loop.colleague or any(barred.person == person for barred in loop.barred)


def knows_of(loop: Loop, person: Person) -> bool:
    """Whether they may know that this loop exists: those who ever took part in it, and, where it is not closed to them,
    those who look after all loops, or all of its opening. To everybody else it is as if it did not."""
    if not person.active:
        return False
    if person.id in _took_part(loop):
        return True
    oversees = person.recruits_for(loop.opening) or not OVERSEERS.isdisjoint(person.roles)
    return oversees and not is_barred(loop, person.id)


def _took_part(loop: Loop) -> set[PersonId | None]:
    """Whoever was seated, asked or told, or led it. Somebody else's verdict tells nobody anything, nor does a conflict that
    was said elsewhere."""
    lead = {loop.recruiter, loop.hiring_manager, loop.created_by}
    led = {person for one in loop.handed_over for person in (one.of, one.to)}
    aside = {one.person for one in loop.barred if not one.elsewhere and one.by is None}
    told = {one.person for part in (loop.attestations, loop.stood_down, loop.left) for one in part}
    sits = {one.person for part in (loop.seats, loop.submitted) for one in part}
    return {*lead, *led, *aside, *told, *sits}


def knows_conflicts(loop: Loop, viewer: Person) -> bool:
    """Whether they may know who has a conflict, and on what ground: the recruiter in charge and auditors."""
    here = viewer.active and not is_barred(loop, viewer.id)
    return here and (viewer.id == loop.recruiter or Role.AUDITOR in viewer.roles)


def closed(loop: Loop, person: PersonId) -> str:
    """What somebody who `is_barred` is told."""
    if person == loop.colleague:
        return "This loop is about you, so it is closed to you."
    return "You stepped aside from this loop, so it is closed to you."


def owed(loop: Loop) -> tuple[tuple[str, PersonId], ...]:
    """The (session, person) pairs that must bring a scorecard: the filled seats that rate, in sessions with a rubric."""
    pairs: list[tuple[str, PersonId]] = []
    for seat in loop.seats:
        session = loop.plan.session(seat.session)
        rates = next(planned.rates for planned in session.seats if planned.id == seat.id)
        if seat.person is not None and rates and session.rubric is not None:
            pairs.append((seat.session, seat.person))
    return tuple(pairs)


def missing(loop: Loop) -> tuple[tuple[str, PersonId], ...]:
    """The owed scorecards that are not in."""
    return tuple(pair for pair in owed(loop) if not is_in(loop, *pair))


def is_in(loop: Loop, session: str, person: PersonId) -> bool:
    return any(s.session == session and s.person == person and not s.void for s in loop.submitted)


def counting(loop: Loop) -> frozenset[tuple[str, PersonId]]:
    """The (session, person) pairs of scorecards that are in and count."""
    return frozenset((s.session, s.person) for s in loop.submitted if not s.void and not is_barred(loop, s.person))


def owes_unwritten(loop: Loop, person: PersonId) -> bool:
    return any(who == person for _, who in missing(loop))
