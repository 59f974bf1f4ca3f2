"""How many loops must be left out: never more than the oracle must, and as many where time is plainly short."""

from dataclasses import replace
from itertools import count

import pytest

from scheduling import Person, Problem, faults, solve
from scheduling.board import Board
from scheduling.scarcity import Scarcity

from .oracle import Oracle
from .stage import WEEK, at, loop, person, session
from .worlds import Size, world

CROWDED = Size(people=3, sessions=2, loops=5, days=1, hours=3, grains=(30,), lengths=(30, 60))
DAY = at(0).date()


def left_out(*people: Person, loops: int = 4, gap_seat: str = "room") -> int:
    one = loop(session("chat", 60, lead="coding", place=gap_seat), available=[(at(9), at(17))])
    every = tuple(replace(one, id=f"l{number}") for number in range(loops))
    return Scarcity(Board(Problem(people, every, grain=30)), every).left_out()


ANYBODY = [person(f"p{number}", "coding") for number in range(4)]


@pytest.mark.parametrize(
    ("facts", "lost"),
    [
        ({"free": [(at(9), at(12))]}, 1),
        ({"free": [(at(9), at(11.5)), (at(13), at(14.5))]}, 1),
        ({"free": [(at(9), at(12))], "gap": 30}, 2),
        ({"free": [(at(15), at(20))]}, 2),
        ({"free": [(at(9), at(17))]}, 0),
    ],
)
def test_one_room_has_time_for_so_many(facts: dict[str, object], lost: int) -> None:
    assert left_out(*ANYBODY, person("hall", "room", kind="room", **facts)) == lost


@pytest.mark.parametrize(
    ("facts", "lost"),
    [
        ({"day_cap": 120}, 2),
        ({"day_cap": 120, "day_load": {DAY: 60}}, 3),
        ({"week_cap": 180, "week_load": {WEEK: 60}}, 2),
        ({"week_cap": 600}, 0),
    ],
)
def test_caps_are_counted(facts: dict[str, object], lost: int) -> None:
    hall = person("hall", "room", kind="room")
    assert left_out(person("ana", "coding", **facts), hall) == lost


@pytest.mark.parametrize("seed", range(8))
def test_no_more_are_said_to_be_left_out_than_must(seed: int) -> None:
    problem = world(seed, CROWDED)
    best = Oracle(problem).least_cost()
    assert best is not None
    each = problem.weights.point * problem.weights.unplanned
    assert Scarcity(Board(problem), problem.loops).left_out() <= best // each
    ticks = count()
    (answer,) = solve(problem, seconds=600, monotonic=lambda: next(ticks))
    assert faults(problem, answer) == ()
    assert answer.bound <= best <= answer.cost


def test_the_bound_knows_of_loops_that_find_no_room() -> None:
    one = loop(session("chat", 60, lead="coding"), available=[(at(9), at(11))])
    problem = Problem((person("ana", "coding"),), tuple(replace(one, id=f"l{number}") for number in range(5)), grain=30)
    ticks = count()
    (answer,) = solve(problem, seconds=200, monotonic=lambda: next(ticks))
    assert len(answer.planned) == 2
    assert answer.bound >= 3 * problem.weights.point * problem.weights.unplanned
