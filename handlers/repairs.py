"""Mending a booked loop: a seat that can only be filled at another time, and what was changed on calendars by hand."""

from __future__ import annotations

from slack_bolt import App

from handlers import ids, loops
from handlers.desk import Answer, Ask, Desk, Opens
from hiring.flows import drifting, repairing
from hiring.rules.permissions import Verb, may


def register(app: App, desk: Desk) -> None:
    desk.action(app, ids.REPAIR_TAKE, take_repair)
    desk.action(app, ids.REPAIR_WHY, why_repair)
    desk.action(app, ids.DRIFT_PUT_BACK, put_back)


def take_repair(ask: Ask) -> Answer:
    return loops.refusal(repairing.take(ask.uow, ask.loop(), number=int(ask.values[1]), by=ask.person, now=ask.now))


def why_repair(ask: Ask) -> Answer:
    loop, number = ask.loop(), int(ask.values[1])
    refused = may(ask.person, Verb.SEE_STATUS, loop)
    option = loop.repairs[number].option
    return refused or (Opens(loops.why_option(ask, loop, option)) if option else None)


def put_back(ask: Ask) -> Answer:
    return loops.refusal(drifting.put_back(ask.uow, ask.loop(), by=ask.person, now=ask.now))
