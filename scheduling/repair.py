"""Mends a booked plan with the least disturbance: fewest sessions moved, then fewest people changed, then cost.

The problem is given as it is now (who declined is barred or no longer free, the new meeting is cut out of somebody's free
time), without the booked plan's own work in loads and free time; the booked answer says what was promised. What must
not change at all (told to a candidate, past, fixed by hand) stands in the loops' locks. Rooms are changed before cost
is looked at, and after people are.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import permutations

from scheduling.answer import Answer, Unplanned
from scheduling.board import Board, Case, Engaged, Keeping, Plan, Toll
from scheduling.complaints import complaints
from scheduling.deadline import OutOfTime
from scheduling.grid import instant_of
from scheduling.itinerary import plan_of
from scheduling.problem import Lock, Loop, Person, Problem
from scheduling.search import Result, search_loop
from scheduling.solve import NotAProblem, Run

ROOM_CHANGED = 1 << 36
PERSON_CHANGED = 1 << 43
SESSION_MOVED = 1 << 49
NEVER = (1 << 60, 0)
"""The floor of a loop that can't be planned at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A mended answer, and what it disturbs.

    `moved` names sessions (`loop.session`) that start at another time, `changed` seats (`loop.session.seat`) that
    someone else, or nobody, has now. `least` says it is proved that no mended plan moves fewer sessions, nor as few
    with fewer people changed.
    """

    answer: Answer
    moved: tuple[str, ...]
    changed: tuple[str, ...]
    least: bool


def repair(problem: Problem, booked: Answer, *, seconds: float = 10.0, monotonic: Callable[[], float]) -> Repair:
    """The booked plan with the least disturbance that is valid for the problem as it is now."""
    found = complaints(problem)
    if found:
        raise NotAProblem(found)
    run = Run(Board(problem), monotonic=monotonic, seconds=seconds, progress=None)
    mending = _Mending(run, {loop.id: plan_of(loop.sessions) for loop in booked.planned})
    mending.mend()
    answer = run.answer(mending.plans, status="feasible", bound=0, unplanned=mending.unplanned())
    moved, changed = mending.disturbed()
    return Repair(answer=answer, moved=moved, changed=changed, least=mending.least)


class _Mending:
    def __init__(self, run: Run, booked: Mapping[str, Plan]) -> None:
        self.run, self.board, self.deadline = run, run.board, run.deadline
        self.loops = {loop.id: loop for loop in run.problem.loops}
        self.booked = {name: plan for name, plan in booked.items() if name in self.loops}
        self.plans: dict[str, Plan] = {}
        self.proved: dict[str, bool] = {}
        self.least = True

    def mend(self) -> None:
        """Keeps what still holds, mends the rest around it, and touches further loops only when that moves less."""
        broken = []
        for name, loop in self.loops.items():
            if name in self.booked and self._holds(loop):
                self.plans[name] = self.booked[name]
            else:
                broken.append(name)
        try:
            for name in broken:
                self._place(name)
            floors = {name: self._floor(name, alone=len(broken) > 1) for name in broken}
            for name, floor in floors.items():
                self._settle(name, floor)
        except OutOfTime:
            self.least = False
            return
        possible = {name: floor for name, floor in floors.items() if floor < NEVER}
        moved, changed = (sum(floor[part] for floor in possible.values()) for part in (0, 1))
        missing = possible.keys() - self.plans.keys()
        self.least = not missing and self._disturbance(self.plans) <= (moved, changed)

    def _place(self, name: str) -> None:
        result = self._search(self.loops[name], self.plans)
        self.proved[name] = result.proved
        if result.plans:
            self.plans[name] = result.plans[0].plan

    def _search(self, loop: Loop, plans: Mapping[str, Plan], *, displacing: Mapping[str, Plan] | None = None) -> Result:
        """The least disturbance beside `plans`; whom only the plans to be displaced hold costs a change of theirs."""
        plan = self.booked.get(loop.id, ())
        case = Case(
            self.board,
            loop,
            engaged=self._engaged(plans),
            toll=self._displacement({**plans, **displacing}) if displacing else None,
            moved={visit.session: (visit.start, SESSION_MOVED) for visit in plan},
            kept=self._keeping(loop, plan) if plan else None,
        )
        return search_loop(case, keep=1, deadline=self.deadline)

    def _displacement(self, plans: Mapping[str, Plan]) -> Toll:
        engaged = self._engaged(plans)

        def toll(number: int, week: str, minutes: int, starts: int) -> list[tuple[int, int]]:
            at_rest = starts & dict(self.board.allowed(number, minutes, engaged)).get(week, 0)
            room = self.board.people[number].kind == "room"
            parts = ((0, at_rest), (ROOM_CHANGED if room else PERSON_CHANGED, starts & ~at_rest))
            return [(cost, part) for cost, part in parts if part]

        return toll

    def _keeping(self, loop: Loop, plan: Plan) -> Keeping:
        people = {person.id: person for person in self.board.people}
        taken = {visit.session: dict(visit.seats) for visit in plan}
        keeping = {}
        for session in loop.sessions:
            for seat in session.seats:
                name = taken.get(session.id, {}).get(seat.id)
                room = name is not None and name in people and people[name].kind == "room"
                keeping[session.id, seat.id] = _change(name, was_room=room)
        return keeping

    def _holds(self, loop: Loop) -> bool:
        """Whether the booked plan of a loop is valid as it stands, beside those already kept."""
        plan = self.booked[loop.id]
        locks = {lock.session: lock for lock in loop.locks}
        if {visit.session for visit in plan} != {session.id for session in loop.sessions}:
            return False
        fixed = []
        for visit in plan:
            session = next(session for session in loop.sessions if session.id == visit.session)
            taken = dict(visit.seats)
            seats = {seat.id: taken.get(seat.id) for seat in session.seats}
            lock = locks.get(visit.session, Lock(visit.session))
            moved = lock.start is not None and lock.start != instant_of(visit.start)
            if moved or not taken.keys() <= seats.keys() or any(seats.get(s) != who for s, who in lock.seats.items()):
                return False
            if any(seats[seat.id] is None and not seat.optional for seat in session.seats):
                return False
            fixed.append(Lock(visit.session, instant_of(visit.start), seats))
        engaged = self.board.engage((self.loops[name], kept) for name, kept in self.plans.items())
        case = Case(self.board, replace(loop, locks=tuple(fixed)), engaged=engaged)
        order = [next(s for s, other in enumerate(case.sessions) if other.id == visit.session) for visit in plan]
        for place, s in enumerate(order):  # only one order is left: nothing else need be tabled
            case.after[s] |= sum(1 << later for later in order[place + 1 :])
        return bool(search_loop(case, keep=1, deadline=self.deadline, first=True).plans)

    def _floor(self, name: str, *, alone: bool) -> tuple[int, int]:
        """How many sessions must move and people change at least when this loop is mended, whatever the others do.

        Whom another loop holds can be had, but then that loop changes them or moves; `alone`, that is not counted, since
        two broken loops might count the same.
        """
        others = {} if alone else {other: plan for other, plan in self.plans.items() if other != name}
        result = self._search(self.loops[name], {}, displacing=others)
        if not result.proved:
            raise OutOfTime
        if not result.plans:
            return NEVER
        moved, rest = divmod(result.plans[0].cost, SESSION_MOVED)
        return moved, rest // PERSON_CHANGED

    def _settle(self, name: str, floor: tuple[int, int]) -> None:
        """Until the loop needs no more than it must, others give way: one after another, then in pairs."""
        if floor == NEVER or self._is_least(name, floor):
            return
        self._push(name)
        for other in self._in_the_way(name):
            if self._is_least(name, floor):
                return
            self.deadline.look()
            self._try_together(name, other)

    def _is_least(self, name: str, floor: tuple[int, int]) -> bool:
        return name in self.plans and self._disturbance(self.plans) <= floor

    def _push(self, name: str) -> None:
        """The loop takes whom it needs; whoever held them is placed anew in the same way, until nobody is displaced."""
        plans, placed, waiting = dict(self.plans), dict[str, Plan](), [name]
        while waiting:
            self.deadline.look()
            pushed = waiting.pop(0)
            plans.pop(pushed, None)
            result = self._search(self.loops[pushed], placed, displacing=plans)
            if not result.plans:
                return
            placed[pushed] = result.plans[0].plan
            taken = _people(placed[pushed])
            touched = [other for other in plans if taken & _people(plans[other])]
            beside = placed | {other: plan for other, plan in plans.items() if other not in touched}
            for other in touched:
                if self._fits(other, plans[other], beside):
                    beside[other] = plans[other]
                else:
                    del plans[other]
                    waiting.append(other)
        plans |= placed
        if self._price(plans, tuple(plans)) < self._price(self.plans, tuple(plans)):
            self.plans = plans

    def _fits(self, name: str, plan: Plan, beside: Mapping[str, Plan]) -> bool:
        """Whether a plan still holds beside these."""
        engaged = self._engaged(beside)
        length = {session.id: session.minutes for session in self.loops[name].sessions}
        for visit in plan:
            bit = self.board.grid.starts(visit.start, visit.start)
            for _, person in visit.seats:
                allowed = self.board.allowed(self.board.index[person], length[visit.session], engaged)
                if not any(bit & starts for _, starts in allowed):
                    return False
        return True

    def _engaged(self, plans: Mapping[str, Plan]) -> Engaged:
        return self.board.engage((self.loops[name], plan) for name, plan in plans.items())

    def _in_the_way(self, name: str) -> Iterator[str]:
        """The other loops, those first that hold the people whom the loop would have if it were alone."""
        alone = self._search(self.loops[name], {}).plans
        wanted = {person for found in alone for person in _people(found.plan)}
        others = [other for other in self.plans if other != name]
        others.sort(key=lambda other: -len(wanted & _people(self.plans[other])))
        yield from others

    def _try_together(self, name: str, other: str) -> None:
        rest = {kept: plan for kept, plan in self.plans.items() if kept not in (name, other)}
        now = self._price(self.plans, (name, other))
        for order in permutations((name, other)):
            plans = dict(rest)
            for each in order:
                result = self._search(self.loops[each], plans)
                if not result.plans:
                    break
                plans[each] = result.plans[0].plan
            if len(plans) == len(rest) + 2 and self._price(plans, (name, other)) < now:
                self.plans, now = plans, self._price(plans, (name, other))

    def _price(self, plans: Mapping[str, Plan], names: tuple[str, ...]) -> tuple[int, int, int]:
        """Loops without a plan, then what is disturbed."""
        missing = sum(name not in plans for name in names)
        return (missing, *self._disturbance({name: plans[name] for name in names if name in plans}))

    def _disturbance(self, plans: Mapping[str, Plan]) -> tuple[int, int]:
        moved = sum(1 for _ in self._moved(plans))
        people = {person.id: person for person in self.board.people}
        changed = sum(
            1
            for _, before, after in self._changed(plans)
            if any(who is not None and (who not in people or people[who].kind == "person") for who in (before, after))
        )
        return moved, changed

    def _moved(self, plans: Mapping[str, Plan]) -> Iterator[str]:
        for name, plan in plans.items():
            starts = {visit.session: visit.start for visit in self.booked.get(name, ())}
            for visit in plan:
                if starts.get(visit.session, visit.start) != visit.start:
                    yield f"{name}.{visit.session}"

    def _changed(self, plans: Mapping[str, Plan]) -> Iterator[tuple[str, str | None, str | None]]:
        for name, plan in plans.items():
            booked = {visit.session: dict(visit.seats) for visit in self.booked.get(name, ())}
            for visit in plan:
                before, after = booked.get(visit.session, {}), dict(visit.seats)
                for seat in sorted({*before, *after} if booked else ()):
                    if before.get(seat) != after.get(seat):
                        yield f"{name}.{visit.session}.{seat}", before.get(seat), after.get(seat)

    def disturbed(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return tuple(self._moved(self.plans)), tuple(seat for seat, _, _ in self._changed(self.plans))

    def unplanned(self) -> dict[str, Unplanned]:
        engaged = self.board.engage((self.loops[name], plan) for name, plan in self.plans.items())
        return {
            name: self.run.unplanned(loop, engaged, proved=self.proved.get(name, False))
            for name, loop in self.loops.items()
            if name not in self.plans
        }


def _people(plan: Plan) -> set[str]:
    return {person for visit in plan for _, person in visit.seats}


def _change(name: str | None, *, was_room: bool) -> Callable[[Person | None], int]:
    def cost(person: Person | None) -> int:
        if (None if person is None else person.id) == name:
            return 0
        room = was_room if person is None else person.kind == "room" and (was_room or name is None)
        return ROOM_CHANGED if room else PERSON_CHANGED

    return cost
