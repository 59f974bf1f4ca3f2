"""What running it takes: the time to the first acknowledgement, the memory of each process, and what a year weighs.

`python -m bench D5 D6`.
"""

from __future__ import annotations

import http.client
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bench.acknowledgement import SECRET, request, started, ticks
from bench.page import Section, table
from bot.company import Company, read_company
from bot.demo.stage import EXAMPLE, accounts, free_port, import_into, settings_for, slack
from hiring.flows.sweeping import sweep
from hiring.model import AuditEntry, Candidate, Delivery, Ended, Episode, Kind, Opening, Person, Role
from hiring.ports import Sent
from store.database import Database
from tests.database import sqlite_place
from tests.store.values import a_loop

STARTS = 5
PARTS = ("web", "worker", "clock")
SESSIONS_A_WEEK, SESSIONS_A_LOOP, WEEKS = 550, 5, 52
DELIVERIES_A_LOOP, ENTRIES_A_LOOP, EPISODES_A_LOOP = 60, 40, 2
PEOPLE = 10_000
LOOKED_AT = 13, 26, WEEKS


def company() -> Company:
    read = read_company(EXAMPLE)
    if not isinstance(read, Company):
        raise SystemExit("The example company can't be read.")
    return read


@contextmanager
def environment() -> Iterator[tuple[dict[str, str], int, list[str]]]:
    """Settings for a program of our own beside a local Slack, its port, and people's accounts."""
    there = company()
    with tempfile.TemporaryDirectory() as folder, slack(there, Path(folder), port=free_port()) as local:
        port = free_port()
        settings = replace(settings_for(local, Path(folder), port=port), app_token="", clock_url="")
        import_into(settings, there)
        yield (
            {
                "SLACK_BOT_TOKEN": local.bot_token, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": local.api,
                "EVENHAND_DATABASE_URL": settings.database_url, "PORT": str(port),
            },
            port,
            list(accounts(there.people).values()),
        )  # fmt: skip


def acknowledged(port: int, users: list[str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/slack/events", *request(0, users))
    if connection.getresponse().status != http.HTTPStatus.OK:
        raise SystemExit("The first request was refused")


def memory(pid: int) -> int:
    """Bytes that are this process's alone, and its children's."""
    own = sum(
        int(line.split()[1]) * 1024
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        if line.startswith(("Private_Clean", "Private_Dirty"))
    )
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(memory(int(child)) for child in children)


def start_and_memory() -> str:
    took: list[float] = []
    used: list[float] = []
    rows: list[tuple[str, str]] = []
    with environment() as (settings, port, users):
        for _ in range(STARTS):
            begun = time.perf_counter()
            with started(["-m", "bot.command", "serve"], settings, port=port, every=0.01) as server:
                acknowledged(port, users)
                took.append(time.perf_counter() - begun)
                used.append(ticks(server.process))
                time.sleep(3)
                whole = memory(server.process.pid)
        rows.append(("all in one", f"{whole / 2**20:.0f} MB"))
        for part in PARTS:
            # Only the web process has a port to be waited for.
            with started(
                ["-m", "bot.command", "serve", "--only", part], settings, port=port, every=0.5, within=6
            ) as server:
                time.sleep(3)
                rows.append((f"`--only {part}`", f"{memory(server.process.pid) / 2**20:.0f} MB"))
    return f"""From the start of `evenhand serve` to its first acknowledgement of a signed command, {STARTS} times: median
{median(took):.2f} s, worst {max(took):.2f} s, of it {median(used):.2f} s of processor time. To reach: 2 s. Memory that
is the process's own, a few seconds later:

{table(("process", "memory"), rows)}
"""


def company_of(many: int, database: Database) -> None:
    """The people, and an opening with a digest."""
    for start in range(0, many, 500):
        with database.begin() as uow:
            for n in range(start, min(many, start + 500)):
                email = f"p{n}@corvid.example"
                uow.save_person(Person(id=f"p{n}", name=f"P {n}", email=email, zone="UTC", roles=(Role.INTERVIEWER,)))
    loop = a_loop()
    with database.begin() as uow:
        uow.save_candidate(Candidate(id=loop.candidate, name="C", email="c@elsewhere.example", zone="UTC"))
        uow.save_opening(
            Opening(
                id=loop.opening, title="Data scientist", team="data", hiring_manager="p0", recruiter="p1", plans=(),
                channel="hiring", channel_id="C1", digest_hour=0, digest_zone="UTC",
            )
        )  # fmt: skip


def week_of(database: Database, week: int) -> None:
    """Loops with all that they leave behind, as many as a week of a company of ten thousand people brings."""
    at = datetime.now(UTC) - timedelta(weeks=WEEKS - week)
    for number in range(SESSIONS_A_WEEK // SESSIONS_A_LOOP):
        loop = replace(a_loop(), id=f"year-{week}-{number}", created=at, version=0)
        over = replace(loop, cancelled=Ended(at=at, by=loop.recruiter, reason="filled"))
        with database.begin() as uow:
            uow.save_loop(over)
            for stuck in range(EPISODES_A_LOOP):
                uow.save_episode(Episode(key=f"{loop.id}/attestation/p{stuck}/1", opened=at, alerted=at, closed=at))
            for entry in range(ENTRIES_A_LOOP):
                uow.audit(AuditEntry(at=at, actor="bench", verb="noted", subject=loop.id, facts=(("n", str(entry)),)))
            keys = [f"{loop.id}/{n}" for n in range(DELIVERIES_A_LOOP)]
            refs = (("loop", loop.id),)
            uow.enqueue(
                [Delivery(key=key, kind=Kind.BRIEF, to=f"p{n}", refs=refs) for n, key in enumerate(keys)], now=at
            )
        now = database.now()
        claims = database.deliveries.claim(worker="bench", now=now, limit=DELIVERIES_A_LOOP, lease=timedelta(hours=1))
        with database.begin() as uow:
            for claim in claims:
                sent = Sent(key=claim.delivery.key, channel="D0123456789", ts="1700000000.000100")
                database.deliveries.finish_in(uow, claim, now=now, sent=sent)


def looks(database: Database) -> dict[str, float]:
    """What is asked all day long, and how many seconds each takes."""

    def claim() -> None:
        database.deliveries.claim(worker="bench", now=database.now(), limit=1, lease=timedelta(hours=1))

    def sent() -> None:
        with database.begin(read_only=True) as uow:
            uow.sent("year-0-1/1")

    def swept() -> None:
        sweep(database, now=datetime.now(UTC))

    asked: dict[str, Callable[[], object]] = {
        "look for work": claim,
        "where a message stands": sent,
        "newest deliveries": lambda: database.deliveries.listing(limit=100),
        "backlog": lambda: database.deliveries.backlog(database.now()),
        "the clock's pass": swept,
    }
    found = {}
    for name, look in asked.items():
        times = []
        for _ in range(15):
            begun = time.perf_counter()
            look()
            times.append(time.perf_counter() - begun)
        found[name] = median(times)
    return found


def a_year() -> str:
    found: dict[int, tuple[dict[str, float], float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite_place(Path(folder)).open()
        company_of(PEOPLE, database)
        for week in range(WEEKS):
            week_of(database, week)
            if week + 1 in LOOKED_AT:
                found[week + 1] = looks(database), sum(path.stat().st_size for path in Path(folder).iterdir())
        database.close()
    size = found[WEEKS][1]
    loops = WEEKS * (SESSIONS_A_WEEK // SESSIONS_A_LOOP)
    rows = [(name, *(f"{1000 * found[week][0][name]:.1f} ms" for week in LOOKED_AT)) for name in found[WEEKS][0]]
    rows.append(("size of everything", *(f"{found[week][1] / 2**20:,.0f} MB" for week in LOOKED_AT)))
    return f"""{PEOPLE:,} people and {SESSIONS_A_WEEK} interviews a week for {WEEKS} weeks in SQLite: {loops:,} loops that
are over, each with {DELIVERIES_A_LOOP} deliveries, {ENTRIES_A_LOOP} audit entries and {EPISODES_A_LOOP} closed alerts.
All of it: {size / 2**20:,.0f} MB, {size / loops / 1024:.0f} kB a loop. No query may grow faster than its answer; that
nothing which grows is read whole is a test, too (`tests/store/test_growth.py`):

{table(("what is asked", *(f"after {week} weeks" for week in LOOKED_AT)), rows)}
"""


SECTIONS = {
    "D5": Section("D5: start and memory", start_and_memory),
    "D6": Section("D6: a year", a_year),
}
