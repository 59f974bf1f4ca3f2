"""App Home: what is mine, whoever I am. Opening it writes a delivery; the worker publishes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slack_bolt import App

from handlers import facts
from handlers.blocks import home
from handlers.desk import Desk, redrawn
from handlers.events import Event, hear
from hiring.flows.settling import people_in
from hiring.model import Person
from hiring.ports import UnitOfWork


def register(app: App, desk: Desk) -> None:
    hear(app, desk, "app_home_opened", wants=lambda event: event.get("tab") == "home", do=_redraw)


def _redraw(uow: UnitOfWork, event: Event, mark: str, now: datetime) -> None:
    person = uow.person_by_slack(event["user"])
    if person is not None:
        uow.enqueue([redrawn(person, mark)], now=now)


def home_view(uow: UnitOfWork, person: Person, *, now: datetime) -> Mapping[str, Any]:
    if not person.active:
        return home.nobodys()
    return home.home(facts.home(uow, person, now=now), people=people_in(uow))
