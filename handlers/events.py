"""What Slack tells by itself: each event once, by its own id, in one transaction; the acknowledgement last."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from slack_bolt import Ack, App

from handlers.desk import Desk
from hiring.ports import UnitOfWork

log = logging.getLogger("evenhand.handlers")

Event = Mapping[str, Any]
Wants = Callable[[Event], bool]
Do = Callable[[UnitOfWork, Event, str, datetime], None]
"""Given the event, its id and the time."""


def hear(app: App, desk: Desk, name: str, *, wants: Wants, do: Do) -> None:
    """Slack says an event again when its first answer was late, and then perhaps after a newer one: that changes nothing."""

    def listener(ack: Ack, body: dict[str, Any], event: dict[str, Any]) -> None:
        if wants(event):
            mark, now = str(body.get("event_id") or ""), desk.clock.now()
            with desk.store.begin() as uow:
                if not mark or uow.first_time(mark, now=now):
                    do(uow, event, mark, now)
            log.info("taken", extra={"cause": mark, "way": name})
        ack()

    app.event(name)(listener)
