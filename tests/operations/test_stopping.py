"""SIGTERM ends the program in time, whatever is under way, and what was not begun is anybody's at once."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bot.composition import Evenhand
from hiring.model import Delivery, Kind
from tests.database import postgres_place
from tests.operations.crowd import Crowd, crowd
from tests.processes.running import Process, start
from tests.story.world import eventually, world

WITHIN = 60.0
"""Ten seconds are promised, on a machine that has them. That no call is waited for is held by what the rows say: a call that
came to its end would leave none of them `sending`."""
THREADS = 3
"""Of the lane that speaks in Slack."""


def test_a_slow_call_of_slack_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with crowd(tmp_path, people=8, limits=False) as there:
        _hangs(there, THREADS)
        there.enqueue([f"message/{number}" for number in range(8)])
        url = f"sqlite:///{tmp_path / 'evenhand.db'}"
        with _serving(there, tmp_path, (), url=url, processes=1) as processes:
            eventually(lambda: _count(there, "sending") == THREADS, "the calls never began")
            assert _ended(processes) == [0]
        assert (_count(there, "claimed"), _count(there, "sending")) == (0, THREADS)


def test_several_workers_on_postgresql_end_in_time_and_give_back_all_that_was_not_begun(tmp_path: Path) -> None:
    """Slack hangs, and so does the mail server, of which each process has claimed several letters at once."""
    place, processes, letters, messages = postgres_place(), 2, 7, 16
    with _silence() as mail, crowd(tmp_path, people=messages, limits=False, place=place) as there:
        _hangs(there, processes * THREADS)
        there.enqueue([f"message/{number}" for number in range(messages)])
        with there.database.begin() as uow:
            refs = (("loop", "loop-1"),)
            uow.enqueue(
                [Delivery(f"letter/{n}", Kind.MAIL_CANCELLED, refs=refs) for n in range(letters)], now=there.now()
            )
        begun = processes * (THREADS + 1)
        url = f"smtp://127.0.0.1:{mail}?from=interviews@corvid.example"
        with _serving(there, tmp_path, ("worker",), url=place.url, processes=processes, SMTP_URL=url) as running:
            eventually(lambda: _count(there, "sending") == begun, "the calls never began")
            assert _count(there, "claimed") > 0
            assert _ended(running) == [0, 0]
        found = {state: _count(there, state) for state in ("claimed", "sending", "waiting", "done", "dead")}
    assert found == {"claimed": 0, "sending": begun, "waiting": messages + letters - begun, "done": 0, "dead": 0}


def test_a_pass_of_the_clock_that_takes_long_holds_up_nothing_else(tmp_path: Path) -> None:
    begun, over = threading.Event(), threading.Event()

    def look() -> None:
        begun.set()
        over.wait()

    with world(tmp_path) as there:
        evenhand = there.stage.evenhand
        assert isinstance(evenhand, Evenhand)
        port = evenhand.web.port
        evenhand._ticker._add(look, timedelta(milliseconds=10))
        assert begun.wait(30)
        stopping = threading.Thread(target=evenhand.stop)
        stopping.start()
        try:
            eventually(lambda: not _listens(port), "the web waits for the clock")
            assert stopping.is_alive()
        finally:
            over.set()
            stopping.join()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
    except OSError:
        return False
    return True


def _hangs(there: Crowd, calls: int) -> None:
    for nth in range(1, calls + 1):
        there.slack.space.faults.plan("chat.postMessage", "hang", nth=nth)


@contextmanager
def _silence() -> Iterator[int]:
    """A mail server that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@contextmanager
def _serving(
    there: Crowd, home: Path, parts: tuple[str, ...], *, url: str, processes: int, **more: str
) -> Iterator[list[Process]]:
    environment = {
        "SLACK_BOT_TOKEN": there.slack.bot_token,
        "SLACK_APP_TOKEN": there.slack.app_token,
        "SLACK_API_URL": there.slack.api,
        "EVENHAND_DATABASE_URL": url,
        "EVENHAND_SEAL_KEYS": "bWFkZSBmb3IgdGVzdHMsIG5vdCBhIHNlY3JldCAzMmI=",
        "PORT": "0",
    } | more
    running = [start(parts, environment, home / f"{number}.log") for number in range(processes)]
    try:
        yield running
    finally:
        for process in running:
            process.running.kill()
            process.running.wait()


def _ended(processes: list[Process]) -> list[int]:
    """Their exit codes; raises TimeoutExpired for one that takes too long."""
    for process in processes:
        process.running.send_signal(signal.SIGTERM)
    return [process.running.wait(timeout=WITHIN) for process in processes]


def _count(there: Crowd, state: str) -> int:
    return there.database.deliveries.counts(there.now())[state][0]
