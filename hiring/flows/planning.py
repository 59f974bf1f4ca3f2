"""From a loop and the calendars to the engine's problem.

Three steps, because the middle one is slow and touches the outside: `pool.gather` in a short transaction, the calendars and
the engine with none open, and what comes of it (`offering`, `repairing`) in another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import scheduling.answer as engine_answer
import scheduling.problem as engine
from hiring.flows import pool
from hiring.flows.pool import Facts
from hiring.model import Loop, Mix, Session, SessionPlan, Span
from scheduling.calendars.port import Agenda
from scheduling.fair import take_turns

NOTICE = timedelta(hours=2)
"""No interview begins sooner than this after it is planned."""
TOO_LATE = "every time that was given for the candidate is over, or begins within two hours"


def problem(
    facts: Facts,
    agendas: Sequence[Agenda],
    *,
    now: datetime,
    optional: bool = True,
    without: frozenset[date] = frozenset(),
) -> engine.Problem:
    """The engine's problem: new times for a loop without any, otherwise the empty seats with everything else locked.

    Without `optional`, the plan's optional sessions are left out: they never stand in the way of a booking. `without` are
    local dates of the candidate that are not wanted, because another option takes them.
    """
    if facts.loop.sessions:
        return _refill(facts, agendas, now=now)
    return _anew(facts, agendas, now=now, optional=optional, without=without)


def _anew(
    facts: Facts, agendas: Sequence[Agenda], *, now: datetime, optional: bool, without: frozenset[date]
) -> engine.Problem:
    loop = facts.loop
    held = [session for session in loop.plan.sessions if optional or not session.optional]
    spans = [piece for span in _windows(loop, now) for piece in _without_days(span, without, ZoneInfo(loop.zone))]
    return _problem(pool.staff(facts, agendas), _loop(facts, held, spans, rules=True, locks=()), facts)


def _refill(facts: Facts, agendas: Sequence[Agenda], *, now: datetime) -> engine.Problem:
    """Only the empty seats are asked for: times that stand are not judged again."""
    loop = facts.loop
    held, spans = _standing(loop, now), [session.span for session in loop.sessions]
    locks = [_lock(loop, loop.session(session.id)) for session in held]
    return _problem(pool.staff(facts, agendas), _loop(facts, held, spans, rules=False, locks=locks), facts)


def mending(facts: Facts, agendas: Sequence[Agenda], *, now: datetime) -> tuple[engine.Problem, engine_answer.Answer]:
    """A loop with empty seats as a problem in which nothing but what is near is fixed, and the plan that stands: for
    `scheduling.repair`, which changes as little of it as it can."""
    loop = facts.loop
    held = _standing(loop, now)
    spans = [*_windows(loop, now), *(session.span for session in loop.sessions)]
    near = [session for session in loop.sessions if session.start < now + NOTICE]
    locks = [_lock(loop, session) for session in near if session.id in {kept.id for kept in held}]
    asked = _loop(facts, held, pool.merged(spans), rules=True, locks=locks)
    return _problem(pool.staff(facts, agendas, mending=True), asked, facts), _stands(loop, held)


def _stands(loop: Loop, held: Iterable[SessionPlan]) -> engine_answer.Answer:
    slots = [
        engine_answer.Slot(id=placed.id, start=placed.start, end=placed.end, seats=_seated(loop, placed))
        for placed in sorted((loop.session(session.id) for session in held), key=lambda session: session.start)
    ]
    planned = engine_answer.Planned(id=loop.id, cost=engine_answer.Cost(), sessions=tuple(slots))
    return engine_answer.Answer(status="feasible", cost=0, bound=0, seconds=0, loops=(planned,))


def _problem(people: tuple[engine.Person, ...], loop: engine.Loop, facts: Facts) -> engine.Problem:
    rooms = {person.id for person in people if person.kind == "room"}
    seen = {person: days for person, days in facts.seen.items() if person not in rooms}
    return engine.Problem(people=people, loops=(take_turns(loop, seen),))


def has_optional(loop: Loop) -> bool:
    """Whether leaving out the optional sessions is worth a try when no times are found."""
    return not loop.sessions and any(session.optional for session in loop.plan.sessions)


def too_late(loop: Loop, *, now: datetime) -> engine_answer.Answer | None:
    """The answer for a loop whose candidate's times are over, or begin too soon: the engine refuses to look at such."""
    if _windows(loop, now):
        return None
    missed = engine_answer.Unplanned(id=loop.id, because=(TOO_LATE,))
    return engine_answer.Answer(status="impossible", cost=0, bound=0, seconds=0.0, loops=(missed,))


def _standing(loop: Loop, now: datetime) -> list[SessionPlan]:
    """The sessions that have times. One that has begun is asked for with those who sit in it alone: nobody joins it now."""
    kept = []
    for planned in loop.plan.sessions:
        placed = next((session for session in loop.sessions if session.id == planned.id), None)
        if placed is None:
            continue
        taken = _seated(loop, placed)
        seats = tuple(seat for seat in planned.seats if placed.start > now or seat.id in taken)
        if seats:
            kept.append(replace(planned, seats=seats))
    return kept


def dates(loop: Loop, answer: engine_answer.Answer) -> frozenset[date]:
    """The local dates of the candidate that an answer uses."""
    zone = ZoneInfo(loop.zone)
    return frozenset(slot.start.astimezone(zone).date() for planned in answer.planned for slot in planned.sessions)


def _windows(loop: Loop, now: datetime) -> list[Span]:
    clipped = (Span(start=max(window.start, now + NOTICE), end=window.end) for window in loop.windows)
    return [span for span in clipped if span.start < span.end]


def _without_days(span: Span, days: frozenset[date], zone: ZoneInfo) -> Iterator[Span]:
    """What is left of a window when some local dates are taken out."""
    if not days:
        yield span
        return
    day, last = span.start.astimezone(zone).date(), span.end.astimezone(zone).date()
    while day <= last:
        begin = datetime.combine(day, time(0), zone).astimezone(UTC)
        end = datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)
        piece = Span(start=max(begin, span.start), end=min(end, span.end))
        if day not in days and piece.start < piece.end:
            yield piece
        day += timedelta(days=1)


def _loop(
    facts: Facts, held: Sequence[SessionPlan], spans: Sequence[Span], *, rules: bool, locks: Sequence[engine.Lock]
) -> engine.Loop:
    """Without `rules` the plan's order, breaks and lunch are left out."""
    loop, plan = facts.loop, facts.loop.plan
    names = {session.id for session in held}
    zone = ZoneInfo(loop.zone)
    return engine.Loop.of(
        id=loop.id,
        zone=loop.zone,
        available=[(span.start, span.end) for span in spans],
        sessions=[_session(session) for session in held],
        before=tuple(pair for pair in plan.before if names.issuperset(pair)) if rules else (),
        first=plan.first if rules and plan.first in names else None,
        last=plan.last if rules and plan.last in names else None,
        rest=engine.Rest(plan.rest.after, plan.rest.minutes) if rules and plan.rest else None,
        lunch=engine.Lunch(plan.lunch.start, plan.lunch.end, plan.lunch.minutes) if rules and plan.lunch else None,
        max_days=max(plan.max_days, len({session.start.astimezone(zone).date() for session in loop.sessions})),
        barred=dict(facts.barred),
        discouraged={person.id: facts.spared[person.id] for person in facts.people if person.id in facts.spared},
        mix=_mix(facts),
        locks=locks,
    )


def _session(session: SessionPlan) -> engine.Session:
    seats = (engine.Seat(id=seat.id, any_of=pool.wanted(seat), optional=seat.optional) for seat in session.seats)
    return engine.Session(id=session.id, minutes=session.minutes, seats=tuple(seats))


def _lock(loop: Loop, session: Session) -> engine.Lock:
    return engine.Lock(session=session.id, start=session.start, seats=_seated(loop, session))


def _seated(loop: Loop, session: Session) -> dict[str, str]:
    return {seat.id: seat.person for seat in loop.seats if seat.session == session.id and seat.person is not None}


def _mix(facts: Facts) -> tuple[engine.Mix, ...]:
    team = facts.opening.team
    among = {
        Mix.TEAM: frozenset(person.id for person in facts.people if person.team == team),
        Mix.OUTSIDE: frozenset(person.id for person in facts.people if person.team != team),
        Mix.SENIOR: frozenset(person.id for person in facts.people if person.holds("senior")),
    }
    return tuple(engine.Mix(among=among[rule.kind], at_least=rule.at_least) for rule in facts.loop.plan.mix)
