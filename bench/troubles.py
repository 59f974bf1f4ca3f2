"""The database in trouble under a busy worker: how soon it is as fast as before, and whether anything is lost or made twice.

`python -m bench D9`. A disk that is really full needs a small file system of its own, which only root can mount.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from bench.claims import delivery
from bench.page import Section, table
from bot.lanes import Lane, Turn
from bot.worker import Worker
from hiring.model import Kind
from store.database import Database
from tests.database import Place, postgres, postgres_place, sqlite_place, stop_postgres

JOBS = 40_000
BEFORE, WINDOW, LONGEST = 6.0, 2.0, 60.0
LOCKED = 30.0
SHARE = 0.95
DISK = 400
SOON = 30.0
READERS = 14
LEASE = timedelta(seconds=2)
KILL_ALL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


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
        return sum(since <= at < until for at in self.at[-20_000:]) / (until - since)


@contextmanager
def small_disk() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "none", folder], check=True)  # noqa: S603, S607 - the system's own
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)  # noqa: S603, S607 - as above


def fill(folder: Path) -> None:
    with suppress(OSError), (folder / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(b"\0" * 65_536)
    time.sleep(10)
    (folder / "filler").unlink()


def lock(place: Place) -> None:
    with place.connected() as connection:
        begin = "BEGIN IMMEDIATE" if place.kind == "sqlite" else "BEGIN; LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE"
        if place.kind == "postgresql":
            connection.exec_driver_sql("SET idle_in_transaction_session_timeout = 0")
        connection.exec_driver_sql(begin)
        time.sleep(LOCKED)
        connection.exec_driver_sql("ROLLBACK")


def read_only(place: Place) -> None:
    ((name,),) = place.raw("SELECT current_database()")
    place.raw(f"ALTER DATABASE {name} SET default_transaction_read_only = on", KILL_ALL)
    time.sleep(10)
    with place.connected() as connection:
        connection.exec_driver_sql("SET default_transaction_read_only = off")
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = off")
    place.raw(KILL_ALL)


def exhaust(database: Database) -> None:
    """All that may read do, and give nothing back for a while. The server ends who does nothing in a transaction for
    fifteen seconds, which may be before all of them have begun."""
    with suppress(DBAPIError), ExitStack() as readers:
        for _ in range(READERS):
            readers.enter_context(database.begin(read_only=True)).people()
        time.sleep(8)


def recovered(place: Place, trouble: Callable[[Database], None]) -> tuple[str, ...]:
    """The rate before, how long the trouble was, how long after it the rate was back, and what was lost or made twice."""
    database, made = place.open(), Made()
    with database.begin() as uow:
        uow.enqueue([delivery(number) for number in range(JOBS)], now=database.now())
    lane = Lane(name="mail", kinds=(Kind.MAIL_ITINERARY,), threads=2, make=made.make, pause=0.05)
    worker = Worker(database, [lane], name="bench", lease=LEASE)
    worker.start()
    time.sleep(BEFORE)
    now = time.monotonic()
    before = made.rate(now - BEFORE + 1, now)
    # The clock adds up each hour what ended; at this rate an hour's worth is there in seconds, and slows what follows.
    database.deliveries.add_up()
    trouble(database)
    with suppress(DBAPIError):
        database.deliveries.add_up()
    over = time.monotonic()
    back = "never within a minute"
    while time.monotonic() < over + LONGEST:
        time.sleep(0.25)
        then = time.monotonic()
        if then - WINDOW >= over and made.rate(then - WINDOW, then) >= SHARE * before:
            back = f"{then - WINDOW - over:.1f} s"
            break
    worker.stop()
    twice = len(made.jobs) - len(set(made.jobs))
    kept = {one.delivery.ref("number") for one in database.deliveries.listing("done", limit=JOBS)}
    lost = JOBS - len(database.deliveries.listing(limit=2 * JOBS)) + len(kept - made.known)
    database.close()
    row = f"{before:,.0f}", f"{over - now:.0f} s", back, str(lost), str(twice)
    print(place.kind, *row, flush=True)
    return row


def troubles() -> str:
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        place = sqlite_place(Path(folder))
        rows.append(("SQLite", f"locked for {LOCKED:.0f} s", *recovered(place, lambda _: lock(place))))
    for name, trouble in (
        ("restarted", lambda _place, _database: postgres().restart()),
        ("every connection killed", lambda place, _: place.raw(KILL_ALL)),
        (f"outbox locked for {LOCKED:.0f} s", lambda place, _: lock(place)),
        ("read-only for 10 s", lambda place, _: read_only(place)),
        ("pool exhausted for 8 s", lambda _, database: exhaust(database)),
    ):
        there = postgres_place()
        rows.append(("PostgreSQL", name, *recovered(there, lambda db, p=there, t=trouble: t(p, db))))  # type: ignore[misc]
    stop_postgres()
    full = "A disk that is really full was not tried: only root can mount one." if os.geteuid() else ""
    if not full:
        rows += list(full_disks())
    missed = [f"{row[0]}, {row[1]}" for row in rows if not row[4].endswith(" s") or float(row[4][:-2]) > SOON]
    told = f"**Missed:** {'; '.join(missed)}." if missed else ""
    head = ("database", "trouble", "jobs a second before", "lasted", "95 % of it again after", "lost", "twice")
    return f"""A worker with two threads and {JOBS:,} jobs that take no time; nobody starts anything anew. A lease is 2 s, so
that what was under way when the trouble came is looked for soon. To reach: 95 % of the former rate within 30 s of its end,
for {WINDOW:.0f} s on end; nothing lost, nothing twice. {told}{full}
The rate of a worker that nothing troubles swings, too (D4 tells how far), and nothing here takes that out: whether a missed
row is that swing or the trouble, this measurement can't say.

{table(head, rows)}
"""


def full_disks() -> Iterator[tuple[str, ...]]:
    with small_disk() as folder:
        place = sqlite_place(folder)
        yield "SQLite", "disk full for 10 s", *recovered(place, lambda _: fill(folder))
    with small_disk() as folder:
        folder.chmod(0o777)
        tempfile.tempdir = str(folder)
        try:
            there = postgres_place()
            yield "PostgreSQL", "disk full for 10 s", *recovered(there, lambda _: fill(folder))
        finally:
            tempfile.tempdir = None
            stop_postgres()


SECTIONS = {"D9": Section("D9: the database in trouble", troubles)}
