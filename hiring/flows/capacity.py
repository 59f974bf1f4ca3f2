"""Whether what the engine found can still be had: until somebody takes it others may have been given the same people's time.

Asked in the unit of work that takes it. Those come one after the other, so of two who go for somebody's last hour one is
refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hiring.flows import pool
from hiring.model import Loop, Option, Person, PersonId, Span
from hiring.ports import UnitOfWork
from hiring.rules import load


def is_taken(uow: UnitOfWork, loop: Loop, option: Option) -> bool:
    """Whether others have the time of somebody who would sit anew by now, or so much of it that a cap would be passed."""
    had, has = _spans(loop), _spans(loop, option)
    anew = {person: spans for person, spans in has.items() if spans - had.get(person, frozenset())}
    if not anew:
        return False
    start = min(span.start for spans in anew.values() for span in spans) - pool.BACK
    end = max(span.end for spans in anew.values() for span in spans) + pool.BACK
    booked = [one for one in uow.bookings(sorted(anew), start=start, end=end) if one.loop != loop.id]
    return any(
        _is_full(
            uow.person(person),
            loop,
            others=[one.span for one in booked if one.person == person],
            had=had.get(person, frozenset()),
            has=spans,
        )
        for person, spans in anew.items()
    )


def _spans(loop: Loop, option: Option | None = None) -> Mapping[PersonId, frozenset[Span]]:
    """When each person sits, in the loop as it is or as `option` would have it."""
    sessions = {one.id: one.span for one in (*loop.sessions, *(option.sessions if option else ()))}
    seats = {(one.session, one.id): one for one in (*loop.seats, *(option.seats if option else ()))}
    return {
        person: frozenset(sessions[one.session] for one in seats.values() if one.person == person)
        for person in {one.person for one in seats.values()}
        if person is not None
    }


def _is_full(person: Person, loop: Loop, *, others: Sequence[Span], had: frozenset[Span], has: frozenset[Span]) -> bool:
    """As the engine was told of it (`hiring/flows/pool.py`), so that it does not find again what is refused here."""
    if any(load.meet(one, other, gap=person.gap) for one in has - had for other in others):
        return True
    if pool.is_reserved(pool.skills(person, loop)):
        return False
    return load.passes(
        person.day_cap, load.by_day(person, others), load.by_day(person, had), load.by_day(person, has)
    ) or (
        load.passes(person.week_cap, load.by_week(person, others), load.by_week(person, had), load.by_week(person, has))
    )
