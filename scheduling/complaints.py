"""What a problem must be before anyone can answer it: each complaint says where, what, and how it would be right."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from scheduling.problem import Lock, Loop, Person, Problem, Session, Span

HOUR = 60
DAY = 24 * HOUR
MOST_MINUTES = 100_000
MOST_POINTS = 100_000
MOST_UNPLANNED = 1_000_000_000
MOST_SESSIONS = 20
LONGEST = timedelta(days=400)
YEARS = range(1971, 2201)
FIRST, LAST = datetime(YEARS.start, 1, 1, tzinfo=UTC), datetime(YEARS.stop, 1, 1, tzinfo=UTC)


def complaints(problem: Problem) -> tuple[str, ...]:
    return tuple(_complaints(problem))


def strangers(problem: Problem) -> tuple[str, ...]:
    """Names in rules that are nobody's: in a file most likely misspelt, and a bar that misses its person is grave."""
    names = {person.id for person in problem.people}
    return tuple(
        f'loops[{number}]: nobody is called "{name}" among the people, but barred, discouraged or mix names them'
        for number, loop in enumerate(problem.loops)
        for name in sorted({*loop.barred, *loop.discouraged, *(name for mix in loop.mix for name in mix.among)} - names)
    )


def _complaints(problem: Problem) -> Iterator[str]:
    if problem.grain < 1 or HOUR % problem.grain:
        yield f"grain: {problem.grain} does not divide an hour; take 5, 10, 15, 20, 30 or 60"
    weights = problem.weights
    for name in weights.__slots__:
        most = MOST_UNPLANNED if name == "unplanned" else MOST_POINTS
        if not 0 <= getattr(weights, name) <= most:
            yield f"weights.{name}: {getattr(weights, name)}; take 0 to {most}"
    if not problem.loops:
        yield "loops: empty; give at least one"
    yield from _twice("people", (person.id for person in problem.people))
    yield from _twice("loops", (loop.id for loop in problem.loops))
    windows = [span for loop in problem.loops for span in loop.available]
    if windows and max(span.end for span in windows) - min(span.start for span in windows) > LONGEST:
        yield f"loops: the candidates' availability spans more than {LONGEST.days} days; ask about a shorter time"
    names = {person.id for person in problem.people}
    for number, person in enumerate(problem.people):
        yield from _person(f"people[{number}]", person)
    for number, loop in enumerate(problem.loops):
        yield from _loop(f"loops[{number}]", loop)
        for at, lock in enumerate(loop.locks):
            yield from _lock(f"loops[{number}].locks[{at}]", lock, loop, names)
            if lock.start is not None and (lock.start.minute % max(1, problem.grain) or lock.start.second):
                yield f"loops[{number}].locks[{at}].start: {lock.start:%H:%M} is not on the grain of {problem.grain}"


def _twice(where: str, names: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if not name:
            yield f'{where}: an id is empty; write one such as "ana"'
        elif count > 1:
            yield f'{where}: the id "{name}" stands {count} times; each needs its own'


def _spans(where: str, spans: tuple[Span, ...]) -> Iterator[str]:
    wrong = [number for number, span in enumerate(spans) if not FIRST <= span.start < span.end < LAST]
    for number in wrong:
        span = spans[number]
        if span.start.year not in YEARS or span.end.year not in YEARS:
            yield f"{where}[{number}]: {span.start:%Y} to {span.end:%Y}; take years from 1971 to 2200"
        if span.start >= span.end:
            yield (
                f"{where}[{number}]: {span.start:%Y-%m-%dT%H:%MZ} is not before {span.end:%Y-%m-%dT%H:%MZ}; "
                'write start, then end: ["2026-11-30T08:00Z", "2026-11-30T11:30Z"]'
            )


def _person(where: str, person: Person) -> Iterator[str]:
    yield from _spans(f"{where}.free", person.free)
    amounts = {"gap": person.gap, "week_cap": person.week_cap, "day_cap": person.day_cap}
    amounts |= {f"week_load.{week}": load for week, load in person.week_load.items()}
    amounts |= {f"day_load.{day}": load for day, load in person.day_load.items()}
    amounts |= {f"level.{week}": load for week, load in person.level.items()}
    for name, minutes in amounts.items():
        if minutes is not None and not 0 <= minutes <= MOST_MINUTES:
            yield f"{where}.{name}: {minutes} minutes; take 0 to {MOST_MINUTES}"


def _loop(where: str, loop: Loop) -> Iterator[str]:
    if not loop.sessions:
        yield f'{where}.sessions: empty; give at least one, such as {{"id": "coding", "minutes": 60, "seats": []}}'
    if not loop.available:
        yield f'{where}.available: empty; give at least one span, such as ["2026-11-30T14:00Z", "2026-11-30T22:00Z"]'
    yield from _spans(f"{where}.available", loop.available)
    if len(loop.sessions) > MOST_SESSIONS:
        yield f"{where}.sessions: {len(loop.sessions)} sessions in one loop; {MOST_SESSIONS} is the most"
    yield from _twice(f"{where}.sessions", (session.id for session in loop.sessions))
    for number, session in enumerate(loop.sessions):
        yield from _session(f"{where}.sessions[{number}]", session)
    known = {session.id for session in loop.sessions}
    told = [(f"before[{number}]", name) for number, pair in enumerate(loop.before) for name in pair]
    told += [(name, value) for name, value in (("first", loop.first), ("last", loop.last)) if value is not None]
    for name, value in told:
        if value not in known:
            yield f'{where}.{name}: there is no session "{value}"; the sessions are {", ".join(sorted(known))}'
    yield from _rules(where, loop)


def _session(where: str, session: Session) -> Iterator[str]:
    if not 1 <= session.minutes <= DAY:
        yield f"{where}.minutes: {session.minutes}; take 1 to {DAY}"
    yield from _twice(f"{where}.seats", (seat.id for seat in session.seats))
    for number, seat in enumerate(session.seats):
        if not seat.any_of:
            yield f'{where}.seats[{number}].any_of: empty; name at least one qualification, such as ["coding"]'


def _rules(where: str, loop: Loop) -> Iterator[str]:
    if loop.max_days < 1:
        yield f"{where}.max_days: {loop.max_days}; take 1 or more"
    if loop.rest is not None and (loop.rest.after < 1 or loop.rest.minutes < 1):
        yield f'{where}.rest: take at least a minute for both, such as {{"after": 120, "minutes": 15}}'
    if loop.lunch is not None:
        first = loop.lunch.start.hour * HOUR + loop.lunch.start.minute
        last = loop.lunch.end.hour * HOUR + loop.lunch.end.minute
        if not 1 <= loop.lunch.minutes <= last - first:
            yield (
                f"{where}.lunch: {loop.lunch.minutes} minutes do not fit between {loop.lunch.start:%H:%M} and "
                f'{loop.lunch.end:%H:%M}; write {{"from": "11:30", "to": "14:00", "minutes": 45}}'
            )
    for name, weight in loop.discouraged.items():
        if not 0 <= weight <= MOST_POINTS:
            yield f"{where}.discouraged.{name}: {weight}; take 0 to {MOST_POINTS}"
    for number, mix in enumerate(loop.mix):
        if mix.at_least < 0:
            yield f"{where}.mix[{number}].at_least: {mix.at_least} is negative; take 0 or more"


def _lock(where: str, lock: Lock, loop: Loop, names: set[str]) -> Iterator[str]:
    sessions = {session.id: session for session in loop.sessions}
    if lock.session not in sessions:
        yield f'{where}.session: there is no session "{lock.session}"; the sessions are {", ".join(sorted(sessions))}'
        return
    if sum(other.session == lock.session for other in loop.locks) > 1:
        yield f'{where}.session: "{lock.session}" is locked more than once; say it in one lock'
    seats = {seat.id: seat for seat in sessions[lock.session].seats}
    for seat, name in lock.seats.items():
        if seat not in seats:
            yield f'{where}.seats: "{lock.session}" has no seat "{seat}"; its seats are {", ".join(sorted(seats))}'
        elif name is None and not seats[seat].optional:
            yield f"{where}.seats.{seat}: the seat is not optional, so somebody must be named, or nothing said about it"
        elif name is not None and name not in names:
            yield f'{where}.seats.{seat}: nobody is called "{name}" among the people'
