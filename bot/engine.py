"""The engine in a process of its own, with low priority and a budget: never where Slack waits for an answer.

What the child may take is counted in processor time, so that a machine with more work than cores makes it slower, but not
worse, and does not make it look poisoned.
"""

from __future__ import annotations

import math
import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from typing import TypeVar

from bot.logs import leave_no_core
from scheduling.answer import Answer
from scheduling.problem import Problem
from scheduling.repair import Repair, repair
from scheduling.solve import solve

T = TypeVar("T")

OPTIONS = 3
SECONDS = 10.0
MEMORY = 2 * 1024**3
"""Bytes of address space: many times what the largest problem needs, and little enough not to take the bot along."""
GRACE = 20.0
"""How much more processor time than its budget the child may take before the system kills it."""
PATIENCE = 180.0
"""Seconds after which a child is given up that has neither answered nor used up its processor time."""


class EngineFailed(Exception):
    """The child died or did not come back; the bot goes on. Says why in words for the recruiter. `starved`: it was given no
    time to work, which says nothing about the problem."""

    def __init__(self, why: str, *, starved: bool = False) -> None:
        super().__init__(why)
        self.starved = starved


BROKE_OFF = "the search for a panel and times broke off"
TOO_LONG = "the search for a panel and times took too long"
TOO_LARGE = "the search for a panel and times needed too much memory"
STARVED = "this machine had no time for the search for a panel and times"


class Engine:
    def __init__(self, *, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._pool: ProcessPoolExecutor | None = None

    def solve(self, problem: Problem, *, options: int = OPTIONS, seconds: float = SECONDS) -> tuple[Answer, ...]:
        """The best options for `problem`, cheapest first. Raises `EngineFailed` when the child was lost."""
        return self._in_child(_solve, problem, options, seconds, budget=seconds)

    def repair(self, problem: Problem, booked: Answer, *, seconds: float = SECONDS) -> Repair:
        """`booked` with the least disturbance that fits `problem` again. Raises `EngineFailed` when the child was lost."""
        return self._in_child(_repair, problem, booked, seconds, budget=seconds)

    def _in_child(self, work: Callable[..., T], *given: object, budget: float) -> T:
        """`budget` in seconds of processor time."""
        if self._pool is None:
            # Spawned, not forked: the parent has threads and database connections that a child must not inherit.
            self._pool = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"), initializer=_prepare)
        children = list[BaseProcess]()
        try:
            answer = self._pool.submit(_within, budget + GRACE, work, *given)
            children = _children(self._pool)
            return answer.result(timeout=self._patience)
        except MemoryError:
            self.close()
            raise EngineFailed(TOO_LARGE) from None
        except TimeoutError:
            self.close()
            raise EngineFailed(STARVED, starved=True) from None
        except BrokenProcessPool:
            self.close()
            raise EngineFailed(TOO_LONG if _out_of_time(children) else BROKE_OFF) from None

    def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            children = _children(pool)
            pool.shutdown(wait=False, cancel_futures=True)
            for child in children:
                child.kill()
                child.join(timeout=5)


def _children(pool: ProcessPoolExecutor) -> list[BaseProcess]:
    return list((pool._processes or {}).values())  # noqa: SLF001 - a child that hangs must be killed by hand


def _out_of_time(ended: list[BaseProcess]) -> bool:
    """Whether the system ended one of them for the processor time it took."""
    until = time.monotonic() + 5
    while any(child.exitcode is None for child in ended) and time.monotonic() < until:
        time.sleep(0.01)  # the pool's own thread is just asking, and only one is told
    return any(child.exitcode == -signal.SIGXCPU for child in ended)


def _prepare() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most), most))
    leave_no_core()
    with suppress(OSError):
        os.nice(10)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _within(seconds: float, work: Callable[..., T], *given: object) -> T:
    """The system ends this process when that takes more processor time. What it took before does not count."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    until = math.ceil(time.process_time() + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (until if most == resource.RLIM_INFINITY else min(until, most), most))
    try:
        return work(*given)
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (most, most))


def _end_with_parent() -> None:
    """A parent that was killed could not say goodbye; its child would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _solve(problem: Problem, options: int, seconds: float) -> tuple[Answer, ...]:
    return solve(problem, options=options, seconds=seconds, monotonic=time.process_time)


def _repair(problem: Problem, booked: Answer, seconds: float) -> Repair:
    return repair(problem, booked, seconds=seconds, monotonic=time.process_time)
