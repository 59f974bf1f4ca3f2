"""What makes a rubric usable, a plan sound, and a scorecard complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hiring.model import Plan, Rating, Rubric

EVIDENCE_MIN = 15
"""Characters: fewer is a word, not evidence."""
EVIDENCE_MIN_EXTREME = 40
"""The lowest and the highest point of a scale need more (F7)."""
LEAST_POINTS = 2
MANY_INTERVIEWS = 4
"""Four give 86 % confidence; each further one adds about one percent (PRODUCT.md). More need a written reason (P5)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A field of the scorecard that must be mended first, and what to do."""

    field: str
    says: str


def rubric_faults(rubric: Rubric) -> tuple[str, ...]:
    """Why a rubric is refused (P3): every point of every scale has an anchor text, and weights can total."""
    faults = [
        f"criterion {criterion.id}: point {point} has no anchor text"
        for criterion in rubric.criteria
        for point, anchor in enumerate(criterion.anchors, start=1)
        if not anchor.strip()
    ]
    faults += [
        f"criterion {c.id}: a scale needs at least two points" for c in rubric.criteria if len(c.anchors) < LEAST_POINTS
    ]
    if not rubric.criteria:
        faults.append(f"rubric {rubric.id}: it has no criteria")
    if rubric.criteria and not any(c.weight > 0 and not c.independent for c in rubric.criteria):
        faults.append(f"rubric {rubric.id}: no criterion is totalled")
    return tuple(faults)


def interviews(plan: Plan) -> int:
    """How many interviews that are rated a candidate goes through."""
    return sum(session.rubric is not None for session in plan.sessions)


def coverage(plan: Plan) -> dict[str, int]:
    """For every criterion of the plan's rubrics, how many people are sure to rate it (P2). Optional seats don't count."""
    raters: dict[str, int] = {c.id: 0 for rubric in plan.rubrics for c in rubric.criteria}
    for session in plan.sessions:
        rubric = plan.rubric(session.id)
        seated = sum(seat.rates and not seat.optional and not session.optional for seat in session.seats)
        for criterion in rubric.criteria if rubric else ():
            raters[criterion.id] += seated
    return raters


def thin(plan: Plan) -> dict[str, int]:
    """The criteria that nobody or only one person rates."""
    return {criterion: n for criterion, n in coverage(plan).items() if n <= 1}


def scorecard_faults(rubric: Rubric, ratings: Mapping[str, Rating]) -> tuple[Fault, ...]:
    """What is missing in a scorecard; fields are `score:<criterion>` and `evidence:<criterion>`.

    "Could not assess" needs no evidence. A point at either end of the scale needs more than the others.
    """
    faults: list[Fault] = []
    for criterion in rubric.criteria:
        rating = ratings.get(criterion.id)
        if rating is not None and rating.score is None:
            continue
        if rating is None or rating.score not in range(1, len(criterion.anchors) + 1):
            faults.append(Fault(f"score:{criterion.id}", "Pick a point, or “Could not assess”."))
            continue
        extreme = rating.score in {1, len(criterion.anchors)}
        least = EVIDENCE_MIN_EXTREME if extreme else EVIDENCE_MIN
        if len(rating.evidence.strip()) < least:
            what = "The lowest and highest points need" if extreme else "A score needs"
            faults.append(
                Fault(f"evidence:{criterion.id}", f"{what} at least {least} characters: what did they say or do?")
            )
    return tuple(faults)
