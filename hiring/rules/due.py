"""What should have been sent by now: a function of a loop's facts and the time, and the one home of "what happens next".

Timers are not state. Every flow calls this after a change, the clock calls it every few seconds, and after a crash or an
outage the next call brings the world to where it should be. Each delivery has a key that says what it is about, and the
store writes a key once only, so that calling this a thousand times sends nothing twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from hiring.model import Delivery, Kind, Lead, Loop, Nudge, Opening, Person, PersonId
from hiring.rules import delegates, replaced, scorecards, sight, worktime
from hiring.rules.deliveries import SOON, make, rung_due, rungs_reached, stamp
from hiring.rules.phase import Phase, all_attested, attestation, open_repair, panel, phase
from hiring.rules.questions import questions, withdrawn

DECISION_RUNGS = (480, 1440)
"""Working minutes after release at which the decision is asked for again."""

SEEK_AGAIN = timedelta(hours=1)
"""How often somebody is looked for again for a seat that nobody could take: calendars change, people come back."""
PLAN_AGAIN = 180
"""Working minutes of the recruiter after which times are looked for again for a loop without any."""
MOST_AGAIN = 60
"""So often at most; a loop that waits longer than about a month needs a person."""


def due(loop: Loop, *, now: datetime, people: Mapping[PersonId, Person], opening: Opening) -> tuple[Delivery, ...]:
    """Everything that ought to have been written for `loop` by `now`, in the order it should be made."""
    if loop.cancelled is not None:
        return (*withdrawn(loop), *_repairs(loop, now), *_drift(loop), *_stood_down(loop), *_cancelled(loop))
    usual = (
        _at_home(loop, now, people, opening) if loop.plan.take_home is not None else _met(loop, now, people, opening)
    )
    return (*delegates.readdressed(loop, usual), *delegates.due(loop, people, usual))


def _met(loop: Loop, now: datetime, people: Mapping[PersonId, Person], opening: Opening) -> tuple[Delivery, ...]:
    return (
        *_planning(loop, now, people[loop.recruiter]),
        *questions(loop, now, people),
        *withdrawn(loop),
        *_calendar(loop, now),
        *_repairs(loop, now),
        *_drift(loop),
        *_stood_down(loop),
        *_booked(loop),
        *scorecards.due(loop, now, people),
        *_released(loop, opening),
        *_decision(loop, now, people),
        *_nudges(loop, now),
    )


def _at_home(loop: Loop, now: datetime, people: Mapping[PersonId, Person], opening: Opening) -> tuple[Delivery, ...]:
    """Nothing stands on a calendar, and nobody is told with whom they score."""
    asked = loop.asked_availability_at
    letter = (make(loop, f"take_home/{stamp(asked)}", Kind.MAIL_AVAILABILITY),) if asked and loop.work is None else ()
    return (
        *letter,
        *questions(loop, now, people),
        *withdrawn(loop),
        *_stood_down(loop),
        *scorecards.due(loop, now, people),
        *replaced.told(loop),
        *_released(loop, opening),
        *_decision(loop, now, people),
        *_nudges(loop, now),
    )


def _planning(loop: Loop, now: datetime, recruiter: Person) -> Iterator[Delivery]:
    if loop.asked_availability_at is not None and not loop.windows:
        yield make(loop, f"availability/{stamp(loop.asked_availability_at)}", Kind.MAIL_AVAILABILITY)
    if loop.planning is None:
        return
    number = str(loop.planning.number)
    if loop.planning.answered is None:
        yield make(loop, f"engine/{number}", Kind.ENGINE_OPTIONS, priority=SOON, number=number)
    elif not loop.planning.options:
        yield make(loop, f"unplannable/{number}", Kind.UNPLANNABLE, loop.recruiter, priority=SOON, number=number)
        yield from _planned_again(loop, loop.planning.answered, now, recruiter)
    else:
        if loop.planning.missed is not None:
            told = f"unplannable/{number}"
            yield make(loop, told, Kind.UNPLANNABLE, loop.recruiter, priority=SOON, number=number)
            yield make(loop, f"{told}/over", Kind.UNPLANNABLE, loop.recruiter, updates=told, number=number)
        asked = f"options/{number}"
        yield make(loop, asked, Kind.OPTIONS, loop.recruiter, priority=SOON, number=number)
        if loop.planning.chosen is not None:
            yield make(loop, f"{asked}/picked", Kind.OPTIONS, loop.recruiter, updates=asked, number=number)


def _planned_again(loop: Loop, told: datetime, now: datetime, recruiter: Person) -> Iterator[Delivery]:
    """Calendars change: times are looked for again while there are any to come, in the recruiter's working hours."""
    if all(window.end <= now for window in loop.windows) or not worktime.is_at_work(recruiter, now):
        return
    again = worktime.minutes_between(recruiter, told, now) // PLAN_AGAIN
    if 1 <= again <= MOST_AGAIN:
        number = str(loop.planning.number) if loop.planning else ""
        yield make(loop, f"engine/{number}/again/{again}", Kind.ENGINE_OPTIONS, number=number)


def plan_for(loop: Loop, person: PersonId, now: datetime) -> Delivery:
    """Look again for the loop's times, because `person` can be asked again."""
    number = str(loop.planning.number) if loop.planning else ""
    return make(loop, f"engine/{number}/for/{person}/{stamp(now)}", Kind.ENGINE_OPTIONS, number=number)


def _calendar(loop: Loop, now: datetime) -> Iterator[Delivery]:
    for attempt in range(1, loop.attempt):
        yield make(loop, f"clear/{attempt}", Kind.CALENDAR_CLEAR, attempt=str(attempt))
    stands = phase(loop, now)
    if stands is Phase.REFILLING:
        yield from _refills(loop, now)
    if stands is Phase.BOOKING:
        attempt_now = str(loop.attempt)
        yield make(loop, f"book/{attempt_now}", Kind.CALENDAR_BOOK, priority=SOON, attempt=attempt_now)


def _refills(loop: Loop, now: datetime) -> Iterator[Delivery]:
    number = str(loop.refilling)
    yield make(loop, f"refill/{number}", Kind.ENGINE_REFILL, priority=SOON, number=number)
    told = open_repair(loop, now)
    again = int((now - told.at) / SEEK_AGAIN) if told is not None else 0
    if told is not None and again:
        yield make(loop, f"refill/{number}/again/{stamp(told.at)}/{again}", Kind.ENGINE_REFILL, number=number)


def refill_for(loop: Loop, person: PersonId, now: datetime) -> Delivery:
    """Look again for the loop's empty seats, because `person` can be asked again."""
    return make(
        loop, f"refill/{loop.refilling}/for/{person}/{stamp(now)}", Kind.ENGINE_REFILL, number=str(loop.refilling)
    )


def _repairs(loop: Loop, now: datetime) -> Iterator[Delivery]:
    """What the recruiter is told of seats that could not be refilled, and that it is over when it is."""
    still = open_repair(loop, now)
    for number, repair in enumerate(loop.repairs):
        told = f"repair/{number}"
        yield make(loop, told, Kind.REPAIR, loop.recruiter, priority=SOON, number=str(number))
        if repair is not still:
            yield make(loop, f"{told}/over", Kind.REPAIR, loop.recruiter, updates=told, number=str(number))


def _booked(loop: Loop) -> Iterator[Delivery]:
    if loop.booked_at is None:
        return
    mark = f"{loop.attempt}.{loop.revision}"
    yield make(loop, f"booked/{loop.attempt}", Kind.BOOKED, loop.recruiter)
    if loop.revision > 1:
        yield make(loop, f"sync/{mark}", Kind.CALENDAR_SYNC, priority=SOON, revision=str(loop.revision))
        yield make(loop, f"booked/{mark}", Kind.REPLACED, loop.recruiter, updates=f"booked/{loop.attempt}")
    if all_attested(loop):
        for person in panel(loop):
            yield make(loop, f"brief/{person}/{_own_part(loop, person)}", Kind.BRIEF, person)
        times = _fingerprint(*(f"{s.id}{s.start}{s.end}" for s in loop.sessions), mark.split(".", maxsplit=1)[0])
        yield make(loop, f"itinerary/{times}", Kind.MAIL_ITINERARY)


def _drift(loop: Loop) -> Iterator[Delivery]:
    """What was changed on calendars by hand, each time that it is news; the message before it is over then."""
    still = bool(loop.drift) and loop.booked_at is not None and loop.cancelled is None
    for number in range(1, loop.drifts + 1):
        told = f"drift/{number}"
        yield make(loop, told, Kind.DRIFT, loop.recruiter, priority=SOON, number=str(number))
        if number < loop.drifts or not still:
            yield make(loop, f"{told}/over", Kind.DRIFT, loop.recruiter, updates=told, number=str(number))


def _own_part(loop: Loop, person: PersonId) -> str:
    """A fingerprint of what one person must know: their sessions, the times, and who sits there with them."""
    mine = {seat.session for seat in loop.seats if seat.person == person}
    parts = [str(loop.attempt)]
    for session in sorted(mine):
        placed = loop.session(session)
        others = sorted(seat.person or "" for seat in loop.seats if seat.session == session)
        parts.append(f"{session}{placed.start}{placed.end}{others}{placed.link}")
    return _fingerprint(*parts)


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _stood_down(loop: Loop) -> Iterator[Delivery]:
    moved = {gone.at for gone in loop.stood_down if gone.why == "rescheduled"}
    for at in sorted(moved):
        yield make(loop, f"moved/{stamp(at)}", Kind.MAIL_MOVED)
    for gone in loop.stood_down:
        yield make(loop, f"stood_down/{gone.person}/{stamp(gone.at)}", Kind.STOOD_DOWN, gone.person, why=gone.why)


def _cancelled(loop: Loop) -> Iterator[Delivery]:
    for attempt in range(1, loop.attempt + 1):
        if loop.plan.take_home is None and (attempt < loop.attempt or loop.sessions):
            yield make(loop, f"clear/{attempt}", Kind.CALENDAR_CLEAR, attempt=str(attempt))
    for person in panel(loop):
        yield make(loop, f"cancelled/{person}", Kind.CANCELLED, person, priority=SOON)
    if loop.booked_at is not None or loop.plan.take_home is not None:
        yield make(loop, "cancelled/mail", Kind.MAIL_CANCELLED)


def _released(loop: Loop, opening: Opening) -> Iterator[Delivery]:
    if loop.released is None:
        return
    since = loop.released.at
    late = sum(card.at > since or (card.amended_at or card.at) > since for card in loop.submitted)
    aside = sum(gone.at > since and not gone.elsewhere for gone in loop.barred)
    for person in panel(loop):
        yield make(loop, f"released/{person}", Kind.RELEASED, person)
    yield make(loop, "summary", Kind.SUMMARY, loop.hiring_manager, priority=SOON)
    for what, times in (("late", late), ("aside", aside)):
        if times:
            yield make(loop, f"summary/{what}/{times}", Kind.SUMMARY, loop.hiring_manager, updates="summary")
    if opening.channel_id and not delegates.is_quiet(loop):
        yield make(loop, "summary/link", Kind.SUMMARY_LINK, f"#{opening.channel_id}")


def _decision(loop: Loop, now: datetime, people: Mapping[PersonId, Person]) -> Iterator[Delivery]:
    if loop.released is None:
        return
    since = max([loop.released.at, *(one.at for one in loop.handed_over if one.lead is Lead.HIRING_MANAGER)])
    if loop.decision is None:
        rung = rung_due(people[loop.hiring_manager], since, now, DECISION_RUNGS)
        if rung:
            yield make(loop, f"decide/remind/{rung}", Kind.DECISION_REMIND, loop.hiring_manager, rung=str(rung))
        return
    at = stamp(loop.decision.at)
    for person in panel(loop):
        yield make(loop, f"decision/{at}/{person}", Kind.DECISION, person, thread=f"released/{person}")
    yield make(loop, f"decision/{at}/summary", Kind.SUMMARY, loop.hiring_manager, updates="summary")
    yield make(loop, f"next/{at}", Kind.NEXT_STEP, loop.recruiter)
    asked = rungs_reached(people[loop.hiring_manager], since, loop.decision.at, DECISION_RUNGS)
    for rung in range(1, asked + 1):
        again = f"decide/remind/{rung}"
        yield make(loop, f"{again}/done", Kind.DECISION_REMIND, loop.hiring_manager, updates=again, rung=str(rung))


def _nudges(loop: Loop, now: datetime) -> Iterator[Delivery]:
    for nudge in loop.nudges:
        sent = f"nudge/{nudge.to}/{nudge.about}/{stamp(nudge.at)}"
        yield make(loop, sent, Kind.NUDGE, nudge.to, priority=SOON, about=nudge.about, by=nudge.by)
        if not _still_awaited(loop, nudge, now):
            yield make(loop, f"{sent}/done", Kind.NUDGE, nudge.to, updates=sent, about=nudge.about, by=nudge.by)


def _still_awaited(loop: Loop, nudge: Nudge, now: datetime) -> bool:
    """Whether what a person was reminded of is still to be done by them."""
    match nudge.about:
        case "attestation":
            return nudge.to in panel(loop) and attestation(loop, nudge.to) is None
        case "decision":
            return loop.decision is None
        case _:
            ended = [
                session for session, who in sight.owed(loop) if who == nudge.to and loop.session(session).end <= now
            ]
            return any(not sight.is_in(loop, session, nudge.to) for session in ended)
