"""How many deliveries a worker takes in a second. `python -m bench D3`."""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bench.page import Section, table
from hiring.model import Delivery, Kind
from tests.database import Place, postgres_place, sqlite_place, stop_postgres

CLAIMS, WAITING, PEOPLE, LONGEST = 4_000, 10_000, 500, 10.0


def delivery(number: int, *, to: str = "", kind: Kind = Kind.MAIL_ITINERARY) -> Delivery:
    return Delivery(key=f"{kind}/{number}", kind=kind, to=to, refs=(("number", str(number)),))


def claims(place: Place, *, limit: int, waiting: int) -> tuple[float, float]:
    """Claims a second, and seconds of processor time of each, while others wait for places of their own."""
    database = place.open()
    with database.begin() as uow:
        uow.enqueue([delivery(n, to=f"p{n % PEOPLE}", kind=Kind.BRIEF) for n in range(waiting)], now=database.now())
        uow.enqueue([delivery(n) for n in range(CLAIMS)], now=database.now())
    kinds = [Kind.BRIEF, Kind.MAIL_ITINERARY]
    taken, begun, used = 0, time.perf_counter(), time.process_time()
    while taken < CLAIMS and time.perf_counter() - begun < LONGEST:
        now = database.now()
        found = database.deliveries.claim(worker="bench", now=now, limit=limit, lease=timedelta(hours=1), kinds=kinds)
        taken += len(found)
    rate = taken / (time.perf_counter() - begun)
    database.close()
    return rate, (time.process_time() - used) / taken


def claim_rates() -> str:
    rows = []
    for kind in ("SQLite", "PostgreSQL"):
        for waiting in (0, WAITING):
            for limit in (1, 10, 50):
                with tempfile.TemporaryDirectory() as folder:
                    place = postgres_place() if kind == "PostgreSQL" else sqlite_place(Path(folder))
                    rate, used = claims(place, limit=limit, waiting=waiting)
                rows.append((kind, f"{waiting:,}", limit, f"{rate:,.0f}", f"{1000 * used:.2f} ms"))
    stop_postgres()
    return f"""One worker's claims, so many at a time; each claim is a transaction that is committed (on SQLite, safe on
disk; the bench's PostgreSQL does not wait for its disk). To reach: 2,000 a second. The bot's own workers claim five
letters at a time, and all else one at a time: Slack takes less than two messages a second. Here nobody finishes anything,
so that soon each of the 500 places is busy and all that waits must be read to find the next: a front that is busy
throughout is where it bends.

{table(("database", "others that wait", "at a time", "claims a second", "processor time of each"), rows)}
"""


SECTIONS = {"D3": Section("D3: claims", claim_rates)}
