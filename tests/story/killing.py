"""The bot as a process that can be killed, the local Slack beside it, and a look into the database from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.composition import seal_keys
from bot.demo.stage import ROOT, Slack, Stage, accounts
from bot.settings import Settings
from hiring.model import Kind, Loop
from hiring.ports import Clock
from store.database import Database, open_database
from tests.story.company import COMPANY
from tests.story.outside import DIGEST
from tests.story.world import PATIENCE, eventually, local_slack, settled
from workbench.player import control
from workbench.server import Running


class SlackClock(Clock):
    """The local Slack's time, asked for each time."""

    def __init__(self, url: str) -> None:
        self._url = url

    def now(self) -> datetime:
        return datetime.fromisoformat(control(self._url, "clock")["now"]).astimezone(UTC)


class Bot:
    """The bot as a process of its own, with everything it starts in one group."""

    def __init__(self, settings: Settings, home: Path, *, command: tuple[str, ...]) -> None:
        self._command = [sys.executable, "-m", *command]
        self._environment = {
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": settings.bot_token,
            "SLACK_APP_TOKEN": settings.app_token,
            "SLACK_API_URL": settings.slack_api_url,
            "EVENHAND_DATABASE_URL": settings.database_url,
            "EVENHAND_CLOCK_URL": settings.clock_url,
            "EVENHAND_BASE_URL": settings.base_url,
            "EVENHAND_VIDEO_URL": settings.video_url,
            "PORT": "0",
        }
        self.log = home / "bot.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._groups: list[int] = []

    def start(self) -> None:
        begun = self._starts()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._command, cwd=ROOT, env=self._environment, stderr=log, start_new_session=True
            )
        process = self._process
        self._groups.append(process.pid)
        eventually(lambda: self._starts() > begun or process.poll() is not None, "the bot does not start")
        assert process.poll() is None, self.log.read_text()

    def _starts(self) -> int:
        return self.log.read_text().count('"says": "started: ') if self.log.exists() else 0

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """As an operator does; gives the exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=PATIENCE)

    def nothing_left(self) -> None:
        """No process that the bot started outlives it, however it ended."""
        eventually(lambda: not any(_alive(group) for group in self._groups), "a child outlives the bot")

    def clear(self) -> None:
        for group in self._groups:
            if _alive(group):
                os.killpg(group, signal.SIGKILL)
        if self._process is not None:
            self._process.wait()


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@dataclass(frozen=True)
class Backstage:
    database: Database
    clock: Clock


@dataclass(frozen=True)
class Scene:
    slack: Running
    bot: Bot
    stage: Stage

    @property
    def database(self) -> Database:
        return self.stage.evenhand.database

    def loop(self) -> Loop:
        with self.database.begin(read_only=True) as uow:
            return uow.loops(active=False)[0]

    def asked(self, kind: Kind, *states: str) -> bool:
        """Whether there is a delivery of that kind (in one of these states)."""
        listed = self.database.deliveries.listing()
        return any(one.delivery.kind is kind and (not states or one.state in states) for one in listed)

    def events(self) -> int:
        ever = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC))
        return len(self.database.shelf.entries(start=ever[0], end=ever[1]))


@contextmanager
def scene(home: Path, *, command: tuple[str, ...] = ("tests.story.serving",)) -> Iterator[Scene]:
    """The local Slack here, the bot elsewhere, and the database to look into."""
    home.mkdir(exist_ok=True)
    with local_slack() as slack:
        settings = settled(slack, home)
        bot = Bot(settings, home, command=command)
        database = open_database(settings.database_url, seal_keys=seal_keys(settings))
        try:
            bot.start()
            there = Slack(**slack.told())
            backstage = Backstage(database=database, clock=SlackClock(slack.url))
            stage = Stage(slack=there, evenhand=backstage, company=COMPANY, accounts=accounts(COMPANY.people))
            stage.player("hans").wait_for(DIGEST, PATIENCE)
            yield Scene(slack=slack, bot=bot, stage=stage)
        finally:
            bot.clear()
            database.close()
