"""What people write to the bot in plain words: nothing of it is read, kept or said again. Who wrote is told how to ask."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from slack_bolt import App

from handlers.desk import Desk
from handlers.events import Event, hear
from hiring.model import Delivery, Kind
from hiring.ports import UnitOfWork
from hiring.rules.deliveries import SOON


def register(app: App, desk: Desk) -> None:
    hear(app, desk, "message", wants=_is_said_to_us, do=_answer)


def _is_said_to_us(event: Event) -> bool:
    """Slack tells of our own messages, too, of each edit and deletion, and of what other programs say there."""
    plain = not event.get("subtype") and not event.get("bot_id")
    return plain and event.get("channel_type") == "im" and isinstance(event.get("user"), str)


def _answer(uow: UnitOfWork, event: Event, _: str, now: datetime) -> None:
    """Once a day on their own clock: the key of the second is the same. Strangers are told by `/interview`: there is nobody
    whom a delivery could go to."""
    person = uow.person_by_slack(event["user"])
    if person is not None and person.active:
        day = now.astimezone(ZoneInfo(person.zone)).date()
        told = Delivery(key=f"help/{person.id}/{day}", kind=Kind.HELP, to=person.id, priority=SOON)
        uow.enqueue([told], now=now)
