"""Improving an answer without moving anything in time: many seats change hands at once.

A seat of each loop is drawn, all of them held by different people. As long as each goes to somebody of their own again, what
somebody costs in one of them does not depend on who sits in the others, and the cheapest way to fill them all is a
matching: exact, along chains of people that are as long as it takes.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scheduling.board import Plan, level_of
from scheduling.cost import week_at
from scheduling.draw import Draw
from scheduling.grid import date_at
from scheduling.ledger import Ledger
from scheduling.matching import Row, match
from scheduling.problem import Loop, Person, Seat, Session


class Place(NamedTuple):
    """A seat of a plan, and who sits there."""

    loop: Loop
    session: Session
    seat: Seat
    start: int
    holder: str | None

    @property
    def end(self) -> int:
        return self.start + self.session.minutes


class Candidate(NamedTuple):
    """Somebody who may take a place, were they not in another one then, and what is paid for them besides their load."""

    number: int
    person: Person
    week: str
    liking: int


class Seating:
    """Works on `ledger`."""

    def __init__(self, ledger: Ledger, *, draw: Draw) -> None:
        self.ledger, self.board, self.draw = ledger, ledger.board, draw
        self.weights = ledger.board.problem.weights
        self._candidates: dict[tuple[str, str, str, int], list[Candidate]] = {}

    def step(self) -> dict[str, Plan]:
        """Fills some seats anew, at no more than they cost; the plans that are new if that saves anything."""
        ledger, before = self.ledger, self.ledger.cost
        places = self._drawn()
        rows = self._rows(places)
        matching = match(rows)
        if matching is None:  # never: who sits there now may stay
            return {}
        new: dict[str, Plan] = {}
        for r, place in enumerate(places):
            column = matching.column_of[r]
            who = self.board.people[column].id if column >= 0 else None
            if who != place.holder:
                new[place.loop.id] = reseated(ledger.plans[place.loop.id], place, who)
        for name in new:
            ledger.take_back(name)
        for name, plan in new.items():
            ledger.enter(name, plan)
        return new if ledger.cost < before else {}

    def _drawn(self) -> list[Place]:
        """A seat of each loop, no two held by the same person."""
        held: set[str] = set()
        drawn = []
        for name in self.draw.shuffled(self.ledger.plans):
            places = [place for place in self._places(name) if place.holder not in held]
            if places:
                place = places[self.draw.below(len(places))]
                drawn.append(place)
                if place.holder is not None:
                    held.add(place.holder)
        return drawn

    def _places(self, name: str) -> Iterator[Place]:
        """The seats of a loop that are for people and were not fixed by anybody."""
        loop, board = self.ledger.loops[name], self.board
        sessions = {session.id: session for session in loop.sessions}
        fixed = {(lock.session, seat) for lock in loop.locks for seat in lock.seats}
        for visit in self.ledger.plans[name]:
            seats = dict(visit.seats)
            session = sessions[visit.session]
            for seat in session.seats:
                holder = seats.get(seat.id)
                room = holder is not None and board.people[board.index[holder]].kind == "room"
                if not room and (session.id, seat.id) not in fixed:
                    yield Place(loop, session, seat, visit.start, holder)

    def _rows(self, places: list[Place]) -> dict[int, Row]:
        given = {place.holder: place for place in places if place.holder is not None}
        return {
            r: {column: cost for cost, column in sorted(self._costs(place, given, nobody=-1 - r))}
            for r, place in enumerate(places)
        }

    def _costs(self, place: Place, given: Mapping[str, Place], *, nobody: int) -> Iterator[tuple[int, int]]:
        """What it would cost to put whom in a place, once they gave theirs away; `nobody` is the column of no one."""
        plan, minutes, weight = self.ledger.plans[place.loop.id], place.session.minutes, self.weights.load
        beside = [who for visit in plan for _, who in visit.seats]
        if place.holder is not None:
            beside.remove(place.holder)
        wanted = [mix.among for mix in place.loop.mix if sum(who in mix.among for who in beside) < mix.at_least]
        if place.seat.optional and not wanted:
            yield self.weights.point * self.weights.empty_optional, nobody
        for number, person, week, liking in self._able(place):
            if person.id not in beside and all(person.id in among for among in wanted):
                load = self._load(person, week, place, given.get(person.id))
                if load is not None:
                    yield weight * minutes * (minutes + 2 * (level_of(person, week) + load)) + liking, number

    def _able(self, place: Place) -> list[Candidate]:
        """Those who would be free if they had no other seat."""
        key = (place.loop.id, place.session.id, place.seat.id, place.start)
        known = self._candidates.get(key)
        if known is None:
            known = self._candidates[key] = list(self._free(place))
        return known

    def _free(self, place: Place) -> Iterator[Candidate]:
        board, discouraged = self.board, place.loop.discouraged
        start = board.grid.starts(place.start, place.start)
        for number in board.qualified(place.seat):
            person = board.people[number]
            if person.kind == "room" or person.id in place.loop.barred:
                continue
            if board.free_time.starts(number, place.session.minutes) & start:
                liking = self.weights.point * self.weights.discouraged * discouraged.get(person.id, 0)
                yield Candidate(number, person, week_at(person, place.start), liking)

    def _load(self, person: Person, week: str, place: Place, gone: Place | None) -> int | None:
        """The minutes that somebody has in a week beside this place once `gone` is given away; None if there is no room."""
        engaged, minutes, away = self.ledger.engaged, place.session.minutes, None if gone is None else gone.start
        load = engaged.minutes(person.id, week)
        if gone is not None and week_at(person, gone.start) == week:
            load -= gone.session.minutes
        if person.week_cap is not None and person.week_load.get(week, 0) + load + minutes > person.week_cap:
            return None
        begin, end = place.start - person.gap, place.end + person.gap
        stays = [stay for stay in engaged.spans.get(person.id, ()) if stay[0] != away]
        if any(start < end and begin < stop for start, stop in stays):
            return None
        if person.day_cap is not None:
            day = date_at(place.start, person.zone)
            that_day = sum(stop - start for start, stop in stays if date_at(start, person.zone) == day)
            if person.day_load.get(day, 0) + that_day + minutes > person.day_cap:
                return None
        return load


def reseated(plan: Plan, place: Place, who: str | None) -> Plan:
    """The plan with somebody else, or nobody, in this place."""
    order = [seat.id for seat in place.session.seats]
    changed = []
    for visit in plan:
        if visit.session == place.session.id:
            seats = dict(visit.seats)
            seats.pop(place.seat.id, None)
            if who is not None:
                seats[place.seat.id] = who
            changed.append(visit._replace(seats=tuple((seat, seats[seat]) for seat in order if seat in seats)))
        else:
            changed.append(visit)
    return tuple(changed)
