"""The time: the machine's, or a workbench's that visitors move forward. And the ticks that turn time into "look"."""

from __future__ import annotations

import json
import logging
import threading
import urllib.request
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlencode

from apscheduler.schedulers.background import BackgroundScheduler

from hiring.ports import Clock
from store.causes import CLOCK, because_of

log = logging.getLogger("evenhand.clock")

LOOK_EVERY = timedelta(seconds=0.5)
NOTICED_WITHIN = timedelta(seconds=1)
"""How soon it is seen that the machine's clock went back."""
ASK_EVERY = timedelta(seconds=5)
"""Who leads says so again: a job may take long, and whoever is silent for long is taken for frozen."""


class SystemClock(Clock):
    def now(self) -> datetime:
        return datetime.now(UTC)


class FollowedClock(Clock):
    """The machine's clock plus an offset that is read from `url` (`{"offset": seconds}`) twice a second.

    It tells which offset it goes by (`?by=…&knows=seconds`), so that whoever moves the clock can wait until all follow.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._name = uuid.uuid4().hex
        self._seconds = 0.0
        self._stopped = threading.Event()
        self.look()
        self._thread = threading.Thread(target=self._follow, name="clock", daemon=True)
        self._thread.start()

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._seconds)

    def look(self) -> None:
        """Read the offset; when it has changed, say at once that it is known."""
        before, self._seconds = self._seconds, self._read()
        if self._seconds != before:
            self._seconds = self._read()

    def _read(self) -> float:
        url = f"{self._url}?{urlencode({'by': self._name, 'knows': self._seconds})}"
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - an address from our own settings
            return float(json.load(answer)["offset"])

    def close(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=5)

    def _follow(self) -> None:
        while not self._stopped.wait(LOOK_EVERY.total_seconds()):
            try:
                self.look()
            except OSError:
                log.debug("the followed clock does not answer; its last offset is kept")


@dataclass(frozen=True, slots=True)
class Job:
    """Something to look at every so often, for the first time after `every`."""

    look: Callable[[], None]
    every: timedelta


class Ticker:
    """APScheduler in memory, without a job store: calls each job every so often, one call of it at a time.

    What is due stands in the database, so a tick that is late or missed loses nothing. Of several processes only the one
    that `leads` looks.
    """

    def __init__(
        self, jobs: Sequence[Job], *, leads: Callable[[], bool] = lambda: True, asks: timedelta = ASK_EVERY
    ) -> None:
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._stopped = threading.Event()
        self._leads = leads
        self.led = False
        """Whether this process led when a job last asked."""
        self._add(self._ask, asks)
        for job in jobs:
            self._add(partial(self._turn, job.look), job.every)

    def _add(self, look: Callable[[], object], every: timedelta) -> None:
        self._scheduler.add_job(
            look,
            "interval",
            seconds=every.total_seconds(),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        self._scheduler.start()
        threading.Thread(target=self._follow_back, name="clock-back", daemon=True).start()

    def _follow_back(self) -> None:
        """The scheduler reckons by the machine's clock: when that is set back by an hour, nothing would be looked at for an
        hour. A job is never due later than its `every` from now."""
        while not self._stopped.wait(NOTICED_WITHIN.total_seconds()):
            now = datetime.now(UTC)
            jobs = self._scheduler.get_jobs()
            late = [job for job in jobs if job.next_run_time > now + job.trigger.interval + NOTICED_WITHIN]
            for job in late:
                job.modify(next_run_time=now)
            if late:
                log.warning("this machine's clock was set back; what that put off is looked at now")

    def alive(self) -> bool:
        return bool(self._scheduler.running)

    def begin_no_more(self) -> None:
        if self.alive():
            self._scheduler.pause()

    def stop(self) -> None:
        """Waits for what is under way."""
        self._stopped.set()
        if self.alive():
            self._scheduler.shutdown(wait=True)

    def _ask(self) -> bool:
        self.led = self._leads()
        return self.led

    def _turn(self, look: Callable[[], None]) -> None:
        if self._ask():
            with because_of(CLOCK):
                look()
