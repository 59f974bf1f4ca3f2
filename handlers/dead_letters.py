"""The button of a dead letter: try it again."""

from __future__ import annotations

from slack_bolt import App

from handlers import ids
from handlers.blocks import notices
from handlers.desk import Answer, Ask, Desk, Says
from hiring.flows import dead_letters


def register(app: App, desk: Desk) -> None:
    desk.action(app, ids.DELIVERY_RETRY, retry)


def retry(ask: Ask) -> Answer:
    key, notice = ask.values
    refused = dead_letters.retry(ask.uow, key, notice=notice, by=ask.person, now=ask.now)
    return refused or Says(notices.done("It is being tried again."))
