"""Finding people who score a take-home unseen: by qualification and by how much they have to do this week."""

from __future__ import annotations

from datetime import datetime, timedelta

from hiring.flows import knowing
from hiring.model import Loop, PersonId
from hiring.ports import UnitOfWork
from hiring.rules import recusal, take_home
from hiring.rules.phase import panel

WEEK = timedelta(days=8)


def staffed(uow: UnitOfWork, loop: Loop, *, now: datetime) -> Loop:
    """The loop with empty seats filled, as far as there is anybody; the same loop when there is nothing to fill. Whoever
    may have to take the loop over is kept free for that."""
    if not take_home.lacks_scorers(loop):
        return loop
    people, about = uow.people(), uow.loops(candidate=loop.candidate, active=False)
    facts = knowing.known(uow, loop, people={person.id: person for person in people})
    closed_to = recusal.barred_from(loop, facts)
    known: set[PersonId] = {person for other in about if other.id != loop.id for person in panel(other)}
    known |= {delegate} if (delegate := uow.opening(loop.opening).delegate) is not None else set()
    able = [p for p in people if take_home.may_score(p, loop, now=now, closed_to=closed_to, known=known)]
    booked = uow.bookings([person.id for person in able], start=now - WEEK, end=now + WEEK)
    pool = [
        take_home.Scorer(
            person=person,
            load=take_home.week_load(person, [one.span for one in booked if one.person == person.id], now=now),
        )
        for person in able
    ]
    return take_home.choose(loop, pool, now=now)
