"""The database in trouble under a busy worker: how soon it is as fast as before, and whether anything is lost or made twice.

`python -m bench D9`. A disk that is really full needs a small file system of its own, which only root can mount.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bench.page import Section, table
from bench.strikes import LOCKED, There, exhaust, fill, kill, leave_alone, lock, read_only, restart
from bench.twins import JOBS, Twin, busy_at, database_of, rate

ROUNDS = int(os.environ.get("EVENHAND_BENCH_ROUNDS", "5"))
WARM, BEFORE = 2.0, 10.0
AFTER_FROM, AFTER_UNTIL = 10.0, 30.0
SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Trouble:
    """`strike` brings it about and returns when it is over."""

    kind: str
    says: str
    strike: Callable[[There], None]
    needs_small_disk: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Rates are jobs a second; `lasted` and `first` (the first job after the trouble) are seconds; the twin is the worker
    beside, which nothing befell."""

    before: float
    after: float
    twin_before: float
    twin_after: float
    lasted: float
    first: float
    lost: int
    twice: int

    @property
    def share(self) -> float:
        return self.after / self.before

    @property
    def twin_share(self) -> float:
        return self.twin_after / self.twin_before

    @property
    def recovered(self) -> float:
        return self.share / self.twin_share


def run(trouble: Trouble) -> Run:
    """One worker before, through and after the trouble, and its twin."""
    twin = Twin(trouble.kind, small_disk=trouble.needs_small_disk)
    with database_of(trouble.kind, small_disk=trouble.needs_small_disk) as (place, folder):
        busy = busy_at(place, jobs=JOBS[trouble.kind])
        twin.start()
        busy.worker.start()
        time.sleep(WARM + BEFORE)
        struck = time.monotonic()
        twin.add_up()
        busy.add_up()
        trouble.strike(There(place, busy.database, folder))
        twin.add_up()
        busy.add_up()
        over = time.monotonic()
        time.sleep(AFTER_UNTIL)
        twin_made_at = twin.end()
        busy.end()
        states = dict(place.raw("SELECT key, state FROM deliveries"))
    made, before, after = busy.made, (struck - BEFORE, struck), (over + AFTER_FROM, over + AFTER_UNTIL)
    kept = {key.rpartition("/")[2] for key, state in states.items() if state == "done"}
    return Run(
        before=rate(made.at, *before),
        after=rate(made.at, *after),
        twin_before=rate(twin_made_at, *before),
        twin_after=rate(twin_made_at, *after),
        lasted=over - struck,
        first=made.first_since(over),
        lost=busy.jobs - len(states) + len(kept - made.known),
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
    small = [trouble for trouble in TROUBLES if trouble.needs_small_disk and not os.geteuid()]
    runs = play([trouble for trouble in TROUBLES if not trouble.needs_small_disk]) | play(small)
    return page({trouble: runs[trouble] for trouble in TROUBLES if trouble in runs})


def play(tried: list[Trouble]) -> dict[Trouble, list[Run]]:
    """In turn, so that what the machine does in some minutes falls upon all of them."""
    runs: dict[Trouble, list[Run]] = {trouble: [] for trouble in tried}
    for _ in range(ROUNDS):
        for trouble, there in runs.items():
            there.append(run(trouble))
            print(trouble.kind, trouble.says, f"{there[-1].recovered:.3f}", there[-1], flush=True)
    return runs


def page(runs: dict[Trouble, list[Run]]) -> str:
    full = "" if len(runs) == len(TROUBLES) else "A disk that is really full was not tried: only root can mount one."
    return f"""A worker with two threads and jobs that take no time; nobody starts anything anew. A lease is 2 s,
so that what was under way when the trouble came is looked for soon. Beside it, at the same time, works its twin on a
database of its own, which nothing befalls: how much faster or slower the twin is than before is the machine's doing.
Each row was played {ROUNDS} times, in turn with the others, and those of a disk that fills after the rest, with the twin on
as small a disk, in memory; the table has medians. The rate before is that of {BEFORE:.0f} s, the rate after that of the time
from the {AFTER_FROM:.0f}th to the {AFTER_UNTIL:.0f}th second after the trouble. *Recovered* is the share of its former rate
that the worker has, over the share that its twin has; the rows where nothing happens show how much that swings by itself.
To reach within {AFTER_UNTIL:.0f} s: {SHARE:.0%}; nothing lost, nothing twice. {missed(runs)}{full}

{table(HEADS, [row(trouble, there) for trouble, there in runs.items()])}
"""


HEADS = (
    "database",
    "trouble",
    "jobs a second before",
    "lasted",
    "first job after, at worst",
    "share of before",
    "its twin",
    "recovered",
    "least and most",
    "lost",
    "twice",
)


def recovered(runs: list[Run]) -> float:
    return median(one.recovered for one in runs)


def row(trouble: Trouble, runs: list[Run]) -> tuple[str, ...]:
    each = [one.recovered for one in runs]
    return (
        trouble.kind,
        trouble.says,
        f"{median(one.before for one in runs):,.0f}",
        f"{median(one.lasted for one in runs):.0f} s",
        f"{max(one.first for one in runs):.1f} s",
        f"{median(one.share for one in runs):.1%}",
        f"{median(one.twin_share for one in runs):.1%}",
        f"{recovered(runs):.1%}",
        f"{min(each):.1%}, {max(each):.1%}",
        str(sum(one.lost for one in runs)),
        str(sum(one.twice for one in runs)),
    )


def missed(runs: dict[Trouble, list[Run]]) -> str:
    found = [
        f"{trouble.kind}, {trouble.says}"
        for trouble, there in runs.items()
        if recovered(there) < SHARE or any(one.lost or one.twice for one in there)
    ]
    return f"**Missed:** {'; '.join(found)}. " if found else ""


SECTIONS = {"D9": Section("D9: the database in trouble", troubles)}
