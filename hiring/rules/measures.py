"""What the company does about a mild ground, beyond preferring somebody else: a second, independent interviewer, or a
scorecard that is shown and counts in no figure.

Colleagues read no ground from it (R7): an added seat is a seat, and what does not count is told by number only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hiring.model import HIRING_MANAGER_SEAT, RECRUITER_SEAT, Loop, PersonId, Seat, SeatKind, SeatPlan, SessionPlan
from hiring.rules import sight
from hiring.rules.grounds import Measure, Strength
from hiring.rules.phase import panel
from hiring.rules.recusal import pinned
from hiring.rules.release import is_frozen
from hiring.rules.suggestions import Known, strongest, suggestions

SECOND = "second"
"""The id of a seat that was added: only somebody of whom nothing is suggested may take it."""


def measured(loop: Loop, known: Known, *, now: datetime) -> Loop:
    """The loop with the policy's measure for each rater with a lesser ground. Once an interview has begun it stays as it
    is, since somebody could choose what counts by then."""
    if loop.plan.take_home is not None or is_frozen(loop, now) or not loop.sessions:
        return loop
    rating = {person for _, person in sight.owed(loop)}
    mild = [person for person in panel(loop) if person in rating and _is_mild(loop, known, person)]
    match known.policy.lesser:
        case Measure.UNRATED:
            return replace(_with_seconds(loop, ()), unrated=tuple(mild))
        case Measure.ADD_MEMBER:
            # Nobody stands in for a recruiter or hiring manager, so nobody can be added beside them.
            alone = tuple(person for person in mild if not any(_skills(loop, seat) for seat in _seats(loop, person)))
            return replace(_with_seconds(loop, [one for one in mild if one not in alone]), unrated=alone)
        case Measure.PREFER_OTHERS:
            return replace(_with_seconds(loop, ()), unrated=())


def _is_mild(loop: Loop, known: Known, person: PersonId) -> bool:
    if person not in known.people or pinned((loop, *known.earlier), person) is not None:
        return False
    return strongest(suggestions(known, known.people[person])) is Strength.LESSER


def _with_seconds(loop: Loop, mild: Iterable[PersonId]) -> Loop:
    """A second seat beside each of `mild`. One that nobody has taken goes when nobody needs it any more."""
    wanted = {seat.session: seat for person in mild for seat in _seats(loop, person)}
    taken = {seat.session for seat in loop.seats if seat.id == SECOND and seat.person is not None}
    there = {seat.session for seat in loop.seats if seat.id == SECOND}
    added, gone = wanted.keys() - there, there - taken - wanted.keys()
    if not added and not gone:
        return loop
    sessions = tuple(_planned(loop, one, wanted, added, gone) for one in loop.plan.sessions)
    kept = tuple(seat for seat in loop.seats if seat.id != SECOND or seat.session not in gone)
    return replace(
        loop,
        plan=replace(loop.plan, sessions=sessions),
        seats=(*kept, *(Seat(session, SECOND, None) for session in sorted(added))),
        refilling=loop.refilling + 1 if added else loop.refilling,
    )


def _planned(
    loop: Loop, session: SessionPlan, wanted: dict[str, Seat], added: Iterable[str], gone: Iterable[str]
) -> SessionPlan:
    if session.id in added:
        second = SeatPlan(SECOND, _skills(loop, wanted[session.id]), kind=SeatKind.PAIR)
        return replace(session, seats=(*session.seats, second))
    if session.id in gone:
        return replace(session, seats=tuple(seat for seat in session.seats if seat.id != SECOND))
    return session


def _seats(loop: Loop, person: PersonId) -> list[Seat]:
    """The seats in which they rate."""
    rates = sight.owed(loop)
    return [seat for seat in loop.seats if seat.person == person and (seat.session, person) in rates]


def _skills(loop: Loop, seat: Seat) -> tuple[str, ...]:
    """What a second in this session has to be qualified for; nothing when the seat is somebody's own."""
    planned = next(one for one in loop.plan.session(seat.session).seats if one.id == seat.id)
    return tuple(skill for skill in planned.any_of if skill not in {RECRUITER_SEAT, HIRING_MANAGER_SEAT})
