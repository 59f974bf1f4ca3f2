"""A process in which many recruiters go for one person's hours: `python -m tests.store.racing URL THREADS DAYS NAME`.

Says "ready", waits for a line, and prints as one line of JSON the loops that got their hour.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

from hiring.flows import loops
from hiring.model import Candidate, Loop, Opening, Option, Person, Planning, Qualification, Role, Seat, Session
from hiring.ports import UnitOfWork
from store.database import Database, open_database
from store.faults import Overlapping
from tests.database import KEYS
from tests.store.values import HOUR, NOON, a_loop

DAY = timedelta(days=1)
CAP = 2
"""How many hours one person gives a day. There are three that people want."""
RITA = Person(id="rita", name="Rita", email="rita@corvid.example", zone="UTC", roles=(Role.RECRUITER,))
HUGO = Person(id="hugo", name="Hugo", email="hugo@corvid.example", zone="UTC", roles=(Role.HIRING_MANAGER,))
ADA = Person(
    id="ada", name="Ada", email="ada@corvid.example", zone="UTC", slack_id="UADA", gap=0,
    day_cap=CAP * 60, week_cap=None, qualifications=(Qualification("coding"),),
)  # fmt: skip
ASKED = NOON - 7 * DAY


def settle(uow: UnitOfWork) -> None:
    """The company in which they go for it."""
    for person in (RITA, HUGO, ADA):
        uow.save_person(person)
    uow.save_opening(Opening("data", "Data", "data", hiring_manager="hugo", recruiter="rita", plans=()))


def offer(uow: UnitOfWork, name: str, *, start: datetime) -> None:
    """A loop of that name, for which Ada's hour was found."""
    option = Option(sessions=(Session("coding", start, start + HOUR),), seats=(Seat("coding", "lead", "ada"),))
    offered = Planning(number=1, asked=ASKED, answered=ASKED, options=(option,))
    uow.save_candidate(Candidate(id=name, name=name, email=f"{name}@candidate.example", zone="UTC"))
    uow.save_loop(replace(a_loop(name), candidate=name, sessions=(), seats=(), planning=offered))


def book(database: Database, name: str, *, day: int, hour: int) -> str | None:
    """A loop that was offered Ada's hour while it was free is picked, then booked. Its name, if it got the hour."""
    try:
        with database.begin() as uow:
            offer(uow, name, start=NOON + day * DAY + hour * HOUR)
        with database.begin() as uow:
            chosen = loops.choose(uow, uow.loop(name), number=1, index=0, by=RITA, now=ASKED)
            if isinstance(chosen, Loop):
                uow.save_loop(replace(uow.loop(name), booked_at=ASKED))
    except Overlapping:
        return None
    return name if isinstance(chosen, Loop) else None


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
