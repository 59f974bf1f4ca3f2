"""What a company makes of each ground: its policy on conflicts, with what holds where nothing was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hiring.model import Ground
from hiring.rules.institutions import Company


class Strength(StrEnum):
    """What a suggested ground leads to until a human pins it one way or the other.

    Bars: no seat. Look: a seat only when the recruiter has looked and pinned "no conflict". Lesser: somebody else is
    preferred, and the person's own word is enough. None: it is not suggested.
    """

    BARS = "bars"
    LOOK = "look"
    LESSER = "lesser"
    NONE = "none"


class LookAt(StrEnum):
    """When the recruiter is asked to look: before anybody is given the seat, or once they said "no conflict" themselves."""

    SEATING = "seating"
    ATTESTATION = "attestation"


class Together(StrEnum):
    """What becomes of a manager and their report on one panel. Whatever it is, the recruiter is told of it."""

    NAMED = "named"
    DISCOURAGED = "discouraged"
    REFUSED = "refused"


class Measure(StrEnum):
    """What becomes of somebody with a lesser ground who sits all the same, because nobody else would do nearly as well."""

    PREFER_OTHERS = "prefer_others"
    UNRATED = "unrated"
    ADD_MEMBER = "add_member"


STRENGTHS: Mapping[Ground, Strength] = {
    Ground.FAMILY: Strength.BARS,
    Ground.FRIEND: Strength.BARS,
    Ground.WORKED_TOGETHER: Strength.LOOK,
    Ground.MANAGED: Strength.BARS,
    Ground.REFERRED: Strength.BARS,
    Ground.SAME_INSTITUTION: Strength.LESSER,
    Ground.FINANCIAL: Strength.BARS,
    Ground.PREVIOUS_INTERVIEW: Strength.BARS,
    Ground.INTERNAL: Strength.LOOK,
    Ground.OTHER: Strength.LOOK,
}
YEARS = 5
SILENCE = 960
"""Working minutes: two days."""


@dataclass(frozen=True, slots=True)
class Policy:
    """`years`: what both left longer ago than this is not suggested. `silence`: after so many working minutes without an
    answer somebody else is asked. A ground that `strengths` leaves out has its strength of `STRENGTHS`."""

    strengths: Mapping[Ground, Strength] = field(default_factory=dict)
    years: int = YEARS
    look_at: LookAt = LookAt.ATTESTATION
    together: Together = Together.NAMED
    lesser: Measure = Measure.PREFER_OTHERS
    silence: int = SILENCE
    public_mail: tuple[str, ...] = ()
    companies: tuple[Company, ...] = ()

    def strength(self, ground: Ground) -> Strength:
        return self.strengths.get(ground, STRENGTHS[ground])
