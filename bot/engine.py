"""The engine in a process of its own, with low priority and a budget: never where Slack waits for an answer."""

from __future__ import annotations

import os
import resource
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context, parent_process
from typing import TypeVar

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
"""How much longer than its budget the child may take before it is killed."""


class EngineFailed(Exception):
    """The child died or did not come back; the bot goes on. Says why in words for the recruiter."""


_WHY: dict[type[Exception], str] = {
    BrokenProcessPool: "the search for a panel and times broke off",
    TimeoutError: "the search for a panel and times took too long",
    MemoryError: "the search for a panel and times needed too much memory",
}


class Engine:
    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def solve(self, problem: Problem, *, options: int = OPTIONS, seconds: float = SECONDS) -> tuple[Answer, ...]:
        """The best options for `problem`, cheapest first. Raises `EngineFailed` when the child was lost."""
        return self._in_child(_solve, problem, options, seconds, wait=seconds)

    def repair(self, problem: Problem, booked: Answer, *, seconds: float = SECONDS) -> Repair:
        """`booked` with the least disturbance that fits `problem` again. Raises `EngineFailed` when the child was lost."""
        return self._in_child(_repair, problem, booked, seconds, wait=seconds)

    def _in_child(self, work: Callable[..., T], *given: object, wait: float) -> T:
        if self._pool is None:
            # Spawned, not forked: the parent has threads and database connections that a child must not inherit.
            self._pool = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"), initializer=_prepare)
        try:
            return self._pool.submit(work, *given).result(timeout=wait + GRACE)
        except (BrokenProcessPool, TimeoutError, MemoryError) as error:
            self.close()
            raise EngineFailed(_WHY[type(error)]) from None

    def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            children = list((pool._processes or {}).values())  # noqa: SLF001 - a child that hangs must be killed by hand
            pool.shutdown(wait=False, cancel_futures=True)
            for child in children:
                child.kill()
                child.join(timeout=5)


def _prepare() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most), most))
    with suppress(OSError):
        os.nice(10)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    """A parent that was killed could not say goodbye; its child would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _solve(problem: Problem, options: int, seconds: float) -> tuple[Answer, ...]:
    return solve(problem, options=options, seconds=seconds, monotonic=time.monotonic)


def _repair(problem: Problem, booked: Answer, seconds: float) -> Repair:
    return repair(problem, booked, seconds=seconds, monotonic=time.monotonic)
