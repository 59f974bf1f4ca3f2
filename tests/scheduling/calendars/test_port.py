import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.calendars.port import OUR_PREFIX, Event, event_id

TEN = datetime(2026, 11, 5, 10, tzinfo=UTC)


@given(st.text(), st.integers(1, 1000))
def test_an_id_of_ours_is_one_that_google_takes(key: str, attempt: int) -> None:
    made = event_id(key, attempt)
    assert re.fullmatch("[a-v0-9]{5,1024}", made)
    assert made.startswith(OUR_PREFIX)
    assert made == event_id(key, attempt)


def test_ids_of_other_keys_and_attempts_differ() -> None:
    assert len({event_id(key, attempt) for key in ("", "1", "11", "1\n1", "loop") for attempt in (1, 2, 11)}) == 15


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"id": "abc"}, "event id"),
        ({"id": "ABCDE"}, "event id"),
        ({"id": "wxyz1"}, "event id"),
        ({"end": TEN}, "ends after"),
        ({"start": TEN.replace(tzinfo=None)}, "with a zone"),
    ],
)
def test_an_event_that_no_calendar_would_take(change: dict[str, Any], why: str) -> None:
    whole = {"id": "abcde", "calendar": "a@example.com", "title": "", "description": "", "zone": "UTC"}
    with pytest.raises(ValueError, match=why):
        Event(**(whole | {"start": TEN, "end": TEN + timedelta(hours=1)} | change))
