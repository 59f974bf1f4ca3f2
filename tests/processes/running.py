"""`evenhand serve` in processes of their own, and a balancer in front of those that serve the web."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.demo.stage import ROOT
from tests.story.wire import PATH, Request, Wire, tapped_by
from tests.story.world import eventually


@dataclass
class Process:
    """One that was started, and the file that holds what it logs."""

    running: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> int:
        """As a supervisor does; the exit code."""
        self.running.send_signal(signal.SIGTERM)
        return self.running.wait(timeout=120)


def start(parts: tuple[str, ...], environment: Mapping[str, str], log: Path) -> Process:
    command = [sys.executable, "-m", "bot.command", "serve", *(word for part in parts for word in ("--only", part))]
    with log.open("wb") as out:
        running = subprocess.Popen(  # noqa: S603 - our own interpreter and program
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=out, stderr=out
        )
    return Process(running=running, log=log)


def wait_until_it_answers(process: Process, port: int) -> None:
    def answers() -> bool:
        assert process.running.poll() is None, process.log.read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    eventually(answers, "a process did not come up")


@dataclass
class Balancer:
    """Sends each request to the next of several, as a load balancer would; `taken` counts for each."""

    ports: list[int]
    address: str = ""
    taken: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._turns = itertools.cycle(self.ports)
        self._choosing = threading.Lock()

    def handle(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        with self._choosing:
            port = next(self._turns)
            self.taken[port] = self.taken.get(port, 0) + 1
        return Wire(bot=f"http://127.0.0.1:{port}{PATH}").send(request)


@contextmanager
def balancer(ports: list[int]) -> Iterator[Balancer]:
    with tapped_by(Balancer(ports)) as balanced:
        yield balanced
