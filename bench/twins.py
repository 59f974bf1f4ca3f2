"""Two busy workers side by side, each on a database of its own: what befalls one is read off against the other.

A machine that is shared with strangers gives a third more or less from one half minute to the next. Both workers get that
alike, so what one is slower by than the other is its own.
"""

from __future__ import annotations

import math
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from bench.claims import delivery
from bot.lanes import Lane, Turn
from bot.worker import Worker
from hiring.model import Kind
from store.database import Database
from tests.database import Place, postgres_place, sqlite_place, stop_postgres

JOBS = {"SQLite": 90_000, "PostgreSQL": 50_000}
"""More than a worker makes in one run."""
LEASE = timedelta(seconds=2)
DISK = 600
"""Megabytes of a small disk."""


@dataclass
class Made:
    """When each job was made."""

    at: list[float] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    def make(self, turn: Turn) -> None:
        job = turn.claim.delivery.ref("number")
        if turn.claim.outcome_unknown and job in self.known:
            return
        turn.begin()
        self.known.add(job)
        self.jobs.append(job)
        self.at.append(time.monotonic())

    def first_since(self, instant: float) -> float:
        """Seconds from the instant to the first job that was made after it."""
        return next((at - instant for at in self.at if at >= instant), math.inf)


def rate(made_at: list[float], since: float, until: float) -> float:
    """Jobs a second."""
    return sum(since <= at < until for at in made_at) / (until - since)


@dataclass(frozen=True, slots=True)
class Busy:
    """A worker of two threads with jobs that take no time; nobody starts it anew."""

    jobs: int
    database: Database
    made: Made
    worker: Worker

    def add_up(self) -> None:
        """As the clock does each hour with what ended; here an hour's worth is there in seconds, and slows what follows."""
        with suppress(DBAPIError):
            self.database.deliveries.add_up()

    def end(self) -> None:
        self.worker.stop()
        if len(self.made.jobs) >= self.jobs:
            raise RuntimeError(f"{self.jobs:,} jobs are too few for this machine: raise JOBS.")
        self.database.close()


def busy_at(place: Place, *, jobs: int) -> Busy:
    """All its jobs wait; whoever calls starts the worker."""
    database, made = place.open(), Made()
    with database.begin() as uow:
        uow.enqueue([delivery(number) for number in range(jobs)], now=database.now())
    lane = Lane(name="mail", kinds=(Kind.MAIL_ITINERARY,), threads=2, make=made.make, pause=0.05)
    return Busy(jobs, database, made, Worker(database, [lane], name="bench", lease=LEASE))


@contextmanager
def database_of(kind: str, *, small_disk: bool = False) -> Iterator[tuple[Place, Path]]:
    """A database and the folder where it lies. PostgreSQL has a server of its own, with the housekeeping of a real one."""
    with ExitStack() as stack:
        folder = stack.enter_context(_small_disk() if small_disk else _folder())
        if kind == "SQLite":
            yield sqlite_place(folder), folder
            return
        folder.chmod(0o777)
        tempfile.tempdir = str(folder)
        try:
            place = postgres_place()
            place.raw("ALTER SYSTEM SET autovacuum = on", "SELECT pg_reload_conf()")
            yield place, folder
        finally:
            tempfile.tempdir = None
            stop_postgres()


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@contextmanager
def _small_disk() -> Iterator[Path]:
    with _folder() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "none", folder], check=True)  # noqa: S603, S607 - the system's own
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", folder], check=True)  # noqa: S603, S607 - as above


class Twin:
    """A busy worker in a process of its own, which nothing befalls."""

    def __init__(self, kind: str, *, small_disk: bool = False) -> None:
        context = get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_be_twin, args=(kind, small_disk, theirs))
        self._process.start()

    def start(self) -> None:
        """Once all its jobs wait."""
        self._line.recv()
        self._line.send("start")

    def add_up(self) -> None:
        self._line.send("add up")

    def end(self) -> list[float]:
        """When each of its jobs was made: the clock that counts from the machine's start is the same in all processes."""
        self._line.send("end")
        made_at: list[float] = self._line.recv()
        self._process.join()
        return made_at


def _be_twin(kind: str, small_disk: bool, line: Connection) -> None:  # noqa: FBT001 - over the line to a process
    with database_of(kind, small_disk=small_disk) as (place, _):
        busy = busy_at(place, jobs=JOBS[kind])
        line.send("ready")
        line.recv()
        busy.worker.start()
        while line.recv() != "end":
            busy.add_up()
        busy.end()
        line.send(busy.made.at)
