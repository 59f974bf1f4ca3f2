"""What a story is killed on: the local Slack, calendars and mail here, the bot elsewhere and always started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from pathlib import Path
from typing import Literal

from bot.demo.stage import ROOT, Slack, Stage, accounts, free_port, settings_for
from bot.importing import save
from hiring.ports import Clock
from store.database import Database
from tests.bot.post import Post, serving
from tests.chaos.people import Patient
from tests.database import Place, postgres_place, sqlite_place
from tests.scheduling.calendars.google_server import GoogleServer, google_server
from tests.story.company import COMPANY
from tests.story.killing import SlackClock
from tests.story.outside import Outside, outside, plainly
from tests.story.world import dead, eventually, local_slack
from workbench.player import control
from workbench.server import Running

SEAL_KEYS = "bWFkZSBmb3IgdGVzdHMsIG5vdCBhIHNlY3JldCAzMmI="
DatabaseKind = Literal["sqlite", "postgresql"]


@dataclass
class Kept:
    """The bot, as a supervisor keeps it: whoever dies by SIGKILL is started again at once."""

    environment: dict[str, str]
    log: Path
    broken: str = ""
    _lives: list[int] = field(default_factory=list)
    _supervisor: subprocess.Popen[bytes] | None = None
    _listener: threading.Thread | None = None
    _ending: bool = False

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.serving"],
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self._listener = threading.Thread(target=self._listen, args=(self._supervisor,))
        self._listener.start()
        eventually(lambda: bool(self._lives or self.broken), "no bot was begun", within=300)

    def kill(self) -> None:
        """At whatever it is doing."""
        with suppress(ProcessLookupError):  # it may be dying already
            os.kill(self.pid, signal.SIGKILL)

    @property
    def pid(self) -> int:
        return self._lives[-1]

    @property
    def lives(self) -> int:
        return len(self._lives)

    def check(self) -> None:
        assert not self.broken, self.broken

    def go_away(self) -> None:
        """Until it is started again."""
        self.end()
        self._ending = False

    def end(self) -> None:
        self._ending = True
        if self._supervisor is not None and self._listener is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._supervisor.pid, signal.SIGKILL)
            self._listener.join()

    def _listen(self, supervisor: subprocess.Popen[bytes]) -> None:
        """To who lives now, until the supervisor and all that it began have ended."""
        assert supervisor.stdout is not None
        with supervisor.stdout as said:
            for line in said:
                self._lives.append(int(line))
        code = supervisor.wait()
        if not self._ending:
            self.broken = f"the bot ended by itself with {code}:\n{self.log.read_text()[-4000:]}"


@dataclass(frozen=True)
class Backstage:
    database: Database
    clock: Clock


@dataclass(frozen=True)
class World:
    slack: Running
    stage: Stage
    bot: Kept
    google: GoogleServer | None
    post: Post
    place: Place

    def is_ready(self) -> bool:
        """What `/readyz` of the bot says; False, too, while there is no bot."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.bot.environment['PORT']}/readyz", timeout=40
            ) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def play(self) -> Outside:
        """A whole loop, and what the world has of it in the end."""
        eventually(self.is_ready, "the bot is never ready", within=300)
        Patient(self.stage, self.bot.check).play()
        assert dead(self.stage.evenhand.database) == []
        assert control(self.slack.url, "refusals")["refusals"] == []
        return self.seen()

    def seen(self) -> Outside:
        found = outside(self.stage)
        letters = {"letters": Counter(_letters(self.post))}
        if self.google is not None:
            return replace(found, messages=found.messages | letters, events=Counter(_events(self.google)))
        return replace(found, messages=found.messages | letters)


def _letters(post: Post) -> Iterator[str]:
    """Two of one Message-ID are one letter to whoever reads them: docs/reliability.md says so."""
    known = set()
    for envelope in post.taken:
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content)
        if letter["Message-ID"] not in known:
            known.add(letter["Message-ID"])
            yield plainly(f"{letter['To']}: {letter['Subject']}")


def _events(google: GoogleServer) -> Iterator[str]:
    for email, calendar in google.calendars.items():
        for event in calendar.events.values():
            if event["status"] != "cancelled":
                guests = sorted(one["email"] for one in event.get("attendees", ()))
                yield plainly(f"{email}: {event['summary']}, {event['start']} to {event['end']}, {guests}")


@contextmanager
def world(
    home: Path, kind: DatabaseKind, *, passed: Path | None = None, deadly: Path | None = None, google: bool = False
) -> Iterator[World]:
    """PostgreSQL or SQLite; Google's calendars or the built-in ones; mail always."""
    home.mkdir(parents=True, exist_ok=True)
    post = Post()
    with ExitStack() as stack:
        slack = stack.enter_context(local_slack())
        mail = stack.enter_context(serving(post))
        there = stack.enter_context(google_server()) if google else None
        place = sqlite_place(home) if kind == "sqlite" else postgres_place()
        environment = _environment(slack, home, place) | {"SMTP_URL": f"smtp://{mail}?from=interviews@corvid.example"}
        if there is not None:
            environment |= _calendars(there, home)
        environment |= {name: str(path) for name, path in (("CHAOS_PASSED", passed), ("CHAOS_DEADLY", deadly)) if path}
        bot = Kept(environment | {"CHAOS_DIED": str(home / "died")}, home / "bot.log")
        database = place.open(migrate=True)
        stack.callback(database.close)
        save(database, COMPANY)
        stage = Stage(
            slack=Slack(**slack.told()),
            evenhand=Backstage(database, SlackClock(slack.url)),
            company=COMPANY,
            accounts=accounts(COMPANY.people),
        )
        stack.callback(bot.end)
        bot.start()
        yield World(slack=slack, stage=stage, bot=bot, google=there, post=post, place=place)


def _environment(slack: Running, home: Path, place: Place) -> dict[str, str]:
    one = settings_for(Slack(**slack.told()), home, port=0)
    return {
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": one.bot_token,
        "SLACK_APP_TOKEN": one.app_token,
        "SLACK_API_URL": one.slack_api_url,
        "EVENHAND_DATABASE_URL": place.url,
        "EVENHAND_SEAL_KEYS": SEAL_KEYS,
        "EVENHAND_CLOCK_URL": one.clock_url,
        "EVENHAND_BASE_URL": one.base_url,
        "EVENHAND_VIDEO_URL": one.video_url,
        "PORT": str(free_port()),
    }


def _calendars(there: GoogleServer, home: Path) -> dict[str, str]:
    for person in COMPANY.people:
        there.state.add(person.email, zone=person.zone)
        there.state.delegated.add(person.email)
    return {
        "EVENHAND_CALENDAR": "google",
        "GOOGLE_SERVICE_ACCOUNT_FILE": str(there.key_file(home / "key.json")),
        "GOOGLE_CALENDAR_API_URL": there.url,
    }
