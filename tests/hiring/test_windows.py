"""When a candidate can come: what makes a list of windows usable."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hiring.model import Span
from hiring.rules.windows import FARTHEST, MOST, WindowFault, window_faults
from tests.hiring.facts import hours
from tests.hiring.worlds import NOW, PLAN


def window(start: float, length: float = 3) -> Span:
    return Span(NOW + hours(start), NOW + hours(start + length))


@pytest.mark.parametrize(
    ("span", "says"),
    [
        (window(3, -1), "The end must be later than the start."),
        (window(3, 0), "The end must be later than the start."),
        (window(0), "This has begun or passed already. Pick a time to come."),
        (window(-99), "This has begun or passed already. Pick a time to come."),
        (Span(NOW + FARTHEST + timedelta(seconds=1), NOW + FARTHEST + hours(3)), "Pick a day within the next 90 days."),
        (window(3, 0.4), "Too short: the shortest interview takes 30 minutes."),
    ],
)
def test_what_is_wrong_with_a_window(span: Span, says: str) -> None:
    assert window_faults([span], plan=PLAN, now=NOW) == (WindowFault(0, says),)


def test_usable_windows_have_no_faults() -> None:
    assert window_faults([window(30), window(3), window(6, 0.5)], plan=PLAN, now=NOW) == ()
    assert window_faults([], plan=PLAN, now=NOW) == ()


OVERLAP = "This overlaps another window. Join them, or change one."


def test_overlaps_are_told_at_the_later_of_the_two_as_given() -> None:
    assert window_faults([window(3), window(5)], plan=PLAN, now=NOW) == (WindowFault(1, OVERLAP),)
    assert window_faults([window(5), window(3)], plan=PLAN, now=NOW) == (WindowFault(1, OVERLAP),)


def test_every_window_inside_a_long_one_is_told() -> None:
    found = window_faults([window(3, 9), window(4, 1), window(7, 1)], plan=PLAN, now=NOW)
    assert found == (WindowFault(1, OVERLAP), WindowFault(2, OVERLAP))


def test_too_many_are_too_many() -> None:
    many = [window(3 + 4 * number) for number in range(MOST + 1)]
    assert window_faults(many, plan=PLAN, now=NOW) == (WindowFault(MOST, "That is too many; 20 windows are enough."),)
    assert window_faults(many[:-1], plan=PLAN, now=NOW) == ()
