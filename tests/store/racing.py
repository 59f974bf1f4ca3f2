"""A process in which many go for one person's hours: `python -m tests.store.racing URL THREADS DAYS NAME`.

Says "ready", waits for a line, and prints as one line of JSON the loops that got their hour.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from store.database import Database, open_database
from store.faults import Overlapping
from tests.database import KEYS
from tests.store.values import HOUR, NOON, a_loop

DAY = timedelta(days=1)
CAP = 2
"""How many hours one person gives a day. There are three that people want."""


def book(database: Database, name: str, *, day: int, hour: int) -> str | None:
    """As the flows do: look what is there, decide, save, all in one unit of work. The name, if it got the hour."""
    midnight = NOON + day * DAY
    try:
        with database.begin() as uow:
            if len(uow.bookings(["ada"], start=midnight, end=midnight + DAY)) >= CAP:
                return None
            uow.save_loop(a_loop(name, start=midnight + hour * HOUR, booked=True))
    except Overlapping:
        return None
    return name


def race(database: Database, *, threads: int, days: int, name: str) -> list[str]:
    """Day after day, a third of the threads for each of three hours."""
    with ThreadPoolExecutor(threads) as pool:
        tries = [
            pool.submit(book, database, f"{name}-{day}-{number}", day=day, hour=number % 3)
            for day in range(days)
            for number in range(threads)
        ]
        return [won for one in tries if (won := one.result())]


def main() -> None:
    url, threads, days, name = sys.argv[1:]
    database = open_database(url, seal_keys=KEYS)
    print("ready", flush=True)  # noqa: T201 - whoever started us waits for it
    sys.stdin.readline()
    print(json.dumps(race(database, threads=int(threads), days=int(days), name=name)))  # noqa: T201 - the answer
    database.close()


if __name__ == "__main__":
    main()
