"""What every calendar does, whoever keeps it. A new adapter joins by joining WORLDS."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scheduling.calendars.port import Agenda, Busy, Event, IdSpent, event_id
from tests.scheduling.calendars.worlds import ADA, BOB, EVE, ORGANIZER, Trait, World, world

WORLDS = ["builtin", "google events", "google free/busy", "google delegated"]
TEN = datetime(2026, 11, 5, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(params=WORLDS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with world(request.param, tmp_path) as one:
        yield one


def interview(attempt: int = 1, **changes: Any) -> Event:
    event = Event(
        event_id("loop-7/session-2", attempt),
        ORGANIZER,
        title="Interview: coding",
        description="Bring your own keyboard.\n\nZoë & «you»",
        start=TEN,
        end=TEN + HOUR,
        zone="Europe/Berlin",
        guests=(ADA, BOB),
        location="Room 5",
    )
    return replace(event, **changes)


def agenda(made: World, email: str, *, start: datetime = TEN - 24 * HOUR, end: datetime = TEN + 24 * HOUR) -> Agenda:
    (found,) = made.calendars.agendas([email], start=start, end=end)
    return found


def stretches(found: Agenda) -> list[tuple[datetime, datetime]]:
    assert found.readable
    return [(busy.start, busy.end) for busy in found.busy]


def test_an_empty_calendar_is_free(made: World) -> None:
    assert agenda(made, ADA) == Agenda(ADA, (), readable=True)


def test_agendas_come_in_the_order_asked_and_belong_to_their_person(made: World) -> None:
    made.add(BOB, TEN, TEN + HOUR)
    found = made.calendars.agendas([EVE, BOB, ADA, BOB], start=TEN, end=TEN + HOUR)
    assert [each.email for each in found] == [EVE, BOB, ADA, BOB]
    assert [bool(each.busy) for each in found] == [False, True, False, True]


def test_nobody_asked_nothing_told(made: World) -> None:
    assert made.calendars.agendas([], start=TEN, end=TEN + HOUR) == ()


def test_stretches_are_clipped_to_the_span_and_half_open(made: World) -> None:
    made.add(ADA, TEN - HOUR, TEN + HOUR)
    made.add(ADA, TEN + 3 * HOUR, TEN + 5 * HOUR)
    assert stretches(agenda(made, ADA, start=TEN, end=TEN + 4 * HOUR)) == [
        (TEN, TEN + HOUR),
        (TEN + 3 * HOUR, TEN + 4 * HOUR),
    ]
    assert stretches(agenda(made, ADA, start=TEN + HOUR, end=TEN + 3 * HOUR)) == []


def test_a_span_given_in_a_local_zone_is_the_same_span(made: World) -> None:
    made.add(ADA, TEN, TEN + HOUR)
    local = agenda(
        made,
        ADA,
        start=TEN.astimezone(ZoneInfo("Asia/Kolkata")),
        end=(TEN + HOUR).astimezone(ZoneInfo("America/New_York")),
    )
    assert (stretches(local), local.busy[0].start.tzinfo) == ([(TEN, TEN + HOUR)], UTC)


@pytest.mark.parametrize(
    ("traits", "kind"),
    [
        ((), "busy"),
        (("tentative",), "tentative"),
        (("out_of_office",), "out_of_office"),
        (("free",), None),
        (("declined",), None),
        (("cancelled",), None),
    ],
)
def test_how_busy_somebody_is(made: World, traits: tuple[Trait, ...], kind: str | None) -> None:
    made.add(ADA, TEN, TEN + HOUR, *traits, title="Roadmap")
    told = kind if made.tells or kind is None else "busy"
    assert [(busy.kind, busy.title) for busy in agenda(made, ADA).busy] == (
        [] if told is None else [(told, "Roadmap" if made.tells else None)]
    )


def test_a_private_title_is_not_told(made: World) -> None:
    made.add(ADA, TEN, TEN + HOUR, "private", title="Doctor")
    assert [(busy.kind, busy.title) for busy in agenda(made, ADA).busy] == [("busy", None)]


@pytest.mark.parametrize(
    ("email", "begins"),
    [(ADA, "2026-10-24T22:00Z"), (BOB, "2026-10-25T04:00Z"), (EVE, "2026-10-24T18:30Z")],
)
def test_a_whole_day_is_the_persons_own_day_also_when_clocks_change(made: World, email: str, begins: str) -> None:
    made.add_day(email, date(2026, 10, 25))
    start = datetime.fromisoformat(begins)
    hours = 25 if email == ADA else 24
    found = agenda(made, email, start=start - 48 * HOUR, end=start + 72 * HOUR)
    assert stretches(found) == [(start, start + hours * HOUR)]


def test_what_cannot_be_read_is_busy_for_the_whole_span_and_says_why(made: World) -> None:
    made.add(BOB, TEN, TEN + HOUR)
    made.make_unreadable(ADA)
    ada, bob = made.calendars.agendas([ADA, BOB], start=TEN - HOUR, end=TEN + 5 * HOUR)
    assert (ada.busy, ada.readable) == ((Busy(TEN - HOUR, TEN + 5 * HOUR, "unreadable"),), False)
    assert ada.reason
    assert stretches(bob) == [(TEN, TEN + HOUR)]


def test_a_span_of_half_a_year_and_an_event_over_many_weeks(made: World) -> None:
    made.add(ADA, TEN, TEN + timedelta(days=100))
    found = agenda(made, ADA, start=TEN - timedelta(days=30), end=TEN + timedelta(days=150))
    assert stretches(found) == [(TEN, TEN + timedelta(days=100))]


def test_a_booking_makes_its_guests_busy_and_is_known_as_ours(made: World) -> None:
    booked = made.calendars.put(interview())
    for email in (ADA, BOB):
        (busy,) = agenda(made, email).busy
        ours, title = (booked.id, "Interview: coding") if made.tells else (None, None)
        assert busy == Busy(TEN, TEN + HOUR, "busy", title, ours)
    assert agenda(made, EVE).busy == ()


def test_a_transparent_booking_makes_nobody_busy(made: World) -> None:
    made.calendars.put(interview(transparent=True))
    assert agenda(made, ADA).busy == ()


def test_a_private_bookings_title_is_not_told(made: World) -> None:
    made.calendars.put(interview(private=True))
    assert [busy.title for busy in agenda(made, ADA).busy] == [None]


def test_putting_again_changes_nothing(made: World) -> None:
    first = made.calendars.put(interview(video=True))
    assert made.calendars.put(interview(video=True)) == first
    assert made.calendars.find(ORGANIZER, first.id) == first
    assert len(agenda(made, ADA).busy) == 1


def test_putting_another_time_under_the_same_id_moves_the_one_event(made: World) -> None:
    first = made.calendars.put(interview())
    second = made.calendars.put(interview(start=TEN + HOUR, end=TEN + 2 * HOUR))
    assert (second.id, second.etag != first.etag) == (first.id, True)
    assert stretches(agenda(made, ADA)) == [(TEN + HOUR, TEN + 2 * HOUR)]


def test_many_workers_at_once_book_one_event(made: World) -> None:
    with ThreadPoolExecutor(8) as workers:
        etags = {booked.etag for booked in workers.map(lambda _: made.calendars.put(interview()), range(16))}
    assert len(etags) == 1
    assert len(agenda(made, ADA).busy) == 1


def test_many_events_at_once_are_all_there(made: World) -> None:
    events = [
        interview(attempt, start=TEN + attempt * HOUR, end=TEN + (attempt + 1) * HOUR) for attempt in range(1, 17)
    ]
    with ThreadPoolExecutor(8) as workers:
        list(workers.map(made.calendars.put, events))
    assert all(made.calendars.find(ORGANIZER, event.id) is not None for event in events)


def test_what_never_was_is_not_found(made: World) -> None:
    assert made.calendars.find(ORGANIZER, event_id("nothing", 1)) is None


def test_the_id_of_a_deleted_event_is_spent_and_the_next_attempt_is_not(made: World) -> None:
    booked = made.calendars.put(interview())
    made.delete_by_hand(booked.id)
    assert made.calendars.find(ORGANIZER, booked.id) is None
    assert agenda(made, ADA).busy == ()
    with pytest.raises(IdSpent) as spent:
        made.calendars.put(interview())
    assert (spent.value.calendar, spent.value.id) == (ORGANIZER, booked.id)
    again = made.calendars.put(interview(attempt=2))
    assert (again.id != booked.id, stretches(agenda(made, ADA))) == (True, [(TEN, TEN + HOUR)])


def test_moving(made: World) -> None:
    made.calendars.put(interview())
    moved = made.calendars.move(interview(start=TEN + HOUR, end=TEN + 2 * HOUR, guests=(BOB, EVE), title="New title"))
    assert made.calendars.find(ORGANIZER, moved.id) == moved
    assert agenda(made, ADA).busy == ()
    assert stretches(agenda(made, BOB)) == stretches(agenda(made, EVE)) == [(TEN + HOUR, TEN + 2 * HOUR)]
    assert [busy.title for busy in agenda(made, EVE).busy] == ["New title" if made.tells else None]


def test_moving_to_where_it_is_changes_nothing(made: World) -> None:
    booked = made.calendars.put(interview())
    assert made.calendars.move(interview()) == booked


def test_what_is_not_there_cannot_be_moved(made: World) -> None:
    with pytest.raises(IdSpent):
        made.calendars.move(interview())
    booked = made.calendars.put(interview())
    made.delete_by_hand(booked.id)
    with pytest.raises(IdSpent):
        made.calendars.move(interview())


def test_removing_twice_and_removing_what_never_was_is_fine(made: World) -> None:
    booked = made.calendars.put(interview())
    made.calendars.remove(ORGANIZER, booked.id)
    made.calendars.remove(ORGANIZER, booked.id)
    made.calendars.remove(ORGANIZER, event_id("nothing", 1))
    assert agenda(made, ADA).busy == ()


def test_a_video_link_where_one_was_asked_for_and_kept_when_moved(made: World) -> None:
    assert made.calendars.put(interview()).video_link is None
    with_video = made.calendars.put(interview(attempt=2, video=True))
    assert with_video.video_link
    moved = made.calendars.move(interview(attempt=2, video=True, start=TEN + HOUR, end=TEN + 2 * HOUR))
    assert moved.video_link == with_video.video_link


def test_calendars_are_apart(made: World) -> None:
    booked = made.calendars.put(interview())
    assert made.calendars.find(EVE, booked.id) is None
