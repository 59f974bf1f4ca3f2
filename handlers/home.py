"""App Home: what is mine, whoever I am. Opening it writes a delivery; the worker publishes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slack_bolt import Ack, App

from handlers import facts
from handlers.blocks import home
from handlers.desk import Desk, redrawn
from hiring.flows.settling import people_in
from hiring.model import Person
from hiring.ports import UnitOfWork


def register(app: App, desk: Desk) -> None:
    def opened(ack: Ack, body: dict[str, Any], event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            refresh(desk, slack_id=event["user"], mark=str(body.get("event_id")))
        ack()

    app.event("app_home_opened")(opened)


def refresh(desk: Desk, *, slack_id: str, mark: str) -> None:
    now = desk.clock.now()
    with desk.store.begin() as uow:
        person = uow.person_by_slack(slack_id)
        if person is not None:
            uow.enqueue([redrawn(person, mark)], now=now)


def home_view(uow: UnitOfWork, person: Person, *, now: datetime) -> Mapping[str, Any]:
    if not person.active:
        return home.nobodys()
    return home.home(facts.home(uow, person, now=now), people=people_in(uow))
