"""An answer of `evenhand plan` as the days of a picture."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from handlers.pictures.days import Bar, Day, Row
from scheduling.answer import Answer, Slot
from scheduling.problem import Loop, Person, Problem


def days_of(problem: Problem, answer: Answer) -> tuple[Day, ...]:
    """The answer as a picture's days: each candidate in the first row of theirs, then everyone who sits with them."""
    loops = {loop.id: loop for loop in problem.loops}
    people = {person.id: person for person in problem.people}
    days = []
    for planned in answer.planned:
        loop = loops[planned.id]
        by_date: dict[date, list[Slot]] = {}
        for slot in planned.sessions:
            by_date.setdefault(slot.start.astimezone(loop.zone).date(), []).append(slot)
        for day, slots in sorted(by_date.items()):
            names = dict.fromkeys(name for slot in slots for name in slot.seats.values())
            rows = [Row(loop.id, "candidate", _candidate_bars(loop, slots))]
            rows += [Row(name, people[name].kind, _person_bars(people[name], slots)) for name in names]
            days.append(Day(day, tuple(rows)))
    return tuple(sorted(days, key=lambda day: day.date))


def _candidate_bars(loop: Loop, slots: Sequence[Slot]) -> tuple[Bar, ...]:
    bars: list[Bar] = []
    for slot in slots:
        if bars and slot.start > bars[-1].end:
            bars.append(_pause(loop, bars[-1].end, slot.start))
        bars.append(Bar(slot.start, slot.end, slot.id, "session"))
    return tuple(bars)


def _pause(loop: Loop, start: datetime, end: datetime) -> Bar:
    """Lunch where a lunch fits inside its window, a break everywhere else."""
    if loop.lunch is not None:
        day = start.astimezone(loop.zone).date()
        opens = datetime.combine(day, loop.lunch.start, tzinfo=loop.zone)
        closes = datetime.combine(day, loop.lunch.end, tzinfo=loop.zone)
        if min(end, closes) - max(start, opens) >= timedelta(minutes=loop.lunch.minutes):
            return Bar(start, end, "lunch", "lunch")
    return Bar(start, end, "break", "break")


def _person_bars(person: Person, slots: Sequence[Slot]) -> tuple[Bar, ...]:
    sessions = [Bar(slot.start, slot.end, slot.id, "session") for slot in slots if person.id in slot.seats.values()]
    busy = [Bar(start, end, "", "busy") for start, end in _busy(person, slots[0].start, slots[-1].end)]
    return tuple(sorted([*sessions, *busy], key=lambda bar: bar.start))


def _busy(person: Person, start: datetime, end: datetime) -> Iterable[tuple[datetime, datetime]]:
    at = start
    for span in sorted(person.free, key=lambda span: span.start):
        if span.end > at and span.start < end:
            if span.start > at:
                yield at, span.start
            at = max(at, span.end)
    if at < end:
        yield at, end
