"""What would help: single changes after which the loop can be planned, each one tried, the cheapest first.

A change can only help when it touches the conflict that was found, so only those are tried. Lifting a bar is never
offered: a recusal is nobody's to bargain with.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import NamedTuple

from scheduling.conflicts import Requirement, Setting
from scheduling.deadline import Deadline, OutOfTime
from scheduling.grid import instant_of, minute_after, minute_of
from scheduling.problem import Loop, Lunch, Person, Problem, Rest, Seat, Session, Span

MOST = 6
MOST_PER_KIND = 2
HOUR = timedelta(hours=1)
MOST_HOURS = 3
SHORTEST_LUNCH = 30
SHORTEST_SESSION = 30
MORE_RUN = 30


class Remedy(NamedTuple):
    """`more` changes what `about` names further than any remedy about it: when that does not help, none of them does."""

    text: str
    apply: Callable[[Setting], Setting]
    kind: str
    about: str = ""
    more: Callable[[Setting], Setting] | None = None


def remedies(
    setting: Setting, problem: Problem, conflict: Sequence[Requirement], *, deadline: Deadline
) -> tuple[str, ...]:
    """The texts of the changes that help, each one tried; fewer when time runs out. Each sort of change has its own time."""
    trial = _Trial(setting, problem)
    sorts = _candidates(setting, problem, conflict)
    for waiting, sort in zip(range(len(sorts), 0, -1), sorts, strict=True):
        try:
            trial.run(sort, deadline.sooner(deadline.left() / waiting))
        except OutOfTime:
            continue
    return tuple(trial.helped)


class _Trial:
    def __init__(self, setting: Setting, problem: Problem) -> None:
        self.setting, self.problem = setting, problem
        self.helped: list[str] = []
        self.kinds: Counter[str] = Counter()
        self.hopeless: set[str] = set()
        self.hopeful: set[str] = set()

    def run(self, remedies: Iterator[Remedy], deadline: Deadline) -> None:
        for remedy in remedies:
            if len(self.helped) == MOST:
                return
            deadline.look()
            if self.kinds[remedy.kind] < MOST_PER_KIND and self._helps(remedy, deadline):
                self.helped.append(remedy.text)
                self.kinds[remedy.kind] += 1

    def _helps(self, remedy: Remedy, deadline: Deadline) -> bool:
        if remedy.more is not None and remedy.about not in self.hopeful:
            if remedy.about in self.hopeless:
                return False
            if not remedy.more(self.setting).can_be_planned(self.problem, deadline):
                self.hopeless.add(remedy.about)
                return False
            self.hopeful.add(remedy.about)
        return remedy.apply(self.setting).can_be_planned(self.problem, deadline)


def _candidates(setting: Setting, problem: Problem, conflict: Sequence[Requirement]) -> list[Iterator[Remedy]]:
    """By sort, from what costs a word to what costs a month."""
    kinds = {requirement.kind for requirement in conflict}
    sorts = [_of_rules(setting.loop, kinds)]
    if "calendar" in kinds:
        names = _named(conflict, "calendar")
        sorts.append(_hours(setting, [person for person in setting.people if person.id in names]))
    if "cap" in kinds:
        sorts.append(_caps(setting, _named(conflict, "cap")))
    if kinds & {"window", "calendar"}:
        sorts.append(_more_time(setting.loop))
    sorts.append(_of_plan(setting.loop, kinds))
    if "seat" in kinds:
        sorts += [_training(setting, problem, conflict), _optional(setting.loop)]
    return sorts


def _more_time(loop: Loop) -> Iterator[Remedy]:
    yield from _longer_days(loop)
    yield _another_day(loop)


def _of_rules(loop: Loop, kinds: set[str]) -> Iterator[Remedy]:
    if "lunch" in kinds and loop.lunch is not None:
        yield from _lunches(loop.lunch)
    if "rest" in kinds and loop.rest is not None:
        yield _longer_run(loop.rest)
    if "dates" in kinds:
        yield _on_loop(f"{loop.max_days + 1} dates instead of {loop.max_days}", "dates", max_days=loop.max_days + 1)


def _of_plan(loop: Loop, kinds: set[str]) -> Iterator[Remedy]:
    if "order" in kinds:
        yield from _orders(loop)
    if "session" in kinds:
        yield from _shorter(loop)
    if "mix" in kinds:
        yield _on_loop("no mix rule", "mix", mix=())


def _named(conflict: Sequence[Requirement], kind: str) -> frozenset[str]:
    return frozenset(name for requirement in conflict if requirement.kind == kind for name in requirement.about)


def _on_loop(text: str, kind: str, **changes: object) -> Remedy:
    # The names are those of Loop's own fields.
    return Remedy(text, lambda s: s._replace(loop=replace(s.loop, **changes)), kind)  # type: ignore[arg-type]


def _lunches(lunch: Lunch) -> Iterator[Remedy]:
    for minutes in range(lunch.minutes - 15, SHORTEST_LUNCH - 1, -15):
        shorter = Lunch(lunch.start, lunch.end, minutes)
        yield _on_loop(f"lunch of {minutes} minutes instead of {lunch.minutes}", "lunch", lunch=shorter)


def _longer_run(rest: Rest) -> Remedy:
    after = rest.after + MORE_RUN
    text = f"{after} minutes before a rest instead of {rest.after}"
    return _on_loop(text, "rest", rest=Rest(after, rest.minutes))


def _hours(setting: Setting, people: Sequence[Person]) -> Iterator[Remedy]:
    """One more hour of somebody, where the candidate is available and they are not."""
    loop = setting.loop
    for person in people:
        if person.id in loop.barred:
            continue
        always = _with_free(person.id, *loop.available)
        for span in loop.available:
            if _covered(person, span):
                continue
            start = span.start + (-minute_after(span.start) % 60) * timedelta(minutes=1)
            while start < span.end:
                hour = Span(start, min(start + HOUR, span.end))
                if not _covered(person, hour):
                    local = start.astimezone(loop.zone)
                    until = hour.end.astimezone(loop.zone)
                    text = f"{person.id} free on {local:%a %d %b %H:%M}-{until:%H:%M}"
                    yield Remedy(text, _with_free(person.id, hour), "hour", person.id, always)
                start += HOUR


def _covered(person: Person, span: Span) -> bool:
    first, last = minute_of(span.start), minute_of(span.end)
    return any(minute_of(free.start) <= first and last <= minute_of(free.end) for free in person.free)


def _with_free(name: str, *spans: Span) -> Callable[[Setting], Setting]:
    return lambda s: s._replace(
        people=tuple(replace(p, free=(*p.free, *spans)) if p.id == name else p for p in s.people)
    )


def _caps(setting: Setting, names: frozenset[str]) -> Iterator[Remedy]:
    longest = max(session.minutes for session in setting.loop.sessions)
    for person in setting.people:
        if person.id not in names or person.id in setting.loop.barred:
            continue
        for which, cap in (("week_cap", person.week_cap), ("day_cap", person.day_cap)):
            if cap is not None:
                text = f"{person.id}'s {which.replace('_', ' ')} at {cap + longest} instead of {cap}"
                yield Remedy(text, _with_cap(person.id, which, cap + longest), "cap")


def _with_cap(name: str, which: str, cap: int) -> Callable[[Setting], Setting]:
    def apply(s: Setting) -> Setting:
        change = {which: cap}
        # The name is that of one of Person's two caps.
        people = tuple(replace(p, **change) if p.id == name else p for p in s.people)  # type: ignore[arg-type]
        return s._replace(people=people)

    return apply


def _longer_days(loop: Loop) -> Iterator[Remedy]:
    """Some hours more of the candidate, after or before one of the times they gave."""
    for hours in range(1, MOST_HOURS + 1):
        for number, span in enumerate(loop.available):
            for longer in (Span(span.start, span.end + hours * HOUR), Span(span.start - hours * HOUR, span.end)):
                start, end = longer.start.astimezone(loop.zone), longer.end.astimezone(loop.zone)
                text = f"the candidate available on {start:%a %d %b %H:%M}-{end:%H:%M}"
                spans = tuple(longer if index == number else other for index, other in enumerate(loop.available))
                yield _on_loop(text, "window", available=spans)


def _another_day(loop: Loop) -> Remedy:
    """The working day after the last one given, at the hours of the longest one."""
    longest = max(loop.available, key=lambda span: span.end - span.start)
    opens = longest.start.astimezone(loop.zone)
    last = max(span.start for span in loop.available).astimezone(loop.zone).date()
    day = last + timedelta(days=1)
    while day.isoweekday() > 5:  # noqa: PLR2004 -- Saturday and Sunday
        day += timedelta(days=1)
    start = datetime.combine(day, time(opens.hour, opens.minute), tzinfo=loop.zone)
    extra = Span(start, instant_of(minute_of(start)) + (longest.end - longest.start))
    return _on_loop(f"one more day of the candidate: {day:%a %d %b}", "day", available=(*loop.available, extra))


def _orders(loop: Loop) -> Iterator[Remedy]:
    for name, value in (("first", loop.first), ("last", loop.last)):
        if value is not None:
            yield _on_loop(f"{value} need not come {name}", "order", **{name: None})
    for pair in loop.before:
        others = tuple(other for other in loop.before if other != pair)
        yield _on_loop(f"{pair[0]} need not come before {pair[1]}", "order", before=others)


def _shorter(loop: Loop) -> Iterator[Remedy]:
    for session in sorted(loop.sessions, key=lambda session: -session.minutes):
        if session.minutes - 15 >= SHORTEST_SESSION:
            cut = replace(session, minutes=session.minutes - 15)
            sessions = tuple(cut if other is session else other for other in loop.sessions)
            yield _on_loop(
                f"{session.id} of {cut.minutes} minutes instead of {session.minutes}", "cut", sessions=sessions
            )


def _training(setting: Setting, problem: Problem, conflict: Sequence[Requirement]) -> Iterator[Remedy]:
    """One more person qualified: somebody who is there, or else somebody new who is always free."""
    asked = sorted(_named(conflict, "seat"))
    for qualification in asked:
        for person in problem.people:
            if qualification in person.qualifications or person.kind == "room" or person.id in setting.loop.barred:
                continue
            text = f"one more person qualified for {qualification}, such as {person.id}"
            yield Remedy(text, _qualified(person.id, qualification), f"training {qualification}")
        newcomer = Person.of(
            f"one more for {qualification}",
            zone=setting.loop.zone,
            qualifications=[qualification],
            free=setting.loop.available,
        )
        yield Remedy(
            f"one more person, free when the candidate is, for {qualification}",
            _joined_by(newcomer),
            f"hiring {qualification}",
        )


def _qualified(name: str, qualification: str) -> Callable[[Setting], Setting]:
    return lambda s: s._replace(
        people=tuple(
            replace(p, qualifications=p.qualifications | {qualification}) if p.id == name else p for p in s.people
        )
    )


def _joined_by(person: Person) -> Callable[[Setting], Setting]:
    return lambda s: s._replace(people=(*s.people, person))


def _optional(loop: Loop) -> Iterator[Remedy]:
    for session in loop.sessions:
        for seat in session.seats:
            if not seat.optional and len(session.seats) > 1:
                sessions = tuple(_with_optional(other, seat) if other is session else other for other in loop.sessions)
                yield _on_loop(f"{session.id}.{seat.id} may stay empty", "seat", sessions=sessions)


def _with_optional(session: Session, seat: Seat) -> Session:
    seats = tuple(replace(other, optional=True) if other is seat else other for other in session.seats)
    return replace(session, seats=seats)
