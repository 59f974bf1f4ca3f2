"""What a year of a company of ten thousand people weighs, and that nothing which is asked reads more because of it.

`python -m bench D6`. One loop is played by the flows themselves; the year is that loop again and again, under other names
and at other times, kept by the store. It is laid from now backwards, so that what is under way and what was lately stays the
same, and the past alone grows.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from bench.looks import LOOKS, RETENTION, Cost, cost
from bench.page import Section, table
from bench.played import DAY, PLAN, STAGES, Played, moved, played
from hiring.flows import dead_letters
from hiring.flows.reckoning import reckon
from hiring.flows.sweeping import sweep
from hiring.model import (
    Candidate,
    Delivery,
    Kind,
    Opening,
    Person,
    Qualification,
    Role,
)
from store.database import Database
from tests.database import Place, postgres_place, sqlite_place, stop_postgres
from tests.hiring import worlds

T = TypeVar("T")
SESSIONS_A_WEEK, WEEKS, PEOPLE = 550, 52, 10_000
LOOKED_AT = 13, 26, WEEKS
INTERVIEWERS, OPENINGS, RECRUITERS = 300, 20, 10
PRESSES_A_LOOP = 40
"""Buttons pressed and modals handed in, each remembered for a week, as is the drawing of App Home that follows."""
LOOPS_A_WEEK = SESSIONS_A_WEEK // len(STAGES)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Year:
    """A company, and how its past is laid down."""

    played: Played
    now: datetime

    def found(self, database: Database) -> None:
        """The company, what is under way, and what people pressed in the last week."""
        for start in range(0, PEOPLE, 1000):
            with database.begin() as uow:
                for number in range(start, min(PEOPLE, start + 1000)):
                    uow.save_person(_person(number))
        with database.begin() as uow:
            uow.save_plan(PLAN)
            for number in range(OPENINGS):
                uow.save_opening(_opening(number))
        for week in (1, 2):
            self.week(database, -week, booked=True)
        with database.begin() as uow:
            presses = [f"press-{number}" for number in range(LOOPS_A_WEEK * PRESSES_A_LOOP)]
            for number, mark in enumerate(presses):
                uow.first_time(mark, now=self.now - DAY)
                to = f"p{number % INTERVIEWERS}"
                uow.enqueue([Delivery(key=f"home/{to}/{mark}", kind=Kind.HOME, to=f"{to}/{mark}")], now=self.now - DAY)

    def week(self, database: Database, ago: int, *, booked: bool = False) -> None:
        """The interviews of the week that ended so many weeks ago, all in one transaction."""
        with database.begin() as uow:
            for number in range(LOOPS_A_WEEK):
                names, by = self._names(ago, number), self._later(ago, number)
                loop = moved(self.played.booked if booked else self.played.loop, names, by)
                uow.save_candidate(_candidate(names["jo"]))
                uow.save_loop(replace(loop, version=0))
                if not booked:
                    for card in self.played.cards:
                        uow.save_scorecard(moved(card, names, by))
                    for episode in self.played.episodes:
                        uow.save_episode(moved(episode, names, by))
                last = self.now if booked else None
                for at, written in groupby(self.played.deliveries, key=lambda one: one[1] + by):
                    if last is None or at <= last:
                        uow.enqueue([moved(delivery, names, by) for delivery, _ in written], now=at)
                for entry in self.played.entries:
                    if last is None or entry.at + by <= last:
                        uow.audit(moved(entry, names, by))

    def _names(self, ago: int, number: int) -> dict[str, str]:
        sat = {f"e{n}": f"p{(number * len(STAGES) + n) % INTERVIEWERS}" for n in range(len(STAGES))}
        opening = number % OPENINGS
        led = {"rita": f"p{INTERVIEWERS + opening % RECRUITERS}", "hans": f"p{2 * INTERVIEWERS + opening}"}
        return {"L1": f"Y{ago}-{number}", "jo": f"c{ago}-{number}", "ds": f"o{opening}", **sat, **led}

    def _later(self, ago: int, number: int) -> timedelta:
        """Days are parted, so that nobody sits in two interviews at once."""
        monday = self.now.replace(hour=0, minute=0, second=0, microsecond=0) - self.now.weekday() * DAY
        begins = worlds.NOW.replace(hour=0)
        wednesday = timedelta(days=2)
        return monday - ago * WEEK + (number * 4 // LOOPS_A_WEEK) * DAY - wednesday - begins


def _person(number: int) -> Person:
    qualified = number < INTERVIEWERS
    led = INTERVIEWERS <= number < INTERVIEWERS + RECRUITERS
    hires = 2 * INTERVIEWERS <= number < 2 * INTERVIEWERS + OPENINGS
    role = Role.RECRUITER if led else Role.HIRING_MANAGER if hires else Role.INTERVIEWER
    skills = (Qualification(skill=STAGES[number % len(STAGES)]),) if qualified else ()
    return Person(
        id=f"p{number}", name=f"Person {number}", email=f"p{number}@corvid.example", zone="Europe/Berlin", team="data",
        slack_id=f"U{number}", roles=(role, *((Role.AUDITOR,) if number == INTERVIEWERS else ())), qualifications=skills,
        manager=f"p{2 * INTERVIEWERS + number % OPENINGS}",
    )  # fmt: skip


def _opening(number: int) -> Opening:
    return Opening(
        id=f"o{number}", title=f"Opening {number}", team="data", hiring_manager=f"p{2 * INTERVIEWERS + number}",
        recruiter=f"p{INTERVIEWERS + number % RECRUITERS}", plans=("onsite",), channel=f"hiring-{number}",
        channel_id=f"C{number}", digest_hour=0, digest_zone="UTC",
    )  # fmt: skip


def _candidate(name: str) -> Candidate:
    return Candidate(
        id=name, name=f"Candidate {name}", email=f"{name}@elsewhere.example", zone="UTC", employer="Elsewhere"
    )


def settle(place: Place) -> None:
    """Everything was delivered, but one in two hundred, which was given up."""
    place.raw(
        "UPDATE deliveries SET state = 'done', pending = false, attempt = 1, finished = created, channel = 'D0123456789', "
        "ts = '1700000000.000100' WHERE state = 'waiting' AND n % 200 <> 0",
        "UPDATE deliveries SET state = 'dead', pending = false, attempt = 8, finished = created, reason = 'gone' "
        "WHERE state = 'waiting'",
    )


def keep_house(place: Place, database: Database) -> None:
    """What the clock does every minute, half hour and hour, and after it what the database does by itself."""
    database.deliveries.add_up()
    reckon(database, policy=RETENTION)
    entered = True
    while entered:
        with database.begin() as uow:
            entered = uow.enter_names(most=100) > 0
    place.raw("PRAGMA optimize" if place.kind == "sqlite" else "VACUUM ANALYZE")


def sizes(place: Place) -> dict[str, int]:
    """Bytes of each table with its indexes."""
    if place.kind == "sqlite":
        found = "SELECT m.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_master m ON m.name = d.name GROUP BY 1"
    else:
        found = (
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
    return {name: int(size) for name, size in place.raw(found)}


@dataclass(frozen=True)
class Lived:
    """What was found after so many weeks."""

    costs: Mapping[str, Mapping[int, Cost]]
    sizes: Mapping[int, Mapping[str, int]]
    took: float


def lived(place: Place, year: Year) -> Lived:
    begun = time.perf_counter()
    costs: dict[str, dict[int, Cost]] = {name: {} for name in LOOKS}
    weighed = {}
    database = place.open()
    year.found(database)
    for week in range(1, WEEKS + 1):
        year.week(database, week)
        settle(place)
        if week in LOOKED_AT:
            sweep(database, now=year.now)
            dead_letters.tell(database, now=year.now)
            settle(place)
        keep_house(place, database)
        if week in LOOKED_AT:
            for name, ask in LOOKS.items():
                costs[name][week] = cost(place, database, ask, now=year.now)
            weighed[week] = sizes(place)
    database.close()
    return Lived(costs, weighed, time.perf_counter() - begun)


def a_year() -> str:
    year = Year(played(), datetime.now(UTC))
    with tempfile.TemporaryDirectory() as folder:
        found = {"SQLite": lived(sqlite_place(Path(folder)), year)}
    found["PostgreSQL"] = lived(postgres_place(), year)
    stop_postgres()
    return told(year, found)


def told(year: Year, found: Mapping[str, Lived]) -> str:
    loops = WEEKS * LOOPS_A_WEEK
    deliveries, entries = len(year.played.deliveries), len(year.played.entries)
    left = f"{deliveries} deliveries, {entries} audit entries, {len(STAGES)} sealed scorecards"
    parts = [
        f"""{PEOPLE:,} people, {INTERVIEWERS} of them interviewers, and {SESSIONS_A_WEEK} interviews a week. One loop of
{len(STAGES)} interviews is played by the flows and the engine to its decision; the year is {loops:,} such loops, with all
that one left behind ({left}), one delivery in two hundred given up, and {2 * LOOPS_A_WEEK} loops under way. The past alone
grows from column to column, so what is asked has the same answer in each, and nothing that people or the clock ask may read
more for it: that is a test, too (`tests/store/test_past.py` counts on a past four times as long). Before that the clock has
done what it does every minute, half hour and hour."""
    ]
    for name, one in found.items():
        unit = "thousands of its machine's steps" if name == "SQLite" else "pages of 8 kB"
        parts.append(f"**{name}**, made and asked in {one.took:.0f} s. What is read is told in {unit}.")
        parts.append(_costs(one))
    parts.append(
        """PostgreSQL's pages may rise for a while all the same, and then no more. It chooses another way by its statistics
(rows that it reads in the order of an index that is not theirs are counted a page each, though they lie on few). And as an
index grows, what is looked for in it comes to lie on pages of its own: of each interviewer's hours, each candidate's row,
one page and the way to it. What the operator asks about everything (the trail exported or verified, all keys wrapped anew, a
search through all deliveries) reads everything."""
    )
    return "\n\n".join([*parts, _weights(found)])


def _costs(one: Lived) -> str:
    head = ("what is asked", *(f"after {week} weeks" for week in LOOKED_AT), *(f"read, {week}" for week in LOOKED_AT))
    rows = []
    for name in LOOKS:
        costs = [one.costs[name][week] for week in LOOKED_AT]
        times = [f"{1000 * cost.seconds:.1f} ms" for cost in costs]
        rows.append((name, *times, *(f"{cost.read:,.4g}" for cost in costs)))
    return table(head, rows)


def _weights(found: Mapping[str, Lived]) -> str:
    last = {name: one.sizes[WEEKS] for name, one in found.items()}
    heavy = sorted({name for sizes in last.values() for name in sizes}, key=lambda name: -last["SQLite"].get(name, 0))
    rows = [(name, *(_megabytes(sizes.get(name, 0)) for sizes in last.values())) for name in heavy]
    told = "; ".join(f"{name} {_megabytes(sum(sizes.values()))}" for name, sizes in last.items())
    each = "; ".join(f"{name} {_each(one):.0f} kB" for name, one in found.items())
    shown = [row for row in rows if row[1:] != ("0.0 MB", "0.0 MB")]
    said = f"After the year, with indexes: {told}. Each loop that is over: {each}."
    return f"{said}\n\n{table(('table', *last), shown)}"


def _each(one: Lived) -> float:
    """Kilobytes that a loop adds."""
    first = LOOKED_AT[0]
    grown = sum(one.sizes[WEEKS].values()) - sum(one.sizes[first].values())
    return grown / ((WEEKS - first) * LOOPS_A_WEEK) / 1024


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.1f} MB"


SECTIONS = {"D6": Section("D6: a year", a_year)}
