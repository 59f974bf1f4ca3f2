"""Hearing from Slack that somebody's account was deactivated, or is back."""

from __future__ import annotations

from datetime import datetime

from slack_bolt import App

from handlers.desk import Desk
from handlers.events import Event, hear
from hiring.flows import membership
from hiring.ports import UnitOfWork


def register(app: App, desk: Desk) -> None:
    hear(app, desk, "user_change", wants=_tells, do=_mark)


def _tells(event: Event) -> bool:
    user = event.get("user")
    return isinstance(user, dict) and isinstance(user.get("id"), str) and isinstance(user.get("deleted"), bool)


def _mark(uow: UnitOfWork, event: Event, _: str, now: datetime) -> None:
    user = event["user"]
    membership.mark_accounts(uow, {user["id"]: user["deleted"]}, now=now)
