"""What interviewers write, and what is said about conflicts: the sealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hiring.model.ids import LoopId, PersonId
from hiring.model.panels import Answer, Ground


class Confidence(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Overall(StrEnum):
    """The rater's own conclusion."""

    STRONG_NO = "strong_no"
    NO = "no"
    YES = "yes"
    STRONG_YES = "strong_yes"


@dataclass(frozen=True, slots=True)
class Rating:
    """`score` is None for "could not assess", which is an answer of its own: neither missing nor neutral."""

    criterion: str
    score: int | None = field(repr=False)
    evidence: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One interviewer's rubric, filled in. `amends` is the submission it replaces, which is kept and shown too."""

    loop: LoopId
    session: str
    author: PersonId
    rubric: str
    rubric_version: int
    ratings: tuple[Rating, ...]
    overall: Overall = field(repr=False)
    confidence: Confidence = field(repr=False)
    note: str = field(default="", repr=False)
    at: datetime | None = None
    amends: datetime | None = None
    after_release: bool = False


@dataclass(frozen=True, slots=True)
class BlindScorecard:
    """A released scorecard without its author, so that nothing that holds one can tell who wrote it. `rater` tells two
    raters of a loop apart, and is nobody's name."""

    session: str
    rater: str
    ratings: tuple[Rating, ...]
    overall: Overall = field(repr=False)
    confidence: Confidence = field(repr=False)
    note: str = field(default="", repr=False)
    at: datetime | None = None
    amended: bool = False
    after_release: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A scorecard being written, as the modal holds it: field name to what was typed or picked. Never judged."""

    loop: LoopId
    session: str
    author: PersonId
    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    saved: datetime | None = None


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What a person said when they stepped aside or were unsure: sealed, for the person, the recruiter and the auditor.
    With `by`, the reason that somebody else gave when they pinned it."""

    loop: LoopId
    person: PersonId
    answer: Answer
    at: datetime
    ground: Ground | None = field(default=None, repr=False)
    note: str = field(default="", repr=False)
    by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Acquaintances:
    """Whom a candidate says they know here, as they said it last: in their own words, and whom they ticked of those their
    page names. Sealed, for the candidate, the recruiter in charge and the auditor."""

    loop: LoopId
    at: datetime
    words: str = field(default="", repr=False)
    people: tuple[PersonId, ...] = field(default=(), repr=False)
