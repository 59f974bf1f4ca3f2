"""Why not: a small set of requirements that together can't be met.

Each requirement can be lifted by itself. One after another is lifted for good unless a plan appears without it; what
is left is a set of which every part is needed for the conflict.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from scheduling.board import Board, Case, Engaged
from scheduling.deadline import Deadline, OutOfTime
from scheduling.grid import instant_of, minute_of
from scheduling.problem import Loop, Person, Problem, Seat, Session, Span
from scheduling.search import search_loop

Lift = Callable[["Setting"], "Setting"]


class Setting(NamedTuple):
    """One loop and the people for it, some requirements perhaps lifted."""

    people: tuple[Person, ...]
    loop: Loop
    engaged: Engaged

    def can_be_planned(self, problem: Problem, deadline: Deadline) -> bool:
        """True or False with a proof; OutOfTime without one."""
        deadline.look()
        if not self.loop.sessions:
            return True
        case = Case(Board(replace(problem, people=self.people, loops=(self.loop,))), self.loop, engaged=self.engaged)
        result = search_loop(case, keep=1, deadline=deadline, first=True)
        if not result.plans and not result.proved:
            raise OutOfTime
        return bool(result.plans)


class Requirement(NamedTuple):
    """One thing asked for: what it says, how to lift it, and what kind of remedy could touch it."""

    text: str
    lift: Lift
    kind: str
    about: frozenset[str] = frozenset()


class Conflict(NamedTuple):
    """Requirements that can't be met together; `smallest` when it is proved that each of them is needed for that."""

    requirements: tuple[Requirement, ...]
    smallest: bool


def conflict(setting: Setting, problem: Problem, *, deadline: Deadline) -> Conflict:
    """What stands in the way, as little of it as time allows."""
    unheld = tuple(_unheld(problem, setting.loop))
    if unheld:
        return Conflict(unheld, smallest=len(unheld) == 1)
    needed = list(_requirements(problem, setting.loop, setting.engaged))
    kept: list[Requirement] = []
    try:
        while needed:
            lifted = needed[0].lift(setting)
            if lifted.can_be_planned(problem, deadline):
                kept.append(needed[0])
            else:
                setting = lifted
            needed.pop(0)
    except OutOfTime:
        pass
    return Conflict(tuple(kept + needed), smallest=not needed)


def _unheld(problem: Problem, loop: Loop) -> Iterator[Requirement]:
    for session in loop.sessions:
        for seat in session.seats:
            if not seat.optional and not any(seat.any_of & person.qualifications for person in problem.people):
                text = f"{session.id}.{seat.id} needs someone who holds {_either(seat)}, and nobody does"
                yield Requirement(text, _without_seat(session, seat), "seat", seat.any_of)


def _requirements(problem: Problem, loop: Loop, engaged: Engaged) -> Iterator[Requirement]:
    """What may be lifted, the least telling first, so that what is left tells most."""
    for session in loop.sessions:
        yield Requirement(f"{session.id} takes {session.minutes} minutes", _without_session(session), "session")
    yield from _rules(loop)
    if engaged.spans:
        text = "the other loops keep the people they have"
        yield Requirement(text, lambda s: s._replace(engaged=Engaged()), "others")
    for session in loop.sessions:
        for seat in session.seats:
            if not seat.optional:
                text = f"{session.id}.{seat.id} needs someone who holds {_either(seat)}"
                yield Requirement(text, _without_seat(session, seat), "seat", seat.any_of)
    yield from _people(problem, loop)
    yield Requirement(f"the candidate is available {_windows(loop)}", _always_available, "window")


def _rules(loop: Loop) -> Iterator[Requirement]:
    if loop.lunch is not None:
        lunch = loop.lunch
        text = f"lunch of {lunch.minutes} minutes between {lunch.start:%H:%M} and {lunch.end:%H:%M}"
        yield Requirement(text, _loop_with(lunch=None), "lunch")
    if loop.rest is not None:
        text = f"a rest of {loop.rest.minutes} minutes after {loop.rest.after} at most"
        yield Requirement(text, _loop_with(rest=None), "rest")
    for name, value in (("first", loop.first), ("last", loop.last)):
        if value is not None:
            yield Requirement(f"{value} comes {name}", _loop_with(**{name: None}), "order")
    for pair in loop.before:
        yield Requirement(f"{pair[0]} comes before {pair[1]}", _without_pair(pair), "order")
    for number, mix in enumerate(loop.mix):
        names = ", ".join(sorted(mix.among)) or "nobody"
        yield Requirement(f"at least {mix.at_least} of {names}", _without_mix(number), "mix")
    for lock in loop.locks:
        yield Requirement(f"{lock.session} stays as it was fixed", _without_lock(lock.session), "lock")
    if loop.max_days < len(loop.sessions):
        dates = "one date" if loop.max_days == 1 else f"{loop.max_days} dates"
        yield Requirement(f"all of it on {dates} at most", _loop_with(max_days=len(loop.sessions)), "dates")


def _people(problem: Problem, loop: Loop) -> Iterator[Requirement]:
    """Calendars, caps and bars of everyone who holds what one kind of seat asks for."""
    pools = {seat.any_of: seat for session in loop.sessions for seat in session.seats if not seat.optional}
    for asked, seat in pools.items():
        holders = [person for person in problem.people if person.qualifications & asked]
        what = _either(seat)
        barred = [person.id for person in holders if person.id in loop.barred]
        if barred:
            text = f"barred for {what}: {', '.join(barred)}"
            yield Requirement(text, _without_bars(frozenset(barred)), "bar", asked)
        capped = [p.id for p in holders if p.kind == "person" and (p.week_cap is not None or p.day_cap is not None)]
        if capped:
            text = f"caps of {', '.join(capped)} ({what})"
            yield Requirement(text, _uncapped(frozenset(capped)), "cap", frozenset(capped))
        names = [person.id for person in holders]
        text = f"calendars of {', '.join(names)} ({what})"
        yield Requirement(text, _all_free(frozenset(names)), "calendar", frozenset(names))


def _either(seat: Seat) -> str:
    return " or ".join(sorted(seat.any_of))


def _windows(loop: Loop) -> str:
    parts = []
    for span in loop.available:
        start, end = span.start.astimezone(loop.zone), span.end.astimezone(loop.zone)
        parts.append(f"{start:%a %d %b %H:%M}-{end:%H:%M}")
    shown = 4
    more = f" and {len(parts) - shown} more times" if len(parts) > shown else ""
    return ", ".join(parts[:shown]) + more


def _loop_with(**changes: object) -> Lift:
    return lambda s: s._replace(loop=replace(s.loop, **changes))  # type: ignore[arg-type]  # names of Loop's own fields


def _without_pair(pair: tuple[str, str]) -> Lift:
    return lambda s: s._replace(loop=replace(s.loop, before=tuple(p for p in s.loop.before if p != pair)))


def _without_mix(number: int) -> Lift:
    def lift(s: Setting) -> Setting:
        mix = list(s.loop.mix)
        mix[number] = replace(mix[number], at_least=0)
        return s._replace(loop=replace(s.loop, mix=tuple(mix)))

    return lift


def _without_lock(session: str) -> Lift:
    return lambda s: s._replace(loop=replace(s.loop, locks=tuple(k for k in s.loop.locks if k.session != session)))


def _without_session(session: Session) -> Lift:
    def lift(s: Setting) -> Setting:
        loop, name = s.loop, session.id
        return s._replace(
            loop=replace(
                loop,
                sessions=tuple(other for other in loop.sessions if other.id != name),
                before=tuple(pair for pair in loop.before if name not in pair),
                first=None if loop.first == name else loop.first,
                last=None if loop.last == name else loop.last,
                locks=tuple(lock for lock in loop.locks if lock.session != name),
            )
        )

    return lift


def _without_seat(session: Session, seat: Seat) -> Lift:
    def lift(s: Setting) -> Setting:
        sessions = tuple(
            replace(other, seats=tuple(kept for kept in other.seats if kept.id != seat.id))
            if other.id == session.id
            else other
            for other in s.loop.sessions
        )
        return s._replace(loop=replace(s.loop, sessions=sessions))

    return lift


def _without_bars(names: frozenset[str]) -> Lift:
    return lambda s: s._replace(
        loop=replace(s.loop, barred={name: why for name, why in s.loop.barred.items() if name not in names})
    )


def _uncapped(names: frozenset[str]) -> Lift:
    return lambda s: s._replace(
        people=tuple(replace(p, week_cap=None, day_cap=None) if p.id in names else p for p in s.people)
    )


def _all_free(names: frozenset[str]) -> Lift:
    def lift(s: Setting) -> Setting:
        ever = _whole(s)
        return s._replace(people=tuple(replace(p, free=(ever,)) if p.id in names else p for p in s.people))

    return lift


def _always_available(s: Setting) -> Setting:
    return s._replace(loop=replace(s.loop, available=(_whole(s),)))


def _whole(s: Setting) -> Span:
    """From the candidate's first date to their last, whole days of their zone."""
    day = 24 * 60
    first = min(minute_of(span.start) for span in s.loop.available)
    last = max(minute_of(span.end) for span in s.loop.available)
    return Span(instant_of(first - day // 2), instant_of(last + day // 2))
