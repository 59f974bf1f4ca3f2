"""Whom to send away for a loop that found no room: for each start of each person, the loops in its way."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from scheduling.board import Board, Plan
from scheduling.grid import date_at, week_of
from scheduling.problem import Loop, Person

Gone = frozenset[str]
NOBODY: Gone = frozenset()


class Stay(NamedTuple):
    """What somebody was given: when, on which date of theirs, and for which loop."""

    start: int
    end: int
    day: date
    loop: str


class Crowd:
    """The plans of other loops, and how much each of these loops weighs: the heavy ones are better left alone."""

    def __init__(
        self, board: Board, plans: Iterable[tuple[Loop, Plan]], *, weight: Mapping[str, int], unit: int
    ) -> None:
        self.board, self.grid = board, board.grid
        self.weight, self.unit = weight, unit
        self.stays: dict[int, list[Stay]] = {}
        for loop, plan in plans:
            length = {session.id: session.minutes for session in loop.sessions}
            for visit in plan:
                for _, name in visit.seats:
                    number = board.index[name]
                    day = date_at(visit.start, board.people[number].zone)
                    stay = Stay(visit.start, visit.start + length[visit.session], day, loop.id)
                    self.stays.setdefault(number, []).append(stay)
        self._regions: dict[tuple[int, int], list[tuple[Gone, int]]] = {}

    def parts(self, number: int, _week: str, minutes: int, starts: int) -> list[tuple[int, int]]:
        """The starts, by what the loops that must go for them weigh."""
        costs: dict[int, int] = {}
        for gone, mask in self.regions(number, minutes):
            if mask & starts:
                cost = self.unit * sum(self.weight[name] for name in gone)
                costs[cost] = costs.get(cost, 0) | mask & starts
                starts &= ~mask
        if starts:
            costs[0] = costs.get(0, 0) | starts
        return list(costs.items())

    def in_the_way(self, loop: Loop, plan: Plan) -> set[str]:
        """The loops that must go for this plan."""
        length = {session.id: session.minutes for session in loop.sessions}
        names: set[str] = set()
        for visit in plan:
            at = self.grid.starts(visit.start, visit.start)
            for _, name in visit.seats:
                for gone, mask in self.regions(self.board.index[name], length[visit.session]):
                    if mask & at:
                        names |= gone
        return names

    def regions(self, number: int, minutes: int) -> list[tuple[Gone, int]]:
        """All starts for which somebody must go, by who."""
        known = self._regions.get((number, minutes))
        if known is None:
            known = self._regions[number, minutes] = self._divided(number, minutes)
        return known

    def _divided(self, number: int, minutes: int) -> list[tuple[Gone, int]]:
        person, stays = self.board.people[number], self.stays.get(number, [])
        if not stays:
            return []
        regions: dict[Gone, int] = {NOBODY: self.grid.everything}
        for stay in stays:
            clash = self.grid.starts(stay.start - minutes - person.gap + 1, stay.end + person.gap - 1)
            split: dict[Gone, int] = {}
            for gone, mask in regions.items():
                for part, names in ((mask & clash, gone | {stay.loop}), (mask & ~clash, gone)):
                    if part:
                        split[names] = split.get(names, 0) | part
            regions = split
        if person.kind == "person":
            regions = self._under_caps(person, stays, minutes, regions)
        regions.pop(NOBODY, None)
        return list(regions.items())

    def _under_caps(
        self, person: Person, stays: list[Stay], minutes: int, regions: Mapping[Gone, int]
    ) -> dict[Gone, int]:
        capped: dict[Gone, int] = {}
        lightest = sorted(stays, key=lambda stay: (self.weight[stay.loop], stay.start - stay.end))
        for day, of_day in self.grid.days(person.zone):
            short = list(_short(person, lightest, minutes, day))
            for gone, mask in regions.items():
                if mask & of_day:
                    names = _until_it_fits(short, gone) if short else gone
                    capped[names] = capped.get(names, 0) | mask & of_day
        return capped


def _short(person: Person, stays: list[Stay], minutes: int, day: date) -> Iterator[tuple[int, list[Stay]]]:
    """For each cap that so many minutes more on this day would break: by how much, and the stays that count."""
    week = week_of(day)
    for cap, load, near in (
        (person.day_cap, person.day_load.get(day, 0), [stay for stay in stays if stay.day == day]),
        (person.week_cap, person.week_load.get(week, 0), [stay for stay in stays if week_of(stay.day) == week]),
    ):
        if cap is not None:
            over = load + minutes + sum(stay.end - stay.start for stay in near) - cap
            if over > 0:
                yield over, near


def _until_it_fits(short: Iterable[tuple[int, list[Stay]]], gone: Gone) -> Gone:
    """Who must go besides."""
    for over, near in short:
        left = [stay for stay in near if stay.loop not in gone]
        still = over - sum(stay.end - stay.start for stay in near if stay.loop in gone)
        for stay in left:
            if still <= 0:
                break
            gone |= {stay.loop}
            still -= stay.end - stay.start
    return gone
