"""Watching over the Socket Mode connection, which can die without a word: a healthy process, and no events.

The SDK mends most of it by itself. What it misses shows in two ways: the connection stays closed, or nothing answers our
pings any more. When either has lasted for `GRACE`, a new connection is made. `auth.test` once a minute tells whether Slack
can be reached at all, so that the log says which of the two is broken.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Final, Protocol

log = logging.getLogger("evenhand.watchdog")

GRACE: Final = 45.0
"""Seconds; more than the SDK needs to mend what it notices."""
LOOK_EVERY: Final = 5.0
ASK_EVERY: Final = 60.0


class Line(Protocol):
    """The connection as the watchdog sees it."""

    def alive(self) -> bool: ...
    def renew(self) -> None: ...


class SocketLine(Line):
    """The SDK's client. `silence` is how long pings may go unanswered, in seconds."""

    def __init__(self, client: Any, *, silence: float = GRACE) -> None:
        self._client = client
        self._silence = silence
        self._session: Any = None
        self._since = 0.0

    def alive(self) -> bool:
        if not self._client.is_connected():
            return False
        session = self._client.current_session
        if session is not self._session:
            self._session, self._since = session, time.time()
        # A connection whose first ping was never answered has no time at all: the SDK takes that for well.
        answered = session.last_ping_pong_time or self._since
        return time.time() - answered < self._silence

    def renew(self) -> None:
        self._client.connect_to_new_endpoint(force=True)


class Watchdog:
    """`look` is one look at the time `now`; `start` has a thread look again and again."""

    def __init__(self, line: Line, *, ask: Callable[[], object], grace: float = GRACE) -> None:
        self._line = line
        self._ask = ask
        self._grace = grace
        self._dead_since: float | None = None
        self._asked: float | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.renewals = 0

    def connected(self) -> bool:
        return self._line.alive()

    def start(self, *, every: float = LOOK_EVERY) -> None:
        self._thread = threading.Thread(target=self._watch, args=(every,), name="watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=1)

    def look(self, now: float) -> None:
        if self._asked is None or now - self._asked >= ASK_EVERY:
            self._asked = now
            self._reach()
        if self._line.alive():
            self._dead_since = None
            return
        if self._dead_since is None:
            self._dead_since = now
        if now - self._dead_since >= self._grace:
            # Whatever comes of it, the next attempt waits its time.
            self._dead_since = now
            self._renew()

    def _reach(self) -> None:
        try:
            self._ask()
        except Exception as error:  # noqa: BLE001 - the outermost edge: a watchdog must not die of what it watches
            log.warning("Slack can't be reached: %s", type(error).__name__)

    def _renew(self) -> None:
        log.warning("the Socket Mode connection was dead for %d seconds; making a new one", self._grace)
        try:
            self._line.renew()
        except Exception as error:  # noqa: BLE001 - as above
            log.warning("no new connection: %s", type(error).__name__)
        else:
            self.renewals += 1

    def _watch(self, every: float) -> None:
        while not self._stopping.wait(every):
            try:
                self.look(time.monotonic())
            except Exception as error:  # noqa: BLE001 - as above: the SDK changes its connection while it is looked at
                log.warning("the Socket Mode connection could not be looked at: %s", type(error).__name__)
