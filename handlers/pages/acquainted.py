"""The form in which a candidate says whom they know here: boxes beside the names their page tells them, and room for words.

Nobody is named who was not named to them before, so whom they write of learns nothing and gives nothing away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from handlers.blocks.text import bare
from handlers.pages.stage import Stage, stage
from hiring.flows import naming
from hiring.model import Acquaintances, Loop, LoopId, Person, PersonId
from hiring.ports import Clock, Stale, Store, UnitOfWork
from hiring.rules.acquaintances import LONGEST
from hiring.rules.permissions import Refused

_WORDS = "words"
_BOX = "know-"
_TRIES = 3
_BUSY = "It could not be saved just now. Nothing is lost: please send it again."
_SPARE = 4
"""A text that is too long is shown again whole, up to so many times what may be kept."""


@dataclass(frozen=True, slots=True)
class Box:
    """A person whom the candidate may tick. `field` is a name that means something on this page alone."""

    person: PersonId
    field: str
    name: str
    title: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Form:
    boxes: tuple[Box, ...]
    words: str
    said: bool
    """Whether something is kept already, so that this changes it."""
    fault: str = ""
    longest: int = LONGEST

    @property
    def ticked(self) -> tuple[PersonId, ...]:
        return tuple(box.person for box in self.boxes if box.ticked)


def form(uow: UnitOfWork, loop: Loop, *, key: bytes) -> Form:
    """As it was said last."""
    said = uow.acquaintances(loop.id) if loop.named else None
    people = [uow.person(person) for person in naming.hosts(uow, loop)]
    return Form(
        boxes=tuple(_box(person, loop, said, key) for person in people),
        words=said.words if said else "",
        said=said is not None and bool(said.words or said.people),
    )


def _box(person: Person, loop: Loop, said: Acquaintances | None, key: bytes) -> Box:
    return Box(
        person=person.id,
        field=_BOX + _handle(person.id, loop, key),
        name=bare(person.name),
        title=bare(person.title) if person.title.strip() else "",
        ticked=said is not None and person.id in said.people,
    )


def _handle(person: PersonId, loop: Loop, key: bytes) -> str:
    """Says nothing to whoever reads the page, and means the same person whoever sits where by the time it is sent."""
    about = f"acquainted\0{loop.id}\0{person}".encode()
    return hashlib.blake2b(about, key=hashlib.sha256(key).digest(), digest_size=8).hexdigest()


def typed(shown: Form, fields: Mapping[str, str]) -> Form:
    """The form as it came in: what is not ticked any more is not meant any more."""
    words = fields.get(_WORDS, "").replace("\r\n", "\n")[: _SPARE * LONGEST]
    return replace(shown, words=words, boxes=tuple(replace(box, ticked=box.field in fields) for box in shown.boxes))


def keep(store: Store, loop_id: LoopId, fields: Mapping[str, str], *, key: bytes, clock: Clock) -> Form | None:
    """Keeps what was typed; the form with its fault when it has one. Sent twice, or too late, it changes nothing."""
    filled = None
    for _ in range(_TRIES):
        try:
            with store.begin() as uow:
                now, loop = clock.now(), uow.loop(loop_id)
                if stage(loop, now) is Stage.CANCELLED:
                    return None
                filled = typed(form(uow, loop, key=key), fields)
                said = naming.say(uow, loop, words=filled.words, ticked=filled.ticked, now=now)
                return replace(filled, fault=said.because) if isinstance(said, Refused) else None
        except Stale:
            continue
    return replace(filled, fault=_BUSY) if filled is not None else None
