"""Waiting for what happens elsewhere: in another thread, another process, the database's server."""

import time
from collections.abc import Callable

PATIENCE = 60.0
"""Seconds. No test holds how quick something is; a machine that does much else may be slow."""


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it holds before long."""
    until = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
