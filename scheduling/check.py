"""Says what is wrong with an answer, by the rules as they are written. Shares no code with the solvers on purpose."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from scheduling.answer import Answer, Planned, Slot
from scheduling.problem import Loop, Person, Problem, Seat, Session, Span

_MINUTE = timedelta(minutes=1)


class _Work(NamedTuple):
    start: datetime
    end: datetime
    where: str


def faults(problem: Problem, answer: Answer) -> tuple[str, ...]:
    """Every way in which the answer breaks a rule or misstates its price; nothing when it is right."""
    found = [*_roll_call(problem, answer)]
    loops = {loop.id: loop for loop in problem.loops}
    plans = [(loops[plan.id], plan) for plan in answer.planned if plan.id in loops]
    work: dict[str, list[_Work]] = {}
    sound = not found
    for loop, plan in plans:
        mistakes = [*_roster(problem, loop, plan)]
        found += mistakes
        if mistakes:
            sound = False
            continue
        found += _times(problem, loop, plan)
        found += _panel(problem, loop, plan)
        for slot in plan.sessions:
            for seat, name in slot.seats.items():
                work.setdefault(name, []).append(_Work(slot.start, slot.end, f"{loop.id}.{slot.id}.{seat}"))
    for person in problem.people:
        found += _workload(person, work.get(person.id, []))
    if sound:
        found += _prices(problem, answer, plans, work)
    return tuple(found)


def _roll_call(problem: Problem, answer: Answer) -> Iterator[str]:
    asked = [loop.id for loop in problem.loops]
    told = [loop.id for loop in answer.loops]
    if sorted(asked) != sorted(told):
        yield f"the answer speaks of loops {sorted(told)}, the problem of {sorted(asked)}"
    if answer.bound > answer.cost:
        yield f"bound {answer.bound} is above cost {answer.cost}"
    if answer.status == "optimal" and answer.bound != answer.cost:
        yield f"called optimal, but bound {answer.bound} is not cost {answer.cost}"
    if answer.status == "impossible" and answer.planned:
        yield "called impossible, but a loop is planned"


def _roster(problem: Problem, loop: Loop, plan: Planned) -> Iterator[str]:
    """Sessions, lengths, seats and people that aren't what was asked: the rest can't be judged then."""
    if sorted(slot.id for slot in plan.sessions) != sorted(session.id for session in loop.sessions):
        yield f"{loop.id}: sessions planned {sorted(slot.id for slot in plan.sessions)}"
        return
    sessions = {session.id: session for session in loop.sessions}
    people = {person.id for person in problem.people}
    for slot in plan.sessions:
        session = sessions[slot.id]
        if (slot.end - slot.start) != session.minutes * _MINUTE:
            yield f"{loop.id}.{slot.id}: lasts {(slot.end - slot.start) // _MINUTE} minutes, not {session.minutes}"
        for seat, name in slot.seats.items():
            if seat not in {known.id for known in session.seats}:
                yield f"{loop.id}.{slot.id}: has no seat {seat}"
            if name not in people:
                yield f"{loop.id}.{slot.id}.{seat}: nobody is called {name}"


def _times(problem: Problem, loop: Loop, plan: Planned) -> Iterator[str]:
    order = sorted(plan.sessions, key=lambda slot: (slot.start, slot.end))
    for slot in order:
        if (slot.start.minute * 60 + slot.start.second) % (problem.grain * 60) or slot.start.microsecond:
            yield f"{loop.id}.{slot.id}: starts off the grain"
        if not any(span.start <= slot.start and slot.end <= span.end for span in loop.available):
            yield f"{loop.id}.{slot.id}: the candidate is not available"
    for one, other in pairwise(order):
        if other.start < one.end:
            yield f"{loop.id}: {one.id} and {other.id} overlap"
    dates = {slot.start.astimezone(loop.zone).date() for slot in order}
    if len(dates) > loop.max_days:
        yield f"{loop.id}: lies on {len(dates)} dates, not on {loop.max_days} at most"
    yield from _order(loop, order)
    yield from _rest(loop, order)
    yield from _lunch(loop, order)
    yield from _locks(loop, order)


def _order(loop: Loop, order: list[Slot]) -> Iterator[str]:
    slots = {slot.id: slot for slot in order}
    for earlier, later in loop.before:
        if slots[earlier].end > slots[later].start:
            yield f"{loop.id}: {earlier} is not before {later}"
    if loop.first is not None and order[0].id != loop.first:
        yield f"{loop.id}: {order[0].id} comes first, not {loop.first}"
    if loop.last is not None and order[-1].id != loop.last:
        yield f"{loop.id}: {order[-1].id} comes last, not {loop.last}"


def _locks(loop: Loop, order: list[Slot]) -> Iterator[str]:
    slots = {slot.id: slot for slot in order}
    for lock in loop.locks:
        if lock.start is not None and slots[lock.session].start != lock.start:
            yield f"{loop.id}.{lock.session}: was to stay at its start"
        for seat, name in lock.seats.items():
            if slots[lock.session].seats.get(seat) != name:
                yield f"{loop.id}.{lock.session}.{seat}: was to stay with {name or 'nobody'}"


def _rest(loop: Loop, order: list[Slot]) -> Iterator[str]:
    if loop.rest is None:
        return
    run: list[Slot] = []
    for slot in order:
        if run and slot.start - run[-1].end >= loop.rest.minutes * _MINUTE:
            run = []
        run.append(slot)
        if len(run) > 1 and slot.end - run[0].start > loop.rest.after * _MINUTE:
            yield f"{loop.id}: no rest of {loop.rest.minutes} minutes between {run[0].id} and the end of {slot.id}"
            return


def _lunch(loop: Loop, order: list[Slot]) -> Iterator[str]:
    if loop.lunch is None:
        return
    for day in sorted({slot.start.astimezone(loop.zone).date() for slot in order}):
        edge = datetime.combine(day, loop.lunch.start, tzinfo=loop.zone).timestamp()
        close = datetime.combine(day, loop.lunch.end, tzinfo=loop.zone).timestamp()
        fed = False
        for slot in order:
            start, end = slot.start.timestamp(), slot.end.timestamp()
            if end > edge and start < close:
                fed = fed or start - edge >= loop.lunch.minutes * 60
                edge = max(edge, end)
        if not fed and close - edge < loop.lunch.minutes * 60:
            yield f"{loop.id}: no lunch of {loop.lunch.minutes} minutes on {day}"


def _panel(problem: Problem, loop: Loop, plan: Planned) -> Iterator[str]:
    people = {person.id: person for person in problem.people}
    sessions = {session.id: session for session in loop.sessions}
    seen: dict[str, str] = {}
    taken: list[str] = []
    for slot in plan.sessions:
        here: set[str] = set()
        for seat in sessions[slot.id].seats:
            where = f"{loop.id}.{slot.id}.{seat.id}"
            name = slot.seats.get(seat.id)
            if name is None:
                if not seat.optional:
                    yield f"{where}: nobody"
                continue
            taken.append(name)
            yield from _sitter(loop, slot, seat, people[name])
            if name in here or (name in seen and people[name].kind == "person"):
                yield f"{where}: {name} sits in {seen[name]} already"
            here.add(name)
            seen[name] = where
    for mix in loop.mix:
        if sum(name in mix.among for name in taken) < mix.at_least:
            yield f"{loop.id}: fewer than {mix.at_least} of {sorted(mix.among)}"


def _sitter(loop: Loop, slot: Slot, seat: Seat, person: Person) -> Iterator[str]:
    where = f"{loop.id}.{slot.id}.{seat.id}"
    if not person.qualifications & seat.any_of:
        yield f"{where}: {person.id} holds none of {sorted(seat.any_of)}"
    if not _is_free(person, slot):
        yield f"{where}: {person.id} is not free"
    if person.id in loop.barred:
        yield f"{where}: {person.id} is barred"


def _is_free(person: Person, slot: Slot) -> bool:
    """Walks through the free spans; ones that touch carry on."""
    at = slot.start
    for span in sorted(person.free, key=lambda span: span.start):
        if span.start <= at < span.end:
            at = span.end
        if at >= slot.end:
            return True
    return False


def _week(instant: datetime, person: Person) -> str:
    year, week, _ = instant.astimezone(person.zone).isocalendar()
    return f"{year}-W{week:02}"


def _workload(person: Person, work: list[_Work]) -> Iterator[str]:
    order = sorted(set(work))
    for one, other in pairwise(order):
        session, following = one.where.rpartition(".")[0], other.where.rpartition(".")[0]
        if session != following and other.start - one.end < person.gap * _MINUTE:
            yield f"{person.id}: {one.where} and {other.where} are less than {person.gap} minutes apart"
    if person.kind == "room":
        return
    weeks: dict[str, int] = {}
    days: dict[str, int] = {}
    for item in order:
        minutes = (item.end - item.start) // _MINUTE
        week, day = _week(item.start, person), item.start.astimezone(person.zone).date().isoformat()
        weeks[week] = weeks.get(week, person.week_load.get(week, 0)) + minutes
        booked = {known.isoformat(): load for known, load in person.day_load.items()}
        days[day] = days.get(day, booked.get(day, 0)) + minutes
    for week, minutes in weeks.items():
        if person.week_cap is not None and minutes > person.week_cap:
            yield f"{person.id}: {minutes} minutes in {week}, cap {person.week_cap}"
    for day, minutes in days.items():
        if person.day_cap is not None and minutes > person.day_cap:
            yield f"{person.id}: {minutes} minutes on {day}, cap {person.day_cap}"


def _prices(
    problem: Problem, answer: Answer, plans: list[tuple[Loop, Planned]], work: Mapping[str, list[_Work]]
) -> Iterator[str]:
    weights = problem.weights
    total = 0
    for person in problem.people:
        given: dict[str, int] = {}
        for item in work.get(person.id, []):
            week = _week(item.start, person)
            given[week] = given.get(week, 0) + (item.end - item.start) // _MINUTE
        if person.kind == "person":
            for week, minutes in given.items():
                load = max(person.week_load.get(week, 0), person.level.get(week, 0))
                total += weights.load * ((load + minutes) ** 2 - load**2)
    told = sum(plan.cost.load for _, plan in plans)
    if told != total:
        yield f"load costs {total}, the answer says {told}"
    for loop, plan in plans:
        points = _points(problem, loop, plan)
        cost = plan.cost
        if points != (cost.wait, cost.idle, cost.dates, cost.discouraged, cost.optional):
            yield f"{loop.id}: costs {points} points, the answer says {cost}"
        total += weights.point * sum(points)
    total += weights.point * weights.unplanned * (len(problem.loops) - len(plans))
    if total != answer.cost:
        yield f"costs {total} in all, the answer says {answer.cost}"


def _points(problem: Problem, loop: Loop, plan: Planned) -> tuple[int, int, int, int, int]:
    weights = problem.weights
    dates: dict[str, list[Slot]] = {}
    for slot in plan.sessions:
        dates.setdefault(slot.start.astimezone(loop.zone).date().isoformat(), []).append(slot)
    idle = 0
    for slots in dates.values():
        span = Span(min(slot.start for slot in slots), max(slot.end for slot in slots))
        idle += (span.end - span.start - sum((slot.end - slot.start for slot in slots), timedelta())) // _MINUTE
    since = loop.wait_from or min(span.start for span in loop.available).astimezone(loop.zone).date()
    last = max(slot.start.astimezone(loop.zone).date() for slot in plan.sessions)
    seats = [name for slot in plan.sessions for name in slot.seats.values()]
    empty = _seats(loop.sessions) - len(seats)
    return (
        weights.wait_day * (last - since).days,
        weights.idle_minute * idle,
        weights.extra_date * (len(dates) - 1),
        weights.discouraged * sum(loop.discouraged.get(name, 0) for name in seats),
        weights.empty_optional * empty,
    )


def _seats(sessions: tuple[Session, ...]) -> int:
    return sum(len(session.seats) for session in sessions)
