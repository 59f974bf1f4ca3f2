"""How fast signed requests are answered over real HTTP, beside a bare Bolt app, while deliveries wait and the engine works.

`python -m bench D2`, or `python -m bench.acknowledgement [--rates 8,83,600] [--seconds 20]` to see it only. Requests leave
on a fixed timetable, whether or not earlier ones were answered, and each is timed from the moment it should have left.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import hmac
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue
from urllib.parse import urlencode

from bench.page import Section, table
from bot.company import Company, read_company
from bot.composition import seal_keys
from bot.demo.stage import EXAMPLE, accounts, free_port, import_into, settings_for, slack
from bot.settings import Settings
from hiring.model import Delivery, Ended, Kind, Loop, PersonId, Planning, Span
from store.database import open_database

SECRET = "made-for-a-bench"  # noqa: S105 - signs requests to ourselves
WAITING = 10_000
LOOPS = 150
CONNECTIONS = 24
LATE = 3.0


def bare(port: int) -> None:
    """A Bolt app that does nothing but acknowledge, behind the same server as ours."""
    import uvicorn  # noqa: PLC0415 - this is a program of its own
    from slack_bolt import Ack, App  # noqa: PLC0415 - as above
    from slack_bolt.authorization import AuthorizeResult  # noqa: PLC0415 - as above
    from starlette.applications import Starlette  # noqa: PLC0415 - as above

    from bot.web import slack_route  # noqa: PLC0415 - as above

    app = App(
        signing_secret=SECRET,
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None, bot_token="xoxb-x"),  # noqa: S106 - as above
        process_before_response=True,
        token_verification_enabled=False,
    )

    def listener(ack: Ack) -> None:
        ack()

    app.command("/interview")(listener)
    app.event("app_home_opened")(listener)
    uvicorn.run(
        Starlette(routes=[slack_route(app, signing_secret=SECRET)]), port=port, log_level="warning", access_log=False
    )


def prepared(company: Company, settings: Settings) -> None:
    """The company, and an outbox of messages about a loop that was called off."""
    import_into(settings, company)
    database = open_database(settings.database_url, seal_keys=seal_keys(settings), migrate=True)
    now = datetime.now(UTC)
    opening = company.openings[0]
    people = [person.id for person in company.people]
    over = Loop(
        id="bench", opening=opening.id, candidate=company.candidates[0].id, plan=company.plans[0],
        recruiter=opening.recruiter, hiring_manager=opening.hiring_manager, created=now, created_by=opening.recruiter,
        cancelled=Ended(at=now, by=opening.recruiter, reason="filled"),
    )  # fmt: skip
    with database.begin() as uow:
        for person in company.people:
            uow.save_person(replace(uow.person(person.id), slack_id=accounts(company.people)[person.id]))
        uow.save_loop(over)
        for n in range(LOOPS):
            uow.save_candidate(replace(company.candidates[0], id=f"busy-{n}", email=f"busy-{n}@candidate.example"))
            uow.save_loop(to_plan(over, n, by=people[n % len(people)], now=now))
        uow.enqueue(
            [
                Delivery(
                    key=f"bench/{n}", kind=Kind.CANCELLED, to=people[n % len(people)], refs=(("loop", "bench"),),
                    priority=8,
                )
                for n in range(WAITING)
            ],
            now=now,
        )  # fmt: skip
    database.close()


def to_plan(like: Loop, number: int, *, by: PersonId, now: datetime) -> Loop:
    """One whose candidate has named times: the engine looks for options as soon as the clock has seen it."""
    first = (now + timedelta(days=3)).replace(hour=8, minute=0, second=0, microsecond=0)
    windows = [Span(first + timedelta(days=day), first + timedelta(days=day, hours=9)) for day in range(10)]
    return replace(
        like,
        id=f"busy-{number}",
        candidate=f"busy-{number}",
        recruiter=by,
        hiring_manager=by,
        cancelled=None,
        windows=tuple(windows),
        planning=Planning(number=1, asked=now),
    )


def request(number: int, users: list[str]) -> tuple[bytes, dict[str, str]]:
    """In turn: my day, help, App Home opened."""
    user = users[number % len(users)]
    if number % 3 == 2:
        event = {"type": "app_home_opened", "user": user, "tab": "home", "channel": "D1", "event_ts": str(number)}
        body = json.dumps({"type": "event_callback", "team_id": "T0CORVID", "event_id": f"Ev{number}{time.time()}",
                           "event": event}).encode()  # fmt: skip
        kind = "application/json"
    else:
        said = {"command": "/interview", "text": "help" if number % 3 else "", "user_id": user, "team_id": "T0CORVID",
                "trigger_id": f"{number}.{time.time()}", "channel_id": "D1"}  # fmt: skip
        body, kind = urlencode(said).encode(), "application/x-www-form-urlencoded"
    stamp = str(int(time.time()))
    sign = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return body, {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={sign}"}


def fired(port: int, *, rate: float, seconds: float, users: list[str]) -> tuple[list[float], int]:
    """Seconds of every answer, and how many were not 200."""
    gc.collect()
    gc.freeze()  # a pause of whoever measures is no answer's
    jobs: Queue[tuple[int, float] | None] = Queue()
    took: list[float] = []
    wrong: list[int] = []

    def send() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        while (job := jobs.get()) is not None:
            number, due = job
            connection.request("POST", "/slack/events", *request(number, users))
            answer = connection.getresponse()
            answer.read()
            took.append(time.perf_counter() - due)
            if answer.status != http.HTTPStatus.OK:
                wrong.append(answer.status)

    threads = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    begun = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = begun + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        jobs.put((number, due))
    for _ in threads:
        jobs.put(None)
    for thread in threads:
        thread.join()
    return took, len(wrong)


@dataclass(frozen=True)
class Server:
    port: int
    process: subprocess.Popen[bytes]


@contextmanager
def started(
    command: list[str], environment: dict[str, str], *, port: int, every: float = 0.1, within: float = 30
) -> Iterator[Server]:
    """A program of ours once its port answers, or after so many seconds."""
    process = subprocess.Popen([sys.executable, *command], env={**os.environ, **environment})  # noqa: S603 - our own programs
    try:
        until = time.monotonic() + within
        while time.monotonic() < until:
            try:
                http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
                break
            except OSError:
                time.sleep(every)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait(timeout=20)


def ticks(process: subprocess.Popen[bytes]) -> float:
    """Seconds of processor time that the process, without its children, has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def row(who: str, rate: float, server: Server, *, seconds: float, users: list[str]) -> tuple[object, ...]:
    before = ticks(server.process)
    took, wrong = fired(server.port, rate=rate, seconds=seconds, users=users)
    used = (ticks(server.process) - before) / len(took)
    ranked = sorted(took)
    p50, p99 = ranked[len(ranked) // 2], ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))]
    late = sum(one > LATE for one in took)
    times = [f"{1000 * one:.1f} ms" for one in (p50, p99, ranked[-1])]
    return who, f"{rate:g}", len(took), *times, late, wrong, f"{1000 * used:.2f} ms"


def rows(rates: Sequence[float], seconds: float) -> Iterator[tuple[object, ...]]:
    company = read_company(EXAMPLE)
    if not isinstance(company, Company):
        raise SystemExit("The example company can't be read.")
    users = list(accounts(company.people).values())
    port = free_port()
    with started(["-m", "bench.acknowledgement", "--bare", str(port)], {}, port=port) as server:
        for rate in rates:
            yield row("bare Bolt app", rate, server, seconds=seconds, users=users)
    with tempfile.TemporaryDirectory() as folder, slack(company, Path(folder), port=free_port()) as there:
        port = free_port()
        settings = replace(settings_for(there, Path(folder), port=port), app_token="", clock_url="")
        prepared(company, settings)
        environment = {
            "SLACK_BOT_TOKEN": there.bot_token, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": there.api,
            "EVENHAND_DATABASE_URL": settings.database_url, "PORT": str(port),
        }  # fmt: skip
        with started(["-m", "bot.command", "serve"], environment, port=port) as server:
            for rate in rates:
                yield row("Evenhand", rate, server, seconds=seconds, users=users)
            left = standing(port)
            if left["waiting"] < WAITING / 2:
                raise SystemExit("Too few deliveries were left: this was not the measure")


def standing(port: int) -> dict[str, float]:
    """How many deliveries there are of each state."""
    page = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
    return {state: float(count) for state, count in re.findall(r'evenhand_deliveries\{state="(\w+)"\} (\S+)', page)}


HEAD = ("program", "a second", "requests", "p50", "p99", "worst", "over 3 s", "not 200", "processor time each")
RATES = (8.0, 83.0, 600.0)
SECONDS = 20.0


def measure() -> str:
    found = list(rows(RATES, SECONDS))
    return f"""Signed requests over real HTTP, in turn `/interview`, `/interview help` and App Home opened, leaving on a
fixed timetable and timed from when they should have left. Meanwhile {WAITING:,} deliveries wait and are made, the engine
works through {LOOPS} loops in a child process of low priority, and the clock looks at them all. To reach: p99 of at most
40 ms at 83 a second, none over 3 s. The bare Bolt app remembers nothing; every answer of ours waits for a commit that is
safe on disk. The sender of the requests shares the cores with the program.

{table(HEAD, found)}
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rates", default="8,83,600")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--bare", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bare:
        bare(given.bare)
        return
    print(*HEAD, sep=" | ")
    for one in rows([float(rate) for rate in given.rates.split(",")], given.seconds):
        print(*one, sep=" | ", flush=True)
    print("load average", os.getloadavg()[0])


SECTIONS = {"D2": Section(f"D2: acknowledgement while {WAITING:,} deliveries wait", measure)}

if __name__ == "__main__":
    main()
