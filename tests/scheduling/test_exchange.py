"""Improving an answer by exchanges: what a ledger adds up, what an exchange may do, and that it finds what is best."""

from functools import partial
from itertools import count

import pytest

from scheduling import Problem
from scheduling.board import Board, Case
from scheduling.cost import costs_of, total_cost
from scheduling.deadline import Deadline, OutOfTime
from scheduling.draw import Draw
from scheduling.exchange import Exchange
from scheduling.ledger import Ledger
from scheduling.many import Many
from scheduling.search import search_loop

from .oracle import Oracle
from .worlds import Size, world

RIVALS = Size(people=6, sessions=2, loops=4, days=2, hours=4)
STEPS = 150
BLURRED = 26
"""A world in which no exchange at true prices leads to the best answer."""


def unhurried() -> Deadline:
    return Deadline(lambda: 0.0, 1.0)


def begun(problem: Problem) -> Many:
    many = Many(Board(problem), deadline=unhurried(), told=None)
    many.start()
    return many


def exchange(many: Many, ledger: Ledger) -> Exchange:
    return Exchange(many.board, ledger, alone=many.alone, draw=Draw(1))


@pytest.mark.parametrize("seed", range(6))
def test_a_ledger_costs_what_its_plans_cost_and_knows_what_they_leave(seed: int) -> None:
    problem = world(seed, RIVALS)
    many, draw = begun(problem), Draw(seed)
    ledger, names = Ledger(many.board, many.plans), sorted(many.plans)
    for _ in range(20 if names else 0):
        name = names[draw.below(len(names))]
        if name in ledger.plans:
            ledger.take_back(name)
        else:
            ledger.enter(name, many.plans[name])
        for loop in problem.loops:
            fresh = many.board.engage((ledger.loops[other], plan) for other, plan in ledger.plans.items())
            cases = (Case(many.board, loop, engaged=engaged) for engaged in (ledger.engaged, fresh))
            remembered, anew = (search_loop(case, keep=2, deadline=unhurried()) for case in cases)
            assert remembered == anew
        assert ledger.cost == total_cost(problem, costs_of(problem, ledger.plans))


@pytest.mark.parametrize("seed", [*range(5), BLURRED])
def test_exchanges_find_what_the_oracle_proves_the_best(seed: int) -> None:
    problem = world(seed, RIVALS)
    many = begun(problem)
    ledger = Ledger(many.board, many.plans)
    improving, least = exchange(many, ledger), ledger.cost
    for _ in range(STEPS):
        improving.step(unhurried())
        least = min(least, ledger.cost)
    assert least == Oracle(problem).least_cost()


def test_an_exchange_that_runs_out_of_time_leaves_everything_as_it_was() -> None:
    many = begun(world(0, RIVALS))
    ledger = Ledger(many.board, many.plans)
    improving, before = exchange(many, ledger), (dict(ledger.plans), ledger.cost)
    broken = 0
    for patience in range(1, 40):
        try:
            improving.step(Deadline(partial(next, count()), patience))
        except OutOfTime:
            broken += 1
            assert (dict(ledger.plans), ledger.cost) == before
        before = dict(ledger.plans), ledger.cost
    assert broken


def test_as_many_steps_lead_to_the_same_answer() -> None:
    reached = []
    for _ in range(2):
        many = begun(world(3, RIVALS))
        ledger = Ledger(many.board, many.plans)
        improving = exchange(many, ledger)
        for _ in range(STEPS):
            improving.step(unhurried())
        reached.append((ledger.cost, dict(ledger.plans)))
    assert reached[0] == reached[1]
