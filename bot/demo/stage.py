"""Setting the stage: a fresh database with the company in it, the local Slack beside us, and the bot connected to it."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from bot.company import Company
from bot.composition import Evenhand, seal_keys
from bot.importing import save
from bot.matching import match_accounts
from bot.settings import Settings, read_settings
from hiring.model import Opening, Person, PersonId
from hiring.ports import Clock
from store.database import Database, open_database
from store.sealing import SealKeys
from workbench.player import Player, control

ROOT: Final = Path(__file__).resolve().parents[2]
EXAMPLE: Final = ROOT / "examples" / "company"
MANIFEST: Final = ROOT / "manifest.yml"
PATIENCE: Final = 30.0


class NoStage(Exception):
    """The demo can't be set up; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Slack:
    """The local Slack as it told about itself when it was ready."""

    url: str
    api: str
    bot_token: str
    app_token: str
    signing_secret: str


class Backstage(Protocol):
    """What the story looks up behind the scenes: where a loop stands, and what time it is."""

    @property
    def database(self) -> Database: ...
    @property
    def clock(self) -> Clock: ...


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything the story needs. `accounts` maps our people to their accounts in the local Slack."""

    slack: Slack
    evenhand: Backstage
    company: Company
    accounts: Mapping[PersonId, str]

    def player(self, person: PersonId) -> Player:
        return Player(self.slack.url, self.accounts[person])

    def advance(self, seconds: float) -> None:
        """Moves everybody's clock forward."""
        if seconds > 0:
            control(self.slack.url, "clock", {"advance": seconds})


def accounts(people: tuple[Person, ...]) -> dict[PersonId, str]:
    return {person.id: f"U{number:03d}DEMO" for number, person in enumerate(people, start=1)}


def workspace(company: Company) -> dict[str, Any]:
    """The local Slack's people and channels, from the company's."""
    known = accounts(company.people)
    return {
        "team": {"id": "T0CORVID", "name": "Corvid"},
        "people": [
            {
                "id": known[person.id],
                "name": re.sub(r"[^a-z0-9._-]", "", person.email.split("@")[0].casefold()) or f"person{number}",
                "real_name": person.name,
                "email": person.email,
                "tz": person.zone,
                "title": person.title,
            }
            for number, person in enumerate(company.people)
        ],
        "channels": [
            {
                "id": f"C{number:03d}DEMO",
                "name": opening.channel,
                "members": _members(opening, known),
                "is_private": False,
            }
            for number, opening in enumerate(company.openings, start=1)
            if opening.channel
        ],
        "bot": {"id": "U0EVENHAND", "name": "evenhand"},
        "now": None,
    }


def _members(opening: Opening, known: Mapping[PersonId, str]) -> list[str]:
    people = [opening.hiring_manager, opening.recruiter, *([opening.delegate] if opening.delegate else [])]
    return list(dict.fromkeys(known[person] for person in people))


@contextmanager
def slack(company: Company, home: Path, *, port: int) -> Iterator[Slack]:
    """The local Slack in a process of its own, until the block is left."""
    file = home / "workspace.json"
    file.write_text(json.dumps(workspace(company), ensure_ascii=False))
    command = [sys.executable, "-m", "workbench", "--workspace", str(file), "--manifest", str(MANIFEST)]
    process = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise NoStage(f"The local Slack did not start; is port {port} taken? Try --port with another number.")
        yield Slack(**json.loads(line))
    finally:
        process.terminate()
        process.wait(timeout=10)


def fresh(home: Path) -> Path:
    """An empty folder for this run; what an earlier run left is thrown away."""
    if home.exists():
        shutil.rmtree(home)
    home.mkdir(parents=True)
    return home


def settings_for(there: Slack, home: Path, *, port: int) -> Settings:
    """Socket Mode to the local Slack, everything kept in `home`, the clock that visitors move."""
    found = read_settings(
        {
            "SLACK_BOT_TOKEN": there.bot_token,
            "SLACK_APP_TOKEN": there.app_token,
            "SLACK_SIGNING_SECRET": there.signing_secret,
            "SLACK_API_URL": there.api,
            "EVENHAND_DATABASE_URL": f"sqlite:///{home / 'evenhand.db'}",
            "EVENHAND_CLOCK_URL": f"{there.url}/w/clock",
            "EVENHAND_VIDEO_URL": "https://video.corvid.example/{id}",
            "EVENHAND_BASE_URL": f"http://127.0.0.1:{port}",
            "PORT": str(port),
        }
    )
    if not isinstance(found, Settings):
        raise NoStage(" ".join(fault.says for fault in found))
    return found


def import_into(settings: Settings, company: Company) -> None:
    SealKeys.ensure_file(settings.home / "seal.keys")  # thrown away with the rest, so nobody need be told to back it up
    database = open_database(settings.database_url, seal_keys=seal_keys(settings), migrate=True)
    try:
        save(database, company)
    finally:
        database.close()


def free_port() -> int:
    """A port nobody listens on at this moment: candidates' links must name it before the server starts."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def stage(company: Company, home: Path, *, port: int) -> Iterator[Stage]:
    """The whole stage, taken down when the block is left."""
    with slack(company, home, port=port) as there:
        settings = settings_for(there, home, port=free_port())
        import_into(settings, company)
        evenhand = Evenhand(settings)
        try:
            match_accounts(evenhand.database, evenhand.messenger)
            evenhand.start()
            yield Stage(slack=there, evenhand=evenhand, company=company, accounts=accounts(company.people))
        finally:
            evenhand.stop()
