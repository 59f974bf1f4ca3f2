"""The question about conflicts, and what a recruiter is asked about the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handlers.blocks import attest
from handlers.blocks import conflicts as conflict_blocks
from handlers.blocks.message import Message
from handlers.messages.scene import Scene, Writer, noticed
from hiring.flows import conflicts
from hiring.model import Answer, Kind, Person
from hiring.rules import sight
from hiring.rules.phase import attestation, needs_look, panel


def attest_ask(scene: Scene) -> Message | None:
    said = attestation(scene.loop, scene.to.id)
    if "left" in dict(scene.delivery.refs) and (said is None or scene.to.id not in panel(scene.loop)):
        return attest.attest_closed(answered=said is not None)
    aside = sight.is_barred(scene.loop, scene.to.id)
    if aside and (said is None or said.answer is not Answer.CONFLICT):
        return attest.set_aside() if scene.delivery.updates else None
    if said is not None:
        return attest.attest_answered(scene.loop, person=scene.to, **scene.about, answer=said.answer)
    if scene.to.id not in panel(scene.loop):
        return None
    return attest.attest_ask(scene.loop, person=scene.to, **scene.about, found=noticed(scene, scene.to))


def _attest_remind(scene: Scene) -> Message | None:
    if scene.delivery.updates:
        return attest_ask(scene)
    if attestation(scene.loop, scene.to.id) is not None or scene.to.id not in panel(scene.loop):
        return None
    return attest.attest_remind(scene.loop, person=scene.to, **scene.about, found=noticed(scene, scene.to))


def _judged(scene: Scene, who: Person) -> Message | None:
    """What the recruiter's message becomes once it was pinned, or the person has changed their word."""
    said = attestation(scene.loop, who.id)
    pins = [pin for pin in scene.loop.pins if pin.person == who.id and said is not None and pin.at >= said.at]
    if sight.is_barred(scene.loop, who.id) or pins:
        return attest.unsure_answered(person=who, barred=sight.is_barred(scene.loop, who.id))
    return None


def _unsure(scene: Scene) -> Message | None:
    who = scene.people[scene.delivery.ref("person")]
    said = attestation(scene.loop, who.id)
    if conflicts.may_read(scene.loop, scene.to) is not None or said is None:
        return None
    judged = _judged(scene, who)
    if judged is not None or said.answer is not Answer.UNSURE:
        return judged or attest.unsure_answered(person=who, barred=False)
    disclosed = scene.uow.disclosures(scene.loop.id, reader=scene.to.id, now=scene.now)
    notes = [d.note for d in disclosed if d.person == who.id and d.by is None]
    return attest.unsure(
        scene.loop,
        person=who,
        candidate=scene.candidate,
        note=notes[-1] if notes else "",
        people=scene.people,
        found=noticed(scene, who),
    )


def _look(scene: Scene) -> Message | None:
    who = scene.people[scene.delivery.ref("person")]
    if conflicts.may_read(scene.loop, scene.to) is not None or who.id == scene.to.id:
        return None
    judged = _judged(scene, who)
    if judged is not None or not needs_look(scene.loop, who.id):
        return judged
    return conflict_blocks.look(
        scene.loop, person=who, candidate=scene.candidate, found=noticed(scene, who), people=scene.people
    )


def _named(scene: Scene) -> Message | None:
    if conflicts.may_read(scene.loop, scene.to) is not None:
        return None
    return conflict_blocks.named(scene.loop, **scene.about)


WRITERS: Final[Mapping[Kind, Writer]] = {
    Kind.ATTEST_ASK: attest_ask,
    Kind.ATTEST_REMIND: _attest_remind,
    Kind.UNSURE: _unsure,
    Kind.LOOK: _look,
    Kind.NAMED: _named,
}
