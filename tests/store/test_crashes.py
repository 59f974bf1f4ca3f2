"""Real processes, really killed."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from hiring.ports import Sent
from store.database import Database
from store.deliveries import SETTLES
from tests.database import Place, sqlite_place
from tests.store import dying
from tests.store.values import NOON, a_delivery

KEYS = [f"key-{n}" for n in range(6)]


@pytest.fixture
def world(tmp_path: Path) -> Path:
    path = tmp_path / "world.txt"
    path.touch()
    return path


def _fill(database: Database, keys: list[str]) -> None:
    with database.begin() as uow:
        uow.enqueue([a_delivery(key, to=f"place-{n % 2}") for n, key in enumerate(keys)], now=NOON)


def _start(place: Place, world: Path, step: str, *, lease: timedelta = dying.LEASE) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.store.dying", place.url, str(world), step, str(lease.total_seconds())]
    return subprocess.Popen(command, cwd=Path(__file__).parents[2])  # noqa: S603 - our own interpreter and module


def _effects(world: Path) -> Counter[str]:
    return Counter(world.read_text().split())


def _check_all_made_once(database: Database, world: Path, keys: list[str]) -> None:
    assert _effects(world) == Counter(keys)
    assert {s.delivery.key: s.state for s in database.deliveries.listing(limit=1000)} == dict.fromkeys(keys, "done")
    with database.begin() as uow:
        assert [uow.sent(key) for key in keys] == [Sent(key=key, channel="D1", ts=key) for key in keys]
        assert [uow.first_time(f"result of {key}", now=NOON) for key in keys] == [False] * len(keys)


def test_killed_at_each_boundary_everything_is_made_once(database: Database, place: Place, world: Path) -> None:
    _fill(database, KEYS)
    for step in dying.BOUNDARIES:
        with _start(place, world, step) as process:
            assert process.wait(timeout=600) == -signal.SIGKILL
    dying.work(database, world, lambda _: None)
    _check_all_made_once(database, world, KEYS)


def test_killed_at_any_time_everything_is_made_once(database: Database, place: Place, world: Path) -> None:
    keys = [f"key-{n}" for n in range(400)]
    _fill(database, keys)
    chance = random.Random(7)
    ends: list[int] = []
    for _ in range(4):
        before = len(_effects(world))
        with _start(place, world, "never") as process:
            while len(_effects(world)) == before and process.poll() is None:
                time.sleep(0.01)
            time.sleep(chance.random() * 0.1)
            process.kill()
        ends.append(process.returncode)
    assert -signal.SIGKILL in ends
    dying.work(database, world, lambda _: None)
    _check_all_made_once(database, world, keys)


def test_several_processes_share_the_work(database: Database, place: Place, world: Path) -> None:
    _fill(database, KEYS + [f"more-{n}" for n in range(60)])
    # Nobody dies, so nobody waits for a lease; and on a busy machine none must run out between a look and the deed.
    workers = [_start(place, world, "never", lease=timedelta(minutes=10)) for _ in range(2)]
    assert [worker.wait(timeout=600) for worker in workers] == [0, 0]
    _check_all_made_once(database, world, KEYS + [f"more-{n}" for n in range(60)])


def test_on_one_machine_whoever_comes_back_first_waits_for_no_lease_of_the_dead(tmp_path: Path) -> None:
    place = sqlite_place(tmp_path)
    database = place.open()
    _fill(database, KEYS[:2])
    database.come_to_work()
    (mine, _) = database.deliveries.claim(worker="dead", now=NOON, limit=2, lease=timedelta(days=365))
    other = place.open()
    other.come_to_work()
    assert {one.state for one in database.deliveries.listing()} == {"claimed"}
    other.close()
    database.deliveries.sending(mine, now=NOON)
    database.close()
    again = place.open()
    again.come_to_work()
    states = {one.delivery.key: (one.state, one.lease_until) for one in again.deliveries.listing()}
    assert states[KEYS[1]] == ("waiting", None)
    state, until = states[KEYS[0]]
    assert state == "sending"
    assert until is not None
    assert until <= again.now() + SETTLES
    again.close()
