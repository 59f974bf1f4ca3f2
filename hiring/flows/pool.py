"""Who may be given a seat in a loop, when they are free, and how much they carry: the people of the engine's problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import scheduling.problem as engine
from hiring.flows.conflicts import barred, spared
from hiring.flows.settling import people_in
from hiring.model import HIRING_MANAGER_SEAT, RECRUITER_SEAT, Loop, Opening, Person, PersonId, SeatPlan, Span
from hiring.ports import Booking, UnitOfWork
from hiring.rules import event_keys, load, worktime
from hiring.rules.grounds import Together
from hiring.rules.measures import SECOND
from hiring.rules.suggestions import above
from scheduling.answer import Answer
from scheduling.calendars.port import Agenda, event_id
from scheduling.fair import enter_at_pool_level

WRITE_UP = timedelta(minutes=10)
"""Kept free after each interview for its scorecard (S5)."""
BACK = timedelta(days=14)
"""How far back bookings are read, so that this week's and today's load are known in every zone."""

RATHER_NOT = 240
"""What it counts in the engine's points to sit with one's manager: as much as one more date of the candidate's."""
IN_LINE = "in one reporting line with somebody on this panel"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that planning a loop needs to know but the calendars. `people` are those who may be given a seat.

    `seen` are the dates, in the candidate's zone, on which people meet other candidates of the opening; `entering` says
    of those new to the pool, or back from a pause, why they are compared at the pool's level. `spared` are those better
    spared, in the engine's points; `above` is each one's manager, theirs, and so on.
    """

    loop: Loop
    opening: Opening
    people: tuple[Person, ...]
    bookings: tuple[Booking, ...]
    barred: Mapping[PersonId, str]
    seen: Mapping[PersonId, frozenset[date]]
    entering: Mapping[PersonId, str]
    start: datetime
    end: datetime
    spared: Mapping[PersonId, int] = field(default_factory=dict)
    above: Mapping[PersonId, tuple[PersonId, ...]] = field(default_factory=dict)
    together: Together = Together.NAMED


def gather(uow: UnitOfWork, loop: Loop, *, now: datetime) -> Facts:
    """The facts about `loop`. Whoever has no Slack account can't be asked about conflicts, so they are left out."""
    people = _able(uow, loop)
    everybody = people_in(uow)
    spans = [*loop.windows, *(session.span for session in loop.sessions)]
    start = max(now, min((span.start for span in spans), default=now))
    end = max([start, *(span.end for span in spans)])
    bookings = uow.bookings([person.id for person in people], start=start - BACK, end=end + BACK)
    return Facts(
        loop=loop,
        opening=uow.opening(loop.opening),
        people=people,
        bookings=bookings,
        barred=barred(uow, loop, people),
        seen=_seen(uow, loop, bookings),
        entering={person.id: why for person in people if (why := _entering(person, loop, now=now))},
        start=start,
        end=end,
        spared=spared(uow, loop, people),
        above={person.id: above(person, everybody) for person in people},
        together=uow.conflict_policy().together,
    )


def apart(facts: Facts, answer: Answer) -> tuple[Facts, ...]:
    """The facts with which to ask anew, because somebody sits with their manager and the policy would rather not have it:
    with the one giving way, or with the other. Empty when all is well, or nobody can give way any more."""
    if facts.together is Together.NAMED or not answer.planned:
        return ()
    taken = {person for slot in answer.planned[0].sessions for person in slot.seats.values() if person is not None}
    seated = {seat.person for seat in facts.loop.seats}
    for report in sorted(taken):
        for manager in sorted(taken.intersection(facts.above.get(report, ()))):
            pair = [one for one in (report, manager) if one not in seated and not _has_given_way(facts, one)]
            if pair:
                return tuple(_giving_way(facts, one) for one in pair)
    return ()


def _has_given_way(facts: Facts, person: PersonId) -> bool:
    if facts.together is Together.REFUSED:
        return person in facts.barred or person in {facts.loop.recruiter, facts.loop.hiring_manager}
    return facts.spared.get(person, 0) >= RATHER_NOT


def _giving_way(facts: Facts, person: PersonId) -> Facts:
    if facts.together is Together.REFUSED:
        return replace(facts, barred={**facts.barred, person: IN_LINE})
    return replace(facts, spared={**facts.spared, person: RATHER_NOT})


def _able(uow: UnitOfWork, loop: Loop) -> tuple[Person, ...]:
    """Those who sit, those in charge, and those who are qualified for anything: of a large company that is a small part."""
    concerned = {loop.recruiter, loop.hiring_manager, *(seat.person for seat in loop.seats if seat.person is not None)}
    found = {person.id: person for person in (*uow.interviewers(), *(uow.person(one) for one in concerned))}
    able = (person for person in found.values() if _may_sit(person, loop))
    return tuple(sorted(able, key=lambda person: (not person.active, person.id)))


def _may_sit(person: Person, loop: Loop) -> bool:
    """Who sits already keeps the seat, whatever they are qualified for by now."""
    if any(seat.person == person.id for seat in loop.seats):
        return True
    return person.active and person.slack_id is not None and bool(skills(person, loop))


def skills(person: Person, loop: Loop) -> frozenset[str]:
    """Which of the loop's seats the person may take: by qualification, or as its recruiter or hiring manager."""
    planned = {(session.id, seat.id): seat for session in loop.plan.sessions for seat in session.seats}
    wanted = {skill for seat in planned.values() for skill in seat.any_of}
    own = {(loop.recruiter, RECRUITER_SEAT), (loop.hiring_manager, HIRING_MANAGER_SEAT)}
    reserved = frozenset(seat for owner, seat in own if owner == person.id and seat in wanted)
    held = {skill for s in loop.seats if s.person == person.id for skill in planned[s.session, s.id].any_of}
    return reserved or frozenset(skill for skill in wanted if person.holds(skill) or skill in held)


def wanted(seat: SeatPlan) -> frozenset[str]:
    """What the engine asks of whoever takes a seat. A second must be somebody of whom nothing is suggested."""
    return frozenset(map(_free_of_grounds, seat.any_of)) if seat.id == SECOND else frozenset(seat.any_of)


def _free_of_grounds(skill: str) -> str:
    return f"{skill} as a second"


def _held(person: Person, facts: Facts) -> frozenset[str]:
    held = skills(person, facts.loop)
    sits = any(seat.person == person.id and seat.id == SECOND for seat in facts.loop.seats)
    return held if person.id in facts.spared and not sits else held | frozenset(map(_free_of_grounds, held))


def is_reserved(held: frozenset[str]) -> bool:
    """Nobody can stand in for them and they sit in several sessions of one loop: to the engine that is a room."""
    return bool(held & {RECRUITER_SEAT, HIRING_MANAGER_SEAT})


def _seen(uow: UnitOfWork, loop: Loop, bookings: Iterable[Booking]) -> Mapping[PersonId, frozenset[date]]:
    rivals = {other.id for other in uow.loops(opening=loop.opening) if other.candidate != loop.candidate}
    zone = ZoneInfo(loop.zone)
    found: dict[PersonId, frozenset[date]] = {}
    for booking in bookings:
        if booking.loop in rivals:
            day = booking.span.start.astimezone(zone).date()
            found[booking.person] = found.get(booking.person, frozenset()) | {day}
    return found


def _entering(person: Person, loop: Loop, *, now: datetime) -> str:
    today = now.astimezone(ZoneInfo(person.zone)).date()
    return load.entering(person, skills(person, loop), today=today)


def staff(facts: Facts, agendas: Sequence[Agenda], *, mending: bool = False) -> tuple[engine.Person, ...]:
    """The engine's people. Who sits is there for their own session alone; `mending`, for another time or seat too."""
    by_email = {agenda.email: agenda for agenda in agendas}
    people = [_person(person, facts, by_email[person.email], mending=mending) for person in facts.people]
    return enter_at_pool_level(people, facts.entering)


def _person(person: Person, facts: Facts, agenda: Agenda, *, mending: bool) -> engine.Person:
    loop = facts.loop
    booked = [b.span for b in facts.bookings if b.person == person.id and b.loop != loop.id]
    seated = {loop.session(seat.session).span for seat in loop.seats if seat.person == person.id and loop.sessions}
    free = seated if seated and not mending else {*seated, *_free(person, facts, agenda, booked)}
    held = _held(person, facts)
    spans = [(span.start, span.end) for span in merged(free)]
    if is_reserved(held):
        return engine.Person.of(id=person.id, zone=person.zone, qualifications=held, kind="room", free=spans)
    weeks, days = load.by_week(person, booked), load.by_day(person, booked)
    return engine.Person.of(
        id=person.id,
        zone=person.zone,
        qualifications=held,
        free=spans,
        week_load=weeks,
        day_load=days,
        # Who has said yes to this panel keeps that much, whatever their caps became since.
        week_cap=load.at_least(person.week_cap, weeks, load.by_week(person, seated)),
        day_cap=load.at_least(person.day_cap, days, load.by_day(person, seated)),
        gap=person.gap,
    )


def _free(person: Person, facts: Facts, agenda: Agenda, booked: Sequence[Span]) -> list[Span]:
    """Working time that neither the calendar nor our own bookings take, with room to write up before what comes next.
    What this loop itself has put on the calendar is not in its way."""
    gap = timedelta(minutes=person.gap)
    ours = _own_events(facts.loop, person.id)
    taken = [(busy.start, busy.end) for busy in agenda.busy if busy.booking not in ours]
    taken += [(span.start - gap, span.end + gap) for span in booked]
    taken.sort()
    free: list[Span] = []
    for working in worktime.spans(person, start=facts.start, end=facts.end):
        cursor = working.start
        for begin, finish in taken:
            if begin < working.end and finish > cursor:
                free.append(Span(start=cursor, end=begin - WRITE_UP))
                cursor = max(cursor, finish)
        free.append(Span(start=cursor, end=working.end - WRITE_UP))
    return [span for span in free if span.start < span.end]


def _own_events(loop: Loop, person: PersonId) -> frozenset[str]:
    keys = [
        key
        for session in loop.plan.sessions
        for key in (
            *event_keys.ever_of_session(loop, session.id, loop.recruiter),
            *event_keys.ever_of_write_up(loop, session.id, person),
        )
    ]
    return frozenset(event_id(key, attempt) for key in keys for attempt in range(1, loop.attempt + 1))


def merged(spans: Iterable[Span]) -> list[Span]:
    """In order, those that touch or overlap as one."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(start=joined[-1].start, end=max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined
