"""An auditor's look at who did what with a loop."""

from __future__ import annotations

from slack_bolt import App

from handlers import ids
from handlers.blocks import trail as blocks
from handlers.desk import Answer, Ask, Desk, Opens
from hiring.flows import trail
from hiring.flows.settling import people_in
from hiring.rules.blind import as_seen
from hiring.rules.permissions import Refused


def register(app: App, desk: Desk) -> None:
    desk.action(app, ids.TRAIL_OPEN, show)


def show(ask: Ask) -> Answer:
    loop = ask.loop()
    found = trail.trail(ask.uow, loop, by=ask.person, now=ask.now)
    if isinstance(found, Refused):
        return found
    candidate = as_seen(ask.uow.candidate(loop.candidate), loop, ask.person)
    return Opens(blocks.trail_modal(loop, found, candidate=candidate, people=people_in(ask.uow), zone=ask.person.zone))
