"""Having a record kept that would be erased."""

from __future__ import annotations

from slack_bolt import App

from handlers import ids
from handlers.blocks import retention as blocks
from handlers.desk import Answer, Ask, Desk, Errors, Opens
from hiring.flows import foretelling
from hiring.rules.permissions import Refused


def register(app: App, desk: Desk) -> None:
    desk.action(app, ids.RETENTION_HOLD, ask_why)
    desk.submission(app, ids.RETENTION_VIEW, hold)


def ask_why(ask: Ask) -> Answer:
    loop = ask.loop()
    return foretelling.may_hold(loop, ask.person) or Opens(
        blocks.hold_modal(loop, candidate=ask.uow.candidate(loop.candidate))
    )


def hold(ask: Ask) -> Answer:
    reason = blocks.read_hold(ask.view)
    if isinstance(reason, dict):
        return Errors(reason)
    done = foretelling.hold(ask.uow, ask.loop(), reason=reason, by=ask.person, now=ask.now)
    return done if isinstance(done, Refused) else None
