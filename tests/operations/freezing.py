"""A worker process that freezes, as on a machine that sleeps, right before or right after it checks its claim.

`python -m tests.operations.freezing DATABASE SLACK TOKEN before|after`: makes one delivery and ends.
"""

from __future__ import annotations

import sys
import threading

from bot.clock import SystemClock
from bot.lanes import Lane, Settled, Turn, kinds_of
from bot.messages import Messages
from bot.messenger import Messenger
from bot.worker import Worker
from handlers.desk import no_page
from hiring.ports import Sent
from store.database import open_database
from tests.database import KEYS
from tests.operations.crowd import LEASE


def _pause() -> None:
    """Whoever started us is told, and stops us while we wait for a word."""
    sys.stdout.write("here\n")
    sys.stdout.flush()
    sys.stdin.readline()


def main(url: str, slack: str, token: str, where: str) -> None:
    database = open_database(url, seal_keys=KEYS)
    messages = Messages(
        database=database, messenger=Messenger(token=token, base_url=slack), clock=SystemClock(), page_of=no_page
    )
    over = threading.Event()

    def make(turn: Turn) -> Sent | Settled | None:
        def begin() -> None:
            if where == "before":
                _pause()
            turn.begin()
            if where == "after":
                _pause()

        try:
            return messages.make(Turn(claim=turn.claim, begin=begin))
        finally:
            over.set()

    lane = Lane(name="slack", kinds=kinds_of("slack"), threads=1, make=make)
    worker = Worker(database, [lane], name="frozen", lease=LEASE)
    worker.start()
    over.wait()
    worker.stop()
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
