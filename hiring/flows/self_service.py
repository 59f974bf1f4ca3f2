"""What people set for themselves: pauses, working hours, caps, and how much they interview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hiring.flows.repairing import seek_again
from hiring.model import AuditEntry, Hours, Pause, Person
from hiring.ports import UnitOfWork
from hiring.rules import load
from hiring.rules.permissions import Refused

LONGEST_PAUSE = timedelta(days=366)


def pause(uow: UnitOfWork, person: Person, wanted: Pause, *, now: datetime) -> Person | Refused:
    """Do not ask `person` to interview from `wanted.start` up to `wanted.end`."""
    today = now.astimezone(ZoneInfo(person.zone)).date()
    if wanted.end <= wanted.start:
        return Refused("The pause must end after it begins.")
    if wanted.end <= today:
        return Refused("This pause would be over already. Pick a day to come.")
    if wanted.end - wanted.start > LONGEST_PAUSE:
        return Refused("A pause can last a year at most. Ask an admin to take you off the interviewers instead.")
    recent = today - load.NEW  # who has just come back is still new to the week, whatever they plan next
    kept = [p for p in person.pauses if p.end > recent and (p.end <= wanted.start or wanted.end <= p.start)]
    return _save(uow, replace(person, pauses=(*kept, wanted)), "paused", now)


def end_pause(uow: UnitOfWork, person: Person, *, now: datetime) -> Person:
    """Be asked again from today: a pause under way ends, coming ones are dropped."""
    today = now.astimezone(ZoneInfo(person.zone)).date()
    kept = [replace(p, end=min(p.end, today)) for p in person.pauses if p.start < today]
    return _save(uow, replace(person, pauses=tuple(kept)), "unpaused", now)


@dataclass(frozen=True, slots=True)
class Prefs:
    """None for a cap means no cap of that kind."""

    hours: tuple[Hours, ...]
    day_cap: int | None
    week_cap: int | None
    gap: int


def set_prefs(uow: UnitOfWork, person: Person, prefs: Prefs, *, now: datetime) -> Person | Refused:
    if not prefs.hours:
        return Refused("Keep at least one working day, or pause yourself with `/interview pause`.")
    if any(hours.end == hours.start for hours in prefs.hours):
        return Refused("A working day must end later than it begins.")
    changed = replace(
        person, hours=prefs.hours, day_cap=prefs.day_cap, week_cap=prefs.week_cap, gap=prefs.gap, own_prefs=True
    )
    return _save(uow, changed, "set preferences", now)


def _save(uow: UnitOfWork, person: Person, verb: str, now: datetime) -> Person:
    uow.save_person(person)
    uow.audit(AuditEntry(at=now, actor=person.id, verb=verb, subject=person.id))
    seek_again(uow, person, now=now)
    return person


@dataclass(frozen=True, slots=True)
class Load:
    """Minutes of interviewing by the Monday of each local week, from the past to the future."""

    person: Person
    weeks: tuple[tuple[date, int], ...]


def loads(
    uow: UnitOfWork, people: Sequence[Person], *, now: datetime, back: int = 3, ahead: int = 3
) -> tuple[Load, ...]:
    """How much each of `people` interviews, `back` weeks ago up to `ahead` weeks from now."""
    start, end = now - timedelta(weeks=back + 1), now + timedelta(weeks=ahead + 1)
    bookings = uow.bookings([person.id for person in people], start=start, end=end)
    found = []
    for person in people:
        today = now.astimezone(ZoneInfo(person.zone)).date()
        monday = today - timedelta(days=today.weekday())
        weeks = load.by_week(person, (b.span for b in bookings if b.person == person.id))
        days = [monday + timedelta(weeks=offset) for offset in range(-back, ahead + 1)]
        found.append(Load(person=person, weeks=tuple((day, weeks.get(load.iso_week(day), 0)) for day in days)))
    return tuple(found)
