"""A backlog of messages in a storm, made by the bot's own worker in simulated time, beside what nobody could do faster."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.budgets import POST, Budgets
from bot.lanes import Lane, Open, kinds_of
from bot.messages import Messages
from bot.messenger import Messenger
from bot.worker import Worker
from handlers.desk import no_page
from store.database import Database
from tests.operations.crowd import inhabited, message
from tests.operations.simulated import SimulatedTime
from tests.operations.stormy_slack import StormyClient, StormySlack, Weather

THREADS = 3
LOOK = "conversations.history"
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
GIVEN_UP = timedelta(hours=12)


@dataclass(frozen=True)
class Passed:
    """How a storm was come through. Times in seconds."""

    took: float
    least: float
    slack: StormySlack
    states: Counter[str]

    def keys(self) -> list[str]:
        return sorted(key for posts in self.slack.posts.values() for key, _ in posts)

    def out_of_order(self) -> list[str]:
        """Conversations in which something stands before what was written earlier."""
        told = {place: [key for key, _ in posts] for place, posts in self.slack.posts.items()}
        return [place for place, keys in told.items() if keys != sorted(keys)]


def storm(home: Path, keys: Sequence[str], *, people: int, lasts: float, seed: int) -> Passed:
    """One message for each key, to the people in turn, and the storm begins at once."""
    names = [f"p{number:02d}" for number in range(people)]
    database = inhabited(home, names)
    with database.begin() as uow:
        uow.enqueue([message(key, to=names[n % people]) for n, key in enumerate(keys)], now=START)
    time = SimulatedTime(START, threads=THREADS)
    slack = StormySlack(time, Weather(random.Random(seed), lasts))
    took = _made(database, slack, time)
    states = Counter(one.state for one in database.deliveries.listing(limit=len(keys) + 1))
    database.close()
    return Passed(took, _Ideal(Weather(random.Random(seed), lasts)).drain(len(keys)), slack, states)


def _made(database: Database, slack: StormySlack, time: SimulatedTime) -> float:
    """Seconds until the worker has made all of them."""
    budgets = Budgets(monotonic=time.monotonic, sleep=time.sleep)
    messenger = Messenger(token="", base_url="http://nowhere.example/api/", budgets=budgets, client=StormyClient(slack))
    messages = Messages(database=database, messenger=messenger, clock=time, page_of=no_page, budgets=budgets)
    over, joined = threading.Event(), threading.local()

    def room() -> Open:
        if not getattr(joined, "is_here", False):
            joined.is_here = True
            time.sleep(0)
        if database.deliveries.next_due() is None or time.now() > START + GIVEN_UP:
            over.set()
        return messages.open()

    lane = Lane(name="slack", kinds=kinds_of("slack"), threads=THREADS, make=messages.make, pause=0.1, open=room)
    worker = Worker(database, [lane], name="worker", now=time.now, wait=time.wait)
    worker.start()
    over.wait()
    took = time.monotonic()
    worker.begin_no_more()
    time.end()
    worker.stop()
    return took


@dataclass
class _Ideal:
    """A sender that keeps the same limits and meets the same weather, calls take it no time, and it knows at once that an
    answer is lost."""

    weather: Weather
    at: float = 0.0
    unsent: int = 0
    unclear: list[bool] = field(default_factory=list)
    """Of each message whose answer was lost, whether it is there."""

    def drain(self, many: int) -> float:
        budgets = Budgets(monotonic=lambda: self.at)
        self.unsent = many
        while self.unsent or self.unclear:
            made = [self._post(budgets) for _ in range(bool(self.unsent))] + [
                self._look(budgets) for _ in self.unclear[:1]
            ]
            if not any(made):
                waits = [budgets.wait(POST)] * bool(self.unsent) + [budgets.wait(LOOK)] * bool(self.unclear)
                self.at += max(min(waits), 0.001)
        return self.at

    def _post(self, budgets: Budgets) -> bool:
        if budgets.take(POST) > 0:
            return False
        match self.weather.meet(self.at):
            case None:
                self.unsent -= 1
            case "limit":
                budgets.refused(POST, retry_after=self.weather.wait())
            case _:
                self.unsent -= 1
                self.unclear.append(self.weather.takes_effect())
        return True

    def _look(self, budgets: Budgets) -> bool:
        if budgets.take(LOOK) > 0:
            return False
        match self.weather.meet(self.at):
            case None:
                self.unsent += not self.unclear.pop(0)
            case "limit":
                budgets.refused(LOOK, retry_after=self.weather.wait())
            case _:
                self.weather.takes_effect()
        return True
