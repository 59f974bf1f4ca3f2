"""The whole service in two processes over one file, without the network: real listeners, flows, store, lanes and renderers.

People are signed requests to Bolt; Slack and mail are what stands here and counts; the time is what the test says. A process
can be told to die in its next delivery: before the call, or after it has taken effect.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from slack_bolt import App, BoltResponse

from bot.lanes import Settled, Turn
from bot.mail import Mailer
from bot.messenger import Messenger, Post
from bot.outcomes import Later, NotNow
from handlers.app import slack_app
from hiring.flows.sweeping import sweep
from hiring.model import Loop
from hiring.ports import Sent, Stale
from scheduling.calendars.builtin import Entry
from store.claims import Claim
from tests.database import sqlite_place
from tests.handlers import rig
from tests.hiring.worlds import NOW
from tests.secrecy.company import JO, OPENING, PEOPLE, PLAN, SAM
from tests.secrecy.company import QUORUM as OF_TWO
from tests.secrecy.world import LEASE, World

Body = Mapping[str, Any]
Death = Literal["before", "after"]
CANARY = re.compile(r"canary[a-z]+")


QUORUM = replace(OF_TWO, id="quorum")
"""The same plan, but its scorecards open a day after the last interview when two are in."""


class Died(Exception):
    """The process is gone in the middle of a delivery."""


@dataclass
class Streets:
    """What is outside of every process: messages where they stand, letters, and how often each came to be."""

    api: str
    stands: dict[str, tuple[str, str]] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)
    told: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    """Who got to see which planted words, in the order of seeing."""

    def saw(self, where: str, body: str) -> None:
        if found := frozenset(CANARY.findall(body)):
            self.told.append((where, found))


class _Voice(Messenger):
    def __init__(self, streets: Streets, process: Process) -> None:
        self._streets, self._process = streets, process

    def direct(self, slack_id: str) -> str:
        return f"D{slack_id}"

    def post(self, post: Post, *, uploaded: Callable[[], None] = lambda: None) -> Sent:
        if post.message.pictures:
            uploaded()
        if post.channel.startswith("U"):  # the conversation with a person
            post = replace(post, channel=self.direct(post.channel))
        self._streets.times[post.key] += 1
        self._streets.stands[post.key] = (post.channel, str(len(self._streets.stands)))
        self._streets.saw(post.channel, repr(post))
        self._process.might_die("after")
        return Sent(post.key, *self._streets.stands[post.key])

    def find(self, *, key: str, channel: str, thread: str | None = None) -> Sent | None:
        del channel, thread
        return Sent(key, *self._streets.stands[key]) if key in self._streets.stands else None

    def edit(self, post: Post, *, ts: str) -> Sent:
        self._streets.saw(post.channel, repr(post))
        self._process.might_die("after")
        return Sent(key=post.key, channel=post.channel, ts=ts)

    def publish_home(self, slack_id: str, view: Mapping[str, Any]) -> None:
        self._streets.saw(f"D{slack_id}", repr(view))


class _Letters(Mailer):
    def __init__(self, streets: Streets) -> None:
        self._streets = streets

    def send(self, *, key: str, to: str, **letter: Any) -> None:
        self._streets.times[key] += 1
        self._streets.saw(to, repr(letter))


class Process(World):
    """One of them: what `evenhand serve` has, in the hands of the test."""

    def __init__(self, home: Path, name: str, streets: Streets) -> None:
        self.name, self._streets = name, streets
        self.dies: Death | None = None
        super().__init__(home, may_differ=lambda *_: False, anew=True)
        self._open()

    def _open(self) -> None:
        self.slack, self._mail = _Voice(self._streets, self), _Letters(self._streets)  # type: ignore[assignment]
        super()._open()
        self.app: App = slack_app(
            bot_token="xoxb-test", signing_secret=rig.SECRET, api_url=self._streets.api, desk=self.desk
        )

    def might_die(self, when: Death) -> None:
        if self.dies == when:
            self.dies = None
            raise Died

    def take(self, body: Body) -> BoltResponse:
        return rig.send(self.app, body)

    def work(self) -> None:
        """All that can be made now; stops where it dies, and is begun anew."""
        sweep(self.database, now=self.clock.at)
        while claims := self.database.deliveries.claim(worker=self.name, now=self.clock.at, limit=1, lease=LEASE):
            try:
                self._make(claims[0])
            except Died:
                self.restart()
                return

    def _make(self, claim: Claim) -> None:
        held = [claim]

        def begin() -> None:
            held[0] = self.database.deliveries.sending(held[0], now=self.clock.at)
            self.might_die("before")

        deliveries, lane = self.database.deliveries, claim.delivery.kind.partition(".")[0]
        try:
            made = self._lanes[lane](Turn(claim=claim, begin=begin))
        except (Later, Stale):
            deliveries.later(held[0], now=self.clock.at, until=self.clock.at + timedelta(seconds=5), reason="not now")
            return
        except NotNow as quiet:
            deliveries.planned(held[0], until=self.clock.at + quiet.wait)
            return
        if not isinstance(made, Settled):
            deliveries.done(held[0], now=self.clock.at, sent=made)


class House:
    """Both processes, and one time for all."""

    def __init__(self, home: Path, streets: Streets) -> None:
        (home / "evenhand.db").write_bytes(_company())
        self.streets = streets
        self.processes = (Process(home, "one", streets), Process(home, "two", streets))
        self.at = NOW

    @property
    def at(self) -> datetime:
        return self.processes[0].clock.at

    @at.setter
    def at(self, moment: datetime) -> None:
        for process in self.processes:
            process.clock.at = moment

    def decline(self, email: str, event: str) -> None:
        """In their own calendar program: the invitation is not on their calendar any more."""
        shelf = self.processes[0].database.shelf
        (was,) = [entry for entry in self._entries() if entry.event.id == event]
        guests = tuple(guest for guest in was.event.guests if guest != email)
        assert shelf.write(Entry(replace(was.event, guests=guests), was.version + 1), was=was)

    def invited(self, event: str) -> frozenset[str]:
        """Whose calendars have it, by e-mail."""
        found = [entry.event for entry in self._entries() if entry.event.id == event]
        return frozenset(email for one in found for email in (one.calendar, *one.guests))

    def _entries(self) -> Sequence[Entry]:
        return self.processes[0].database.shelf.entries(start=NOW - timedelta(days=90), end=NOW + timedelta(days=900))

    def loops(self) -> dict[str, Loop]:
        """By candidate."""
        with self.processes[0].database.begin(read_only=True) as uow:
            return {loop.candidate: loop for loop in uow.loops(active=False)}

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        with self.processes[0].database.begin() as uow:
            return rig.everything(uow)

    def settle(self) -> None:
        """Both work, with leases run out in between, until there is nothing left."""
        for _ in range(6):
            for process in self.processes:
                process.work()
            self.at += LEASE + timedelta(seconds=1)

    def unmade(self) -> Sequence[str]:
        listed = self.processes[0].database.deliveries.listing(limit=1000)
        return [
            f"{one.delivery.key} {one.state} {one.reason}"
            for one in listed
            if one.state != "done" and (one.state != "waiting" or one.due <= self.at)
        ]

    def close(self) -> None:
        for process in self.processes:
            process.database.close()


@cache
def _company() -> bytes:
    """A database with nothing but people in it."""
    with TemporaryDirectory() as home:
        sqlite_place(Path(home)).open().close()
        process = Process(Path(home), "founder", Streets(api="http://127.0.0.1:9/api/"))
        with process.database.begin() as uow:
            for someone in PEOPLE:
                uow.save_person(someone)
            for candidate in (JO, SAM):
                uow.save_candidate(candidate)
            uow.save_opening(replace(OPENING, plans=(*OPENING.plans, QUORUM.id)))
            uow.save_plan(PLAN)
            uow.save_plan(QUORUM)
        process.database.close()
        place = Path(home) / "evenhand.db"
        with closing(sqlite3.connect(place)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return place.read_bytes()
