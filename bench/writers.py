"""How many units of work that write there are a second: they come one after the other, on both databases.

`python -m bench D10`.
"""

from __future__ import annotations

import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.page import Section, table
from hiring.model import AuditEntry, Delivery, Kind
from store.database import Database
from tests.database import Place, postgres_place, sqlite_place, stop_postgres

SECONDS = 5.0
THREADS = 1, 4, 16


def press(database: Database, mark: str) -> None:
    """What the press of a button leaves: its id, an entry in the trail, a delivery."""
    now = datetime.now(UTC)
    with database.begin() as uow:
        uow.first_time(mark, now=now)
        uow.audit(AuditEntry(at=now, actor="ada", verb="noted", subject="loop-1", facts=()))
        uow.enqueue([Delivery(key=mark, kind=Kind.BRIEF, to="ada")], now=now)


def rate(place: Place, threads: int, processes: int) -> tuple[float, float]:
    """Units a second, and milliseconds of our processor time for each. Each process is a database object of its own: what
    they share is the server."""
    databases = [place.open() for _ in range(processes)]
    until, used = time.perf_counter() + SECONDS, time.process_time()
    counts = [0] * threads

    def work(number: int) -> None:
        while time.perf_counter() < until:
            press(databases[number % processes], f"{number}/{counts[number]}")
            counts[number] += 1

    several = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    used = time.process_time() - used
    for database in databases:
        database.close()
    return sum(counts) / SECONDS, 1000 * used / sum(counts)


def presses() -> str:
    rows = []
    for threads in THREADS:
        with tempfile.TemporaryDirectory() as folder:
            alone = rate(sqlite_place(Path(folder)), threads, 1)
        one, two = (rate(postgres_place(), threads, processes) for processes in (1, 2))
        rows.append((threads, _told(alone), _told(one), _told(two) if threads > 1 else "–"))
    stop_postgres()
    head = ("threads", "SQLite", "PostgreSQL", "PostgreSQL, two pools")
    return f"""A press of a button: its id, an entry in the audit trail, a delivery, committed (SQLite waits for its disk,
the bench's PostgreSQL does not). On PostgreSQL a unit of work that writes holds one advisory lock from its beginning to its
commit. It is held for the whole of it and not for the trail alone, since what it read must stay true: a cap, a version, who
is free. So what counts is how often it waits for the server meanwhile: eight times, one of which begins the transaction and
takes the lock, one announces what is to be delivered, and one commits. Two pools stand for two processes; all threads share
one interpreter. A second, and in brackets our processor time for each:

{table(head, rows)}
"""


def _told(found: tuple[float, float]) -> str:
    return f"{found[0]:,.0f} ({found[1]:.2f} ms)"


SECTIONS = {"D10": Section("D10: units of work that write", presses)}
