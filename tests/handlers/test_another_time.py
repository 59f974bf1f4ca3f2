"""*Find another time* begins with the times that may still do: none that are over, and none that the interviews fill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from handlers import ids
from hiring.model import Span
from store.database import Database
from tests.database import fresh_database
from tests.handlers import rig
from tests.hiring import facts
from tests.hiring.facts import CODING, END, TALK
from tests.hiring.worlds import JO, NOW, settled
from workbench.reading import plain

ZONE = "America/New_York"
"""Where the candidate's clock is: five hours behind UTC."""


def span(start: str, end: str) -> Span:
    return Span(datetime.fromisoformat(f"{start}+00:00"), datetime.fromisoformat(f"{end}+00:00"))


OVER = span("2026-11-20 14:00", "2026-11-20 18:00")
BEGUN = span("2026-11-23 08:00", "2026-11-23 18:00")
FILLED = Span(CODING.start, END)
PART = Span(CODING.start, CODING.end)
"""Within the interviews, as when a window was cut where somebody was not free."""
WIDER = span("2026-11-25 09:00", "2026-11-25 16:00")
AFTER_IT = Span(END, WIDER.end)
ANOTHER = span("2026-11-27 14:00", "2026-11-27 20:30")

WIDER_ROW = ("2026-11-25", "04:00", "11:00")
ANOTHER_ROW = ("2026-11-27", "09:00", "15:30")
EMPTY = ("", "", "")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = settled(fresh_database(Path(tmp_path_factory.mktemp("another"))))
    with database.begin() as uow:
        uow.save_candidate(replace(JO, zone=ZONE))
        uow.save_loop(facts.booked())
    yield database
    database.close()


def opened(database: Database, *windows: Span) -> dict[str, Any]:
    with database.begin() as uow:
        uow.save_loop(replace(uow.loop("L1"), windows=windows))
    with rig.web_api() as hands:
        bolt = rig.app(database, NOW, api=hands.api)
        assert rig.send(bolt, rig.action("URITA", ids.LOOP_RESCHEDULE, "L1")).status == 200
        ((_, call),) = hands.calls
    view: dict[str, Any] = call["view"]
    return view


def rows(view: dict[str, Any]) -> list[tuple[str, ...]]:
    found = [one["elements"][:3] for one in view["blocks"] if str(one.get("block_id", "")).startswith("window:")]
    keys = ("initial_date", "initial_time", "initial_time")
    return [tuple(str(one.get(key, "")) for one, key in zip(row, keys, strict=True)) for row in found]


@pytest.mark.parametrize(
    ("windows", "left"),
    [
        ((ANOTHER, WIDER), [WIDER_ROW, ANOTHER_ROW]),
        ((OVER, BEGUN, ANOTHER), [ANOTHER_ROW]),
        ((FILLED, ANOTHER), [ANOTHER_ROW]),
        ((PART, Span(TALK.start, TALK.end), ANOTHER), [ANOTHER_ROW]),
        ((FILLED, AFTER_IT), [("2026-11-25", "05:45", "11:00")]),
        ((OVER, FILLED), [EMPTY]),
        ((), [EMPTY]),
    ],
)
def test_what_may_still_do_stands_in_the_form(
    database: Database, windows: tuple[Span, ...], left: list[tuple[str, ...]]
) -> None:
    view = opened(database, *windows)
    assert (rows(view), view["private_metadata"].split("|")[1]) == (left, ZONE)


def test_nobody_is_told_to_remove_what_is_not_there(database: Database) -> None:
    def says(view: dict[str, Any]) -> bool:
        return "Remove what does not work" in " ".join(plain(block) for block in view["blocks"])

    assert (says(opened(database, WIDER)), says(opened(database))) == (True, False)
