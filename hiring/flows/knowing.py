"""What suggestions about a candidate are made from, read in one go."""

from __future__ import annotations

from collections.abc import Mapping

from hiring.model import Loop, Person, PersonId
from hiring.ports import UnitOfWork
from hiring.rules.suggestions import Known


def known(uow: UnitOfWork, loop: Loop, *, people: Mapping[PersonId, Person]) -> Known:
    """The cut-off counts from when the loop began."""
    candidate, about = uow.candidate(loop.candidate), uow.loops(candidate=loop.candidate, active=False)
    return Known(
        candidate=candidate,
        people=people,
        earlier=tuple(other for other in about if other.id != loop.id),
        policy=uow.conflict_policy(),
        year=loop.created.year,
        internal=uow.person_by_email(candidate.email),
        told=tuple(said for one in about if one.named and (said := uow.acquaintances(one.id)) is not None),
    )
