"""Why: for every seat, why this person, and for everyone else who holds the qualification, why not."""

from bisect import bisect
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from scheduling.answer import Why
from scheduling.board import Board, Plan, level_of
from scheduling.grid import instant_of, merged, week_of
from scheduling.problem import Loop, Person, Seat, Session

SITS = "sits in"


class _Work(NamedTuple):
    start: int
    end: int
    loop: str
    where: str
    when: tuple[str, str]
    """The date and the week, of the person's zone, that it counts for."""


class _Place(NamedTuple):
    """A seat at the time it was given."""

    loop: Loop
    session: Session
    seat: Seat
    start: int

    @property
    def end(self) -> int:
        return self.start + self.session.minutes

    @property
    def name(self) -> str:
        return f"{self.session.id}.{self.seat.id}"


class _Standing(NamedTuple):
    """Someone who could have had the seat, and what it would have cost, in squared minutes."""

    person: Person
    load: int
    liking: int
    cost: int


class Reasons:
    """Looks at one answer's plans and says why each seat is as it is."""

    def __init__(self, board: Board, plans: Mapping[str, Plan]) -> None:
        self.board, self.plans = board, plans
        self.loops = {loop.id: loop for loop in board.problem.loops}
        self.work: dict[str, list[_Work]] = {}
        ends = [visit.start for plan in plans.values() for visit in plan]
        self.within = (instant_of(min(ends, default=0)), instant_of(max(ends, default=0) + 24 * 60))
        self._free: dict[int, tuple[tuple[int, int], ...]] = {}
        self._missing: dict[tuple[int, str, int, int], str] = {}
        self._locks = {(loop.id, lock.session): lock for loop in board.problem.loops for lock in loop.locks}
        self._local: dict[tuple[str, int], tuple[date, str]] = {}
        self._clocks: dict[tuple[str, int, int], str] = {}
        for name, plan in plans.items():
            length = {session.id: session.minutes for session in self.loops[name].sessions}
            for visit in plan:
                for seat, person in visit.seats:
                    end, where = visit.start + length[visit.session], f"{visit.session}.{seat}"
                    item = _Work(visit.start, end, name, where, self._when(person, visit.start))
                    self.work.setdefault(person, []).append(item)

    def _when(self, name: str, start: int) -> tuple[str, str]:
        day, week = self._date_and_week(self.board.people[self.board.index[name]], start)
        return day.isoformat(), week

    def _date_and_week(self, person: Person, start: int) -> tuple[date, str]:
        """In the person's zone; asked for hundreds of people in a few zones."""
        key = (person.zone.key, start)
        known = self._local.get(key)
        if known is None:
            day = instant_of(start).astimezone(person.zone).date()
            known = self._local[key] = (day, week_of(day))
        return known

    def of(self, loop: Loop) -> dict[str, Why]:
        sessions = {session.id: session for session in loop.sessions}
        found = {}
        for visit in self.plans[loop.id]:
            taken = dict(visit.seats)
            for seat in sessions[visit.session].seats:
                place = _Place(loop, sessions[visit.session], seat, visit.start)
                found[place.name] = self._seat(place, taken.get(seat.id))
        return found

    def _seat(self, place: _Place, chosen: str | None) -> Why:
        others: dict[str, str] = {}
        able: list[_Standing] = []
        for number in self.board.qualified(place.seat):
            person = self.board.people[number]
            if person.id == chosen:
                continue
            hard = self._hindrance(place, number)
            if hard:
                others[person.id] = hard
            else:
                able.append(self._standing(place, person))
        mine = None if chosen is None else self._standing(place, self.board.people[self.board.index[chosen]])
        others |= {other.person.id: self._soft(place, other, mine) for other in able}
        elsewhere = any(reason.startswith(SITS) for reason in others.values())
        return Why(chosen, self._because(place, mine, able, elsewhere=elsewhere), dict(sorted(others.items())))

    def _hindrance(self, place: _Place, number: int) -> str:
        """What keeps somebody out of the seat whatever the price, the weightiest first; empty when nothing does."""
        person = self.board.people[number]
        if person.id in place.loop.barred:
            return f"barred: {place.loop.barred[person.id]}"
        lock = self._locks.get((place.loop.id, place.session.id))
        if lock is not None and place.seat.id in lock.seats:
            return f"the seat was fixed for {lock.seats[place.seat.id] or 'nobody'}"
        full = self._full(place, person) if person.kind == "person" else ""
        return full or self._busy(place, number) or self._working(place, person)

    def _busy(self, place: _Place, number: int) -> str:
        key = (number, place.loop.zone.key, place.start, place.end)
        known = self._missing.get(key)
        if known is None:
            missing = self._not_free(number, place.start, place.end)
            known = "busy " + ", ".join(self._clock(place.loop, *span) for span in missing) if missing else ""
            self._missing[key] = known
        return known

    def _not_free(self, number: int, at: int, until: int) -> list[tuple[int, int]]:
        spans, missing = self._spans(number), []
        for start, end in spans[max(0, bisect(spans, (at, at)) - 1) :]:
            if start >= until:
                break
            if end > at:
                if start > at:
                    missing.append((at, start))
                at = end
        if at < until:
            missing.append((at, until))
        return missing

    def _spans(self, number: int) -> tuple[tuple[int, int], ...]:
        """When somebody is free while the plans last; the board knows more, but that takes longer."""
        if number not in self._free:
            self._free[number] = merged(self.board.people[number].free, within=self.within)
        return self._free[number]

    def _clock(self, loop: Loop, start: int, end: int) -> str:
        key = (loop.zone.key, start, end)
        known = self._clocks.get(key)
        if known is None:
            first, last = (instant_of(at).astimezone(loop.zone) for at in (start, end))
            known = self._clocks[key] = f"{first:%H:%M}-{last:%H:%M}"
        return known

    def _working(self, place: _Place, person: Person) -> str:
        for item in self.work.get(person.id, ()):
            apart = max(item.start - place.end, place.start - item.end)
            if item.loop == place.loop.id:
                same_session = item.start == place.start
                if item.where != place.name and (person.kind == "person" or same_session or apart < person.gap):
                    return f"{SITS} {item.where}"
            elif apart < 0:
                return f"in {item.loop}: {item.where} {self._clock(place.loop, item.start, item.end)}"
            elif apart < person.gap:
                return f"needs {person.gap} minutes beside {item.loop}: {item.where}"
        return ""

    def _full(self, place: _Place, person: Person) -> str:
        """The cap, of the day or else of the week, that has no room for the session."""
        if person.day_cap is None and person.week_cap is None:
            return ""
        minutes = place.session.minutes
        day, week = self._date_and_week(person, place.start)
        if person.day_cap is not None:
            booked = person.day_load.get(day, 0) + self._given(place, person, day.isoformat())
            if booked + minutes > person.day_cap:
                return _cap("day", person.day_cap, booked)
        if person.week_cap is not None:
            booked = person.week_load.get(week, 0) + self._given(place, person, week)
            if booked + minutes > person.week_cap:
                return _cap("week", person.week_cap, booked)
        return ""

    def _given(self, place: _Place, person: Person, when: str) -> int:
        """The minutes that this answer gives them on that date or in that week, this seat left aside."""
        total = 0
        for item in self.work.get(person.id, ()):
            if when in item.when and (item.loop, item.where) != (place.loop.id, place.name):
                total += item.end - item.start
        return total

    def _standing(self, place: _Place, person: Person) -> _Standing:
        weights = self.board.problem.weights
        liking = weights.discouraged * place.loop.discouraged.get(person.id, 0)
        if person.kind == "room":
            return _Standing(person, 0, liking, weights.point * liking)
        week, minutes = self._date_and_week(person, place.start)[1], place.session.minutes
        load = level_of(person, week) + self._given(place, person, week)
        return _Standing(
            person, load, liking, weights.load * (minutes * minutes + 2 * load * minutes) + weights.point * liking
        )

    def _soft(self, place: _Place, other: _Standing, mine: _Standing | None) -> str:
        """Why somebody who could was not taken."""
        note = self._level_note(place, other.person)
        if mine is None:
            return f"could, but an empty seat costs less than {other.load} min of load that week{note}"
        if other.cost == mine.cost:
            return f"could just as well{note}"
        if other.cost < mine.cost:
            return f"could, at less by itself, but the panel as a whole costs less this way{note}"
        if other.load > mine.load:
            return f"carries more: {other.load} min that week against {mine.load}{note}"
        return f"discouraged by {other.liking} points{note}"

    def _level_note(self, place: _Place, person: Person) -> str:
        if person.kind == "room":
            return ""
        week = self._date_and_week(person, place.start)[1]
        own = person.week_load.get(week, 0)
        if person.level.get(week, 0) <= own:
            return ""
        return f" (compared at {person.level[week]} min instead of {own}: {person.level_because or 'level set'})"

    @staticmethod
    def _fixed(place: _Place) -> bool:
        return any(lock.session == place.session.id and place.seat.id in lock.seats for lock in place.loop.locks)

    def _because(self, place: _Place, mine: _Standing | None, able: list[_Standing], *, elsewhere: bool) -> str:
        if mine is None:
            left = "nobody was left for it" if elsewhere else "nobody could"
            return left if not able else "an empty seat costs less than anyone who could"
        if self._fixed(place):
            return "fixed beforehand"
        if able:
            return self._compared(place, mine, able)
        return "the only one left: the others sit elsewhere in this loop" if elsewhere else "the only one who could"

    def _compared(self, place: _Place, mine: _Standing, able: list[_Standing]) -> str:
        number, note = len(able) + 1, self._level_note(place, mine.person)
        if any(other.cost < mine.cost for other in able):
            return f"the panel as a whole costs least this way, among {number} who could{note}"
        if mine.person.kind == "room":
            return f"free, among {number} rooms that were"
        if any(other.load < mine.load for other in able):
            return f"the others with less load are discouraged, among {number} who could{note}"
        return f"least load among {number} who could{note}"


def _cap(name: str, cap: int, booked: int) -> str:
    return f"{name} cap {cap} reached" if booked >= cap else f"{name} cap {cap}: {booked} booked already"
