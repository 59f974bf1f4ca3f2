"""Room for loops that found none: who must go, and that everybody finds a place who can."""

from itertools import count

import pytest

from scheduling import Loop, Person, Problem, faults, solve
from scheduling.board import Board, Plan, Visit
from scheduling.crowd import Crowd
from scheduling.deadline import Deadline
from scheduling.draw import Draw
from scheduling.ejection import Ejection
from scheduling.grid import minute_of

from .oracle import Oracle
from .stage import WEEK, at, loop, person
from .worlds import Size, world

UNIT = 1000


def hour(number: float, *, who: str = "ana") -> Plan:
    return (Visit("chat", minute_of(at(number)), (("lead", who),)),)


def window(name: str, begin: int, end: int) -> Loop:
    return loop(id=name, available=[(at(begin), at(end))])


def test_a_chain_of_loops_moves_on_for_the_one_that_can_do_nothing_else() -> None:
    loops = (window("any", 9, 12), window("early", 9, 11), window("first", 9, 10))
    board = Board(Problem((person("ana"),), loops, grain=30))
    plans = {"early": hour(9), "any": hour(10)}
    ejection = Ejection(board, plans=plans, typical=UNIT, draw=Draw(1), deadline=Deadline(lambda: 0.0, 1.0))
    assert list(ejection.fit(["first"], fewest=0)) == [{"first": hour(9), "early": hour(10), "any": hour(11)}]


def test_the_search_for_room_ends_where_there_is_none() -> None:
    loops = tuple(window(name, 9, 10) for name in ("one", "two"))
    board = Board(Problem((person("ana"),), loops, grain=30))
    deadline = Deadline(lambda: 0.0, 1.0)
    ejection = Ejection(board, plans={"one": hour(9)}, typical=UNIT, draw=Draw(1), deadline=deadline)
    assert list(ejection.fit(["two"], fewest=0)) == []


@pytest.mark.parametrize(
    ("who", "start", "gone"),
    [
        (person("ana"), 9, {"one"}),
        (person("ana"), 11, set()),
        (person("ana", gap=30), 10, {"one"}),
        (person("ana", gap=30), 10.5, set()),
        (person("ana", day_cap=120), 11, set()),
        (person("ana", day_cap=60), 11, {"one"}),
        (person("ana", week_cap=240, week_load={WEEK: 180}), 15, {"one"}),
        (person("ana", kind="room", gap=30), 10, {"one"}),
    ],
)
def test_who_must_go_for_a_start(who: Person, start: float, gone: set[str]) -> None:
    one, two = window("one", 9, 10), window("two", 9, 17)
    crowd = Crowd(Board(Problem((who,), (one, two), grain=30)), [(one, hour(9))], weight={"one": 3}, unit=UNIT)
    assert crowd.in_the_way(two, hour(start)) == gone
    at_start = crowd.grid.starts(minute_of(at(start)), minute_of(at(start)))
    assert crowd.parts(0, WEEK, 60, at_start) == [(3 * UNIT if gone else 0, at_start)]


CROWDED = Size(people=4, sessions=2, loops=6, days=1, hours=4, grains=(30,), lengths=(30, 60))


@pytest.mark.parametrize("seed", range(6))
def test_no_more_loops_are_left_out_than_the_oracle_must(seed: int) -> None:
    problem = world(seed, CROWDED)
    ticks = count()
    (answer,) = solve(problem, seconds=1500, monotonic=lambda: next(ticks))
    assert faults(problem, answer) == ()
    best = Oracle(problem).least_cost()
    assert best is not None
    assert answer.bound <= best <= answer.cost
    left_out = problem.weights.point * problem.weights.unplanned
    assert answer.cost // left_out == best // left_out
