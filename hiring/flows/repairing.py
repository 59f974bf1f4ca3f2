"""Filling the seats that somebody left, with the least disturbance.

First the empty seats alone, with everything else as it stands. Where that fails others may change seats, which is done at
once; where even that fails sessions would have to move, as few as possible. Times have been told to people, so that is
never done silently: the recruiter confirms it. Meanwhile somebody is looked for again and again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from hiring.flows.capacity import is_taken
from hiring.flows.conflicts import are_barred, watch
from hiring.flows.offering import because, option_of, without_times
from hiring.flows.settling import note, settle
from hiring.model import Change, Left, Loop, LoopId, Option, Person, PersonId, Repair, Seat, Session, StoodDown
from hiring.ports import UnitOfWork
from hiring.rules import recusal, release
from hiring.rules.due import plan_for, refill_for
from hiring.rules.permissions import Refused, Verb, may
from hiring.rules.phase import OVER, Phase, attestation, has_attested, open_repair, panel, phase
from scheduling.answer import Answer
from scheduling.repair import Repair as Mended

MOVED = "moved to fill a seat"
"""The change of a loop whose recruiter confirmed other times."""


def record_refill(
    uow: UnitOfWork,
    loop_id: LoopId,
    answer: Answer,
    mended: Mended | None = None,
    *,
    number: int,
    now: datetime,
) -> Loop | None:
    """Fill the empty seats as the engine says. None when the loop has moved on since it was asked.

    `answer` leaves all else as it stands; `mended`, asked for where that gave nothing, does not. When nobody can sit in
    and nothing helps, a loop that is not booked yet gets new options, a booked one goes to the recruiter.
    """
    loop = uow.loop(loop_id)
    if loop.refilling != number or phase(loop, now) is not Phase.REFILLING:
        return None
    found = _found(loop, answer, mended)
    if found is not None and (are_barred(uow, loop, _newcomers(loop, found.seats)) or is_taken(uow, loop, found)):
        # Somebody stepped aside, or was given a seat elsewhere, while the engine was at work.
        return settle(uow, replace(loop, refilling=loop.refilling + 1), now=now)
    if found is not None and not moved(loop, found):
        note(uow, loop, "refilled", actor="evenhand", now=now)
        return settle(uow, watch(uow, rearranged(loop, found, now=now), now=now), now=now)
    if found is None and loop.booked_at is None:
        note(uow, loop, "planned anew", actor="evenhand", now=now)
        return settle(uow, without_times(loop, now=now, because="a seat could not be refilled at these times"), now=now)
    return _tell(uow, loop, found, because(answer if mended is None else mended.answer), now=now)


def _found(loop: Loop, answer: Answer, mended: Mended | None) -> Option | None:
    if answer.planned:
        return option_of(loop, answer.planned[0], proved=answer.status == "optimal")
    if mended is None or not mended.answer.planned:
        return None
    return option_of(loop, mended.answer.planned[0], proved=mended.least)


def _tell(uow: UnitOfWork, loop: Loop, found: Option | None, reasons: tuple[str, ...], *, now: datetime) -> Loop | None:
    """The recruiter hears of it, unless they were told just that already."""
    told = open_repair(loop, now)
    if told is not None and (told.option, told.because) == (found, reasons if found is None else ()):
        return None
    note(uow, loop, "not refilled", actor="evenhand", now=now, way="none" if found is None else "by moving")
    fresh = Repair(number=loop.refilling, at=now, option=found, because=reasons if found is None else ())
    return settle(uow, replace(loop, repairs=(*loop.repairs, fresh)), now=now)


def _newcomers(loop: Loop, seats: Iterable[Seat]) -> set[PersonId]:
    return {seat.person for seat in seats if seat.person is not None} - set(panel(loop))


def moved(loop: Loop, option: Option) -> tuple[Session, ...]:
    """The sessions of `option` that would be at another time than they are."""
    stands = {session.id: session.start for session in loop.sessions}
    return tuple(session for session in option.sessions if stands.get(session.id, session.start) != session.start)


def rearranged(loop: Loop, option: Option, *, now: datetime) -> Loop:
    """The loop as `option` has it. Who keeps their seat and its time is not disturbed; calendars follow at once for whoever
    has attested, and for a newcomer when they have."""
    times = {session.id: session for session in option.sessions}
    other_time = {session.id for session in moved(loop, option)}
    wanted = {(seat.session, seat.id): seat for seat in option.seats}
    seats = tuple(_seat(seat, wanted.get((seat.session, seat.id)), other_time, now) for seat in loop.seats)
    news = other_time or any(
        fresh is not stood and fresh.person is not None and has_attested(loop, fresh.person)
        for fresh, stood in zip(seats, loop.seats, strict=True)
    )
    changed = replace(
        loop,
        sessions=tuple(
            replace(session, start=times[session.id].start, end=times[session.id].end)
            if session.id in other_time
            else session
            for session in loop.sessions
        ),
        seats=seats,
        revision=loop.revision + 1 if loop.booked_at is not None and news else loop.revision,
    )
    return _told(loop, changed, now=now)


def _seat(stands: Seat, wanted: Seat | None, other_time: set[str], now: datetime) -> Seat:
    if wanted is None or (wanted.person == stands.person and stands.session not in other_time):
        return stands
    return replace(wanted, since=now)


def _told(before: Loop, after: Loop, *, now: datetime) -> Loop:
    """Whoever is not needed any more is told so, and whoever has not answered yet is asked anew."""
    stay = {(s.person, s.session, after.session(s.session).start) for s in after.seats}
    lost = [
        person
        for person in panel(before)
        if any(
            seat.person == person and (person, seat.session, before.session(seat.session).start) not in stay
            for seat in before.seats
        )
    ]
    gone = [person for person in lost if person not in panel(after)]
    unanswered = [person for person in lost if person in gone or attestation(before, person) is None]
    return replace(
        after,
        stood_down=(*after.stood_down, *(StoodDown(person=person, at=now, why="replaced") for person in gone)),
        left=(*after.left, *(Left(person=person, at=now) for person in unanswered)),
    )


def take(uow: UnitOfWork, loop: Loop, *, number: int, by: Person, now: datetime) -> Loop | Refused:
    """A recruiter confirms that sessions move: calendars, briefs and the candidate's mail follow."""
    refused = may(by, Verb.RUN_LOOP, loop)
    if refused is not None:
        return refused
    told = open_repair(loop, now)
    if told is None or told.option is None or loop.repairs.index(told) != number:
        return Refused("This proposal is out of date: the seat is filled, or there is a newer message.")
    option = told.option
    if any(session.start <= now for session in moved(loop, option)):
        return Refused("This time has passed by now. It is looked for again within the hour.")
    if are_barred(uow, loop, (seat.person for seat in option.seats)) or is_taken(uow, loop, option):
        settle(uow, replace(loop, refilling=loop.refilling + 1), now=now)
        return Refused("Somebody in this proposal is no longer available. Another way is looked for now.")
    names = ", ".join(session.id for session in moved(loop, option))
    note(uow, loop, "moved", actor=by.id, now=now, sessions=names)
    change = Change(at=now, by=by.id, what=MOVED, reason="a seat could not be filled at the times that stood")
    changed = watch(uow, rearranged(loop, option, now=now), now=now)
    return settle(uow, replace(changed, changes=(*changed.changes, change)), now=now)


def seek_again(uow: UnitOfWork, person: Person, *, now: datetime) -> None:
    """Somebody can be asked again: whoever waits for an empty seat, or for times, is looked at anew at once."""
    loops = uow.loops()
    empty = [refill_for(loop, person.id, now) for loop in loops if open_repair(loop, now) is not None]
    missed = [plan_for(loop, person.id, now) for loop in loops if phase(loop, now) is Phase.UNPLANNABLE]
    uow.enqueue([*empty, *missed], now=now)


def gone(loop: Loop, *, people: Mapping[PersonId, Person], now: datetime) -> tuple[PersonId, ...]:
    """Who sits on the panel, has left the company, and has not begun to interview."""
    if phase(loop, now) in OVER:
        return ()
    return tuple(p for p in panel(loop) if not people[p].active and not release.is_frozen(loop, now, person=p))


def without(uow: UnitOfWork, loop: Loop, left: Iterable[PersonId], *, now: datetime) -> Loop:
    """The seats of those who have left the company become empty; nobody can be told so in Slack."""
    for person in left:
        note(uow, loop, "left the company", actor="evenhand", now=now, person=person)
        loop = recusal.unseat(loop, person, now=now)
    return settle(uow, loop, now=now)


def newly_seated(loop: Loop) -> tuple[PersonId, ...]:
    """Who has said yes to a seat, or to its time, since the calendars last followed; their calendars were never asked."""
    followed = loop.synced_at or loop.booked_at
    fresh = []
    for person in panel(loop):
        said = attestation(loop, person)
        since = [seat.since for seat in loop.seats if seat.person == person and seat.since is not None]
        if said is not None and followed is not None and has_attested(loop, person):
            fresh += [person] if max([said.at, *since]) > followed else []
    return tuple(fresh)


def record_unfree(
    uow: UnitOfWork, loop_id: LoopId, people: Sequence[PersonId], *, revision: int, now: datetime
) -> Loop | None:
    """Newcomers whose calendars have filled up before theirs could follow: somebody else is looked for."""
    loop = uow.loop(loop_id)
    if loop.revision != revision or loop.cancelled is not None:
        return None
    for person in people:
        note(uow, loop, "not free any more", actor="evenhand", now=now, person=person)
        loop = recusal.unseat(loop, person, now=now)
    gone = (StoodDown(person=person, at=now, why="replaced") for person in people)
    return settle(uow, replace(loop, stood_down=(*loop.stood_down, *gone)), now=now)
