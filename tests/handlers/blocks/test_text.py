"""Words for Slack: cut without breaking a letter, an entity or a mention; times; names in any script."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.blocks import text
from hiring.model import Person

FAMILY = "👩‍👩‍👧‍👦"
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given_", "limit", "expected"),
    [
        ("short", 10, "short"),
        ("0123456789", 10, "0123456789"),
        ("0123456789a", 10, "012345678…"),
        ("a & b", 6, "a…"),
        ("<@U1>", 12, "&lt;@U1&gt;"),
        ("<@U1>", 10, "&lt;@U1…"),
        (FAMILY * 3, 12, f"{FAMILY}…"),
        (FAMILY, 5, "…"),
        ("word word", 6, "word…"),
    ],
)
def test_somebodys_text_is_escaped_and_cut_on_a_letter(given_: str, limit: int, expected: str) -> None:
    assert text.clip(given_, limit) == expected


@given(st.text(max_size=300), st.integers(min_value=1, max_value=120))
def test_nothing_is_longer_than_asked(given_: str, limit: int) -> None:
    assert text.size(text.clip(given_, limit)) <= limit


@given(st.text(max_size=300), st.integers(min_value=40, max_value=120))
def test_pieces_lose_nothing(given_: str, limit: int) -> None:
    markup = text.escape(given_)
    assert "".join(text.pieces(markup, limit)) == markup


def test_a_mention_and_a_date_are_cut_whole_or_not_at_all() -> None:
    assert text.cut("ask <@U0000001> now", 14) == "ask…"
    assert text.cut("ask <@U0000001> now", 17) == "ask <@U0000001>…"


def test_a_name_keeps_its_direction_to_itself() -> None:
    assert text.name("نور") == "\u2068نور\u2069"
    assert text.name("Ana") == "Ana"
    assert text.name("A\u202eb\nc") == "Ab c"
    assert text.name("  ") == "–"


def test_a_name_formats_nothing_around_it() -> None:
    assert text.name("*A_b* ~c~ `d`") == "∗Aˍb∗ ∼c∼ ˋdˋ"


def test_people_are_mentioned_named_or_neither() -> None:
    people = {
        "a": Person(id="a", name="Ana & Co", email="a@example.com", zone="UTC", slack_id="U1"),
        "b": Person(id="b", name="Bo <b>", email="b@example.com", zone="UTC"),
    }
    assert [text.mention(people, who) for who in ("a", "b", "c", None)] == [
        "<@U1>", "Bo &lt;b&gt;", "a colleague", "a colleague",
    ]  # fmt: skip
    assert text.called(people, "a") == "Ana & Co"


def test_lists_say_how_many_more() -> None:
    assert text.listed([]) == ""
    assert text.listed(["Ana"]) == "Ana"
    assert text.listed(["Ana", "Lee", "Max"]) == "Ana, Lee and Max"
    assert text.listed(["Ana", "Lee", "Max", "Bo"], 3) == "Ana, Lee and 2 more"


def test_times_show_each_reader_their_own_zone_and_old_clients_a_stated_one() -> None:
    assert text.when(AT, "Europe/Berlin") == (
        "<!date^1795510800^{date_short_pretty} at {time}|Tue 24 Nov 2026, 10:00 (Berlin time)>"
    )
    assert text.when_between(AT, AT.replace(hour=10), "Europe/Berlin") == (
        "<!date^1795510800^{date_long_pretty} at {time}|Tue 24 Nov 2026, 10:00>–"
        "<!date^1795514400^{time}|11:00 (Berlin time)>"
    )
    assert text.between(AT, AT.replace(hour=10), "Asia/Kathmandu") == "Tue 24 Nov, 14:45–15:45 (Kathmandu time)"
    assert text.between(AT, AT.replace(hour=23), "Europe/Berlin") == (
        "Tue 24 Nov, 10:00–Wed 25 Nov, 00:00 (Berlin time)"
    )
    assert text.at(AT, "UTC") == "Tue 24 Nov 2026, 09:00 (UTC)"
    assert text.day(date(2026, 12, 1)) == "Tue 1 Dec"


def test_minutes_as_people_say_them() -> None:
    assert [text.minutes(n) for n in (0, 45, 60, 90, 600)] == ["0 min", "45 min", "1 h", "1 h 30 min", "10 h"]


def test_a_quote_marks_every_line_and_stays_within_its_limit() -> None:
    assert text.quote("one\n\ntwo <b>", 100) == ">one\n>two &lt;b&gt;"
    assert text.quote("", 100) == ">–"
    assert text.size(text.quote("a\n" * 5000, 2900)) <= 2900
