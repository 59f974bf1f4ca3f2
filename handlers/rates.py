"""An auditor's look at how conflicts are handled in the company as a whole."""

from __future__ import annotations

from slack_bolt import App

from handlers import ids
from handlers.blocks import rates as blocks
from handlers.desk import Answer, Ask, Desk, Opens
from hiring.flows import tallying
from hiring.flows.settling import people_in
from hiring.rules.permissions import Refused


def register(app: App, desk: Desk) -> None:
    desk.action(app, ids.RATES_OPEN, show)


def show(ask: Ask) -> Answer:
    found = tallying.read_rates(ask.uow, by=ask.person, now=ask.now)
    return found if isinstance(found, Refused) else Opens(blocks.rates_modal(found, people=people_in(ask.uow)))
