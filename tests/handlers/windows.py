"""A form about when a candidate can come, filled in for the days to come."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from handlers import ids
from tests.handlers.presses import modal

DAY = timedelta(days=1)


def _days(now: datetime) -> Iterator[datetime]:
    """The next three working days, from the morning on."""
    days = (now.replace(hour=9, minute=0, second=0, microsecond=0) + number * DAY for number in range(1, 6))
    return itertools.islice((day for day in days if day.weekday() < 5), 3)


def windows(callback: str, reference: str, now: datetime) -> dict[str, Any]:
    made = modal(callback, reference, reason="The candidate asked for it")
    rows = {
        f"window:{number}": {
            ids.WINDOW_DAY: {"type": "datepicker", "selected_date": f"{day:%Y-%m-%d}"},
            ids.WINDOW_FROM: {"type": "timepicker", "selected_time": "09:00"},
            ids.WINDOW_TO: {"type": "timepicker", "selected_time": "17:00"},
        }
        for number, day in enumerate(_days(now), start=1)
    }
    made["blocks"] = [*({"type": "actions", "block_id": block} for block in rows), *made["blocks"]]
    made["state"]["values"] |= rows
    return made
