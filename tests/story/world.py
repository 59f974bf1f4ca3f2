"""The local Slack and the bot, connected, with a small company in them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from bot.composition import Evenhand
from bot.demo.stage import MANIFEST, Slack, Stage, accounts, import_into, settings_for, workspace
from bot.demo.story import Story
from bot.matching import match_accounts
from bot.settings import Settings
from hiring.flows.sweeping import sweep
from store.database import Database
from tests.story.company import COMPANY, JO, OPENING
from workbench.player import Player, control
from workbench.server import Running, running

MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
PATIENCE = 120.0
"""Seconds that anything here may take. On a machine with more work than cores all takes long, and says nothing."""


@dataclass(frozen=True)
class World:
    slack: Running
    stage: Stage
    settings: Settings
    home: Path

    @property
    def database(self) -> Database:
        return self.stage.evenhand.database

    def player(self, person: str) -> Player:
        return self.stage.player(person)

    def story(self) -> Story:
        return Story(stage=self.stage, opening=OPENING, candidate=JO, plan="onsite")

    def quiet(self) -> None:
        """Until everything that is due by now has been said."""
        sweep(self.database, now=self.stage.evenhand.clock.now())
        eventually(lambda: not unmade(self.database), "some deliveries were never made")

    def homes(self) -> None:
        """Everybody opens App Home, and waits until it is drawn."""
        before = self._drawn()
        for person in self.stage.accounts:
            self.player(person).home()
        eventually(lambda: self._drawn() >= before + len(self.stage.accounts), "some App Home was not drawn")
        self.quiet()

    def _drawn(self) -> int:
        return sum(call.method == "views.publish" for call in self.slack.space.log)

    def refused(self) -> list[Any]:
        """The payloads that the real Slack would not have taken."""
        found: list[Any] = control(self.slack.url, "refusals")["refusals"]
        return found


def unmade(database: Database) -> list[str]:
    return [
        f"{one.delivery.key}: {one.state} {one.reason}"
        for one in database.deliveries.listing(limit=1000)
        if one.state not in {"done", "dead"}
    ]


def dead(database: Database) -> list[str]:
    return [f"{one.delivery.key}: {one.reason}" for one in database.deliveries.listing(state="dead", limit=1000)]


def eventually(so: Callable[[], bool], otherwise: str, *, within: float = PATIENCE) -> None:
    until = time.monotonic() + within
    while not so():
        assert time.monotonic() < until, otherwise
        time.sleep(0.02)


@contextmanager
def local_slack() -> Iterator[Running]:
    """The local Slack in this process, on a Monday morning. It waits for an answer longer than the real one, since what an
    answer may wait for is held in `tests/handlers/test_permissions.py`, and how long one takes is measured (D2)."""
    manifest = yaml.safe_load(MANIFEST.read_text())
    with running(workspace(COMPANY) | {"now": MONDAY.isoformat()}, manifest=manifest) as slack:
        slack.space.patience = 30.0
        yield slack


def settled(slack: Running, home: Path) -> Settings:
    """The company in a database of its own, and the settings to run with it."""
    settings = settings_for(Slack(**slack.told()), home, port=0)
    import_into(settings, COMPANY)
    return settings


@contextmanager
def world(home: Path, *, over_http: bool = False) -> Iterator[World]:
    """Slack and the bot in this process; over Socket Mode, or over signed HTTP."""
    with local_slack() as slack:
        settings = settled(slack, home)
        if over_http:
            settings = replace(settings, app_token="")
        evenhand = Evenhand(settings)
        try:
            match_accounts(evenhand.database, evenhand.messenger)
            evenhand.start()
            if over_http:
                slack.space.http_events = f"http://127.0.0.1:{evenhand.web.port}/slack/events"
            stage = Stage(
                slack=Slack(**slack.told()), evenhand=evenhand, company=COMPANY, accounts=accounts(COMPANY.people)
            )
            here = World(slack=slack, stage=stage, settings=settings, home=home)
            here.quiet()
            yield here
        finally:
            evenhand.stop()
