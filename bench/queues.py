"""How many deliveries our outbox makes, beside other people's queues, and what killing its workers costs.

`python -m bench D4`. All share one PostgreSQL server of the bench's own (which does not wait for the disk, so that the
queues are compared and not the disk). `python -m bench.queues work URL FILE` is our worker.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from threading import Event

from bench.claims import delivery
from bench.page import Section, table
from bench.peers.queues import NOTICED, THREADS, made
from bot.lanes import Lane, Turn
from bot.worker import Worker
from hiring.model import Kind
from store.database import Database, open_database
from tests.database import KEYS, postgres, postgres_place, stop_postgres

JOBS, KILLS = 2_000, 5
ROUNDS = int(os.environ.get("EVENHAND_BENCH_ROUNDS", "5"))
WINDOW = float(os.environ.get("EVENHAND_BENCH_WINDOW", "6"))
SMALLEST_WINDOW, LONGEST_WINDOW = 100, 60.0
PATIENCE = 180.0
LEASE = timedelta(seconds=NOTICED)
AT_ONCE = 10
OTHERS = ("procrastinate", "pgqueuer", "dbos")


@dataclass(frozen=True)
class System:
    """Somebody's queue. `command` is given what to do, where the database is, a file and how many."""

    name: str
    fill: Callable[[str, Path, int], None]
    work: Callable[[str, Path], list[str]]
    migrated: bool = False


def ours() -> System:
    def fill(url: str, _file: Path, many: int) -> None:
        database = open_database(url, seal_keys=KEYS)
        with database.begin() as uow:
            uow.enqueue([delivery(number) for number in range(many)], now=database.now())
        database.close()

    return System("Evenhand", fill, lambda url, file: ["-m", "bench.queues", "work", url, str(file)], migrated=True)


def theirs(name: str) -> System:
    def command(what: str, url: str, file: Path, many: int) -> list[str]:
        return ["-m", "bench.peers.queues", name, what, url, str(file), str(many)]

    def fill(url: str, file: Path, many: int) -> None:
        subprocess.run([sys.executable, *command("fill", url, file, many)], check=True, stderr=subprocess.DEVNULL)  # noqa: S603 - our own program

    return System(name, fill, lambda url, file: command("work", url, file, 0))


def work(url: str, file: str) -> None:
    """Our worker: like a real maker it looks whether a job whose outcome is unknown was done."""
    wake = Event()
    database: Database = open_database(url, seal_keys=KEYS, wake=wake.set)

    def make(turn: Turn) -> None:
        number = turn.claim.delivery.ref("number")
        if turn.claim.outcome_unknown and number in Path(file).read_text().split():
            return
        turn.begin()
        made(file, int(number))

    lane = Lane(name="mail", kinds=(Kind.MAIL_ITINERARY,), threads=THREADS, make=make, pause=0.05, at_once=AT_ONCE)
    Worker(database, [lane], name=f"bench-{time.time()}", lease=LEASE).start()
    time.sleep(10_000)


class Supervised:
    """A worker process; one that ends by itself is started anew, as whatever runs it in earnest would."""

    def __init__(self, command: list[str]) -> None:
        self._command = [sys.executable, *command]
        self._process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, stderr=subprocess.DEVNULL)  # noqa: S603 - as above

    def tend(self) -> None:
        if self._process.poll() is not None:
            self._process = self._started()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@contextmanager
def running(system: System, url: str, file: Path) -> Iterator[Supervised]:
    worker = Supervised(system.work(url, file))
    try:
        yield worker
    finally:
        worker.kill()


def lines(file: Path) -> list[str]:
    return file.read_text().split()


def until(holds: Callable[[], bool], *, worker: Supervised, seconds: float = PATIENCE) -> float:
    """How long it took; the patience, when it did not come to that."""
    begun = time.perf_counter()
    while not holds() and time.perf_counter() - begun < seconds:
        worker.tend()
        time.sleep(0.02)
    return time.perf_counter() - begun


def throughput(system: System, url: str, file: Path) -> str:
    """Jobs a second from the first one that was done to the last."""
    system.fill(url, file, JOBS)
    with running(system, url, file) as worker:
        until(lambda: len(lines(file)) > 0, worker=worker)
        first = len(lines(file))
        took = until(lambda: len(set(lines(file))) >= JOBS, worker=worker)
    done = len(set(lines(file)))
    return f"{(done - first) / took:,.0f}" + (
        "" if done == JOBS else f" ({JOBS - done:,} were left after {took:.0f} s)"
    )


def killed(system: System, url: str, file: Path) -> tuple[str, ...]:
    """Killed in the middle, again and again, then left alone: how many were lost, how many made twice, and how long the
    last start took to be through."""
    many = JOBS // 4

    def done(wanted: int) -> bool:
        return len(set(lines(file))) >= wanted

    system.fill(url, file, many)
    for part in range(1, KILLS + 1):
        with running(system, url, file) as worker:
            until(partial(done, many * part // (KILLS + 1)), worker=worker, seconds=30)
    left = many - len(set(lines(file)))
    with running(system, url, file) as worker:
        took = until(partial(done, many), worker=worker, seconds=60)
    found = lines(file)
    lost = many - len(set(found))
    return str(lost), str(len(found) - len(set(found))), f"{took:.1f} s for {left}"


@dataclass(frozen=True)
class Restart:
    """Jobs a second in the window before a restart of the server, and what share that is of the window before it; what share
    of it the window after the restart reached; and for how many seconds nothing was made."""

    rate: float
    undisturbed: float
    after: float
    gap: float


def restarted(system: System, url: str, file: Path, *, window: int) -> Restart:
    """Three windows of so many jobs each; the server is restarted between the second and the third."""
    system.fill(url, file, 4 * window)
    with running(system, url, file) as worker:

        def seconds(jobs: int) -> float:
            wanted = len(lines(file)) + jobs
            return until(lambda: len(lines(file)) >= wanted, worker=worker, seconds=LONGEST_WINDOW)

        seconds(window // 4)
        first, second = seconds(window), seconds(window)
        postgres().restart()
        gap = seconds(1)
        third = seconds(window)
    return Restart(window / second, first / second, second / third, gap)


def restarts(systems: Sequence[System]) -> dict[str, list[Restart]]:
    """In turns, so that what else the machine does meets all alike."""
    found: dict[str, list[Restart]] = {system.name: [] for system in systems}
    windows: dict[str, int] = {}
    for number in range(-1, ROUNDS):
        for system in systems:
            window = windows.get(system.name, SMALLEST_WINDOW)
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "done"
                file.touch()
                told = restarted(system, postgres_place(migrated=system.migrated).url, file, window=window)
            print(system.name, window, told, flush=True)
            if number < 0:  # the first only tells how many jobs a window needs
                windows[system.name] = max(SMALLEST_WINDOW, round(told.rate * WINDOW))
            else:
                found[system.name].append(told)
    return found


def restart_rows(systems: Sequence[System]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for name, told in restarts(systems).items():
        rows.append((
            name,
            f"{median(one.rate for one in told):,.0f}",
            _shares([one.undisturbed for one in told]),
            _shares([one.after for one in told]),
            f"{median(one.gap for one in told):.1f} s",
        ))  # fmt: skip
    return rows


def _shares(found: Sequence[float]) -> str:
    return f"{median(found):.0%} ({min(found):.0%} to {max(found):.0%})"


def beside_others() -> str:
    systems = [ours(), *(theirs(name) for name in OTHERS if importlib.util.find_spec(name))]
    rows = []
    for system in systems:
        found: list[str] = [system.name]
        for measure in (throughput, killed):
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "done"
                file.touch()
                told = measure(system, postgres_place(migrated=system.migrated).url, file)
            found += [told] if isinstance(told, str) else list(told)
        rows.append(found)
    again = restart_rows(systems)
    stop_postgres()
    head = ("queue", "jobs a second", f"lost after {KILLS} kills", "made twice", "last start to the end")
    later = ("queue", "jobs a second before", "share, nothing done", "share, restarted", "nothing made for")
    return f"""A job writes one line into a file. One worker process with {THREADS} threads or tasks on one PostgreSQL,
{JOBS:,} jobs; with kills, {JOBS // 4}. A thread of ours claims {AT_ONCE} at once, as the lane of mails does five. Each
system is set to notice a dead worker after {NOTICED:g} seconds where it can, and is started anew when it ends by itself. To
reach: nothing lost, nothing twice, 95 % of the former rate after a restart of the server. Ours commits for each job what it
is about to make and that it is done, and looks before it makes one again; where another one is faster, that is what for.

{table(head, rows)}

PostgreSQL restarted under the worker, {ROUNDS} times each, in turns: three windows of as many jobs as one makes in about
{WINDOW:.0f} s, the restart between the second and the third, which begins with the first job that is made again. Each share
is of the rate in the window before: the second's, for which nothing was done, shows how much the machine itself swings.
Medians; in brackets the least and the most.

{table(later, again)}
"""


SECTIONS = {
    "D4": Section("D4: jobs beside procrastinate, pgqueuer and DBOS", beside_others),
}

if __name__ == "__main__":
    work(*sys.argv[2:])
