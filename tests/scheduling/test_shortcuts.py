"""What is left out to save time must not change what an answer costs."""

import pytest

from scheduling.board import Board, Case
from scheduling.deadline import Deadline
from scheduling.grid import run
from scheduling.horizon import search_nearest
from scheduling.search import search_loop

from .worlds import Size, world

CROWD = Size(people=30, sessions=4, days=2, hours=4, grains=(30,), lengths=(30, 60, 50))
WEEKS = Size(people=6, sessions=3, days=7, hours=4, grains=(30,), lengths=(30, 60, 45))


def unhurried() -> Deadline:
    return Deadline(lambda: 0.0, 1.0)


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_who_is_not_looked_at_could_not_have_made_it_cheaper(first: int) -> None:
    few, all_of_them = {}, {}
    for seed in range(first, first + 10):
        board = Board(world(seed, CROWD))
        (loop,) = board.problem.loops
        few[seed] = [found.cost for found in search_loop(Case(board, loop), keep=3, deadline=unhurried()).plans]
        everybody = Case(board, loop, toll=lambda _number, _week, _minutes, able: [(0, able)])
        all_of_them[seed] = [found.cost for found in search_loop(everybody, keep=3, deadline=unhurried()).plans]
    assert few == all_of_them


def test_some_are_not_looked_at() -> None:
    board = Board(world(1, CROWD))
    (loop,) = board.problem.loops
    everybody = Case(board, loop, toll=lambda _number, _week, _minutes, able: [(0, able)])
    assert sum(map(len, Case(board, loop).options)) < sum(map(len, everybody.options))


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_dates_that_are_not_looked_at_hold_nothing_cheaper(first: int) -> None:
    near, far = {}, {}
    for seed in range(first, first + 20):
        board = Board(world(seed, WEEKS))
        (loop,) = board.problem.loops
        keep = 1 + seed % 3
        result = search_nearest(board, loop, keep=keep, deadline=unhurried(), many_spans=0)
        near[seed] = (result.proved, [found.cost for found in result.plans])
        result = search_loop(Case(board, loop), keep=keep, deadline=unhurried())
        far[seed] = (result.proved, [found.cost for found in result.plans])
    assert near == far


def test_runs_of_bits() -> None:
    mask = 0b1011110111
    found = [[at for at in range(10) if run(mask, length) >> at & 1] for length in (1, 2, 3, 4, 5)]
    assert found == [[0, 1, 2, 4, 5, 6, 7, 9], [0, 1, 4, 5, 6], [0, 4, 5], [4], []]
