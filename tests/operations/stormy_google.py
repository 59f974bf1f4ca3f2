"""Loops to be booked while Google Calendar refuses, fails and hangs up, by lot, in simulated time."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.bookings import Bookings
from bot.engine import Engine
from bot.lanes import Lane, Open, kinds_of
from bot.worker import Worker
from hiring.flows import booking
from hiring.flows.settling import people_in, settle
from hiring.model import Loop
from hiring.rules.phase import Phase, phase
from scheduling.calendars.google_delegated import DelegatedCalendars
from scheduling.calendars.port import Agenda, Booked, Calendars, Event
from store.database import Database
from tests.database import fresh_database
from tests.hiring import worlds
from tests.operations.google_weather import Weather
from tests.operations.ideal_google import Work, ideal
from tests.operations.simulated import SimulatedTime
from tests.scheduling.calendars.google_server import GoogleServer, google_server

LATENCY = 0.3
GIVEN_UP = timedelta(hours=12)


@dataclass
class Slowly(Calendars):
    """Each call takes a while."""

    real: Calendars
    time: SimulatedTime

    def agendas(self, emails: Sequence[str], *, start: datetime, end: datetime) -> tuple[Agenda, ...]:
        self.time.sleep(LATENCY)
        return self.real.agendas(emails, start=start, end=end)

    def put(self, event: Event) -> Booked:
        self.time.sleep(LATENCY)
        return self.real.put(event)

    def find(self, calendar: str, id: str) -> Booked | None:  # noqa: A002 - the port's word for it
        return self.real.find(calendar, id)

    def move(self, event: Event) -> Booked:
        return self.real.move(event)

    def remove(self, calendar: str, id: str) -> None:  # noqa: A002 - the port's word for it
        self.time.sleep(LATENCY)
        self.real.remove(calendar, id)


@dataclass(frozen=True)
class Gone:
    """How it went: seconds, those of an ideal sender, what met the calls, and what stands on whose calendar beside what
    should."""

    took: float
    least: float
    weather: Weather
    phases: Counter[Phase]
    stands: Counter[tuple[str, str]]
    wanted: Counter[tuple[str, str]]
    states: Counter[str]
    meanwhile: int
    """How many loops were booked while the storm lasted."""


def storm(home: Path, *, loops: int, lasts: float, seed: int) -> Gone:
    """So many loops, chosen and agreed to, wait for their calendars when the storm begins."""
    database = worlds.settled(fresh_database(home))
    names = _waiting(database, worlds.attested(database), loops)
    work = _work(database, names)
    time = SimulatedTime(worlds.NOW, threads=1)
    weather = Weather(time, random.Random(seed), lasts)
    with _google(home, weather) as (google, calendars):
        took = _made(database, Slowly(calendars, time), time)
        stands = _stands(google)
    with database.begin(read_only=True) as uow:
        found = [uow.loop(name) for name in names]
        people = people_in(uow)
        booked = [loop for loop in found if loop.booked_at is not None]
        events = [event for loop in booked for event in booking.events(loop, uow.opening(loop.opening), people)]
    states = Counter(
        one.state for one in database.deliveries.listing(limit=100_000) if one.delivery.kind.startswith("cal")
    )
    database.close()
    phases = Counter(phase(loop, time.now()) for loop in found)
    over = worlds.NOW + timedelta(seconds=lasts)
    meanwhile = sum(loop.booked_at is not None and loop.booked_at < over for loop in found)
    return Gone(
        took,
        ideal(work, lasts=lasts, seed=seed),
        weather,
        phases,
        stands,
        Counter((event.calendar, event.id) for event in events),
        states,
        meanwhile,
    )


def _work(database: Database, names: Sequence[str]) -> list[Work]:
    found = []
    with database.begin(read_only=True) as uow:
        for name in names:
            loop = uow.loop(name)
            wanted = booking.bookable(uow, name, attempt=loop.attempt, now=worlds.NOW)
            assert wanted is not None
            spent = booking.spent(loop, attempt=loop.attempt, people=wanted.people)
            found.append(Work(people=len(wanted.emails), events=len(wanted.events), spent=len(spent)))
    return found


def _waiting(database: Database, one: Loop, loops: int) -> list[str]:
    """The loop, and others like it, each on a day of its own."""
    names = [one.id]
    for number in range(1, loops):
        days = timedelta(days=number)
        sessions = tuple(replace(s, start=s.start + days, end=s.end + days) for s in one.sessions)
        other = replace(one, id=f"L{number + 1}", sessions=sessions, version=0)
        with database.begin() as uow:
            names.append(settle(uow, other, now=worlds.NOW).id)
    return names


@contextmanager
def _google(home: Path, weather: Weather) -> Iterator[tuple[GoogleServer, DelegatedCalendars]]:
    with google_server() as google:
        for person in worlds.PEOPLE:
            google.state.add(person.email, zone=person.zone)
            google.state.delegated.add(person.email)
        google.weather = weather
        calendars = DelegatedCalendars(google.key_file(home / "key.json"), url=google.url)
        try:
            yield google, calendars
        finally:
            calendars.close()


def _made(database: Database, calendars: Calendars, time: SimulatedTime) -> float:
    """Seconds until no calendar waits for anything."""
    bookings = Bookings(
        database=database, calendars=calendars, engine=Engine(), clock=time, monotonic=time.monotonic, sleep=time.sleep
    )
    kinds, over = kinds_of("calendar"), threading.Event()

    def room() -> Open:
        waits = database.deliveries.backlog(time.now() + timedelta(days=1))
        if not any(waits.get(kind) for kind in kinds) or time.now() > worlds.NOW + GIVEN_UP:
            over.set()
        return bookings.open(kinds)

    lane = Lane(name="calendar", kinds=kinds, threads=1, make=bookings.keep, open=room)
    worker = Worker(database, [lane], name="worker", now=time.now, wait=time.wait)
    worker.start()
    over.wait()
    took = time.monotonic()
    worker.begin_no_more()
    time.end()
    worker.stop()
    return took


def _stands(google: GoogleServer) -> Counter[tuple[str, str]]:
    return Counter(
        (email, str(event["id"]))
        for email, calendar in google.calendars.items()
        for event in calendar.events.values()
        if event["status"] != "cancelled"
    )
