"""The database in trouble under a busy worker: how soon it is as fast as before, and whether anything is lost or made twice.

`python -m bench D9`. A disk that is really full needs a small file system of its own, which only root can mount.
"""

from __future__ import annotations

import math
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy.exc import DBAPIError

from bench.claims import delivery
from bench.page import Section, table
from bench.strikes import LOCKED, There, exhaust, fill, kill, leave_alone, lock, read_only, restart
from bot.lanes import Lane, Turn
from bot.worker import Worker
from hiring.model import Kind
from tests.database import Place, postgres_place, sqlite_place, stop_postgres

JOBS = 60_000
ROUNDS = int(os.environ.get("EVENHAND_BENCH_ROUNDS", "3"))
WARM, BEFORE = 2.0, 10.0
AFTER_FROM, AFTER_UNTIL = 10.0, 30.0
SHARE = 0.95
DISK = 600
LEASE = timedelta(seconds=2)


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

    def rate(self, since: float, until: float) -> float:
        return sum(since <= at < until for at in self.at) / (until - since)

    def first_since(self, instant: float) -> float:
        """Seconds from the instant to the first job that was made after it."""
        return next((at - instant for at in self.at if at >= instant), math.inf)


Strike = Callable[[There], None]


@dataclass(frozen=True, slots=True)
class Trouble:
    """`strike` brings it about and returns when it is over."""

    kind: str
    says: str
    strike: Strike
    needs_small_disk: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Rates are jobs a second; `lasted` and `first` (the first job after the trouble) are seconds."""

    before: float
    lasted: float
    first: float
    after: float
    lost: int
    twice: int


@contextmanager
def small_disk() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "none", folder], check=True)  # noqa: S603, S607 - the system's own
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)  # noqa: S603, S607 - as above


@contextmanager
def database_for(trouble: Trouble) -> Iterator[tuple[Place, Path]]:
    """A database of its own; a trouble of PostgreSQL has a server of its own, too, with the housekeeping of a real one."""
    with ExitStack() as stack:
        folder = stack.enter_context(small_disk()) if trouble.needs_small_disk else _folder(stack)
        if trouble.kind == "SQLite":
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


def _folder(stack: ExitStack) -> Path:
    return Path(stack.enter_context(tempfile.TemporaryDirectory()))


def run(place: Place, folder: Path, strike: Strike) -> Run:
    """One worker before, through and after the trouble."""
    database, made = place.open(), Made()
    with database.begin() as uow:
        uow.enqueue([delivery(number) for number in range(JOBS)], now=database.now())
    lane = Lane(name="mail", kinds=(Kind.MAIL_ITINERARY,), threads=2, make=made.make, pause=0.05)
    worker = Worker(database, [lane], name="bench", lease=LEASE)
    worker.start()
    time.sleep(WARM + BEFORE)
    struck = time.monotonic()
    # The clock adds up each hour what ended; at this rate an hour's worth is there in seconds, and slows what follows.
    database.deliveries.add_up()
    strike(There(place, database, folder))
    with suppress(DBAPIError):
        database.deliveries.add_up()
    over = time.monotonic()
    time.sleep(AFTER_UNTIL)
    worker.stop()
    if len(made.jobs) >= JOBS:
        raise RuntimeError(f"{JOBS:,} jobs are too few for this machine: raise JOBS.")
    database.close()
    states = dict(place.raw("SELECT key, state FROM deliveries"))
    kept = {key.rpartition("/")[2] for key, state in states.items() if state == "done"}
    return Run(
        before=made.rate(struck - BEFORE, struck),
        lasted=over - struck,
        first=made.first_since(over),
        after=made.rate(over + AFTER_FROM, over + AFTER_UNTIL),
        lost=JOBS - len(states) + len(kept - made.known),
        twice=len(made.jobs) - len(set(made.jobs)),
    )


ALONE = "none: left alone for 10 s"
TROUBLES = (
    Trouble("SQLite", ALONE, leave_alone),
    Trouble("SQLite", f"locked for {LOCKED:.0f} s", lock),
    Trouble("SQLite", "disk full for 10 s", fill, needs_small_disk=True),
    Trouble("PostgreSQL", ALONE, leave_alone),
    Trouble("PostgreSQL", "restarted", restart),
    Trouble("PostgreSQL", "every connection killed", kill),
    Trouble("PostgreSQL", f"outbox locked for {LOCKED:.0f} s", lock),
    Trouble("PostgreSQL", "read-only for 10 s", read_only),
    Trouble("PostgreSQL", "pool exhausted for 8 s", exhaust),
    Trouble("PostgreSQL", "disk full for 10 s", fill, needs_small_disk=True),
)


def troubles() -> str:
    tried = [trouble for trouble in TROUBLES if not (trouble.needs_small_disk and os.geteuid())]
    runs: dict[Trouble, list[Run]] = {trouble: [] for trouble in tried}
    for _ in range(ROUNDS):
        for trouble, there in runs.items():
            with database_for(trouble) as (place, folder):
                there.append(run(place, folder, trouble.strike))
            print(trouble.kind, trouble.says, there[-1], flush=True)
    alone = {trouble.kind: share(there) for trouble, there in runs.items() if trouble.says == ALONE}
    full = "" if len(tried) == len(TROUBLES) else "A disk that is really full was not tried: only root can mount one."
    return f"""A worker with two threads and {JOBS:,} jobs that take no time; nobody starts anything anew. A lease is 2 s,
so that what was under way when the trouble came is looked for soon. Each row was played {ROUNDS} times, in turn with the
others; the table has medians. The rate before is that of {BEFORE:.0f} s, the rate after that of the time from the
{AFTER_FROM:.0f}th to the {AFTER_UNTIL:.0f}th second after the trouble. How much of the one the other is stands beside the
same of a worker that was left alone, since that swings with the machine. To reach within {AFTER_UNTIL:.0f} s: {SHARE:.0%} of
the former rate; nothing lost, nothing twice. {missed(runs, alone)}{full}

{table(HEADS, [row(trouble, there, alone[trouble.kind]) for trouble, there in runs.items()])}
"""


HEADS = (
    "database",
    "trouble",
    "jobs a second before",
    "lasted",
    "first job after, at worst",
    "rate after: share of before",
    "least and most",
    "beside one left alone",
    "lost",
    "twice",
)


def share(runs: list[Run]) -> float:
    return median(one.after / one.before for one in runs)


def row(trouble: Trouble, runs: list[Run], alone: float) -> tuple[str, ...]:
    shares = [one.after / one.before for one in runs]
    return (
        trouble.kind,
        trouble.says,
        f"{median(one.before for one in runs):,.0f}",
        f"{median(one.lasted for one in runs):.0f} s",
        f"{max(one.first for one in runs):.1f} s",
        f"{share(runs):.1%}",
        f"{min(shares):.1%}, {max(shares):.1%}",
        "" if trouble.says == ALONE else f"{share(runs) / alone:.1%}",
        str(sum(one.lost for one in runs)),
        str(sum(one.twice for one in runs)),
    )


def missed(runs: dict[Trouble, list[Run]], alone: dict[str, float]) -> str:
    found = [
        f"{trouble.kind}, {trouble.says}"
        for trouble, there in runs.items()
        if share(there) < SHARE * alone[trouble.kind] or any(one.lost or one.twice for one in there)
    ]
    return f"**Missed:** {'; '.join(found)}. " if found else ""


SECTIONS = {"D9": Section("D9: the database in trouble", troubles)}
