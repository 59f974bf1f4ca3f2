"""What a writer of a message is given, and what several of them ask of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.blocks.message import Message
from hiring.flows import conflicts
from hiring.model import Candidate, Delivery, Loop, Opening, Person, PersonId, Readable
from hiring.ports import UnitOfWork
from hiring.rules import sight
from hiring.rules.blind import BlindWork
from hiring.rules.suggestions import Suggestion


@dataclass(frozen=True, slots=True)
class Scene:
    """A loop with whom a message about it names and whom it goes to. `to` is None for a channel."""

    uow: UnitOfWork
    delivery: Delivery
    loop: Loop
    candidate: Candidate
    opening: Opening
    people: Mapping[PersonId, Person]
    now: datetime
    page: str = ""
    work: BlindWork | None = None

    @property
    def to(self) -> Person:
        return self.people[self.delivery.to]

    @property
    def about(self) -> dict[str, Any]:
        """What most builders ask for."""
        return {"candidate": self.candidate, "opening": self.opening}


Writer = Callable[[Scene], Message | None]


def noticed(scene: Scene, person: Person) -> tuple[Suggestion, ...]:
    """What suggests a conflict of this person, for whoever may read it."""
    found = conflicts.evidence(scene.uow, scene.loop, person.id)
    if found and person.id != scene.to.id:
        scene.uow.note_read(scene.loop.id, scene.to.id, Readable.CONFLICTS, now=scene.now)
    return found


def owes(scene: Scene, session: str) -> bool:
    """Whether the reader still owes the scorecard of this session."""
    loop, person = scene.loop, scene.to.id
    if loop.cancelled is not None or sight.is_barred(loop, person):
        return False
    return (session, person) in sight.owed(loop) and not sight.is_in(loop, session, person)


def begun(scene: Scene, session: str) -> bool:
    """Whether the reader has a draft of it."""
    return scene.uow.draft(scene.loop.id, session, scene.to.id) is not None
