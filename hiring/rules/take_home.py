"""Work that a candidate does at home, scored by people who do not know whose it is: until when, and who scores it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hiring.model import Loop, Person, PersonId, Role, Seat, SeatPlan
from hiring.rules import load, worktime
from hiring.rules.phase import empty_seats

FEWEST = 2
"""Fewer would let one person's taste decide."""

_END_OF_DAY = time(23, 59)
"""Not midnight, of which nobody knows to which day it belongs."""


@dataclass(frozen=True, slots=True)
class Scorer:
    """Somebody who may be asked, with the spans they interview or score in the weeks around now."""

    person: Person
    load: int


def deadline(loop: Loop) -> datetime | None:
    """When the work is to be in, by the end of a day on the candidate's clock; None when the loop asks for none."""
    if loop.plan.take_home is None or loop.asked_availability_at is None:
        return None
    last = asked_on(loop) + timedelta(days=loop.plan.take_home.days)
    return datetime.combine(last, _END_OF_DAY, tzinfo=ZoneInfo(loop.zone)).astimezone(UTC)


def asked_on(loop: Loop) -> date:
    """The candidate's date on which they were told what to do. Raises `ValueError` for a loop that tells nothing."""
    if loop.asked_availability_at is None:
        raise ValueError("This loop asks the candidate for nothing.")
    return loop.asked_availability_at.astimezone(ZoneInfo(loop.zone)).date()


def lacks_scorers(loop: Loop) -> bool:
    """Whether somebody is to be found who scores what was handed in."""
    awaited = loop.work is not None and loop.released is None and loop.decision is None and loop.cancelled is None
    return awaited and bool(empty_seats(loop))


def may_score(
    person: Person, loop: Loop, *, now: datetime, closed_to: Mapping[PersonId, str], known: Iterable[PersonId]
) -> bool:
    """Whether `person` can be asked to score unseen. Whoever follows loops reads names, so they never are; `known` are
    those who sit in another loop about this candidate."""
    today = now.astimezone(ZoneInfo(person.zone)).date()
    if not person.active or person.slack_id is None or worktime.is_off(person, today):
        return False
    if {Role.RECRUITER, Role.OPENING_RECRUITER, Role.ADMIN, Role.AUDITOR} & set(person.roles) or person.id in {
        loop.recruiter,
        loop.hiring_manager,
    }:
        return False
    return person.id not in closed_to and person.id not in known


def choose(loop: Loop, pool: Iterable[Scorer], *, now: datetime) -> Loop:
    """The loop with its empty seats filled by whoever has the least to do of those who hold the qualification and whose
    week has room; a seat stays empty when there is nobody."""
    left = sorted(pool, key=lambda one: (one.load, one.person.id))
    seats = list(loop.seats)
    for number, seat in enumerate(seats):
        planned = next(one for one in loop.plan.session(seat.session).seats if one.id == seat.id)
        if seat.person is not None or planned.optional:
            continue
        taken = {one.person for one in seats}
        found = next((one for one in left if one.person.id not in taken and _fits(one, planned, loop, seat)), None)
        if found is not None:
            seats[number] = Seat(session=seat.session, id=seat.id, person=found.person.id, since=now)
    return loop.with_(seats=tuple(seats))


def _fits(scorer: Scorer, planned: SeatPlan, loop: Loop, seat: Seat) -> bool:
    cap, minutes = scorer.person.week_cap, loop.plan.session(seat.session).minutes
    return any(scorer.person.holds(skill) for skill in planned.any_of) and (cap is None or scorer.load + minutes <= cap)


def week_load(person: Person, spans: Iterable[object], now: datetime) -> int:
    """Minutes of the person's own week in which `now` lies."""
    week = load.iso_week(now.astimezone(ZoneInfo(person.zone)).date())
    return load.by_week(person, spans).get(week, 0)  # type: ignore[arg-type]
