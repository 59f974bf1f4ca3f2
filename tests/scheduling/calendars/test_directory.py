"""The built-in calendar's folder: durable, whole, shared by threads and processes."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.calendars.builtin import BuiltinCalendars, Entry
from scheduling.calendars.directory import DirectoryShelf
from scheduling.calendars.port import CalendarRefused, CalendarUnavailable, Event, event_id
from tests.scheduling.calendars.ics_files import calendar

TEN = datetime(2026, 11, 5, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
ADA, OURS = "ada@example.com", "interviews@example.com"
EVENT = Event(
    event_id("one", 1), OURS, "Coding", "Be kind", TEN, TEN + HOUR, "Europe/Berlin", guests=(ADA,), location="Room 5"
)


def opened(folder: Path) -> BuiltinCalendars:
    """As after a restart."""
    return BuiltinCalendars(DirectoryShelf(folder), zone_of=lambda _: "Europe/Berlin")


def book(folder: Path, number: int) -> str:
    """What one of several processes does; at the top level so that another process can call it."""
    calendars = opened(folder)
    calendars.put(EVENT)
    return calendars.put(replace(EVENT, id=event_id(f"number {number}", 1))).id


def test_what_is_booked_outlives_the_program(tmp_path: Path) -> None:
    booked = opened(tmp_path).put(EVENT)
    assert opened(tmp_path).find(OURS, EVENT.id) == booked
    assert opened(tmp_path).put(EVENT) == booked


def test_several_processes_lose_nothing_of_each_other(tmp_path: Path) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as processes:
        ids = list(processes.map(book, [tmp_path] * 12, range(12)))
    again = opened(tmp_path)
    assert [again.find(OURS, each) is not None for each in ids] == [True] * 12
    (agenda,) = again.agendas([ADA], start=TEN, end=TEN + HOUR)
    assert len(agenda.busy) == 13


def test_an_entry_is_kept_only_over_the_one_that_was_seen(tmp_path: Path) -> None:
    shelf = DirectoryShelf(tmp_path)
    first, second = Entry(EVENT, 1), Entry(replace(EVENT, title="Other"), 2)
    assert shelf.write(first, was=None)
    assert not shelf.write(second, was=None)
    assert shelf.read(OURS, EVENT.id) == first
    assert shelf.write(second, was=first)
    assert not shelf.write(first, was=first)
    assert shelf.read(OURS, EVENT.id) == second


def test_only_what_touches_the_span_and_is_not_removed(tmp_path: Path) -> None:
    shelf = DirectoryShelf(tmp_path)
    later = replace(EVENT, id=event_id("two", 1), calendar=ADA, start=TEN + HOUR, end=TEN + 2 * HOUR)
    gone = replace(EVENT, id=event_id("three", 1))
    for entry in (Entry(EVENT, 1), Entry(later, 1), Entry(gone, 1, removed=True)):
        assert shelf.write(entry, was=None)
    assert list(shelf.entries(start=TEN, end=TEN + HOUR)) == [Entry(EVENT, 1)]
    assert list(shelf.entries(start=TEN + HOUR, end=TEN + 2 * HOUR)) == [Entry(later, 1)]


def test_a_removed_event_leaves_nothing_of_what_it_said(tmp_path: Path) -> None:
    def said() -> list[str]:
        kept = "".join(file.read_text() for file in tmp_path.rglob("*.json"))
        return [word for word in ("Coding", "Be kind", ADA, "Room 5") if word in kept]

    calendars = opened(tmp_path)
    calendars.put(EVENT)
    assert said() == ["Coding", "Be kind", ADA, "Room 5"]
    calendars.remove(OURS, EVENT.id)
    assert said() == []


@given(st.text(), st.text(), st.none() | st.text(), st.booleans(), st.booleans())
def test_whatever_is_written_comes_back(
    title: str, description: str, location: str | None, video: bool, private: bool
) -> None:
    event = replace(EVENT, title=title, description=description, location=location, video=video, private=private)
    with TemporaryDirectory() as folder:
        shelf = DirectoryShelf(Path(folder))
        assert shelf.write(Entry(event, 7), was=None)
        assert shelf.read(OURS, EVENT.id) == Entry(event, 7)


@pytest.mark.parametrize(
    "email", ["../../outside@example.com", "/etc/passwd", "..", "a\\b:c*?@x", "ünïcode@例え.jp", ".lock"]
)
def test_no_address_leads_out_of_the_folder(tmp_path: Path, email: str) -> None:
    folder = tmp_path / "calendars"
    shelf = DirectoryShelf(folder)
    data = calendar("DTSTART:20261105T100000Z\nDTEND:20261105T110000Z")
    shelf.bring(email, data)
    BuiltinCalendars(shelf, zone_of=lambda _: "UTC").put(replace(EVENT, calendar=email))
    assert shelf.imported(email.upper()) == data
    assert [path.name for path in tmp_path.iterdir()] == ["calendars"]
    assert len(list(folder.rglob("*.ics"))) == len(list(folder.glob("*.ics"))) == 1


def test_bringing_a_file_again_replaces_it(tmp_path: Path) -> None:
    shelf = DirectoryShelf(tmp_path)
    shelf.bring(ADA, calendar("DTSTART:20261105T100000Z\nDTEND:20261105T110000Z"))
    shelf.bring(ADA, calendar("DTSTART:20261105T120000Z\nDTEND:20261105T130000Z"))
    (agenda,) = opened(tmp_path).agendas([ADA], start=TEN, end=TEN + 5 * HOUR)
    assert [(busy.start, busy.end) for busy in agenda.busy] == [(TEN + 2 * HOUR, TEN + 3 * HOUR)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ada@example.com.ics"]


def test_a_broken_file_is_named_by_line_to_the_operator(tmp_path: Path) -> None:
    shelf = DirectoryShelf(tmp_path)
    shelf.bring(ADA, calendar("DTSTART:tomorrow\nSUMMARY:Doctor"))
    (agenda,) = opened(tmp_path).agendas([ADA], start=TEN, end=TEN + HOUR)
    assert agenda.reason == (
        "The imported calendar can't be read, line 7: DTSTART can't be read; expected a time like 20261105T100000Z"
    )


def test_a_disk_that_does_not_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / f"{ADA}.ics").mkdir()
    broken = opened(tmp_path / "file")
    with pytest.raises(CalendarUnavailable) as wait:
        broken.put(EVENT)
    with pytest.raises(CalendarUnavailable):
        DirectoryShelf(tmp_path).bring(ADA, b"")
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{ADA}.ics", "file"]
    (agenda,) = opened(tmp_path).agendas([ADA], start=TEN, end=TEN + HOUR)
    assert (agenda.readable, agenda.reason) == (False, "The imported calendar can't be read: Is a directory")
    assert "Not a directory" in str(wait.value)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"evenhand0": {"version": 1, "title": "Doctor"}}'])
def test_a_file_of_bookings_that_was_damaged_by_hand_is_refused(tmp_path: Path, text: str) -> None:
    opened(tmp_path).put(EVENT)
    (tmp_path / "booked" / f"{OURS}.json").write_text(text)
    with pytest.raises(CalendarRefused) as refusal:
        opened(tmp_path).put(EVENT)
    assert (str(refusal.value), refusal.value.remedy, refusal.value.__cause__) == (
        f"The booked events in {OURS}.json can't be read",
        "Put the file back from a backup.",
        None,
    )
