"""What a released panel says: the matrix of criteria by interviewer, its means and spreads, and where raters differ.

Average first, then talk only where raters differ. Nothing is ranked and nothing is recommended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, pstdev

from hiring.model import Confidence, Criterion, Loop, Overall, PersonId, Scorecard
from hiring.rules import sight
from hiring.rules.movement import Moved, moved

DIFFER = 2
"""Raters differ when their scores on a criterion lie at least so many points apart."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One rater on one criterion. `score` None with `could_not_assess` is an answer; an absent cell is no answer."""

    session: str
    person: PersonId
    score: int | None = field(repr=False)
    evidence: str = field(repr=False)

    @property
    def could_not_assess(self) -> bool:
        return self.score is None


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion. `mean` and `spread` (population standard deviation) are over the `n` that count; None without."""

    criterion: Criterion
    cells: tuple[Cell, ...]
    mean: float | None
    spread: float | None
    n: int
    apart: int

    @property
    def differs(self) -> bool:
        return self.apart >= DIFFER


@dataclass(frozen=True, slots=True)
class Rater:
    """One scorecard's conclusion. `amended` is "before", "after" (release) or empty; `late` is first handed in after it."""

    session: str
    person: PersonId
    overall: Overall = field(repr=False)
    confidence: Confidence = field(repr=False)
    note: str = field(repr=False)
    amended: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """`rows` stand with the largest disagreement first. `weighted` is the mean over criteria of the criterion means by
    weight, independent criteria left out, None when nothing was scored; `points` is the longest scale;
    `moved` are the scores that were changed after the release. `n` scorecards count, and `unrated` more are shown and count
    in no figure."""

    rows: tuple[Row, ...]
    raters: tuple[Rater, ...]
    missing: tuple[tuple[str, PersonId], ...]
    recused: int
    weighted: float | None
    spread: float | None
    n: int
    points: int
    moved: tuple[Moved, ...] = ()
    unrated: int = 0


def summarise(loop: Loop, cards: Sequence[Scorecard]) -> Summary:
    """The summary of the scorecards that count: the latest of each author and session, void ones left out."""
    counted = _latest(loop, cards)
    rows = tuple(_row(criterion, counted, without=loop.unrated) for criterion in _criteria(loop))
    shown_only = sum(card.author in loop.unrated for card in counted)
    rated = [row for row in rows if row.mean is not None and not row.criterion.independent]
    weight = sum(row.criterion.weight for row in rated)
    return Summary(
        rows=tuple(sorted(rows, key=lambda row: (-row.apart, -(row.spread or 0.0)))),
        raters=tuple(_rater(card, cards) for card in counted),
        missing=sight.missing(loop),
        recused=len({barred.person for barred in loop.barred if not barred.elsewhere}),
        weighted=sum((row.mean or 0.0) * row.criterion.weight for row in rated) / weight if weight else None,
        spread=fmean(row.spread for row in rated if row.spread is not None) if rated else None,
        n=len(counted) - shown_only,
        unrated=shown_only,
        moved=moved(loop, cards),
        points=max((len(row.criterion.anchors) for row in rows), default=0),
    )


def _latest(loop: Loop, cards: Sequence[Scorecard]) -> list[Scorecard]:
    latest: dict[tuple[str, PersonId], Scorecard] = {}
    for card in cards:
        if sight.is_in(loop, card.session, card.author) and not sight.is_barred(loop, card.author):
            latest[card.session, card.author] = card
    order = [session.id for session in loop.plan.sessions]
    return sorted(latest.values(), key=lambda card: (order.index(card.session), card.author))


def _criteria(loop: Loop) -> list[Criterion]:
    """Every criterion of the loop's rubrics once, in the order of the sessions; the same id in two rubrics is one row."""
    found: dict[str, Criterion] = {}
    for session in loop.plan.sessions:
        rubric = loop.plan.rubric(session.id)
        for criterion in rubric.criteria if rubric else ():
            found.setdefault(criterion.id, criterion)
    return list(found.values())


def _row(criterion: Criterion, cards: Sequence[Scorecard], *, without: Sequence[PersonId]) -> Row:
    cells = tuple(
        Cell(session=card.session, person=card.author, score=rating.score, evidence=rating.evidence)
        for card in cards
        for rating in card.ratings
        if rating.criterion == criterion.id
    )
    scores = [cell.score for cell in cells if cell.score is not None and cell.person not in without]
    return Row(
        criterion=criterion,
        cells=cells,
        mean=fmean(scores) if scores else None,
        spread=pstdev(scores) if scores else None,
        n=len(scores),
        apart=max(scores) - min(scores) if scores else 0,
    )


def _rater(card: Scorecard, cards: Sequence[Scorecard]) -> Rater:
    earlier = [c for c in cards if (c.session, c.author) == (card.session, card.author) and c is not card]
    amended = ("after" if card.after_release else "before") if earlier else ""
    return Rater(
        session=card.session,
        person=card.author,
        overall=card.overall,
        confidence=card.confidence,
        note=card.note,
        amended=amended,
        late=card.after_release and not earlier,
    )
