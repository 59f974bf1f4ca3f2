"""The bound of a problem that is cut in parts: every answer lies in a part, so no part's fault may raise it too high."""

from dataclasses import replace
from itertools import count
from random import Random

import pytest

from scheduling import solve
from scheduling.board import Board
from scheduling.cost import unit_of
from scheduling.deadline import Deadline
from scheduling.many import Many
from scheduling.problem import Problem
from scheduling.relaxed import Cut, Relaxed

from .oracle import Oracle
from .worlds import Size, world

SIZE = Size(people=7, sessions=3, loops=3, days=2, hours=5, grains=(30, 60))
MOST_STEPS = 40
UNHURRIED = Deadline(lambda: 0.0, 1.0)


def begun(problem: Problem) -> Many:
    """A first answer, and a bound that was not raised yet."""
    many = Many(Board(problem), deadline=UNHURRIED, told=None)
    many.start()
    return many


@pytest.mark.parametrize("seed", range(8))
def test_parts_that_are_cut_anywhere_leave_no_answer_out(seed: int) -> None:
    problem = world(seed, SIZE)
    best = Oracle(problem).least_cost()
    assert best is not None
    many, draw = begun(problem), Random(seed)
    assert many.relaxed is not None
    parts: list[Relaxed] = [many.relaxed]
    for _ in range(4):
        for part in parts:
            part.raise_bound(many.plans, many.cost, UNHURRIED, seen=())
        assert min(part.bound for part in parts) <= best
        loop = draw.choice(problem.loops)
        minute = many.board.grid.minute(draw.randrange(many.board.grid.size))
        cut = Cut(loop, draw.choice(loop.sessions).id, minute)
        parts = [part.half(cut, early=early) for part in parts for early in (True, False)]


@pytest.mark.parametrize("seed", [8, 12, 72, 84, 87])
def test_no_start_of_a_good_answer_is_lost_where_it_is_cut(seed: int) -> None:
    problem = world(seed, SIZE)
    many = begun(problem)
    many.go_on(Deadline(count().__next__, 2_000))
    whole = many.relaxed
    assert whole is not None
    assert many.plans
    for loop in problem.loops:
        for visit in many.plans.get(loop.id, ()):
            for minute in (visit.start - problem.grain, visit.start - 1, visit.start, visit.start + 1):
                half = whole.half(Cut(loop, visit.session, minute), early=visit.start <= minute)
                half.raise_bound(many.plans, many.cost, UNHURRIED, seen=())
                assert half.bound <= many.cost


@pytest.mark.parametrize("seed", [0, 8, 10, 12, 27, 56, 84, 91, 97])
def test_cutting_goes_on_to_no_more_than_the_optimum(seed: int) -> None:
    problem = world(seed, SIZE)
    best = Oracle(problem).least_cost()
    assert best is not None
    many = begun(problem)
    branches = many.branches
    assert branches is not None
    bounds = [branches.bound]
    while not branches.ended and branches.bound < many.cost and len(bounds) < MOST_STEPS:
        branches.raise_bound(many.plans, many.cost, UNHURRIED, seen=())
        bounds.append(branches.bound)
    assert bounds == sorted(bounds)
    assert many.bound <= best <= many.cost


def test_an_optimum_is_proved_where_the_best_tolls_leave_a_gap() -> None:
    problem = world(8, SIZE)
    many = begun(problem)
    whole = many.relaxed
    assert whole is not None
    while not whole.settled:
        whole.raise_bound(many.plans, many.cost, UNHURRIED, seen=())
    ticks = count()
    (answer,) = solve(problem, seconds=2_000, monotonic=lambda: next(ticks))
    assert whole.bound < answer.bound == answer.cost == Oracle(problem).least_cost()
    assert answer.status == "optimal"


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("load", [0, 5, 15])
def test_what_any_answer_costs_is_a_multiple_of_the_unit(seed: int, load: int) -> None:
    drawn = world(seed, SIZE)
    people = tuple(
        replace(person, week_load=dict.fromkeys(person.week_load, load), level={}) for person in drawn.people
    )
    problem = replace(drawn, people=people)
    assert begun(problem).cost % unit_of(problem) == 0


def test_the_unit_is_a_quarter_hour_squared_where_all_lasts_quarter_hours() -> None:
    assert {unit_of(world(seed, SIZE)) for seed in range(12)} == {25, 225}
