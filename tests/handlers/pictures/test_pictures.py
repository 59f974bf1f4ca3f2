"""The pictures: the same bytes for the same facts, bounded, and told in words beside them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

from PIL import Image

from handlers.blocks.options import days_of
from handlers.pictures.days import Bar, Day, Row, describe_days, draw_days
from handlers.pictures.matrix import describe_matrix, draw_matrix
from hiring.model import Option
from hiring.rules.summary import summarise
from tests.handlers.blocks import world

BERLIN = ZoneInfo("Europe/Berlin")
WORLD = world.ordinary()
SUMMARY = summarise(WORLD.loop, WORLD.cards)


def _option() -> Option:
    planning = WORLD.loop.planning
    assert planning is not None
    return planning.options[0]


def _days() -> tuple[Day, ...]:
    return days_of(WORLD.loop, _option(), candidate=WORLD.candidate, people=WORLD.people)


def test_the_days_have_the_candidate_first_with_breaks_and_everybody_in_their_own_zone() -> None:
    (day,) = _days()
    assert day.date == date(2026, 11, 24)
    assert [(row.name, row.detail) for row in day.rows] == [
        ("Joana D’Angelo", "candidate"),
        ("Rui Martins", "15:00 Berlin time"),
        ("Ana Sousa", "15:30 Berlin time"),
        ("Max Okafor", "20:00 Kolkata time"),
        ("Lee Chen", "10:15 New York time"),
        ("Sam O’Neill", "21:00 Kathmandu time"),
        ("Priya Natarajan", "09:15 Los Angeles time"),
    ]
    assert [(bar.kind, bar.label) for bar in day.rows[0].bars] == [
        ("session", "Welcome"), ("session", "Presentation"), ("break", "Break"), ("session", "Coding"),
        ("lunch", "Lunch"), ("session", "Stakeholders"),
    ]  # fmt: skip


def test_the_days_in_words() -> None:
    assert describe_days(_days(), zone=ZoneInfo("America/New_York")) == (
        "Tuesday 24 Nov 2026: 09:00-09:30 Welcome; 09:30-10:00 Presentation; 10:00-10:15 Break; 10:15-11:15 Coding; "
        "11:15-12:15 Lunch; 12:15-12:45 Stakeholders. With Rui Martins, Ana Sousa, Max Okafor, Lee Chen, Sam O’Neill, "
        "Priya Natarajan."
    )
    assert describe_days([], zone=BERLIN) == "No days."


def test_the_same_days_are_the_same_bytes_and_others_are_not() -> None:
    drawn = draw_days(_days(), title="Option 1", zone=BERLIN)
    assert drawn == draw_days(_days(), title="Option 1", zone=BERLIN)
    assert drawn != draw_days(_days(), title="Option 2", zone=BERLIN)
    assert _size(drawn)[0] == 1080


def test_a_day_on_which_clocks_change_and_an_empty_one_are_drawn() -> None:
    start = datetime(2026, 10, 24, 23, tzinfo=UTC)
    bar = Bar(start, start + timedelta(hours=4), "Night shift", "session")
    days = [Day(date(2026, 10, 25), (Row("Jo", "", (bar,)),)), Day(date(2026, 10, 26), ())]
    assert _size(draw_days(days, title="", zone=BERLIN))[0] == 1080


def test_a_crowd_and_a_month_stay_within_bounds() -> None:
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    rows = tuple(Row(f"Person {n}", "", (Bar(start, start + timedelta(hours=1), "Talk", "busy"),)) for n in range(200))
    drawn = draw_days(
        [Day(date(2026, 11, 1) + timedelta(days=n), rows) for n in range(30)], title="x" * 500, zone=BERLIN
    )
    width, height = _size(drawn)
    assert (width, height < 10_000) == (1080, True)


def test_the_matrix_in_words_says_who_gave_what_and_where_they_differ() -> None:
    assert describe_matrix(SUMMARY, people=WORLD.people) == (
        "Weighted mean 3.2 of 4 · spread 0.4 · 4 scorecards. "
        "Explains reasoning: mean 2.5, 3 points apart (Ana Sousa 4, Max Okafor 2, Lee Chen 3, Priya Natarajan 1). "
        "Curiosity: mean 3.5 (Ana Sousa 3, Max Okafor could not assess, Priya Natarajan 4). "
        "Judgement: mean 3.3 (Ana Sousa 4, Max Okafor 3, Priya Natarajan 3). "
        "Correct code: mean 3.0 (Lee Chen 3). Clear code: mean 4.0 (Lee Chen 4)."
    )


def test_the_matrix_is_drawn_the_same_each_time_and_differently_for_other_scores() -> None:
    plan, people = WORLD.loop.plan, WORLD.people
    drawn = draw_matrix(SUMMARY, plan=plan, people=people, title="Scores")
    assert drawn == draw_matrix(SUMMARY, plan=plan, people=people, title="Scores")
    fewer = summarise(WORLD.loop, WORLD.cards[:3])
    assert drawn != draw_matrix(fewer, plan=plan, people=people, title="Scores")
    empty = summarise(WORLD.loop, ())
    assert _size(draw_matrix(empty, plan=plan, people=people, title="Scores"))[0] == 1080


def _size(png: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(png)) as image:
        assert image.format == "PNG"
        return image.size
