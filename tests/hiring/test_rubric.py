"""What makes a rubric usable, a plan covered, and a scorecard complete."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hiring.model import Criterion, Rating, Rubric
from hiring.rules.rubric import Fault, coverage, interviews, rubric_faults, scorecard_faults, thin
from tests.hiring.worlds import ANCHORS, CODING, PLAN

ONE = Criterion("solves", "Solves", ANCHORS)
LONG = "They found the duplicate rows, said why, and wrote a test."


def test_a_usable_rubric_has_no_faults() -> None:
    assert rubric_faults(CODING) == ()


@pytest.mark.parametrize(
    ("criteria", "says"),
    [
        ((), ("rubric r: it has no criteria",)),
        ((replace(ONE, anchors=("a", " ", "c", "")),), ("criterion solves: point 2 has no anchor text", "criterion solves: point 4 has no anchor text")),
        ((replace(ONE, anchors=("a",)),), ("criterion solves: a scale needs at least two points",)),
        ((replace(ONE, weight=0),), ("rubric r: no criterion is totalled",)),
        ((replace(ONE, independent=True),), ("rubric r: no criterion is totalled",)),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_rubric(criteria: tuple[Criterion, ...], says: tuple[str, ...]) -> None:
    assert rubric_faults(Rubric("r", "R", criteria)) == says


def test_coverage_counts_who_is_sure_to_rate() -> None:
    assert coverage(PLAN) == {"solves": 1, "explains": 2}
    assert thin(PLAN) == {"solves": 1}
    optional = replace(PLAN, sessions=(PLAN.sessions[0], replace(PLAN.sessions[1], optional=True)))
    assert coverage(optional) == {"solves": 1, "explains": 1}
    watching = replace(PLAN.sessions[0], seats=(replace(PLAN.sessions[0].seats[0], rates=False),))
    assert coverage(replace(PLAN, sessions=(watching, PLAN.sessions[1]))) == {"solves": 0, "explains": 1}
    maybe = replace(
        PLAN.sessions[0], seats=(*PLAN.sessions[0].seats, replace(PLAN.sessions[0].seats[0], id="pair", optional=True))
    )
    assert coverage(replace(PLAN, sessions=(maybe, PLAN.sessions[1]))) == coverage(PLAN)


def test_interviews_are_the_sessions_that_are_rated() -> None:
    assert interviews(PLAN) == 2
    assert interviews(replace(PLAN, sessions=(PLAN.sessions[0], replace(PLAN.sessions[1], rubric=None)))) == 1


def faults(*ratings: Rating) -> tuple[Fault, ...]:
    return scorecard_faults(CODING, {rating.criterion: rating for rating in ratings})


PICK = Fault("score:explains", "Pick a point, or “Could not assess”.")


def test_every_criterion_wants_an_answer_and_could_not_assess_is_one() -> None:
    assert faults(Rating("solves", 2, LONG)) == (PICK,)
    assert faults(Rating("solves", 2, LONG), Rating("explains", None)) == ()


@pytest.mark.parametrize(
    ("score", "evidence", "says"),
    [
        (2, "x" * 14, "A score needs at least 15 characters: what did they say or do?"),
        (2, " " * 20, "A score needs at least 15 characters: what did they say or do?"),
        (2, "x" * 15, None),
        (1, "x" * 39, "The lowest and highest points need at least 40 characters: what did they say or do?"),
        (4, "x" * 39, "The lowest and highest points need at least 40 characters: what did they say or do?"),
        (1, "x" * 40, None),
        (3, "x" * 15, None),
    ],
)
def test_evidence_is_wanted_and_more_of_it_at_the_ends(score: int, evidence: str, says: str | None) -> None:
    found = faults(Rating("solves", score, evidence), Rating("explains", None))
    assert found == (() if says is None else (Fault("evidence:solves", says),))


@pytest.mark.parametrize("score", [0, -1, 5, 99])
def test_a_point_that_is_not_on_the_scale_is_refused(score: int) -> None:
    assert faults(Rating("solves", score, LONG), Rating("explains", None)) == (
        Fault("score:solves", "Pick a point, or “Could not assess”."),
    )
