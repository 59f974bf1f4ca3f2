"""The state of the local Slack. Everything here is touched only on the server's event loop."""

from __future__ import annotations

import asyncio
import copy
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from workbench.faults import Faults
from workbench.people import Conversation, Person, Post, Upload
from workbench.workspace import GroupEntry, Json, Manifest, Workspace

MICROSECONDS = 1_000_000


class Unanswered(Exception):  # reads as what happened, and is not a mistake of ours
    """The bot did not take a delivery; the text is what Slack calls the reason."""


class Courier(Protocol):
    async def ask(self, kind: str, payload: Json, *, attempt: int = 0, reason: str = "") -> Json:
        """Hand a payload to the bot and give back what it answered with. Raises Unanswered."""
        ...


@dataclass(frozen=True, slots=True)
class Refusal:
    """A payload the real Slack would not have taken: who sent it where, and why not."""

    where: str
    error: str
    messages: tuple[str, ...]
    payload: Json


@dataclass(frozen=True, slots=True)
class Call:
    """What went out of the bot: a call of the Web API, or what it said at a `response_url` or in an `ack KIND`."""

    method: str
    args: Json
    answer: Json
    seen_by: tuple[str, ...]
    at: str


@dataclass(slots=True)
class View:
    """A view on somebody's screen; `values` is what stands in its inputs, as plain values."""

    raw: Json
    user: str
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.raw["id"])


@dataclass(slots=True)
class Trigger:
    user: str
    expires: float
    view_id: str | None = None
    is_submission: bool = False
    used: bool = False


class Space:
    def __init__(self, workspace: Workspace, *, manifest: Manifest) -> None:
        self.team_id = workspace.team.id
        self.team_name = workspace.team.name
        self.app_id = "A" + self.team_id[1:]
        self.bot_id = "B" + workspace.bot.id[1:]
        self.bot_user = workspace.bot.id
        self.manifest = manifest
        self.url = ""
        self.bot_token = f"xoxb-{secrets.token_hex(16)}"
        self.app_token = f"xapp-1-{self.app_id}-{secrets.token_hex(16)}"
        self.signing_secret = secrets.token_hex(16)
        self.verification_token = secrets.token_hex(12)
        self.http_events: str | None = None
        self.retry_delays: tuple[float, ...] = (0.5, 2.0, 5.0)
        self.patience = 3.0
        self.limits = False
        self.file_delay = 0.0
        self.faults = Faults()
        self.refusals: list[Refusal] = []
        self.log: list[Call] = []
        self.people: dict[str, Person] = {}
        self.groups: dict[str, GroupEntry] = {group.id: group for group in workspace.groups}
        self.conversations: dict[str, Conversation] = {}
        self.uploads: dict[str, Upload] = {}
        self.triggers: dict[str, Trigger] = {}
        self.stacks: defaultdict[str, list[View]] = defaultdict(list)
        self.homes: dict[str, View] = {}
        self.message_values: defaultdict[tuple[str, str, str], dict[str, dict[str, Any]]] = defaultdict(dict)
        self.response_urls: dict[str, Any] = {}
        self.suggested: defaultdict[tuple[str, str, str], dict[str, Json]] = defaultdict(dict)
        self.notices: dict[str, str] = {}
        self.last_read: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self.closing = asyncio.Event()
        self.courier: Courier
        self._versions: Counter[str] = Counter()
        self._changed: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._touched: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._offset = timedelta() if workspace.now is None else workspace.now.astimezone(UTC) - datetime.now(UTC)
        self._last_tick = 0
        self._settle(workspace)

    def _settle(self, workspace: Workspace) -> None:
        for entry in workspace.people:
            self.people[entry.id] = Person(**entry.model_dump())
        bot = workspace.bot
        self.people[bot.id] = Person(id=bot.id, name=bot.name, real_name=bot.name.capitalize(), is_bot=True)
        created = int(self.now.timestamp())
        for channel in workspace.channels:
            unknown = [member for member in channel.members if member not in self.people]
            if unknown:
                raise ValueError(f"Channel {channel.name} has members who are not people of the file: {unknown}")
            self.conversations[channel.id] = Conversation(
                id=channel.id,
                name=channel.name,
                kind="channel",
                members=list(channel.members),
                is_private=channel.is_private,
                created=created,
            )
        for entry in workspace.people:
            dm = Conversation(
                id=direct_id(entry.id), name=entry.id, kind="im", members=[entry.id, bot.id], created=created
            )
            self.conversations[dm.id] = dm

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    @property
    def offset(self) -> timedelta:
        return self._offset

    def advance(self, seconds: float) -> None:
        """The clock moves forward only: message ts have to grow."""
        if seconds < 0:
            raise ValueError("The clock only moves forward.")
        self._offset += timedelta(seconds=seconds)
        for person in self.people:
            self.touch(person)

    def tick(self) -> str:
        """A message ts from the workbench clock, unique and growing."""
        self._last_tick = max(int(self.now.timestamp() * MICROSECONDS), self._last_tick + 1)
        return f"{self._last_tick // MICROSECONDS}.{self._last_tick % MICROSECONDS:06d}"

    def humans(self) -> list[Person]:
        return [person for person in self.people.values() if not person.is_bot]

    def sees(self, conversation: Conversation, post: Post | None = None) -> tuple[str, ...]:
        """The people (never the bot) before whom a message stands."""
        everybody = tuple(member for member in conversation.members if member != self.bot_user)
        return everybody if post is None or post.only is None else (post.only,)

    def touch(self, user: str) -> None:
        """Something on this person's screen changed: wake whoever waits for it."""
        self._touched.add(user)
        self._versions[user] += 1
        self._changed.pop(user, asyncio.Event()).set()

    def touch_all(self, users: Iterable[str]) -> None:
        for user in users:
            self.touch(user)

    def touched_since(self) -> tuple[str, ...]:
        """Whose screens changed since this was asked last; one call of the Web API runs between two askings."""
        touched, self._touched = self._touched, set()
        return tuple(sorted(touched))

    def version(self, user: str) -> int:
        return self._versions[user]

    async def changed(self, user: str, version: int, *, within: float) -> int:
        """Wait until this person's screen is newer than `version`; gives the version it has now."""
        if self._versions[user] <= version and not self.closing.is_set():
            waits = [asyncio.ensure_future(event.wait()) for event in (self._changed[user], self.closing)]
            await asyncio.wait(waits, timeout=within, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
        return self._versions[user]

    def note(self, method: str, said: Json, answer: Json, *, before: tuple[str, ...] | None = None) -> None:
        """Keep what went out of the bot, with whose screens it changed (or before whom it came)."""
        at, seen_by = self.now.isoformat(), self.touched_since() if before is None else before
        args, answer = copy.deepcopy(said), copy.deepcopy(answer)
        self.log.append(Call(method=method, args=args, answer=answer, seen_by=seen_by, at=at))

    def notice(self, user: str, text: str | None) -> None:
        if text is None:
            self.notices.pop(user, None)
        else:
            self.notices[user] = text
        self.touch(user)

    def trigger(self, user: str, *, view_id: str | None = None, is_submission: bool = False) -> str:
        name = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        expires = time.monotonic() + self.patience
        self.triggers[name] = Trigger(user=user, expires=expires, view_id=view_id, is_submission=is_submission)
        return name

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        self.closing.set()
        for task in self._tasks:
            task.cancel()


def direct_id(user: str) -> str:
    """The conversation of a person with the app."""
    return "D" + user[1:]
