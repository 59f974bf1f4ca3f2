"""A local Slack with its limits on, many people in it, and an outbox full of messages to them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.budgets import Budgets
from bot.clock import SystemClock
from bot.lanes import Lane, kinds_of
from bot.messages import Messages
from bot.messenger import Messenger
from bot.worker import Worker
from handlers.desk import no_page
from hiring.model import Delivery, Ended, Kind, Person, Role
from store.database import Database
from tests.database import Place
from tests.operations.outbox import stock, stocked
from workbench.people import Post
from workbench.server import Running, running

LEASE = timedelta(seconds=3)
"""Short, so that what is unknown is looked for soon; the calls' own time-out is shorter still."""


@dataclass(frozen=True)
class Crowd:
    slack: Running
    database: Database
    people: tuple[str, ...]
    budgets: Budgets

    def enqueue(self, keys: Sequence[str], *, priority: int = 8) -> None:
        """One message for each key, to the people in turn."""
        people = [self.people[number % len(self.people)] for number in range(len(keys))]
        with self.database.begin() as uow:
            uow.enqueue(
                [message(key, to=to, priority=priority) for key, to in zip(keys, people, strict=True)],
                now=self.now(),
            )

    def now(self) -> datetime:
        return datetime.now(UTC)

    def undone(self) -> int:
        counts = self.database.deliveries.counts(datetime.now(UTC))
        return sum(count for state, (count, _) in counts.items() if state not in {"done", "dead"})

    def drained(self, *, within: float) -> float:
        """How many seconds it took until nothing waited any more."""
        begun = time.monotonic()
        while self.undone():
            assert time.monotonic() < begun + within, f"{self.undone()} are still waiting"
            time.sleep(0.05)
        return time.monotonic() - begun

    def seen(self) -> list[str]:
        """The keys of the messages that stand in people's conversations, in the order they were posted."""
        conversations = self.slack.space.conversations.values()
        posts = [(post.ts, key_of(post)) for conversation in conversations for post in conversation.posts]
        return [key for _, key in sorted(posts)]

    def calls(self, method: str) -> Counter[str]:
        """How the calls of a method were answered."""
        answers = (call.answer for call in self.slack.space.log if call.method == method)
        return Counter("ok" if answer["ok"] else str(answer["error"]) for answer in answers)


def message(key: str, *, to: str, priority: int = 8) -> Delivery:
    return Delivery(key=key, kind=Kind.CANCELLED, to=to, refs=(("loop", "loop-1"),), priority=priority)


def key_of(post: Post) -> str:
    return str(post.raw["metadata"]["event_payload"]["key"])


def inhabited(home: Path, names: Sequence[str]) -> Database:
    """A database with these people, and a loop that is over, of which each of them is to be told."""
    return inhabit(stocked(home), names)


def inhabit(database: Database, names: Sequence[str]) -> Database:
    with database.begin() as uow:
        for name in names:
            uow.save_person(
                Person(
                    id=name, name=name, email=f"{name}@corvid.example", zone="UTC", roles=(Role.INTERVIEWER,),
                    slack_id=account(name),
                )
            )  # fmt: skip
        loop = uow.loop("loop-1")
        uow.save_loop(replace(loop, cancelled=Ended(at=datetime.now(UTC), by="rita", reason="filled")))
    return database


@contextmanager
def crowd(
    home: Path, *, people: int, limits: bool = True, budgets: Budgets | None = None, place: Place | None = None
) -> Iterator[Crowd]:
    """In an SQLite file at `home`, or at another `place`."""
    names = tuple(f"p{number:02d}" for number in range(people))
    workspace = {
        "team": {"id": "T0CROWD", "name": "Crowd"},
        "people": [
            {"id": account(name), "name": name, "real_name": name, "email": f"{name}@corvid.example", "tz": "UTC"}
            for name in names
        ],
        "channels": [],
        "bot": {"id": "U0EVENHAND", "name": "evenhand"},
        "now": None,
    }
    database = inhabited(home, names) if place is None else inhabit(stock(place.open()), names)
    with running(workspace) as slack:
        slack.space.limits = limits
        yield Crowd(slack=slack, database=database, people=names, budgets=budgets or Budgets())
    database.close()


@contextmanager
def working(crowd: Crowd, *, threads: int = 3, name: str = "worker", timeout: int = 10) -> Iterator[Worker]:
    """A worker on the slack lane, as the bot runs it."""
    messenger = Messenger(token=crowd.slack.bot_token, base_url=crowd.slack.api, budgets=crowd.budgets, timeout=timeout)
    messages = Messages(
        database=crowd.database, messenger=messenger, clock=SystemClock(), page_of=no_page, budgets=crowd.budgets
    )
    lane = Lane(name="slack", kinds=kinds_of("slack"), threads=threads, make=messages.make, open=messages.open)
    worker = Worker(crowd.database, [lane], name=name, lease=LEASE, longest_pause=timedelta(seconds=1))
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def account(name: str) -> str:
    return f"U{name.upper()}"
