"""A worker that makes deliveries and is killed at a chosen boundary: `python -m tests.store.dying URL WORLD STEP LEASE`.

The outside world is a file: one line per effect. Like a real worker it looks there first when the outcome is unknown.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hiring.ports import Sent
from store.claims import Claim
from store.database import Database, open_database
from store.faults import LostClaim
from tests.database import KEYS

LEASE = timedelta(seconds=1.5)
BOUNDARIES = ("claimed", "sending", "made", "inside", "done")


def work(database: Database, world: Path, boundary: Callable[[str], None], *, lease: timedelta = LEASE) -> None:
    """Until nothing is pending. Several such processes may run at once."""
    me = f"worker-{os.getpid()}"
    while database.deliveries.next_due() is not None:
        claims = database.deliveries.claim(worker=me, now=datetime.now(UTC), limit=1, lease=lease)
        if not claims:
            time.sleep(0.02)
        for claim in claims:
            with suppress(LostClaim):  # on a machine so busy that the lease ran out, somebody else has it
                _turn(database, claim, world, boundary)


def _turn(database: Database, claim: Claim, world: Path, boundary: Callable[[str], None]) -> None:
    boundary("claimed")
    if not (claim.outcome_unknown and claim.delivery.key in world.read_text().split()):
        _make(database, database.deliveries.sending(claim, now=datetime.now(UTC)), world, boundary)
    _finish(database, claim, boundary)
    boundary("done")


def _make(_database: Database, claim: Claim, world: Path, boundary: Callable[[str], None]) -> None:
    boundary("sending")
    with world.open("a") as effects:
        effects.write(f"{claim.delivery.key}\n")
    boundary("made")


def _finish(database: Database, claim: Claim, boundary: Callable[[str], None]) -> None:
    key = claim.delivery.key
    with database.begin() as uow:
        database.deliveries.finish_in(uow, claim, now=datetime.now(UTC), sent=Sent(key=key, channel="D1", ts=key))
        uow.first_time(f"result of {key}", now=datetime.now(UTC))
        boundary("inside")


def main() -> None:
    url, world, step, lease = sys.argv[1:]

    def boundary(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    database = open_database(url, seal_keys=KEYS)
    work(database, Path(world), boundary, lease=timedelta(seconds=float(lease)))
    database.close()


if __name__ == "__main__":
    main()
