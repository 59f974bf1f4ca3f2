"""From a loop and the calendars to the engine's problem, and from its answer back to options and seats.

Three steps, because the middle one is slow and touches the outside: `gather` in a short transaction, the calendars and the
engine with none open, `record_*` in another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import scheduling.answer as engine_answer
import scheduling.problem as engine
from hiring.flows.loops import barred, refilled
from hiring.flows.settling import note, settle
from hiring.model import (
    HIRING_MANAGER_SEAT,
    RECRUITER_SEAT,
    Change,
    Loop,
    Mix,
    Opening,
    Option,
    Person,
    PersonId,
    Planning,
    Seat,
    Session,
    SessionPlan,
    Span,
    Why,
)
from hiring.ports import Booking, UnitOfWork
from hiring.rules import load, recusal, worktime
from scheduling.calendars.port import Agenda

NOTICE = timedelta(hours=2)
"""No interview begins sooner than this after it is planned."""
WRITE_UP = timedelta(minutes=10)
"""Kept free after each interview for its scorecard (S5)."""
BACK = timedelta(days=14)
"""How far back bookings are read, so that this week's and today's load are known in every zone."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that planning a loop needs to know but the calendars. `people` are those who may be given a seat."""

    loop: Loop
    opening: Opening
    people: tuple[Person, ...]
    bookings: tuple[Booking, ...]
    barred: Mapping[PersonId, str]
    start: datetime
    end: datetime


def gather(uow: UnitOfWork, loop: Loop, *, now: datetime) -> Facts:
    """The facts about `loop`. Whoever has no Slack account can't be asked about conflicts, so they are left out."""
    opening = uow.opening(loop.opening)
    wanted = {skill for session in loop.plan.sessions for seat in session.seats for skill in seat.any_of}
    people = tuple(
        person
        for person in uow.people()
        if person.active and person.slack_id is not None and _skills(person, loop, wanted)
    )
    spans = [session.span for session in loop.sessions] or list(loop.windows)
    start = max(now, min((span.start for span in spans), default=now))
    end = max([start, *(span.end for span in spans)])
    return Facts(
        loop=loop,
        opening=opening,
        people=people,
        bookings=uow.bookings([person.id for person in people], start=start - BACK, end=end + BACK),
        barred=barred(uow, loop),
        start=start,
        end=end,
    )


def _skills(person: Person, loop: Loop, wanted: set[str]) -> frozenset[str]:
    """Which of the wanted seats the person may take: by qualification, or as this loop's recruiter or hiring manager."""
    own = {(loop.recruiter, RECRUITER_SEAT), (loop.hiring_manager, HIRING_MANAGER_SEAT)}
    reserved = frozenset(seat for owner, seat in own if owner == person.id and seat in wanted)
    return reserved or frozenset(skill for skill in wanted if person.holds(skill))


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
    loop = facts.loop
    by_email = {agenda.email: agenda for agenda in agendas}
    wanted = {skill for session in loop.plan.sessions for seat in session.seats for skill in seat.any_of}
    return engine.Problem(
        people=tuple(_person(person, facts, by_email[person.email], wanted) for person in facts.people),
        loops=(_loop(facts, now=now, optional=optional, without=without),),
    )


def _person(person: Person, facts: Facts, agenda: Agenda, wanted: set[str]) -> engine.Person:
    loop = facts.loop
    mine = [booking for booking in facts.bookings if booking.person == person.id and booking.loop != loop.id]
    seated = [loop.session(seat.session).span for seat in loop.seats if seat.person == person.id and loop.sessions]
    booked = [booking.span for booking in mine]
    free = seated or _free(person, agenda, booked, start=facts.start, end=facts.end)
    skills = _skills(person, loop, wanted)
    if skills & {RECRUITER_SEAT, HIRING_MANAGER_SEAT}:
        # Nobody can stand in for them and they sit in several sessions of one loop: to the engine that is a room.
        return engine.Person.of(
            id=person.id,
            zone=person.zone,
            qualifications=skills,
            kind="room",
            free=[(span.start, span.end) for span in sorted(free)],
        )
    return engine.Person.of(
        id=person.id,
        zone=person.zone,
        qualifications=skills,
        free=[(span.start, span.end) for span in sorted(free)],
        week_load=load.by_week(person, booked),
        day_load=load.by_day(person, booked),
        # Who has said yes to this panel keeps the seat, whatever their caps became since.
        week_cap=None if seated else person.week_cap,
        day_cap=None if seated else person.day_cap,
        gap=person.gap,
    )


def _free(person: Person, agenda: Agenda, booked: Sequence[Span], *, start: datetime, end: datetime) -> list[Span]:
    """Working time that neither the calendar nor our own bookings take, with room to write up before what comes next."""
    gap = timedelta(minutes=person.gap)
    taken = [(busy.start, busy.end) for busy in agenda.busy]
    taken += [(span.start - gap, span.end + gap) for span in booked]
    taken.sort()
    free: list[Span] = []
    for working in worktime.spans(person, start=start, end=end):
        cursor = working.start
        for begin, finish in taken:
            if begin < working.end and finish > cursor:
                free.append(Span(start=cursor, end=begin - WRITE_UP))
                cursor = max(cursor, finish)
        free.append(Span(start=cursor, end=working.end - WRITE_UP))
    return [span for span in free if span.start < span.end]


def has_optional(loop: Loop) -> bool:
    """Whether leaving out the optional sessions is worth a try when no times are found."""
    return not loop.sessions and any(session.optional for session in loop.plan.sessions)


def _held(loop: Loop, *, optional: bool) -> list[SessionPlan]:
    """The sessions to plan: those that have times already, or all (with or without the optional ones)."""
    if loop.sessions:
        placed = {session.id for session in loop.sessions}
        return [session for session in loop.plan.sessions if session.id in placed]
    return [session for session in loop.plan.sessions if optional or not session.optional]


def dates(loop: Loop, answer: engine_answer.Answer) -> frozenset[date]:
    """The local dates of the candidate that an answer uses."""
    zone = ZoneInfo(loop.zone)
    return frozenset(slot.start.astimezone(zone).date() for planned in answer.planned for slot in planned.sessions)


def _without_days(span: Span, days: frozenset[date], zone: ZoneInfo) -> list[Span]:
    """What is left of a window when some local dates are taken out."""
    left: list[Span] = []
    day, last = span.start.astimezone(zone).date(), span.end.astimezone(zone).date()
    while day <= last:
        begin = datetime.combine(day, time(0), zone).astimezone(UTC)
        end = datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)
        piece = Span(start=max(begin, span.start), end=min(end, span.end))
        if day not in days and piece.start < piece.end:
            left.append(piece)
        day += timedelta(days=1)
    return left


def _loop(facts: Facts, *, now: datetime, optional: bool, without: frozenset[date]) -> engine.Loop:
    loop, plan = facts.loop, facts.loop.plan
    held = _held(loop, optional=optional)
    names = {session.id for session in held}
    spans = [session.span for session in loop.sessions] or [
        Span(start=max(window.start, now + NOTICE), end=window.end) for window in loop.windows
    ]
    if without:
        spans = [piece for span in spans for piece in _without_days(span, without, ZoneInfo(loop.zone))]
    refilling = bool(loop.sessions)
    return engine.Loop.of(
        id=loop.id,
        zone=loop.zone,
        available=[(span.start, span.end) for span in spans if span.start < span.end],
        sessions=[
            engine.Session(
                id=session.id,
                minutes=session.minutes,
                seats=tuple(
                    engine.Seat(id=seat.id, any_of=frozenset(seat.any_of), optional=seat.optional)
                    for seat in session.seats
                ),
            )
            for session in held
        ],
        # Times that stand are not judged again: only the empty seats are asked for.
        before=() if refilling else tuple(pair for pair in plan.before if names.issuperset(pair)),
        first=plan.first if not refilling and plan.first in names else None,
        last=plan.last if not refilling and plan.last in names else None,
        rest=None if refilling or plan.rest is None else engine.Rest(plan.rest.after, plan.rest.minutes),
        lunch=None
        if refilling or plan.lunch is None
        else engine.Lunch(plan.lunch.start, plan.lunch.end, plan.lunch.minutes),
        max_days=max(plan.max_days, len({session.start.date() for session in loop.sessions})),
        barred=dict(facts.barred),
        mix=_mix(facts),
        locks=_locks(loop),
    )


def _locks(loop: Loop) -> tuple[engine.Lock, ...]:
    return tuple(
        engine.Lock(
            session=session.id,
            start=session.start,
            seats={s.id: s.person for s in loop.seats if s.session == session.id and s.person is not None},
        )
        for session in loop.sessions
    )


def _mix(facts: Facts) -> tuple[engine.Mix, ...]:
    team = facts.opening.team
    among = {
        Mix.TEAM: frozenset(person.id for person in facts.people if person.team == team),
        Mix.OUTSIDE: frozenset(person.id for person in facts.people if person.team != team),
        Mix.SENIOR: frozenset(person.id for person in facts.people if person.holds("senior")),
    }
    return tuple(engine.Mix(among=among[rule.kind], at_least=rule.at_least) for rule in facts.loop.plan.mix)


def record_options(
    uow: UnitOfWork, loop_id: str, answers: Sequence[engine_answer.Answer], *, number: int, now: datetime
) -> Loop | None:
    """Keep what the engine found for request `number`. None when the loop has moved on since it was asked."""
    loop = uow.loop(loop_id)
    if loop.planning is None or loop.planning.number != number or loop.planning.answered is not None:
        return None
    options = tuple(_option(loop, answer.planned[0], answer) for answer in answers if answer.planned)
    because = tuple(reason for answer in answers for missed in answer.unplanned for reason in _because(missed))
    planning = replace(loop.planning, answered=now, options=options, because=() if options else because)
    note(uow, loop, "planned", actor="evenhand", now=now, options=str(len(options)))
    return settle(uow, replace(loop, planning=planning), now=now)


def _because(missed: engine_answer.Unplanned) -> tuple[str, ...]:
    told = (*missed.because, *(f"This would help: {help_}" for help_ in missed.would_help))
    return tuple(_plain(reason) for reason in told)


def _option(loop: Loop, planned: engine_answer.Planned, answer: engine_answer.Answer) -> Option:
    order = {session.id: number for number, session in enumerate(planned.sessions)}
    seats = [
        Seat(
            session=session.id,
            id=seat.id,
            person=_sits(planned, session.id, seat.id),
            why=_why(planned, session.id, seat.id),
        )
        for session in loop.plan.sessions
        if session.id in order
        for seat in session.seats
    ]
    cost = planned.cost
    parts = {part: getattr(cost, part) for part in ("load", "wait", "idle", "dates", "discouraged", "optional")}
    return Option(
        sessions=tuple(Session(id=slot.id, start=slot.start, end=slot.end) for slot in planned.sessions),
        seats=tuple(sorted(seats, key=lambda seat: order[seat.session])),
        cost=tuple(parts.items()),
        proved=answer.status == "optimal",
    )


def _sits(planned: engine_answer.Planned, session: str, seat: str) -> PersonId | None:
    slot = next(slot for slot in planned.sessions if slot.id == session)
    return slot.seats.get(seat)


def _why(planned: engine_answer.Planned, session: str, seat: str) -> Why | None:
    why = planned.why.get(f"{session}.{seat}")
    if why is None or why.chosen is None:
        return None
    return Why(
        chosen=why.chosen,
        because=_plain(why.because),
        others=tuple((person, _plain(stood)) for person, stood in why.others.items()),
    )


def _plain(reason: str) -> str:
    """The engine says that somebody is barred; colleagues read one word, which says nothing of a conflict (R7)."""
    return reason.replace(f"barred: {recusal.UNAVAILABLE}", recusal.UNAVAILABLE).replace(
        "barred for", "unavailable for"
    )


def record_refill(
    uow: UnitOfWork, loop_id: str, answer: engine_answer.Answer, *, number: int, now: datetime
) -> Loop | None:
    """Fill the empty seats as the engine says. None when the loop has moved on since it was asked.

    When nobody can sit in: a loop that is not booked yet gets new options, a booked one goes to the recruiter.
    """
    loop = uow.loop(loop_id)
    if loop.refilling != number or loop.cancelled is not None or not loop.sessions:
        return None
    if answer.planned:
        seats = _option(loop, answer.planned[0], answer).seats
        if barred(uow, loop).keys() & _newcomers(loop, seats):
            # Somebody stepped aside while the engine was at work.
            return settle(uow, replace(loop, refilling=loop.refilling + 1), now=now)
        note(uow, loop, "refilled", actor="evenhand", now=now)
        return settle(uow, refilled(loop, seats, now=now), now=now)
    if loop.booked_at is not None:
        trouble = "Nobody who may take the empty seat is free at that time. Reschedule the loop, or free somebody."
        return settle(uow, replace(loop, booking_trouble=trouble), now=now)
    note(uow, loop, "planned anew", actor="evenhand", now=now)
    return settle(uow, without_times(loop, now=now, because="a seat could not be refilled at these times"), now=now)


def _newcomers(loop: Loop, seats: Sequence[Seat]) -> set[PersonId]:
    empty = {(seat.session, seat.id) for seat in loop.seats if seat.person is None}
    return {seat.person for seat in seats if seat.person is not None and (seat.session, seat.id) in empty}


def without_times(loop: Loop, *, now: datetime, because: str) -> Loop:
    """A loop whose chosen times no longer work: the engine looks for new options. Attestations are kept."""
    return replace(
        loop,
        planning=Planning(number=loop.planning.number + 1 if loop.planning else 1, asked=now),
        sessions=(),
        seats=(),
        attempt=loop.attempt + 1,
        booking_trouble="",
        changes=(*loop.changes, Change(at=now, by="evenhand", what="planned anew", reason=because)),
    )
