from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from handlers.pages.form import Form, Row, fresh, read, typed, with_another
from hiring.model import Span
from hiring.rules.windows import MOST
from tests.handlers.pages.world import NOW, plan


def filled(*rows: tuple[str, str, str], zone: str = "America/New_York") -> Form:
    return Form(zone=zone, rows=tuple(Row(*row) for row in rows))


def faults(form: Form, now: datetime = NOW) -> dict[tuple[int, str], str]:
    answer = read(form, plan=plan(), now=now)
    assert isinstance(answer, Form)
    assert replace(answer, rows=tuple(replace(row, faults=()) for row in answer.rows), zone_fault="", fault="") == form
    return {(number, field): says for number, row in enumerate(answer.rows, 1) for field, says in row.faults}


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year, month, day, hour, minute


def windows(form: Form, now: datetime = NOW) -> tuple[Span, ...]:
    answer = read(form, plan=plan(), now=now)
    assert isinstance(answer, tuple), answer
    return answer


def test_times_are_read_in_the_candidates_zone_and_blank_rows_are_left_out() -> None:
    form = filled(("2026-11-24", "09:00", "12:00"), ("", "", ""), ("2026-11-25", "13:30", "17:00"))
    assert windows(form) == (
        Span(utc(2026, 11, 24, 14), utc(2026, 11, 24, 17)),
        Span(utc(2026, 11, 25, 18, 30), utc(2026, 11, 25, 22)),
    )


@pytest.mark.parametrize(
    ("start", "end"),
    [("9", "12"), ("9:00", "12:00"), ("09.00", "12.00"), ("9h00", "12h00"), ("0900", "1200"), ("9 am", "12 pm"), ("9:00AM", "12:00 P.M."), ("09:00:00", "12:00:00")],
)  # fmt: skip
def test_times_as_people_write_them(start: str, end: str) -> None:
    assert windows(filled(("2026-11-24", start, end))) == (Span(utc(2026, 11, 24, 14), utc(2026, 11, 24, 17)),)


@pytest.mark.parametrize("end", ["00:00", "24:00", "12 am"])
def test_midnight_ends_the_day(end: str) -> None:
    assert windows(filled(("2026-11-24", "18:00", end))) == (Span(utc(2026, 11, 24, 23), utc(2026, 11, 25, 5)),)


def test_the_day_on_which_clocks_go_back_holds_both_its_hours() -> None:
    form = filled(("2026-10-25", "02:00", "02:30"), zone="Europe/Berlin")
    assert windows(form, now=utc(2026, 10, 1, 0)) == (Span(utc(2026, 10, 25, 0), utc(2026, 10, 25, 1, 30)),)


def test_an_hour_that_the_clocks_leave_out_is_named() -> None:
    form = filled(("2027-03-28", "02:30", "06:00"), zone="Europe/Berlin")
    assert faults(form, now=utc(2027, 3, 1, 0)) == {
        (1, "start"): "The clocks go forward then, so this time does not exist. Pick one an hour later."
    }


def test_every_fault_stands_at_its_field_in_one_go() -> None:
    form = filled(
        ("2026-11-24", "09:00", "12:00"),
        ("2026-11-24", "11:00", "13:00"),
        ("2026-11-25", "", ""),
        ("24 November", "25:00", "noon"),
        ("", "10:00", "13 pm"),
        ("2026-11-26", "12:00", "11:00"),
        ("2026-11-26", "15:00", "15:10"),
        ("2026-11-01", "10:00", "12:00"),
        ("2027-11-01", "10:00", "12:00"),
    )
    assert faults(form) == {
        (2, "row"): "This overlaps another window. Join them, or change one.",
        (3, "start"): "Please say from when.",
        (3, "end"): "Please say until when.",
        (4, "day"): "This is not a day of the calendar. Write it like 2026-11-24: year, month, day.",
        (4, "start"): "This is not a time of day. Write it like 09:30 or 14:00.",
        (4, "end"): "This is not a time of day. Write it like 09:30 or 14:00.",
        (5, "day"): "Please choose a day.",
        (5, "end"): "This is not a time of day. Write it like 09:30 or 14:00.",
        (6, "row"): "The end must be later than the start.",
        (7, "row"): "Too short: the shortest interview takes 15 minutes.",
        (8, "row"): "This has begun or passed already. Pick a time to come.",
        (9, "row"): "Pick a day within the next 90 days.",
    }


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_a_day_beyond_all_calendars_is_asked_for_again(zone: str) -> None:
    """Around the first and the last day there are, no zone can be applied: that was an error page."""
    form = filled(("9999-12-31", "18:00", "24:00"), ("0001-01-01", "00:00", "01:00"), zone=zone)
    sentence = "Please choose a day within the next months."
    assert faults(form) == {(1, "day"): sentence, (2, "day"): sentence}


def test_nothing_filled_in_says_what_to_fill_in() -> None:
    answer = read(fresh("UTC"), plan=plan(), now=NOW)
    assert answer == replace(
        fresh("UTC"), fault="Please fill in at least one row: a day, from when and until when you could come."
    )


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "europe/berlin", "x" * 5000])
def test_a_zone_that_is_none_is_asked_for_again(zone: str) -> None:
    form = typed({"zone": zone, "day-1": "2026-11-24", "start-1": "09:00", "end-1": "12:00"}, zone="UTC")
    answer = read(form, plan=plan(), now=NOW)
    assert answer == replace(form, zone_fault="Please choose your time zone from the list.")


def test_what_was_typed_comes_back_and_grows_to_the_most_rows_and_no_further() -> None:
    fields = {f"{name}-{number}": f"{name}{number}" for number in range(1, 40) for name in ("day", "start", "end")}
    form = typed(fields, zone="UTC")
    assert form.rows == tuple(Row(f"day{number}", f"start{number}", f"end{number}") for number in range(1, MOST + 1))
    assert with_another(form) == form
    assert with_another(filled(("a", "b", "c"))) == replace(filled(("a", "b", "c"), ("", "", "")), grown=True)


def test_a_browser_without_date_inputs_sends_text_and_gets_text_back() -> None:
    row = Row("24.11.2026", "9 am", "12:00")
    assert [row.input_type(field) for field in ("day", "start", "end")] == ["text", "text", "time"]
    assert [Row().input_type(field) for field in ("day", "start", "end")] == ["date", "time", "time"]
