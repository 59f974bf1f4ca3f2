"""The search against two others that know nothing of it: CP-SAT on random problems, and brute force on tiny ones.

`EVENHAND_ORACLE_SEEDS=2000 EVENHAND_BRUTE_SEEDS=10000` runs the full numbers; by default a part of them runs.
"""

import os
import time
from datetime import date
from itertools import count
from random import Random

import pytest
from ortools.sat.python import cp_model

from bench.peers import cpsat, greedy
from bench.peers.cpsat_model import Model
from scheduling import faults, solve
from scheduling.board import Board, Case
from scheduling.deadline import Deadline
from scheduling.many import Many
from scheduling.prices import Prices
from scheduling.problem import Problem
from scheduling.search import search_loop

from .brute import cheapest
from .oracle import Oracle
from .worlds import SMALL, TINY, Size, world

ORACLE_SEEDS = int(os.environ.get("EVENHAND_ORACLE_SEEDS", "60"))
BRUTE_SEEDS = int(os.environ.get("EVENHAND_BRUTE_SEEDS", "160"))
BATCH = 20
TICKS = 600
"""Looks at a clock that ticks when looked at: the same work on every machine."""


def solved(problem: Problem) -> int:
    (answer,) = solve(problem, seconds=60, monotonic=time.monotonic)
    assert faults(problem, answer) == ()
    assert answer.status in {"optimal", "impossible"}
    return answer.cost


@pytest.mark.parametrize("first", range(0, ORACLE_SEEDS, BATCH))
def test_one_loop_costs_what_the_oracle_says(first: int) -> None:
    problems = {seed: world(seed, SMALL) for seed in range(first, first + BATCH)}
    least = {seed: Oracle(problem).least_cost() for seed, problem in problems.items()}
    decided = {seed: cost for seed, cost in least.items() if cost is not None}
    assert len(decided) >= BATCH - 1
    assert {seed: solved(problems[seed]) for seed in decided} == decided


@pytest.mark.parametrize("first", range(0, BRUTE_SEEDS, BATCH))
def test_tiny_loops_cost_what_brute_force_finds(first: int) -> None:
    problems = {seed: world(seed, TINY) for seed in range(first, first + BATCH)}
    assert {seed: solved(problem) for seed, problem in problems.items()} == {
        seed: cheapest(problem) for seed, problem in problems.items()
    }


@pytest.mark.parametrize("seed", range(4))
def test_several_loops_are_bounded_by_what_the_oracle_proves(seed: int) -> None:
    problem = world(seed, Size(people=5, sessions=2, loops=3, days=2, hours=4))
    ticks = count()
    (answer,) = solve(problem, seconds=TICKS, monotonic=lambda: next(ticks))
    assert faults(problem, answer) == ()
    best = Oracle(problem).least_cost()
    assert best is not None
    assert answer.bound <= best <= answer.cost


@pytest.mark.parametrize("seed", range(10, 20))
def test_no_tolls_raise_the_bound_above_the_optimum(seed: int) -> None:
    problem = world(seed, Size(people=5, sessions=2, loops=3, days=2, hours=3, grains=(30, 60), lengths=(30, 60, 45)))
    best = Oracle(problem).least_cost()
    assert best is not None
    ticks = count()
    many = Many(Board(problem), deadline=Deadline(lambda: next(ticks), TICKS), told=None)
    many.start()
    many.go_on(many.deadline)
    relaxed = many.relaxed
    assert relaxed is not None
    unhurried = Deadline(lambda: 0.0, 1.0)
    reached = [relaxed.bound]
    draw = Random(seed)
    for _ in range(8):
        relaxed.rivalry.set([draw.choice((0, 0, draw.randrange(20_000))) for _ in relaxed.rivalry.room])
        relaxed.look(unhurried)
        reached.append(relaxed.bound)
    assert max(reached) <= best <= many.cost


@pytest.mark.parametrize("seed", range(12))
def test_a_rough_search_that_begins_at_any_prices_tells_a_bound_within_its_slack(seed: int) -> None:
    problem = world(seed)
    case, unhurried = Case(Board(problem), problem.loops[0]), Deadline(lambda: 0.0, 1.0)
    best = search_loop(case, keep=1, deadline=unhurried)
    draw, known = Random(seed), dict[tuple[date, int], Prices]()
    for slack in (0, 500, 5_000, 0):
        rough = search_loop(case, keep=1, deadline=unhurried, slack=slack, rough=True, known=known)
        assert rough.bound <= best.bound <= rough.bound + slack
        assert [found.cost <= rough.bound + slack for found in rough.plans] == [True] * len(best.plans)
        for day, _ in case.grid.days(case.loop.zone):
            columns = {column: draw.randrange(30_000) for column in range(len(problem.people))}
            known[day, 1] = Prices({}, ()).like(columns, [(demand.among, demand.least, 700) for demand in case.demands])


def test_the_worlds_hold_every_kind_of_rule_and_both_outcomes() -> None:
    loops = [loop for seed in range(ORACLE_SEEDS) for loop in world(seed, SMALL).loops]
    rules = ("before", "first", "rest", "lunch", "barred", "discouraged", "mix", "locks", "wait_from")
    assert [rule for rule in rules if not any(getattr(loop, rule) for loop in loops)] == []
    people = [person for seed in range(ORACLE_SEEDS) for person in world(seed, SMALL).people]
    assert {person.kind for person in people} == {"person", "room"}
    facts = ("week_cap", "day_cap", "gap", "week_load", "day_load", "level")
    assert [fact for fact in facts if not any(getattr(person, fact) for person in people)] == []


@pytest.mark.parametrize(("size", "first"), [(SMALL, 200), (Size(people=5, sessions=2, loops=3, days=2, hours=4), 0)])
def test_the_model_that_the_bench_sets_beside_us_asks_the_same_question(size: Size, first: int) -> None:
    """A peer that answered another question would make us look good, or wrong."""
    problems = [world(seed, size) for seed in range(first, first + 5)]
    assert [cpsat.least_cost(one, seconds=60) for one in problems] == [Oracle(one).least_cost() for one in problems]


def test_what_a_peer_begins_with_breaks_none_of_its_rules() -> None:
    """A hint that does would be thrown away without a word."""
    problem = world(0, Size(people=6, sessions=2, loops=3, days=2, hours=4))
    plans = greedy.plans_of(problem)
    assert plans
    model = Model(problem)
    model.hint(plans)
    solver = cp_model.CpSolver()
    solver.parameters.fix_variables_to_their_hinted_value = True
    assert solver.solve(model.model) == cp_model.OPTIMAL
    assert model.plans(solver) == plans
