"""`evenhand serve`: the running program, until it is told to stop."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
import threading
import time
from typing import Final

from bot.commands.opening import BAD, DONE, say, the_settings
from bot.composition import PARTS, Evenhand
from bot.logs import catch_the_rest, configure, leave_no_core

AT_LATEST: Final = 9.0
"""Seconds after which the program ends whatever is under way: those who start and stop it wait about ten."""
TURN: Final = 0.0005
"""Seconds after which a thread lets another one go on. An answer to a person waits for the database some ten times, and
with Python's five milliseconds as often for whatever else is being calculated."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--only", choices=PARTS, action="append", help="run this part only; may be given again")
    command.set_defaults(run=serve)


def _spare_what_stays() -> None:
    """A full collection walks through all that lives, and stops every thread for a tenth of a second meanwhile. The
    libraries stay anyway, and what little is left in circles can wait."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 50)


def _end_at_latest(stopping: threading.Event) -> None:
    """Threads of libraries that wait for an answer from Slack would keep the process until they have it; so would a start
    that waits for one."""
    stopping.wait()
    time.sleep(AT_LATEST)
    os._exit(DONE)


def serve(asked: argparse.Namespace) -> int:
    settings = the_settings()
    if settings is None:
        return BAD
    configure()
    catch_the_rest()
    leave_no_core()
    stopping = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stopping.set())
    threading.Thread(target=_end_at_latest, args=(stopping,), name="end", daemon=True).start()
    sys.setswitchinterval(TURN)
    evenhand = Evenhand(settings, only=asked.only or PARTS)
    try:
        evenhand.start()
        _spare_what_stays()
    except OSError as error:
        name, port = (
            ("PORT", settings.port) if evenhand.serves_pages else ("EVENHAND_METRICS_PORT", settings.metrics_port)
        )
        say(f"Port {port} can't be used ({error.strerror}). Set {name} to another one.")
        evenhand.stop()
        return BAD
    stopping.wait()
    evenhand.stop()
    return DONE
