"""What the engine found for a loop, as options that people can pick from, or as the reasons why there are none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import scheduling.answer as engine_answer
from hiring.flows.pool import IN_LINE
from hiring.flows.settling import note, settle
from hiring.model import Change, Left, Loop, Option, PersonId, Planning, Seat, Session, Why
from hiring.ports import UnitOfWork
from hiring.rules import recusal
from hiring.rules.phase import panel
from scheduling.fair import SAME_DAY


def record_options(
    uow: UnitOfWork, loop_id: str, answers: Sequence[engine_answer.Answer], *, number: int, now: datetime
) -> Loop | None:
    """Keep what the engine found for request `number`. None when the loop has moved on since it was asked.

    Where nothing fitted before, options are news; that still nothing fits is not, and the rhythm of asking again stays.
    """
    loop = uow.loop(loop_id)
    if loop.planning is None or loop.planning.number != number or loop.planning.options or loop.cancelled is not None:
        return None
    options = tuple(
        option_of(loop, answer.planned[0], proved=answer.status == "optimal") for answer in answers if answer.planned
    )
    told = tuple(reason for answer in answers for reason in because(answer))
    missed = loop.planning.answered
    if missed is not None and not options:
        if told == loop.planning.because:
            return None
        return settle(uow, replace(loop, planning=replace(loop.planning, because=told)), now=now)
    planning = replace(loop.planning, answered=now, options=options, because=() if options else told, missed=missed)
    note(uow, loop, "planned", actor="evenhand", now=now, options=str(len(options)))
    return settle(uow, replace(loop, planning=planning), now=now)


def because(answer: engine_answer.Answer) -> tuple[str, ...]:
    """Why a loop could not be planned, and what would help, in the engine's words."""
    told = [
        reason
        for missed in answer.unplanned
        for reason in (*missed.because, *(f"This would help: {help_}" for help_ in missed.would_help))
    ]
    return tuple(_plain(reason) for reason in told)


def option_of(loop: Loop, planned: engine_answer.Planned, *, proved: bool) -> Option:
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
        proved=proved,
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


_SAYS_NOTHING = (
    (re.compile(f"barred: {recusal.UNAVAILABLE}"), recusal.UNAVAILABLE),
    (re.compile(f"barred: {IN_LINE}"), IN_LINE),
    (re.compile("barred for"), "unavailable for"),
    # To take turns is no secret, and has points of its own.
    (re.compile(rf"discouraged by (?!{SAME_DAY} )\d+ points"), "could, but the panel as a whole costs less this way"),
    (re.compile("the others with less load are discouraged"), "the panel as a whole costs least this way"),
)


def _plain(reason: str) -> str:
    """The engine says that somebody is barred or better spared; what colleagues read says nothing of a conflict (R7)."""
    for told, plain in _SAYS_NOTHING:
        reason = told.sub(plain, reason)
    return reason


def without_times(loop: Loop, *, now: datetime, because: str) -> Loop:
    """A loop whose chosen times no longer work: the engine looks for new options. Attestations are kept."""
    return replace(
        loop,
        planning=Planning(number=loop.planning.number + 1 if loop.planning else 1, asked=now),
        sessions=(),
        seats=(),
        attempt=loop.attempt + 1,
        left=(*loop.left, *(Left(person=person, at=now) for person in panel(loop))),
        changes=(*loop.changes, Change(at=now, by="evenhand", what="planned anew", reason=because)),
    )
