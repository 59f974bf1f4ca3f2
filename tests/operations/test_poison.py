"""A problem that the engine can't survive kills its child and nothing else."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import pytest

from bot.demo.stage import ROOT
from bot.engine import GRACE, MEMORY, SECONDS, Engine, EngineFailed
from scheduling.problem import Problem
from tests.scheduling.worlds import TINY, world


@dataclass(frozen=True)
class Glutton:
    """Asks for more memory than a child may have, when it is unpacked there."""

    size: int

    def __reduce__(self) -> Any:
        return (bytearray, (self.size,))


@dataclass(frozen=True)
class Killer:
    """Ends the process that unpacks it."""

    def __reduce__(self) -> Any:
        return (os._exit, (9,))


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine()
    yield made
    made.close()


@pytest.mark.parametrize("poison", [Killer(), Glutton(2 * MEMORY)], ids=["killed", "out of memory"])
def test_the_bot_outlives_it_and_the_next_problem_finds_a_new_child(engine: Engine, poison: object) -> None:
    for _ in range(2):
        with pytest.raises(EngineFailed, match=r"^the search for a panel and times broke off$"):
            engine.solve(cast("Problem", poison), seconds=1.0)
    assert engine.solve(world(1, TINY), options=1, seconds=30.0)


def test_a_child_that_never_ends_is_killed(engine: Engine) -> None:
    first = engine._in_child(os.getpid, budget=SECONDS)
    with pytest.raises(EngineFailed, match=r"^the search for a panel and times took too long$") as failed:
        engine._in_child(exec, WORKS, budget=0.1 - GRACE)
    assert not failed.value.starved
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    assert engine._in_child(os.getpid, budget=SECONDS) != first


def test_time_that_a_child_does_not_get_is_not_held_against_it(engine: Engine) -> None:
    """As on a machine with more work than cores: it may take much longer than its budget, and is waited for."""
    child = engine._in_child(os.getpid, budget=SECONDS)
    begun = time.monotonic()
    os.kill(child, signal.SIGSTOP)
    threading.Timer(1.5, os.kill, [child, signal.SIGCONT]).start()
    assert engine._in_child(os.getpid, budget=0.1 - GRACE) == child
    assert time.monotonic() - begun > 1.5


def test_what_a_child_took_for_earlier_problems_is_not_held_against_the_next(engine: Engine) -> None:
    taken = engine._in_child(time.process_time, budget=SECONDS)
    limit, _ = engine._in_child(resource.getrlimit, resource.RLIMIT_CPU, budget=SECONDS)
    assert limit >= taken + SECONDS + GRACE


def test_a_child_that_gets_no_time_at_all_is_given_up_for_now_and_not_for_its_problem() -> None:
    engine = Engine(patience=0.5)
    with pytest.raises(
        EngineFailed, match=r"^this machine had no time for the search for a panel and times$"
    ) as failed:
        engine._in_child(time.sleep, 3600, budget=SECONDS)
    assert failed.value.starved
    engine.close()


def test_a_child_steps_back_and_may_take_only_so_much(engine: Engine) -> None:
    assert engine._in_child(os.nice, 0, budget=SECONDS) == min(19, os.nice(0) + 10)
    assert engine._in_child(resource.getrlimit, resource.RLIMIT_AS, budget=SECONDS)[0] == MEMORY
    assert engine._in_child(resource.getrlimit, resource.RLIMIT_CORE, budget=SECONDS)[0] == 0
    with pytest.raises(EngineFailed, match=r"^the search for a panel and times needed too much memory$"):
        engine._in_child(bytearray, 2 * MEMORY, budget=SECONDS)


PARENT = """
import sys
from bot.engine import Engine
Engine()._in_child(exec, sys.argv[1], budget=3600.0)
"""
WAITS = "import os, time; os.write(1, b'there'); time.sleep(3600)"
WORKS = "import os; os.write(1, b'there'); any(False for _ in iter(int, 1))"


@pytest.mark.parametrize("work", [WAITS, WORKS], ids=["waits", "works"])
def test_a_child_does_not_outlive_a_parent_that_was_killed(work: str) -> None:
    """Both hold one pipe, which ends when the last of them has."""
    parent = subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", PARENT, work], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    assert parent.stdout.read(5) == b"there"
    parent.kill()
    assert parent.communicate(timeout=60)[0] == b""
