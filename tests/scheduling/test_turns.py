"""Whose turn it is to use the time."""

import pytest

from scheduling.turns import FAR, LEAST, MOST, Turns


def bound_share(*, plans: float, bound: float, far: bool) -> float:
    """What the bound gets of the time in the end, where a second of each side gains so much."""
    turns = Turns(20.0)
    took = 0
    for number in range(400):
        due = turns.bound_is_due(far=far)
        turns.took(turns.bound if due else turns.plans, seconds=1, gain=bound if due else plans)
        took += due if number >= 300 else 0
    return took / 100


@pytest.mark.parametrize(
    ("plans", "bound", "far", "share"),
    [
        (0, 0, False, MOST),
        (0, 0, True, FAR),
        (0, 5, False, MOST),
        (0, 5, True, FAR),
        (5, 0, False, LEAST),
        (5, 0, True, LEAST),
        (6, 4, False, 0.4),
        (4, 6, True, 0.6),
    ],
)
def test_the_side_that_gains_more_gets_more_of_the_time(plans: float, bound: float, far: bool, share: float) -> None:
    assert bound_share(plans=plans, bound=bound, far=far) == pytest.approx(share, abs=0.03)


def test_what_was_gained_long_ago_does_not_count() -> None:
    turns = Turns(1.0)
    turns.took(turns.plans, seconds=1, gain=1000)
    for _ in range(30):
        turns.took(turns.bound, seconds=1, gain=1)
    turns.took(turns.plans, seconds=9, gain=0)
    assert turns.bound_is_due(far=False)
