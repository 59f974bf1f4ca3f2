"""What running it takes: the time to the first acknowledgement and to the end, and the memory of each process.

`python -m bench D5`.
"""

from __future__ import annotations

import http.client
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from bench.acknowledgement import SECRET, Server, fired, request, started, ticks
from bench.page import Section, table
from bot.company import Company, read_company
from bot.demo.stage import EXAMPLE, accounts, free_port, import_into, settings_for, slack

STARTS = 5
PARTS = ("web", "worker", "clock")
STEPS, RATE, SECONDS = 5, 200.0, 20.0
"""Memory is looked at again after each so many seconds of requests."""


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


def stopped(server: Server) -> float:
    """Seconds from SIGTERM to the end."""
    begun = time.perf_counter()
    server.process.terminate()
    if server.process.wait(timeout=60):
        raise SystemExit("A process did not end as it should")
    return time.perf_counter() - begun


def grown(settings: dict[str, str], port: int, users: list[str]) -> tuple[list[int], float]:
    """Bytes before and after each step of requests, and how long it took to stop right after the last."""
    with started(["-m", "bot.command", "serve"], settings, port=port) as server:
        acknowledged(port, users)
        time.sleep(3)
        found = [memory(server.process.pid)]
        for _ in range(STEPS):
            _, wrong = fired(port, rate=RATE, seconds=SECONDS, users=users)
            if wrong:
                raise SystemExit("A request was refused")
            found.append(memory(server.process.pid))
        return found, stopped(server)


def start_and_memory() -> str:
    took: list[float] = []
    used: list[float] = []
    ends: list[float] = []
    rows: list[tuple[str, str, str]] = []
    with environment() as (settings, port, users):
        for _ in range(STARTS):
            begun = time.perf_counter()
            with started(["-m", "bot.command", "serve"], settings, port=port, every=0.01) as server:
                acknowledged(port, users)
                took.append(time.perf_counter() - begun)
                used.append(ticks(server.process))
                time.sleep(3)
                whole = memory(server.process.pid)
                ends.append(stopped(server))
        rows.append(("all in one", _megabytes(whole), f"{median(ends):.1f} s"))
        for part in PARTS:
            # Only the web process has a port to be waited for.
            with started(
                ["-m", "bot.command", "serve", "--only", part], settings, port=port, every=0.5, within=6
            ) as server:
                time.sleep(3)
                held = memory(server.process.pid)
                rows.append((f"`--only {part}`", _megabytes(held), f"{stopped(server):.1f} s"))
        sizes, end = grown(settings, port, users)
    return f"""From the start of `evenhand serve` to its first acknowledgement of a signed command, {STARTS} times: median
{median(took):.2f} s, worst {max(took):.2f} s, of it {median(used):.2f} s of processor time. To reach: 2 s. Memory that
is the process's own, a few seconds later, and the time from SIGTERM to its end (to reach: 10 s):

{table(("process", "memory", "stops in"), rows)}

All in one under {RATE:.0f} signed requests a second, `/interview`, help and App Home in turn: {_megabytes(sizes[0])} before
and, after each {RATE * SECONDS:,.0f} of them, {", ".join(map(_megabytes, sizes[1:]))}. Told to stop right after the last,
it ended in {end:.1f} s.
"""


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.0f} MB"


SECTIONS = {"D5": Section("D5: start, stop and memory", start_and_memory)}
