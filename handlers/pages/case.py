"""All that a candidate's page and letters are made from, read in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hiring.model import Candidate, Loop, LoopId, Opening, Person, PersonId
from hiring.ports import UnitOfWork
from hiring.rules.phase import panel


@dataclass(frozen=True, slots=True)
class Case:
    """A loop with whom it concerns. `people` holds at least everybody seated."""

    loop: Loop
    candidate: Candidate
    opening: Opening
    recruiter: Person
    people: Mapping[PersonId, Person]


def gather(uow: UnitOfWork, loop: LoopId) -> Case:
    """Raises `Unknown` when the loop or somebody it needs is no longer kept."""
    found = uow.loop(loop)
    return Case(
        loop=found,
        candidate=uow.candidate(found.candidate),
        opening=uow.opening(found.opening),
        recruiter=uow.person(found.recruiter),
        people={person: uow.person(person) for person in panel(found)},
    )
