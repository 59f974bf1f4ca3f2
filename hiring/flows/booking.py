"""Putting a loop on the calendars: what must stand there, whether it still can, and what to remember of it.

All or nothing: the caller looks at the calendars once more, puts every event, and only then `record_booked` is committed;
if one can't be put, those that were are taken away again and the loop gets new options.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hiring.flows.offering import without_times
from hiring.flows.pool import WRITE_UP
from hiring.flows.settling import note, people_in, settle
from hiring.model import Lead, Loop, Opening, Person, PersonId, Span
from hiring.ports import UnitOfWork
from hiring.rules import event_keys, sight
from hiring.rules.phase import Phase, has_attested, phase
from scheduling.calendars.port import Agenda, Booked, Event, event_id


@dataclass(frozen=True, slots=True)
class Bookable:
    """A loop that is ready for the calendar, with those who sit on its panel. `ours` are the ids of all that this loop
    may have put for anybody, in any attempt: no transaction is open any more when calendars are looked at."""

    loop: Loop
    opening: Opening
    people: Mapping[PersonId, Person]
    events: tuple[Event, ...]
    ours: frozenset[str]

    @property
    def emails(self) -> tuple[str, ...]:
        return tuple(sorted({self.people[seat.person].email for seat in self.loop.seats if seat.person}))


@dataclass(frozen=True, slots=True)
class _Taken:
    session: str
    person: PersonId


def bookable(uow: UnitOfWork, loop_id: str, *, attempt: int, now: datetime) -> Bookable | None:
    """What is to be booked in `attempt`; None when the loop has moved on."""
    loop = uow.loop(loop_id)
    if loop.attempt != attempt or phase(loop, now) is not Phase.BOOKING:
        return None
    return _bookable(uow, loop)


def booked(uow: UnitOfWork, loop_id: str, *, revision: int) -> Bookable | None:
    """What must stand on the calendars for a booked loop at `revision`; None when there is a newer one."""
    loop = uow.loop(loop_id)
    if loop.booked_at is None or loop.revision != revision or loop.cancelled is not None:
        return None
    return _bookable(uow, loop)


def _bookable(uow: UnitOfWork, loop: Loop) -> Bookable:
    opening, people = uow.opening(loop.opening), people_in(uow)
    attempts = range(1, loop.attempt + 1)
    ours = frozenset(event for attempt in attempts for _, event in spent(loop, attempt=attempt, people=people))
    return Bookable(loop=loop, opening=opening, people=people, events=events(loop, opening, people), ours=ours)


def events(loop: Loop, opening: Opening, people: Mapping[PersonId, Person]) -> tuple[Event, ...]:
    """Every event of the loop: one a session on the recruiter's calendar with the panel as guests, and for each rater
    ten minutes after it on their own. No event names the candidate: calendars are read by many.
    """
    found = []
    for session in loop.sessions:
        planned = loop.plan.session(session.id)
        guests = sorted({people[seat.person].email for seat in _cleared(loop) if seat.session == session.id})
        found.append(
            Event(
                id=event_id(event_keys.of_session(loop, session.id), loop.attempt),
                calendar=people[loop.recruiter].email,
                title=f"Interview: {planned.title} ({opening.title})",
                description="What to cover and the rubric are in your Slack messages from Evenhand.",
                start=session.start,
                end=session.end,
                zone=loop.zone,
                guests=tuple(guests),
                location=opening.place or None,
                video=opening.video,
                private=loop.plan.private_events,
            )
        )
    return (*found, *_write_ups(loop, people))


def _cleared(loop: Loop) -> tuple[_Taken, ...]:
    """The seats of those who said "no conflict": nobody is invited before."""
    return tuple(
        _Taken(session=seat.session, person=seat.person)
        for seat in loop.seats
        if seat.person is not None and has_attested(loop, seat.person)
    )


def _write_ups(loop: Loop, people: Mapping[PersonId, Person]) -> tuple[Event, ...]:
    return tuple(
        Event(
            id=event_id(event_keys.of_write_up(loop, session, person), loop.attempt),
            calendar=people[person].email,
            title="Write the scorecard",
            description="Ten minutes while it is fresh. The button is in your Slack messages from Evenhand.",
            start=loop.session(session).end,
            end=loop.session(session).end + WRITE_UP,
            zone=people[person].zone,
            private=True,
        )
        for session, person in sight.owed(loop)
        if has_attested(loop, person)
    )


def clashes(wanted: Bookable, agendas: Sequence[Agenda]) -> tuple[PersonId, ...]:
    """Who of the panel, as far as there are agendas, is no longer free. Our own events of this loop don't count."""
    by_email = {agenda.email: agenda for agenda in agendas}
    return tuple(
        sorted(
            {
                seat.person
                for seat in wanted.loop.seats
                if seat.person is not None
                and wanted.people[seat.person].email in by_email
                and any(
                    busy.start < wanted.loop.session(seat.session).end
                    and wanted.loop.session(seat.session).start < busy.end
                    for busy in by_email[wanted.people[seat.person].email].busy
                    if busy.booking not in wanted.ours
                )
            }
        )
    )


def record_booked(
    uow: UnitOfWork, loop_id: str, found: Mapping[str, Booked], *, attempt: int, now: datetime
) -> Loop | None:
    """The loop stands on every calendar. None when it has moved on meanwhile, and the events must go again."""
    loop = uow.loop(loop_id)
    if loop.attempt != attempt or phase(loop, now) is not Phase.BOOKING:
        return None
    note(uow, loop, "booked", actor="evenhand", now=now, attempt=str(attempt))
    return settle(uow, replace(_with_events(loop, found), booked_at=now), now=now)


def _with_events(loop: Loop, found: Mapping[str, Booked]) -> Loop:
    sessions = []
    for session in loop.sessions:
        stands = found.get(event_id(event_keys.of_session(loop, session.id), loop.attempt))
        sessions.append(
            session if stands is None else replace(session, event=stands.id, link=stands.video_link or session.link)
        )
    return replace(loop, sessions=tuple(sessions))


def record_synced(uow: UnitOfWork, loop_id: str, found: Mapping[str, Booked], *, revision: int, now: datetime) -> None:
    """The calendars follow this revision: remember that, and links that they gave since."""
    loop = uow.loop(loop_id)
    if loop.revision == revision and loop.booked_at is not None:
        settle(uow, replace(_with_events(loop, found), synced_at=now), now=now)


def record_clash(uow: UnitOfWork, loop_id: str, *, attempt: int, why: str, now: datetime) -> Loop | None:
    """Somebody is no longer free, or a calendar refused: new options. None when the loop has moved on."""
    loop = uow.loop(loop_id)
    if loop.attempt != attempt or loop.booked_at is not None or loop.cancelled is not None or not loop.sessions:
        return None
    note(uow, loop, "not booked", actor="evenhand", now=now, attempt=str(attempt))
    return settle(uow, without_times(loop, now=now, because=why), now=now)


def unwanted(uow: UnitOfWork, loop_id: str, *, attempt: int) -> tuple[tuple[str, str], ...]:
    """What `attempt` may have left on calendars although the loop is not booked by it; empty when it is."""
    loop = uow.loop(loop_id)
    stands = loop.attempt == attempt and loop.booked_at is not None and loop.cancelled is None
    return () if stands else spent(loop, attempt=attempt, people=people_in(uow))


def spent(loop: Loop, *, attempt: int, people: Mapping[PersonId, Person]) -> tuple[tuple[str, str], ...]:
    """The (calendar, event id) pairs that `attempt` may have put for any panel, to be taken away.

    Sessions come from the plan, because a loop that is planned anew has forgotten its times.
    """
    recruiters = dict.fromkeys([loop.recruiter, *(one.of for one in loop.handed_over if one.lead is Lead.RECRUITER)])
    pairs = [
        (people[recruiter].email, event_id(key, attempt))
        for recruiter in recruiters
        for session in loop.plan.sessions
        for key in event_keys.ever_of_session(loop, session.id, recruiter)
    ]
    for session in loop.plan.sessions:
        if session.rubric is not None:
            pairs += [
                (people[person].email, event_id(key, attempt))
                for person in sorted(_ever_seated(loop))
                for key in event_keys.ever_of_write_up(loop, session.id, person)
            ]
    return tuple(pairs)


def _ever_seated(loop: Loop) -> set[PersonId]:
    seated = {seat.person for seat in loop.seats if seat.person} | {said.person for said in loop.attestations}
    return seated | {gone.person for gone in loop.stood_down} | {barred.person for barred in loop.barred}


def reach(wanted: Bookable) -> Span:
    """From the first start to the last end of what is booked."""
    return Span(start=min(e.start for e in wanted.events), end=max(e.end for e in wanted.events))
