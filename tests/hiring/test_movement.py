"""How far scores moved after the release: what was changed, and whether it came nearer to the others'."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hiring.model import PersonId, Scorecard
from hiring.rules.movement import Moved, moved
from hiring.rules.recusal import step_aside
from hiring.rules.summary import summarise
from tests.hiring import facts
from tests.hiring.facts import END
from tests.hiring.test_summary import card

LOOP = facts.released()
LEES = card("talk", "lee", explains=1)


def anas(explains: int | None, *, after: bool = False) -> Scorecard:
    return card("coding", "ana", after=after, solves=3, explains=explains)


@pytest.mark.parametrize(
    ("before", "after", "nearer"), [(4, 2, 2.0), (2, 4, -2.0), (1, 4, -3.0), (None, 2, None), (4, None, None)]
)
def test_a_change_after_the_release_is_seen_beside_what_the_others_had_given(
    before: int | None, after: int | None, nearer: float | None
) -> None:
    (found,) = moved(LOOP, [anas(before), LEES, anas(after, after=True)])
    assert found == Moved("coding", "ana", "explains", before, after, 1.0)
    assert found.nearer == nearer


def test_what_was_changed_before_or_left_or_written_late_did_not_move() -> None:
    assert moved(LOOP, [anas(4), anas(2), LEES]) == ()
    assert moved(LOOP, [anas(4), LEES, anas(4, after=True)]) == ()
    assert moved(LOOP, [LEES, anas(2, after=True)]) == ()


def test_the_last_before_the_release_counts_against_the_last_of_all() -> None:
    cards = [anas(1), anas(4), LEES, anas(3, after=True), anas(2, after=True)]
    assert moved(LOOP, cards) == (Moved("coding", "ana", "explains", 4, 2, 1.0),)
    back = [*cards, anas(4, after=True)]
    assert moved(LOOP, back) == ()


def test_the_others_are_those_who_had_written_by_then_and_never_oneself() -> None:
    late = card("talk", "lee", after=True, explains=1)
    (found,) = moved(LOOP, [anas(4), late, anas(2, after=True)])
    assert (found.others, found.nearer) == (None, None)
    twice = card("talk", "ana", explains=4)
    own = replace(LOOP, submitted=(LOOP.submitted[0], replace(LOOP.submitted[1], person="ana")))
    (found,) = moved(own, [anas(4), twice, anas(2, after=True)])
    assert found.others is None


@pytest.mark.parametrize("aside", ["ana", "lee"])
def test_who_stepped_aside_counts_on_neither_side(aside: PersonId) -> None:
    cards = [anas(4), LEES, anas(2, after=True)]
    found = moved(step_aside(LOOP, aside, now=END), cards)
    assert [one.others for one in found] == ([] if aside == "ana" else [None])


def test_the_summary_marks_what_was_written_after_the_release() -> None:
    found = summarise(LOOP, [anas(4), card("talk", "lee", after=True, explains=1), anas(2, after=True)])
    assert [(one.person, one.amended, one.late) for one in found.raters] == [("ana", "after", False), ("lee", "", True)]
    assert found.moved == (Moved("coding", "ana", "explains", 4, 2, None),)
