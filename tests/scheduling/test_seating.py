"""Seats that change hands together: nothing moves, no rule breaks, nothing gets dearer, and chains of people are found."""

from typing import Any

import pytest

from scheduling import Lock, Loop, Mix, Person, Problem, Unplanned, faults
from scheduling.board import Board, Plan, Visit
from scheduling.deadline import Deadline
from scheduling.draw import Draw
from scheduling.grid import minute_of
from scheduling.ledger import Ledger
from scheduling.many import Many
from scheduling.seating import Seating
from scheduling.solve import Run

from .stage import DAY, WEEK, at, loop, person, session
from .worlds import Size, world

CROWD = Size(people=9, sessions=3, loops=5, days=2, hours=5)
STEPS = 40

heavy = person("heavy", "talk", week_load={WEEK: 600})
middle = person("middle", "talk", "code", week_load={WEEK: 300})
light = person("light", "code")


def hour(number: float, who: str) -> Plan:
    return (Visit("chat", minute_of(at(number)), (("lead", who),)),)


def chat(name: str, skill: str, **rules: Any) -> Loop:
    return loop(session("chat", lead=skill), id=name, **rules)


def reseated(people: tuple[Person, ...], loops: tuple[Loop, ...], *hosts: str) -> dict[str, str]:
    """Who leads which loop in the end, where all are at ten and these begin."""
    plans = {each.id: hour(10, host) for each, host in zip(loops, hosts, strict=True)}
    ledger = Ledger(Board(Problem(people, loops, grain=30)), plans)
    seating = Seating(ledger, draw=Draw(1))
    for _ in range(STEPS):
        seating.step()
    return {name: who for name, plan in ledger.plans.items() for _, who in plan[0].seats}


def test_one_takes_a_place_from_another_who_takes_one_from_a_third() -> None:
    loops = (chat("one", "talk"), chat("two", "code"))
    assert reseated((heavy, middle, light), loops, "heavy", "middle") == {"one": "middle", "two": "light"}


@pytest.mark.parametrize(
    "one",
    [
        chat("one", "talk", barred={"middle": "knows them"}),
        chat("one", "talk", discouraged={"middle": 1000}),
        chat("one", "talk", mix=[Mix(frozenset({"heavy"}), 1)]),
        chat("one", "talk", locks=[Lock("chat", seats={"lead": "heavy"})]),
    ],
)
def test_nobody_takes_a_place_that_is_not_for_them(one: Loop) -> None:
    assert reseated((heavy, middle, light), (one, chat("two", "code")), "heavy", "middle") == {
        "one": "heavy",
        "two": "light",
    }


@pytest.mark.parametrize(
    "facts",
    [
        {"free": [(at(10.5), at(17))]},
        {"week_cap": 59},
        {"day_cap": 89, "day_load": {DAY.date(): 30}},
    ],
)
def test_nobody_takes_a_place_that_they_have_no_time_for(facts: dict[str, Any]) -> None:
    light = person("light", "code", **facts)
    loops = (chat("one", "talk"), chat("two", "code"))
    assert reseated((heavy, middle, light), loops, "heavy", "middle") == {"one": "heavy", "two": "middle"}


@pytest.mark.parametrize("seed", range(40))
def test_seats_change_hands_within_all_rules_and_for_less(seed: int) -> None:
    problem = world(seed, CROWD)
    board = Board(problem)
    many = Many(board, deadline=Deadline(lambda: 0.0, 1.0), told=None)
    many.begin()
    ledger = many.ledger
    starts = {name: [visit[:2] for visit in plan] for name, plan in ledger.plans.items()}
    seating = Seating(ledger, draw=Draw(seed))
    for _ in range(STEPS):
        before = ledger.cost
        saved = seating.step()
        assert (ledger.cost < before) == bool(saved)
        assert ledger.cost <= before
    left = {name: Unplanned(id=name) for name in ledger.loops}
    run = Run(board, monotonic=lambda: 0.0, seconds=1, progress=None)
    assert faults(problem, run.answer(ledger.plans, status="feasible", bound=0, unplanned=left)) == ()
    assert {name: [visit[:2] for visit in plan] for name, plan in ledger.plans.items()} == starts
