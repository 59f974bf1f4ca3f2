"""What a released panel says: means, weights and spreads, and what is left out of them."""

from __future__ import annotations

from dataclasses import replace
from statistics import pstdev

from hiring.model import Confidence, Loop, Overall, PersonId, Rating, Scorecard
from hiring.rules.recusal import step_aside
from hiring.rules.summary import Cell, Rater, Row, Summary, summarise
from tests.hiring import facts
from tests.hiring.facts import END
from tests.hiring.worlds import CODING

SOLVES, EXPLAINS = CODING.criteria


def card(session: str, author: PersonId, /, *, after: bool = False, note: str = "", **scores: int | None) -> Scorecard:
    ratings = tuple(Rating(criterion, score, "seen") for criterion, score in scores.items())
    return Scorecard(
        "L1", session, author, session, 1, ratings, Overall.YES, Confidence.HIGH, note, at=END, after_release=after
    )


ANAS, LEES = card("coding", "ana", solves=2, explains=4), card("talk", "lee", explains=1)


def test_the_whole_summary() -> None:
    assert summarise(facts.released(), [LEES, ANAS]) == Summary(
        rows=(
            Row(EXPLAINS, (Cell("coding", "ana", 4, "seen"), Cell("talk", "lee", 1, "seen")), 2.5, 1.5, 2, 3),
            Row(SOLVES, (Cell("coding", "ana", 2, "seen"),), 2.0, 0.0, 1, 0),
        ),
        raters=(
            Rater("coding", "ana", Overall.YES, Confidence.HIGH, ""),
            Rater("talk", "lee", Overall.YES, Confidence.HIGH, ""),
        ),
        missing=(),
        recused=0,
        weighted=(2.5 * 1 + 2.0 * 2) / 3,
        spread=0.75,
        n=2,
        points=4,
    )


def row(summary: Summary, criterion: str) -> Row:
    return next(one for one in summary.rows if one.criterion.id == criterion)


def test_could_not_assess_is_a_cell_and_not_a_number() -> None:
    found = row(summarise(facts.released(), [card("coding", "ana", solves=3, explains=None), LEES]), "explains")
    assert (found.mean, found.spread, found.n, found.apart, found.differs) == (1.0, 0.0, 1, 0, False)
    assert [cell.could_not_assess for cell in found.cells] == [True, False]


def test_without_any_number_there_is_no_mean() -> None:
    nothing = [card("coding", "ana", solves=None, explains=None), card("talk", "lee", explains=None)]
    found = summarise(facts.released(), nothing)
    assert (found.weighted, found.spread, [(one.mean, one.n) for one in found.rows]) == (
        None,
        None,
        [(None, 0), (None, 0)],
    )
    nobody = summarise(facts.booked(), [])
    assert (nobody.weighted, nobody.n, nobody.missing) == (None, 0, (("coding", "ana"), ("talk", "lee")))


def independent(loop: Loop) -> Loop:
    """`solves` is shown and not totalled."""
    rubrics = tuple(
        replace(rubric, criteria=tuple(replace(c, independent=c.id == "solves") for c in rubric.criteria))
        for rubric in loop.plan.rubrics
    )
    return replace(loop, plan=replace(loop.plan, rubrics=rubrics))


def test_an_independent_criterion_is_shown_and_not_totalled() -> None:
    found = summarise(independent(facts.released()), [ANAS, LEES])
    assert (row(found, "solves").mean, found.weighted, found.spread) == (2.0, 2.5, 1.5)


def test_whoever_stepped_aside_is_counted_and_their_scores_are_gone() -> None:
    loop = step_aside(facts.released(), "lee", now=END)
    found = summarise(loop, [ANAS, LEES])
    assert (found.recused, found.n, found.missing, [rater.person for rater in found.raters]) == (1, 1, (), ["ana"])
    assert row(found, "explains").cells == (Cell("coding", "ana", 4, "seen"),)


def test_a_card_of_somebody_barred_since_never_counts() -> None:
    assert summarise(facts.barred(facts.released(), "lee"), [ANAS, LEES]).n == 1


def test_only_the_latest_card_counts_and_says_when_it_was_amended() -> None:
    before = summarise(facts.released(), [LEES, ANAS, card("talk", "lee", explains=3)])
    after = summarise(facts.released(), [LEES, ANAS, card("talk", "lee", after=True, explains=3)])
    assert [rater.amended for rater in before.raters] == ["", "before"]
    assert [rater.amended for rater in after.raters] == ["", "after"]
    assert row(before, "explains").mean == row(after, "explains").mean == 3.5


def test_the_spread_is_over_everybody_who_rated() -> None:
    loop = facts.released()
    found = row(summarise(loop, [ANAS, LEES]), "explains")
    assert found.spread == pstdev([4, 1])
