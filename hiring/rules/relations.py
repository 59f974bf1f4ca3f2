"""Who on a panel reports to whom: a report does not contradict their manager, so such a panel has one judgement less."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations

from hiring.model import Person, PersonId
from hiring.rules.suggestions import above


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """`report` reports to `manager`, directly or by way of others."""

    manager: PersonId
    report: PersonId


def relations(panel: Iterable[PersonId], people: Mapping[PersonId, Person]) -> tuple[Relation, ...]:
    """Every pair of the panel in one reporting line."""
    known = sorted({person for person in panel if person in people})
    return tuple(
        Relation(manager=one, report=other)
        for one, other in permutations(known, 2)
        if one in above(people[other], people)
    )
