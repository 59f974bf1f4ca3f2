"""Hearing from Slack that somebody's account was deactivated, or is back."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from handlers.desk import Desk
from hiring.flows import membership


def register(app: App, desk: Desk) -> None:
    def changed(ack: Ack, event: dict[str, Any]) -> None:
        user = event.get("user") or {}
        if isinstance(user, dict) and isinstance(user.get("id"), str) and isinstance(user.get("deleted"), bool):
            with desk.store.begin() as uow:
                membership.mark_accounts(uow, {user["id"]: user["deleted"]}, now=desk.clock.now())
        ack()

    app.event("user_change")(changed)
