"""What must follow when the question is changed, whatever the answer is."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

import pytest

from scheduling import Loop, Person, Problem, Rest, Span, faults, solve
from scheduling.grid import week_of

from .worlds import MONDAYS, SMALL, Size, world

SEEDS = range(40)
WEEK = timedelta(days=7)


def cost(problem: Problem) -> int:
    return solve(problem, seconds=60, monotonic=time.monotonic)[0].cost


@pytest.mark.parametrize("seed", SEEDS)
def test_another_free_person_never_makes_it_worse(seed: int) -> None:
    problem = world(seed, SMALL)
    skills = {skill for person in problem.people for skill in person.qualifications}
    spans = [span for loop in problem.loops for span in loop.available]
    helper = Person.of("helper", zone="UTC", qualifications=skills, free=spans)
    assert cost(replace(problem, people=(*problem.people, helper))) <= cost(problem)


@pytest.mark.parametrize("seed", SEEDS)
def test_other_names_and_another_order_change_nothing(seed: int) -> None:
    problem = world(seed, SMALL)
    shuffled = list(problem.people)
    Random(seed).shuffle(shuffled)
    assert cost(_renamed(replace(problem, people=tuple(shuffled)))) == cost(problem)


def _renamed(problem: Problem) -> Problem:
    def new(name: str) -> str:
        return f"zz-{name[::-1]}"

    loops = tuple(
        replace(
            loop,
            barred={new(name): why for name, why in loop.barred.items()},
            discouraged={new(name): points for name, points in loop.discouraged.items()},
            mix=tuple(replace(mix, among=frozenset(map(new, mix.among))) for mix in loop.mix),
            locks=tuple(
                replace(lock, seats={seat: who and new(who) for seat, who in lock.seats.items()}) for lock in loop.locks
            ),
        )
        for loop in problem.loops
    )
    return replace(problem, people=tuple(replace(p, id=new(p.id)) for p in problem.people), loops=loops)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_week_later_the_answer_is_a_week_later(seed: int) -> None:
    problem = _in_utc(world(seed, SMALL))
    later = _later(problem)
    one, two = (solve(each, seconds=60, monotonic=time.monotonic)[0] for each in (problem, later))
    assert [
        [(slot.id, slot.start + WEEK, slot.end + WEEK, dict(slot.seats)) for slot in loop.sessions]
        for loop in one.planned
    ] == [[(slot.id, slot.start, slot.end, dict(slot.seats)) for slot in loop.sessions] for loop in two.planned]
    assert (one.cost, one.status) == (two.cost, two.status)


def _in_utc(problem: Problem) -> Problem:
    zone = ZoneInfo("UTC")
    return replace(
        problem,
        people=tuple(replace(person, zone=zone) for person in problem.people),
        loops=tuple(replace(loop, zone=zone) for loop in problem.loops),
    )


def _later(problem: Problem) -> Problem:
    def week(name: str) -> str:
        return week_of(date.fromisocalendar(int(name[:4]), int(name[6:]), 1) + WEEK)

    def spans(old: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(Span(span.start + WEEK, span.end + WEEK) for span in old)

    people = tuple(
        replace(
            person,
            free=spans(person.free),
            week_load={week(name): load for name, load in person.week_load.items()},
            day_load={day + WEEK: load for day, load in person.day_load.items()},
            level={week(name): load for name, load in person.level.items()},
        )
        for person in problem.people
    )
    loops = tuple(
        replace(
            loop,
            available=spans(loop.available),
            wait_from=loop.wait_from and loop.wait_from + WEEK,
            locks=tuple(replace(lock, start=lock.start and lock.start + WEEK) for lock in loop.locks),
        )
        for loop in problem.loops
    )
    return replace(problem, people=people, loops=loops)


def _less_time(loop: Loop) -> Loop:
    cut = [Span(span.start, span.end - timedelta(minutes=30)) for span in loop.available]
    first = loop.wait_from or min(span.start for span in loop.available).astimezone(loop.zone).date()
    return replace(
        loop, available=tuple(span for span in cut if span.start < span.end) or loop.available, wait_from=first
    )


STRICTER: dict[str, Callable[[Loop], Loop]] = {
    "less time": _less_time,
    "one date": lambda loop: replace(loop, max_days=1),
    "an order": lambda loop: replace(loop, first=loop.first or loop.sessions[0].id),
    "a rest": lambda loop: replace(loop, rest=loop.rest or Rest(60, 30)),
    "a longer rest": lambda loop: replace(loop, rest=loop.rest and replace(loop.rest, minutes=loop.rest.minutes + 15)),
    "a bar": lambda loop: replace(loop, barred={**loop.barred, "p0": "cousins"}),
    "a dislike": lambda loop: replace(loop, discouraged={**loop.discouraged, "p1": 500}),
}


@pytest.mark.parametrize("rule", STRICTER)
def test_a_stricter_rule_never_lowers_the_cost(rule: str) -> None:
    worse = {}
    for seed in SEEDS:
        problem = world(seed, SMALL)
        stricter = replace(problem, loops=tuple(STRICTER[rule](loop) for loop in problem.loops))
        if cost(stricter) < cost(problem):
            worse[seed] = rule
    assert worse == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_options_are_the_cheapest_layouts_one_by_one(seed: int) -> None:
    problem = world(seed, SMALL)
    found = solve(problem, options=4, seconds=60, monotonic=time.monotonic)
    layouts = [
        tuple((loop.id, slot.id, slot.start) for loop in answer.planned for slot in loop.sessions) for answer in found
    ]
    assert len(set(layouts)) == len(found)
    assert [answer.cost for answer in found] == sorted(answer.cost for answer in found)
    assert found[0].cost == cost(problem)


@pytest.mark.parametrize("seed", [2, 5, 11])
def test_options_of_several_loops_differ_in_a_start_and_keep_every_rule(seed: int) -> None:
    problem = world(seed, Size(people=6, sessions=2, loops=3, days=2, hours=4))
    ticks = count()
    found = solve(problem, options=4, seconds=2_000, monotonic=lambda: next(ticks))
    layouts = [
        {(loop.id, slot.id, slot.start) for loop in answer.planned for slot in loop.sessions} for answer in found
    ]
    assert len(found) == len({frozenset(layout) for layout in layouts}) == 4
    assert [answer.cost for answer in found] == sorted(answer.cost for answer in found)
    assert [fault for answer in found for fault in faults(problem, answer)] == []


def test_the_worlds_begin_on_days_when_clocks_change() -> None:
    assert datetime(2026, 3, 7, tzinfo=UTC) in MONDAYS
