"""How fast signed requests are answered over real HTTP while 10,000 deliveries wait, beside a bare Bolt app.

`python -m bench.acknowledgement [--rates 8,83] [--seconds 20]`. Requests leave on a fixed timetable, whether or not earlier
ones were answered, and each is timed from the moment it should have left.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue
from urllib.parse import urlencode

from bot.company import Company, read_company
from bot.composition import seal_keys
from bot.demo.stage import EXAMPLE, accounts, free_port, import_into, settings_for, slack
from bot.settings import Settings
from hiring.model import Delivery, Ended, Kind, Loop
from store.database import open_database

SECRET = "made-for-a-bench"  # noqa: S105 - signs requests to ourselves
WAITING = 10_000
CONNECTIONS = 24


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
    loop = Loop(
        id="bench", opening=opening.id, candidate=company.candidates[0].id, plan=company.plans[0],
        recruiter=opening.recruiter, hiring_manager=opening.hiring_manager, created=now, created_by=opening.recruiter,
    )  # fmt: skip
    with database.begin() as uow:
        for person in company.people:
            uow.save_person(replace(uow.person(person.id), slack_id=accounts(company.people)[person.id]))
        uow.save_loop(replace(loop, cancelled=Ended(at=now, by=opening.recruiter, reason="filled")))
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


@contextmanager
def started(command: list[str], environment: dict[str, str], *, port: int) -> Iterator[int]:
    process = subprocess.Popen([sys.executable, *command], env={**os.environ, **environment})  # noqa: S603 - our own programs
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def line(who: str, rate: float, took: list[float], wrong: int) -> str:
    ranked = sorted(took)
    p50, p99 = ranked[len(ranked) // 2], ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))]
    return (
        f"| {who} | {rate:g} | {len(took)} | {p50 * 1000:.1f} ms | {p99 * 1000:.1f} ms | {ranked[-1] * 1000:.1f} ms "
        f"| {wrong} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rates", default="8,83")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--bare", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bare:
        bare(given.bare)
        return
    rates = [float(rate) for rate in given.rates.split(",")]
    company = read_company(EXAMPLE)
    if not isinstance(company, Company):
        raise SystemExit("The example company can't be read.")
    users = list(accounts(company.people).values())
    print(
        "| program | a second | requests | p50 | p99 | worst | not 200 |\n| --- | --- | --- | --- | --- | --- | --- |"
    )
    port = free_port()
    with started(["-m", "bench.acknowledgement", "--bare", str(port)], {}, port=port):
        for rate in rates:
            print(line("bare Bolt app", rate, *fired(port, rate=rate, seconds=given.seconds, users=users)), flush=True)
    with tempfile.TemporaryDirectory() as folder, slack(company, Path(folder), port=free_port()) as there:
        port = free_port()
        settings = replace(settings_for(there, Path(folder), port=port), app_token="", clock_url="")
        prepared(company, settings)
        environment = {
            "SLACK_BOT_TOKEN": there.bot_token, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": there.api,
            "EVENHAND_DATABASE_URL": settings.database_url, "PORT": str(port),
        }  # fmt: skip
        with started(["-m", "bot.command", "serve"], environment, port=port):
            for rate in rates:
                print(line("Evenhand", rate, *fired(port, rate=rate, seconds=given.seconds, users=users)), flush=True)
            page = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
            print([one for one in page.splitlines() if one.startswith("evenhand_deliveries{")])
    print("load average", os.getloadavg()[0])


if __name__ == "__main__":
    main()
