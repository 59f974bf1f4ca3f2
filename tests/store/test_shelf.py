from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from scheduling.calendars.builtin import BuiltinCalendars, Entry, Shelf
from scheduling.calendars.port import Event
from store.database import Database
from tests.database import Place
from tests.store.values import HOUR, NOON

EVENT = Event(
    id="evenhand1",
    calendar="Ada@example.org",
    title="Interview",
    description="Coding",
    start=NOON,
    end=NOON + HOUR,
    zone="Europe/Berlin",
    guests=("bob@example.org",),
    location="Room 4",
)


def _shelf(database: Database) -> Shelf:
    return database.shelf


def test_an_entry_is_kept_only_over_what_was_read(database: Database) -> None:
    shelf = _shelf(database)
    first, second = Entry(EVENT, 1), Entry(replace(EVENT, title="Later"), 2)
    assert shelf.read(EVENT.calendar, EVENT.id) is None
    assert [shelf.write(second, was=first), shelf.write(first, was=None), shelf.write(first, was=None)] == [
        False,
        True,
        False,
    ]
    assert shelf.read(EVENT.calendar, EVENT.id) == first
    assert (shelf.write(second, was=first), shelf.write(second, was=first)) == (True, False)
    assert (shelf.read(EVENT.calendar, EVENT.id), shelf.read("bob@example.org", EVENT.id)) == (second, None)


def test_of_many_who_write_over_the_same_one_wins(database: Database) -> None:
    entries = [Entry(replace(EVENT, title=str(number)), 1) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda entry: database.shelf.write(entry, was=None), entries))
    assert sum(kept) == 1
    assert database.shelf.read(EVENT.calendar, EVENT.id) == entries[kept.index(True)]


def test_entries_that_touch_a_span_are_found(database: Database) -> None:
    removed = Entry(replace(EVENT, id="evenhand2"), 2, removed=True)
    elsewhere = datetime.fromisoformat("2026-03-02T18:30:00+05:30")
    later = Entry(replace(EVENT, id="evenhand3", start=elsewhere, end=elsewhere + HOUR), 1)
    for entry in (Entry(EVENT, 1), removed, later):
        database.shelf.write(entry, was=None)
    assert list(database.shelf.entries(start=NOON, end=NOON + HOUR)) == [Entry(EVENT, 1)]
    assert list(database.shelf.entries(start=NOON, end=NOON + 2 * HOUR)) == [Entry(EVENT, 1), later]
    assert list(database.shelf.entries(start=NOON - HOUR, end=NOON)) == []


def test_a_persons_own_calendar_is_replaced_by_the_next_they_bring(database: Database) -> None:
    database.shelf.bring("Ada@example.org", b"one")
    database.shelf.bring("ada@example.org", b"two")
    assert (database.shelf.imported("ADA@example.org"), database.shelf.imported("bob@example.org")) == (b"two", None)


def test_the_built_in_calendar_remembers_through_a_restart(place: Place) -> None:
    database = place.open()
    booked = BuiltinCalendars(database.shelf, zone_of=lambda _: "UTC").put(EVENT)
    database.close()
    database = place.open()
    calendars = BuiltinCalendars(database.shelf, zone_of=lambda _: "UTC")
    assert calendars.find(EVENT.calendar, EVENT.id) == booked
    (agenda,) = calendars.agendas(["bob@example.org"], start=NOON, end=NOON + HOUR)
    assert [(busy.start, busy.end, busy.booking) for busy in agenda.busy] == [(NOON, NOON + HOUR, EVENT.id)]
    calendars.remove(EVENT.calendar, EVENT.id)
    assert calendars.find(EVENT.calendar, EVENT.id) is None
    database.close()
