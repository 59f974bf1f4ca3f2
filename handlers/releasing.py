"""Opening a panel's scorecards early."""

from __future__ import annotations

from slack_bolt import App

from handlers import ids
from handlers.blocks import release as blocks
from handlers.desk import Answer, Ask, Desk, Errors, Opens
from hiring.flows import releasing
from hiring.flows.settling import people_in
from hiring.rules.permissions import Refused
from hiring.rules.release import may_open_early


def register(app: App, desk: Desk) -> None:
    desk.action(app, ids.RELEASE_OPEN, ask_why)
    desk.submission(app, ids.RELEASE_VIEW, open_early)


def ask_why(ask: Ask) -> Answer:
    loop = ask.loop()
    return may_open_early(loop, ask.person, ask.now) or Opens(
        blocks.release_modal(loop, candidate=ask.uow.candidate(loop.candidate), people=people_in(ask.uow))
    )


def open_early(ask: Ask) -> Answer:
    reason = blocks.read_release(ask.view)
    if isinstance(reason, dict):
        return Errors(reason)
    done = releasing.open_early(ask.uow, ask.loop(), reason=reason, by=ask.person, now=ask.now)
    return done if isinstance(done, Refused) else None
