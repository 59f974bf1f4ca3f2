"""What those who owe a scorecard are sent, until it is in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from handlers.blocks import scorecard, take_home
from handlers.blocks.message import Message
from handlers.messages.scene import Scene, Writer, begun, owes
from hiring.model import Kind
from hiring.rules import sight

JUST_ASKED: Final = timedelta(minutes=30)


def _scorecard_ask(scene: Scene) -> Message | None:
    session = scene.delivery.ref("session")
    if not owes(scene, session):
        return scorecard.scorecard_closed(scene.loop, session=session) if scene.delivery.updates else None
    if scene.work is not None:
        return take_home.score(
            scene.loop,
            session=session,
            work=scene.work,
            person=scene.to,
            opening=scene.opening,
            draft_saved=begun(scene, session),
        )
    return scorecard.scorecard_ask(
        scene.loop, session=session, person=scene.to, candidate=scene.candidate, draft_saved=begun(scene, session)
    )


def _scorecard_remind(scene: Scene) -> Message | None:
    session = scene.delivery.ref("session")
    if scene.delivery.updates:
        return scorecard.scorecard_closed(scene.loop, session=session)
    if not owes(scene, session) or _just_asked(scene):
        return None
    return scorecard.scorecard_remind(
        scene.loop,
        session=session,
        person=scene.to,
        candidate=scene.candidate,
        ladder=int(scene.delivery.ref("rung")),
        draft_saved=begun(scene, session),
    )


def _just_asked(scene: Scene) -> bool:
    """After an outage the question and its reminder fall due together: then the question is enough."""
    asked = scene.uow.sent(scene.delivery.key.split("/remind/")[0])
    return asked is not None and scene.now - datetime.fromtimestamp(float(asked.ts), UTC) < JUST_ASKED


def _scorecard_thanks(scene: Scene) -> Message | None:
    session = scene.delivery.ref("session")
    mine = [s for s in scene.loop.submitted if (s.session, s.person) == (session, scene.to.id) and not s.void]
    if not mine:
        return scorecard.scorecard_closed(scene.loop, session=session)
    return scorecard.scorecard_thanks(
        scene.loop, session=session, commitment=mine[-1].commitment, amended=mine[-1].amended_at is not None
    )


def _work_replaced(scene: Scene) -> Message | None:
    session, loop = scene.delivery.ref("session"), scene.loop
    gone = sight.is_barred(loop, scene.to.id) or (session, scene.to.id) not in sight.owed(loop)
    if scene.work is None or gone or loop.released is not None or loop.cancelled is not None:
        return None
    is_in = sight.is_in(loop, session, scene.to.id)
    return take_home.work_replaced(loop, session=session, work=scene.work, is_in=is_in)


WRITERS: Final[Mapping[Kind, Writer]] = {
    Kind.SCORECARD_ASK: _scorecard_ask,
    Kind.SCORECARD_REMIND: _scorecard_remind,
    Kind.SCORECARD_THANKS: _scorecard_thanks,
    Kind.WORK_REPLACED: _work_replaced,
}
