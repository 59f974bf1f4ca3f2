"""What a world has in place of what would leave the house: Slack, mail, the engine's process, the clock and the log."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time as machine
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from bot.engine import Engine
from bot.logs import JsonLines
from bot.mail import Mailer
from bot.messenger import Messenger, Post
from bot.refusals import SlackRefused
from handlers.blocks.message import Message
from hiring.ports import Clock, Sent
from scheduling.answer import Answer as Planned
from scheduling.problem import Problem
from scheduling.repair import Repair, repair
from scheduling.solve import solve
from tests.hiring.worlds import NOW

CANDIDATE = "candidate"


class Watching(Protocol):
    def saw(self, where: str, what: str, body: str) -> None: ...


class SetClock(Clock):
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


class InThisProcess(Engine):
    """In this process: what it answers is what counts here. The same problem is solved once."""

    def solve(self, problem: Problem, *, options: int = 3, seconds: float = 5) -> tuple[Planned, ...]:
        return _solved(problem, options, seconds)

    def repair(self, problem: Problem, booked: Planned, *, seconds: float = 5) -> Repair:
        return _repaired(problem, booked, seconds)


@lru_cache(maxsize=512)
def _solved(problem: Problem, options: int, seconds: float) -> tuple[Planned, ...]:
    return solve(problem, options=options, seconds=seconds, monotonic=machine.monotonic)


@lru_cache(maxsize=512)
def _repaired(problem: Problem, booked: Planned, seconds: float) -> Repair:
    return repair(problem, booked, seconds=seconds, monotonic=machine.monotonic)


class Slack(Messenger):
    """`refuses` are conversations into which nothing can be posted just now."""

    def __init__(self, world: Watching) -> None:
        # The real one's client, which nothing uses here, takes as long to make as ten steps to play.
        self._world = world
        self.counts: Counter[str] = Counter()
        self.refuses: frozenset[str] = frozenset()

    def direct(self, slack_id: str) -> str:
        return f"D{slack_id}"

    def post(self, post: Post, *, uploaded: Callable[[], None] = lambda: None) -> Sent:
        if post.message.pictures:
            uploaded()
        if post.channel.startswith("U"):  # the conversation with a person
            post = replace(post, channel=self.direct(post.channel))
        if post.channel in self.refuses:
            raise SlackRefused("channel_not_found")
        self.counts[post.channel] += 1
        self._world.saw(post.channel, "post", _told(post))
        return Sent(key=post.key, channel=post.channel, ts=str(self.counts[post.channel]))

    def edit(self, post: Post, *, ts: str) -> Sent:
        self._world.saw(post.channel, f"edit of {ts}", _told(post))
        return Sent(key=post.key, channel=post.channel, ts=ts)

    def delete(self, *, channel: str, ts: str) -> None:
        self._world.saw(channel, f"deletion of {ts}", "")

    def delete_file(self, file: str) -> None:
        self._world.saw("slack", "deletion of a file", file)

    def publish_home(self, slack_id: str, view: Any) -> None:
        self._world.saw(f"D{slack_id}", "home", repr(view))


def _told(post: Post) -> str:
    """All of it; of a picture, what stands around it and a digest of its bytes."""
    pictures = tuple(replace(one, png=hashlib.sha256(one.png).digest()) for one in post.message.pictures)
    return repr(replace(post, message=Message(post.message.text, post.message.blocks, pictures)))


class Mail(Mailer):
    def __init__(self, world: Watching) -> None:
        self._world = world  # as with Slack: nothing leaves, so nothing is needed to leave with

    def send(self, *, to: str, **letter: Any) -> None:
        self._world.saw(CANDIDATE, "mail", repr((to, letter)))


class Log(logging.Handler):
    """What is logged in the thread that plays; other tests may have left threads of theirs behind."""

    def __init__(self, world: Watching) -> None:
        super().__init__(level=logging.DEBUG)
        self._world = world
        self._plays = threading.get_ident()
        self.addFilter(lambda record: record.thread == self._plays)
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        line = json.loads(self.format(record))
        del line["at"]  # the machine's clock, not the history's
        self._world.saw("operator", "log", json.dumps(line))
