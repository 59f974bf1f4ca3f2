from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from workbench.ui.moments import ago, clock_line, day_name, format_date, local_input, until_next_morning
from workbench.ui.readers import Reader

# Half past midnight on a Monday in Berlin; still Sunday in UTC and New York.
NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
READER = Reader(zone=BERLIN, now=NOW)
EIGHT_THIRTY = 1795509000  # 24 November 2026, 08:30 UTC


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        ("{date}", "24 November 2026"),
        ("{date_num}", "2026-11-24"),
        ("{date_short}, {time_secs}", "24 Nov 2026, 09:30:00"),
        ("{date_long} {time}", "Tuesday, 24 November 2026 09:30"),
        ("{date_pretty}", "Tomorrow"),
        ("due {date_long_pretty}", "due tomorrow"),
        ("{ago}", "In 1 day"),
        ("{no_such_token}", "{no_such_token}"),
    ],
)
def test_date_tokens(pattern: str, shown: str) -> None:
    assert format_date(EIGHT_THIRTY, pattern, READER) == shown


def test_today_is_the_readers_day() -> None:
    midnight = int(NOW.timestamp())
    assert format_date(midnight, "{date_pretty}", READER) == "Today"
    assert format_date(midnight + 3600, "{date_pretty}", Reader(zone=ZoneInfo("America/New_York"), now=NOW)) == "Today"
    assert clock_line(Reader(zone=ZoneInfo("America/New_York"), now=NOW)) == "Sun 22 Nov, 18:30"


def test_names_of_days() -> None:
    days = [date(2026, 11, 22), date(2026, 11, 23), date(2026, 12, 1), date(2025, 12, 1)]
    assert [day_name(day, READER) for day in days] == [
        "Yesterday",
        "Today",
        "Tuesday, 1 December",
        "Monday, 1 December 2025",
    ]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "just now"), (-59, "just now"), (-60, "1 minute ago"), (-7300, "2 hours ago"), (90_000, "in 1 day")],
)
def test_ago(seconds: int, shown: str) -> None:
    assert ago(NOW + timedelta(seconds=seconds), NOW) == shown


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2026-11-23 00:30+01:00", "2026-11-23 09:00+01:00"),  # a Monday before nine
        ("2026-11-23 09:00+01:00", "2026-11-24 09:00+01:00"),  # nine sharp: the next one
        ("2026-11-27 12:00+01:00", "2026-11-30 09:00+01:00"),  # Friday to Monday
        ("2026-03-27 12:00+01:00", "2026-03-30 09:00+02:00"),  # over the change to summer time
    ],
)
def test_the_next_working_morning(now: str, morning: str) -> None:
    asked = datetime.fromisoformat(now).astimezone(UTC)
    assert asked + until_next_morning(asked, BERLIN) == datetime.fromisoformat(morning)


def test_what_a_date_input_shows() -> None:
    assert local_input(EIGHT_THIRTY, READER) == "2026-11-24T09:30"
