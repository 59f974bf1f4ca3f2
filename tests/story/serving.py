"""The bot in a process of its own, as `evenhand serve` runs it, but with a short lease: `python -m tests.story.serving`.

After a kill, what was being sent waits until its lease has ended; nobody wants to wait for the real one in a test.
"""

from __future__ import annotations

import os
import signal
import threading
from datetime import timedelta

from bot.composition import Evenhand
from bot.logs import configure
from bot.settings import Settings, read_settings

LEASE = timedelta(seconds=3)


def main() -> None:
    settings = read_settings(os.environ)
    if not isinstance(settings, Settings):
        raise SystemExit(" ".join(fault.says for fault in settings))
    configure()
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    evenhand = Evenhand(settings, lease=LEASE)
    evenhand.start()
    stopping.wait()
    evenhand.stop()


if __name__ == "__main__":
    main()
