"""Fifty recruiters press "Pick" at two web processes in the same moment, and all of them want one person's last hours."""

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.demo.stage import free_port
from handlers import ids
from store.sealing import SealKeys
from tests.attack.door import signed, written
from tests.database import Place, postgres_place
from tests.handlers import rig
from tests.processes.running import Process, start, wait_until_it_answers
from tests.store.racing import CAP, DAY, RITA, offer, settle
from tests.store.values import HOUR
from tests.story.wire import PATH, Request, Wire

RECRUITERS = 50
HOURS = 3
"""So many a day are wanted, and Ada gives `CAP`."""
DAYS = int(os.environ.get("EVENHAND_RACES", "10"))
FIRST = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + 7 * DAY


def test_fifty_recruiters_at_two_web_processes_never_get_one_person_twice_or_past_the_cap(tmp_path: Path) -> None:
    keys = SealKeys.new_text()
    place = postgres_place()
    database = place.open(seal_keys=SealKeys.from_text(keys))
    with database.begin() as uow:
        settle(uow)
        for number in range(RECRUITERS):
            uow.save_person(replace(RITA, id=f"r{number}", email=f"r{number}@corvid.example", slack_id=f"UR{number}"))
    statuses: Counter[int] = Counter()
    with (
        rig.web_api() as slack,
        _two(tmp_path, place, keys, slack.api) as doors,
        ThreadPoolExecutor(RECRUITERS) as all_,
    ):
        for day in range(DAYS):
            names = [f"{day}-{number}" for number in range(RECRUITERS)]
            with database.begin() as uow:
                for number, name in enumerate(names):
                    offer(uow, name, start=FIRST + day * DAY + number % HOURS * HOUR)
            statuses.update(all_.map(lambda one: _pick(doors, *one), enumerate(names)))
        told = Counter(call["view"]["title"]["text"] for method, call in slack.take() if method == "views.open")
    with database.begin(read_only=True) as uow:
        given = uow.bookings(["ada"], start=FIRST, end=FIRST + DAYS * DAY)
        chosen = [loop.id for loop in uow.loops() if loop.seats]
    database.close()

    assert statuses == {200: RECRUITERS * DAYS}
    assert sorted(booking.loop for booking in given) == sorted(chosen)
    assert Counter((booking.span.start - FIRST) // DAY for booking in given) == dict.fromkeys(range(DAYS), CAP)
    assert len({booking.span.start for booking in given}) == DAYS * CAP
    # Where the machine has no time, somebody reads within seconds that nothing was done: no less true, and no reason to fail.
    assert told["Not possible"] + told["That did not work"] == told.total() == (RECRUITERS - CAP) * DAYS


@contextmanager
def _two(home: Path, place: Place, keys: str, api: str) -> Iterator[list[Wire]]:
    """Two web processes on one database, and the way to each."""
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-test",
        "SLACK_SIGNING_SECRET": rig.SECRET,
        "SLACK_API_URL": api,
        "EVENHAND_DATABASE_URL": place.url,
        "EVENHAND_SEAL_KEYS": keys,
    }
    ports = [free_port(), free_port()]
    both: list[Process] = []
    try:
        both.extend(start(("web",), environment | {"PORT": str(port)}, home / f"{port}.log") for port in ports)
        for process, port in zip(both, ports, strict=True):
            wait_until_it_answers(process, port)
        yield [Wire(bot=f"http://127.0.0.1:{port}{PATH}") for port in ports]
    finally:
        for process in both:
            process.running.kill()
            process.running.wait()


def _pick(doors: list[Wire], number: int, loop: str) -> int:
    """What the web process answers when the recruiter of that number takes the one option of their loop."""
    body = rig.action(f"UR{number}", ids.OPTIONS_PICK, ids.pack(loop, "1", "0"))
    raw, kind = written(body)
    status, _, _ = doors[number % len(doors)].send(Request(headers=signed(raw, kind=kind), body=raw))
    return status
