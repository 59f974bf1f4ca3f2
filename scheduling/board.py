"""One problem, or one loop of it, compiled into integers for the solvers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from scheduling.free_time import FreeTime
from scheduling.grid import Grid, date_at, minute_after, minute_of, week_of
from scheduling.matching import Demand
from scheduling.offers import Coverage, Offer, Option, enough, kinds_of
from scheduling.problem import Lock, Loop, Person, Problem, Seat, Session

Price = Callable[[Person, str, int, str, str], int]
"""What it costs to give a person, in a week, so many minutes, in this session and seat."""

Toll = Callable[[int, str, int, int], list[tuple[int, int]]]
"""Parts a person's starts, in a week, for so many minutes, by what they cost besides: pairs of that cost and the starts."""


Keeping = Mapping[tuple[str, str], Callable[[Person | None], int]]
"""By session and seat: what it costs besides to put this person there (None: to leave it empty)."""


class Visit(NamedTuple):
    """One session, placed: where it starts (minutes since 1970) and who sits in which seat."""

    session: str
    start: int
    seats: tuple[tuple[str, str], ...]


Plan = tuple[Visit, ...]
"""A loop's itinerary, in the order of time."""


class Engaged:
    """What people are already given in other loops of the same answer.

    With a board, `able` remembers the starts this leaves its people: by person and length, then by week.
    """

    __slots__ = ("able", "board", "spans", "weeks")

    def __init__(self, board: "Board | None" = None) -> None:
        self.board = board
        self.able: dict[int, dict[int, dict[str, int]]] = {}
        self.spans: dict[str, list[tuple[int, int]]] = {}
        self.weeks: dict[tuple[str, str], int] = {}

    def minutes(self, person: str, week: str) -> int:
        return self.weeks.get((person, week), 0)


class Board:
    """The people of a problem on one grid."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        windows = [span for loop in problem.loops for span in loop.available]
        begin = min((minute_of(span.start) for span in windows), default=0)
        end = max((minute_after(span.end) for span in windows), default=0)
        self.grid = Grid(begin, end, grain=problem.grain)
        self.people = problem.people
        self.index = {person.id: number for number, person in enumerate(problem.people)}
        self.holders: dict[str, list[int]] = {}
        for number, person in enumerate(problem.people):
            for qualification in person.qualifications:
                self.holders.setdefault(qualification, []).append(number)
        self.free_time = FreeTime(self.people, self.grid)
        self._qualified: dict[frozenset[str], list[int]] = {}

    def qualified(self, seat: Seat) -> list[int]:
        known = self._qualified.get(seat.any_of)
        if known is None:
            holders = self.holders
            known = sorted({number for qualification in seat.any_of for number in holders.get(qualification, ())})
            self._qualified[seat.any_of] = known
        return known

    def engage(self, plans: Iterable[tuple[Loop, Plan]]) -> Engaged:
        """The sum of what these plans ask of everyone."""
        engaged = Engaged(self)
        for loop, plan in plans:
            self.give(engaged, loop, plan)
        return engaged

    def give(self, engaged: Engaged, loop: Loop, plan: Plan, *, back: bool = False) -> None:
        """Adds what a plan asks of everyone, or takes it `back`."""
        length = {session.id: session.minutes for session in loop.sessions}
        for session, start, seats in plan:
            minutes = length[session]
            for _, name in seats:
                number = self.index[name]
                engaged.able.pop(number, None)
                spans = engaged.spans.setdefault(name, [])
                if back:
                    spans.remove((start, start + minutes))
                else:
                    spans.append((start, start + minutes))
                person = self.people[number]
                if person.kind == "person":
                    week = week_of(date_at(start, person.zone))
                    engaged.weeks[name, week] = engaged.minutes(name, week) + (-minutes if back else minutes)

    def allowed(self, person: int, minutes: int, engaged: Engaged) -> list[tuple[str, int]]:
        """By week of the person's zone: the starts at which gap, caps and free time let them take so many minutes."""
        who = self.people[person]
        starts = self.free_time.starts(person, minutes)
        if not starts:
            return []
        for begin, end in engaged.spans.get(who.id, ()):
            starts &= ~self.grid.starts(begin - minutes - who.gap + 1, end + who.gap - 1)
        if who.kind == "room":
            return [("", starts)]
        if who.day_cap is not None:
            given = self._given_by_day(who, engaged)
            for day, mask in self.grid.days(who.zone):
                if who.day_load.get(day, 0) + given.get(day, 0) + minutes > who.day_cap:
                    starts &= ~mask
        cap = who.week_cap
        return [
            (week, starts & mask)
            for week, mask in self.grid.weeks(who.zone)
            if starts & mask
            and (cap is None or who.week_load.get(week, 0) + engaged.minutes(who.id, week) + minutes <= cap)
        ]

    @staticmethod
    def _given_by_day(who: Person, engaged: Engaged) -> Mapping[date, int]:
        given: dict[date, int] = {}
        for begin, end in engaged.spans.get(who.id, ()):
            day = date_at(begin, who.zone)
            given[day] = given.get(day, 0) + end - begin
        return given


def level_of(person: Person, week: str) -> int:
    """The minutes that count as the person's load in a week, before this problem's plans."""
    return max(person.week_load.get(week, 0), person.level.get(week, 0))


class Case:
    """One loop, ready to be searched: who could take which seat from which start, and at what cost."""

    def __init__(
        self,
        board: Board,
        loop: Loop,
        *,
        engaged: Engaged | None = None,
        price: Price | None = None,
        toll: Toll | None = None,
        moved: Mapping[str, tuple[int, int]] | None = None,
        kept: Keeping | None = None,
    ) -> None:
        """`price` replaces the cost of load, `toll` adds to it; `moved` gives a start, and the cost of leaving it."""
        self.board, self.loop = board, loop
        self.grid = board.grid
        self.weights = board.problem.weights
        self.engaged = engaged or Engaged()
        self.price = price or self._load_price
        self.toll = toll
        self.moved = moved or {}
        self.kept = kept or {}
        self.sessions = loop.sessions
        self.locks: dict[str, Lock] = {lock.session: lock for lock in loop.locks}
        number = {session.id: bit for bit, session in enumerate(loop.sessions)}
        self.after = self._followers(number)
        self.rows = [(s, seat) for s, session in enumerate(loop.sessions) for seat in session.seats]
        self.rows_of = [[r for r, (s, _) in enumerate(self.rows) if s == at] for at in range(len(loop.sessions))]
        self._able = self.engaged.able if self.engaged.board is board else {}
        self.demands = [self._demand(mix.among, mix.at_least) for mix in loop.mix]
        self.kinds = kinds_of(demand.among for demand in self.demands)
        starts = [self._candidate_starts(session) for session in loop.sessions]
        self.options: list[list[Option]] = []
        for r, (s, seat) in enumerate(self.rows):
            options = self._options(r, starts[s])
            self.options.append(options)
            if not self._may_be_empty(s, seat):
                covered = 0
                for option in options:
                    covered |= option.starts
                starts[s] &= covered
        self.starts = starts

    def _load_price(self, person: Person, week: str, minutes: int, _session: str, _seat: str) -> int:
        load = level_of(person, week) + self.engaged.minutes(person.id, week)
        return self.weights.load * (minutes * minutes + 2 * load * minutes)

    def _followers(self, number: Mapping[str, int]) -> list[int]:
        """For each session, the set (as bits) of those that must come after it."""
        loop, after = self.loop, [0] * len(self.sessions)
        everyone = (1 << len(self.sessions)) - 1
        for earlier, later in loop.before:
            after[number[earlier]] |= 1 << number[later]
        if loop.first is not None:
            after[number[loop.first]] |= everyone & ~(1 << number[loop.first])
        if loop.last is not None:
            for s in range(len(after)):
                if s != number[loop.last]:
                    after[s] |= 1 << number[loop.last]
        return after

    def _candidate_starts(self, session: Session) -> int:
        starts = 0
        for span in self.loop.available:
            starts |= self.grid.starts(minute_after(span.start), minute_of(span.end) - session.minutes)
        lock = self.locks.get(session.id)
        if lock is not None and lock.start is not None:
            at = minute_of(lock.start)
            starts &= self.grid.starts(at, at)
        return starts

    def _may_be_empty(self, s: int, seat: Seat) -> bool:
        lock = self.locks.get(self.sessions[s].id)
        return seat.optional and (lock is None or lock.seats.get(seat.id) is None)

    def _options(self, r: int, starts: int) -> list[Option]:
        """Who can matter for a row, cheapest first; free time takes long to sum up, so nobody else is looked at."""
        s, seat = self.rows[r]
        minutes, empty = self.sessions[s].minutes, None
        if self._may_be_empty(s, seat):
            keep = self.kept.get((self.sessions[s].id, seat.id))
            cost = self.weights.point * self.weights.empty_optional + (keep(None) if keep is not None else 0)
            empty = Option(cost, -1 - r, starts, -1)
        offers = sorted(self._offers(r, starts))
        if self.toll is not None:
            options = self._at_tolls(offers, minutes, starts)
        else:
            allowed = partial(self._allowed_to, minutes=minutes)
            coverage = Coverage(starts, {self.kinds.get(offer.column, 0) for offer in offers}, rows=len(self.rows))
            options = enough(offers, coverage, self.kinds, allowed, empty=empty)
        if empty is not None:
            options.append(empty)
        options.sort()
        return options

    def _offers(self, r: int, starts: int) -> Iterator[Offer]:
        """Everybody who holds what the seat asks, in each week of theirs that the session may start in."""
        s, seat = self.rows[r]
        session = self.sessions[s]
        lock = self.locks.get(session.id)
        locked = lock is not None and seat.id in lock.seats
        keep = self.kept.get((session.id, seat.id))
        weeks: dict[str, list[str]] = {}
        for number in self.board.qualified(seat):
            person = self.board.people[number]
            if person.id in self.loop.barred or (locked and lock is not None and lock.seats[seat.id] != person.id):
                continue
            liking = self.weights.point * self.weights.discouraged * self.loop.discouraged.get(person.id, 0)
            liking += keep(person) if keep is not None else 0
            if person.kind == "room":
                yield Offer(liking, len(self.board.people) * (1 + s) + number, number, "")
                continue
            zone = person.zone.key
            if zone not in weeks:
                weeks[zone] = [week for week, mask in self.grid.weeks(person.zone) if mask & starts]
            for week in weeks[zone]:
                cost = self.price(person, week, session.minutes, session.id, seat.id)
                yield Offer(cost + liking, number, number, week)

    def _at_tolls(self, offers: Sequence[Offer], minutes: int, starts: int) -> list[Option]:
        """Everybody: a toll may make the cheapest the dearest."""
        options = []
        for cost, column, number, week in offers:
            able = starts & self._allowed_to(number, minutes).get(week, 0)
            if able and self.toll is not None:
                options += [
                    Option(cost + toll, column, part, number) for toll, part in self.toll(number, week, minutes, able)
                ]
        return options

    def _allowed_to(self, number: int, minutes: int) -> dict[str, int]:
        able = self._able.setdefault(number, {})
        if minutes not in able:
            able[minutes] = dict(self.board.allowed(number, minutes, self.engaged))
        return able[minutes]

    def _demand(self, among: Iterable[str], least: int) -> Demand:
        people = [self.board.index[name] for name in among if name in self.board.index]
        count = len(self.board.people)
        columns = [number + count * layer for number in people for layer in range(len(self.sessions) + 1)]
        return Demand(frozenset(columns), least)

    def visits(self, starts: Mapping[int, int], columns: Mapping[int, int]) -> Plan:
        """The plan that starts session `s` at minute `starts[s]` and gives row `r` the column `columns[r]`."""
        count = len(self.board.people)
        visits = []
        for s, start in sorted(starts.items(), key=lambda item: item[1]):
            seats = tuple(
                (self.rows[r][1].id, self.board.people[columns[r] % count].id)
                for r in self.rows_of[s]
                if columns[r] >= 0
            )
            visits.append(Visit(self.sessions[s].id, start, seats))
        return tuple(visits)
