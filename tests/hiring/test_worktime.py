"""Each person's working-hours clock, in their own zone, through holidays, shifts and both changes of the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from hiring.model import OFFICE_HOURS, Hours, Pause, Person, Span
from hiring.rules import worktime


def somebody(zone: str = "Europe/Berlin", hours: tuple[Hours, ...] = OFFICE_HOURS) -> Person:
    return Person(id="p", name="P", email="p@corvid.example", zone=zone, hours=hours)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def spans(person: Person, start: datetime, end: datetime) -> list[Span]:
    return list(worktime.spans(person, start=start, end=end))


def test_office_hours_are_local() -> None:
    assert spans(somebody(), at(11, 23, 0), at(11, 25, 0)) == [
        Span(at(11, 23, 8), at(11, 23, 16)),
        Span(at(11, 24, 8), at(11, 24, 16)),
    ]


def test_a_zone_with_a_half_hour() -> None:
    assert spans(somebody("Asia/Kolkata"), at(11, 23, 0), at(11, 23, 23)) == [
        Span(at(11, 23, 3, 30), at(11, 23, 11, 30))
    ]


def test_a_zone_with_three_quarters_of_an_hour_on_the_other_side_of_midnight() -> None:
    """In Kathmandu it is nine on Monday when it is a quarter past three in the morning in UTC."""
    assert spans(somebody("Asia/Kathmandu"), at(11, 22, 0), at(11, 23, 4)) == [Span(at(11, 23, 3, 15), at(11, 23, 4))]


def test_a_shift_over_midnight_belongs_to_the_day_it_begins() -> None:
    night = somebody("UTC", (Hours(0, time(22), time(6)),))
    assert spans(night, at(11, 23, 0), at(11, 25, 0)) == [Span(at(11, 23, 22), at(11, 24, 6))]
    assert spans(night, at(11, 24, 1), at(11, 24, 3)) == [Span(at(11, 24, 1), at(11, 24, 3))]
    off = replace(night, holidays=(date(2026, 11, 23),))
    assert spans(off, at(11, 23, 0), at(11, 25, 0)) == []


def test_minutes_that_two_shifts_share_are_worked_once() -> None:
    both = somebody("UTC", (Hours(0, time(22), time(6)), Hours(1, time(5), time(9))))
    assert spans(both, at(11, 23, 0), at(11, 25, 0)) == [
        Span(at(11, 23, 22), at(11, 24, 6)),
        Span(at(11, 24, 6), at(11, 24, 9)),
    ]
    assert worktime.minutes_between(both, at(11, 23, 0), at(11, 25, 0)) == 11 * 60


def test_two_parts_of_a_day_come_in_order() -> None:
    parts = somebody("UTC", (Hours(0, time(14), time(16)), Hours(0, time(9), time(11))))
    assert spans(parts, at(11, 23, 0), at(11, 24, 0)) == [
        Span(at(11, 23, 9), at(11, 23, 11)),
        Span(at(11, 23, 14), at(11, 23, 16)),
    ]


@pytest.mark.parametrize(
    ("start", "minutes"),
    [
        (at(3, 28, 22), 7 * 60),  # the night to 29 March has no 02:00 to 03:00 in Berlin
        (at(10, 24, 21), 9 * 60),  # and the night to 25 October has it twice
        (at(11, 21, 22), 8 * 60),
    ],
)
def test_a_night_on_which_the_clock_changes_has_the_hours_it_has(start: datetime, minutes: int) -> None:
    """Saturday, 23:00 to 07:00."""
    night = somebody(hours=(Hours(5, time(23), time(7)),))
    assert worktime.minutes_between(night, start - timedelta(hours=6), start + timedelta(hours=18)) == minutes


def test_pauses_end_before_their_last_day_and_holidays_are_single_days() -> None:
    off = replace(
        somebody("UTC"), holidays=(date(2026, 11, 26),), pauses=(Pause(date(2026, 11, 23), date(2026, 11, 25)),)
    )
    assert [span.start.day for span in spans(off, at(11, 23, 0), at(11, 28, 0))] == [25, 27]


def test_minutes_between_counts_only_working_time() -> None:
    person = somebody("UTC")
    assert worktime.minutes_between(person, at(11, 20, 16), at(11, 23, 10)) == 120
    assert worktime.minutes_between(person, at(11, 23, 10), at(11, 23, 10)) == 0
    assert worktime.minutes_between(person, at(11, 23, 11), at(11, 23, 10)) == 0


def test_after_walks_over_nights_and_weekends() -> None:
    person = somebody("UTC")
    assert worktime.after(person, at(11, 20, 16), minutes=60) == at(11, 20, 17)
    assert worktime.after(person, at(11, 20, 16), minutes=61) == at(11, 23, 9, 1)
    assert worktime.after(person, at(11, 21, 16), minutes=0) == at(11, 23, 9)


def test_somebody_who_never_works_is_waited_for_on_the_wall_clock() -> None:
    assert worktime.after(somebody(hours=()), at(11, 20, 16), minutes=90) == at(11, 20, 17, 30)


def test_the_next_morning_is_the_next_working_days_in_their_zone() -> None:
    assert worktime.next_morning(somebody(), at(11, 20, 9)) == at(11, 23, 8)
    # Ten in the evening of Sunday in San Francisco is Monday in UTC; their next day is Monday.
    assert worktime.next_morning(somebody("America/Los_Angeles"), at(11, 23, 6)) == at(11, 23, 17)
