"""What follows the release: summary and decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handlers.blocks import decide, notices, summary
from handlers.blocks.message import Message
from handlers.messages.scene import Scene, Writer
from hiring.flows import deciding
from hiring.model import Kind
from hiring.rules import sight
from hiring.rules.permissions import Refused


def _released(scene: Scene) -> Message | None:
    if sight.is_barred(scene.loop, scene.to.id):
        return None
    return summary.released(scene.loop, person=scene.to, candidate=scene.candidate, people=scene.people)


def _summary(scene: Scene) -> Message | None:
    found = deciding.read_summary(scene.uow, scene.loop, by=scene.to, now=scene.now)
    if isinstance(found, Refused):
        return None
    return summary.summary(scene.loop, summary=found, **scene.about, people=scene.people)


def _summary_link(scene: Scene) -> Message | None:
    return summary.summary_link(scene.loop, opening=scene.opening, people=scene.people)


def _decision_remind(scene: Scene) -> Message | None:
    if scene.loop.decision is not None:
        return notices.settled() if scene.delivery.updates else None
    return decide.decision_remind(scene.loop, **scene.about, zone=scene.to.zone)


def _decision(scene: Scene) -> Message | None:
    if sight.is_barred(scene.loop, scene.to.id):
        return None
    return decide.decision(scene.loop, candidate=scene.candidate, people=scene.people)


def _next_step(scene: Scene) -> Message | None:
    return decide.next_step(scene.loop, **scene.about, people=scene.people)


WRITERS: Final[Mapping[Kind, Writer]] = {
    Kind.RELEASED: _released,
    Kind.SUMMARY: _summary,
    Kind.SUMMARY_LINK: _summary_link,
    Kind.DECISION_REMIND: _decision_remind,
    Kind.DECISION: _decision,
    Kind.NEXT_STEP: _next_step,
}
