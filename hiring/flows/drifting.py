"""What was booked against what calendars say: an event that somebody moved or deleted, an invitation that is declined, a
meeting put over it. It is told to the recruiter, who decides; nothing is changed behind anybody's back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hiring.flows import booking
from hiring.flows.booking import Bookable
from hiring.flows.repairing import newly_seated
from hiring.flows.settling import note, settle
from hiring.model import Change, Drift, Drifted, Loop, LoopId, Person, Session
from hiring.ports import UnitOfWork
from hiring.rules import event_keys, release
from hiring.rules.permissions import Refused, Verb, may
from hiring.rules.phase import Phase, all_attested, has_attested, phase
from scheduling.calendars.port import Agenda, event_id

AHEAD = timedelta(days=14)
"""Interviews further away are not looked at yet."""
QUIET = timedelta(minutes=10)
"""Calendars need a moment to show everywhere what was put."""
PUT_BACK = "put back"
MENDED = frozenset({Drifted.GONE, Drifted.MOVED})
"""What putting the events back mends; for the others somebody else must be found."""


def watched(uow: UnitOfWork, *, now: datetime) -> tuple[LoopId, ...]:
    """The loops whose calendars are worth a look."""
    return tuple(loop.id for loop in uow.loops() if _is_watched(loop, now))


def _is_watched(loop: Loop, now: datetime) -> bool:
    if phase(loop, now) not in {Phase.BOOKED, Phase.INTERVIEWING} or not all_attested(loop) or newly_seated(loop):
        return False
    followed = loop.synced_at or loop.booked_at
    is_followed = loop.revision == 1 or loop.synced_at is not None
    ahead = any(now < session.start < now + AHEAD for session in loop.sessions)
    return ahead and is_followed and followed is not None and followed + QUIET <= now


def standing(uow: UnitOfWork, loop_id: LoopId, *, now: datetime) -> Bookable | None:
    """What ought to stand on calendars; None when it is not worth a look any more."""
    loop = uow.loop(loop_id)
    return booking.booked(uow, loop_id, revision=loop.revision) if _is_watched(loop, now) else None


def drift(wanted: Bookable, agendas: Sequence[Agenda], *, now: datetime) -> tuple[Drift, ...]:
    """How calendars differ from what was booked, as far as they can be read, for the interviews to come."""
    by_email = {agenda.email: agenda for agenda in agendas}
    ahead = [session for session in wanted.loop.sessions if session.start > now]
    return tuple(found for session in ahead for found in _of_session(wanted, session, by_email))


def _of_session(wanted: Bookable, session: Session, agendas: Mapping[str, Agenda]) -> Iterator[Drift]:
    own = event_id(event_keys.of_session(wanted.loop, session.id), wanted.loop.attempt)
    calendar = next(event.calendar for event in wanted.events if event.id == own)
    agenda = agendas[calendar]
    stands = [busy for busy in agenda.busy if busy.booking == own]
    if not agenda.readable:
        return
    if not stands:
        # Where only free/busy is shared a stretch has no name: one that covers the time may be ours.
        if not any(busy.start <= session.start and session.end <= busy.end for busy in agenda.busy):
            yield Drift(session=session.id, what=Drifted.GONE)
    elif all((busy.start, busy.end) != (session.start, session.end) for busy in stands):
        yield Drift(session=session.id, what=Drifted.MOVED, start=stands[0].start, end=stands[0].end)
    else:
        yield from _of_panel(wanted, session, own, agendas)


def _of_panel(wanted: Bookable, session: Session, own: str, agendas: Mapping[str, Agenda]) -> Iterator[Drift]:
    loop = wanted.loop
    for person in sorted({s.person for s in loop.seats if s.session == session.id and s.person is not None}):
        agenda = agendas[wanted.people[person].email]
        if not agenda.readable or not has_attested(loop, person):
            continue
        over = [busy for busy in agenda.busy if busy.start < session.end and session.start < busy.end]
        has_it = any(busy.booking == own for busy in over)
        if has_it and any(busy.booking not in wanted.ours for busy in over):
            yield Drift(session=session.id, what=Drifted.CLASH, person=person)
        elif not over:
            yield Drift(session=session.id, what=Drifted.DECLINED, person=person)


def record_drift(uow: UnitOfWork, wanted: Bookable, found: tuple[Drift, ...], *, now: datetime) -> Loop | None:
    """None when it is no news, or when the loop has changed while the calendars were read."""
    loop = uow.loop(wanted.loop.id)
    if loop.version != wanted.loop.version or loop.drift == found:
        return None
    note(uow, loop, "calendars differ" if found else "calendars agree", actor="evenhand", now=now)
    return settle(uow, replace(loop, drift=found, drifts=loop.drifts + (1 if found else 0)), now=now)


def put_back(uow: UnitOfWork, loop: Loop, *, by: Person, now: datetime) -> Loop | Refused:
    """Have the events stand as they were booked. One that was deleted can't come back under its id: the loop is booked
    under the next attempt, all or nothing, once everybody is found free."""
    refused = may(by, Verb.RUN_LOOP, loop)
    if refused is not None:
        return refused
    wrong = {one.what for one in loop.drift} & MENDED
    if not wrong or loop.booked_at is None or loop.cancelled is not None:
        return Refused("The calendars stand as they were booked by now, so there is nothing to put back.")
    if Drifted.GONE in wrong and release.is_frozen(loop, now):
        return Refused("An interview of this loop has begun, so it can't be booked anew. Tell the panel yourself.")
    note(uow, loop, "put back", actor=by.id, now=now)
    settled = replace(loop, drift=())
    if Drifted.GONE in wrong:
        changes = (*loop.changes, Change(at=now, by=by.id, what=PUT_BACK, reason=""))
        anew = replace(settled, attempt=loop.attempt + 1, booked_at=None, synced_at=None, revision=1, changes=changes)
        return settle(uow, anew, now=now)
    return settle(uow, replace(settled, revision=loop.revision + 1), now=now)


def whom(wanted: Bookable) -> tuple[str, ...]:
    """Whose calendars tell of a loop."""
    return tuple(sorted({*wanted.emails, *(event.calendar for event in wanted.events)}))
