"""What the recruiter of a take-home sees and does in Slack, from the modal that begins it to the work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers import ids
from handlers.blocks import take_home as blocks
from handlers.pages.case import gather
from handlers.pages.task import task
from hiring.model import Loop
from store.database import Database
from tests.database import fresh_database
from tests.handlers import rig
from tests.handlers.presses import day, modal, picked
from tests.handlers.rig import Hands
from tests.hiring.worlds import NOW, RITA
from tests.hiring.worlds import PLAN as MEETS
from tests.take_home import company

RECRUITER = str(RITA.slack_id)


@pytest.fixture
def hands(tmp_path: Path) -> Iterator[tuple[Database, Hands]]:
    database = fresh_database(tmp_path)
    company.settled(database)
    with database.begin() as uow:
        uow.save_plan(MEETS)
        uow.save_opening(replace(uow.opening("ds"), plans=("home", MEETS.id)))
    with rig.web_api() as hands:
        yield database, hands
    database.close()


def bolt(database: Database, hands: Hands) -> Any:
    return rig.app(database, NOW + timedelta(hours=1), api=hands.api)


@pytest.mark.parametrize(
    ("plan", "told", "not_told", "submit"),
    [
        ("home", "has 5 days for it", "When can they come?", "Send the task"),
        (MEETS.id, "When can they come?", "Done at home", "Find times"),
    ],
)
def test_what_is_done_at_home_asks_for_no_times(
    hands: tuple[Database, Hands], plan: str, told: str, not_told: str, submit: str
) -> None:
    made = modal(ids.NEW_VIEW, "Europe/Lisbon")
    made["state"]["values"] |= {"opening": {ids.NEW_OPENING: picked("ds")}, "plan:ds": {ids.NEW_PLAN: picked(plan)}}
    view = {"id": "V1", "hash": "1.h", "type": "modal", **made}
    rig.send(bolt(*hands), rig.action(RECRUITER, ids.NEW_PLAN, view=view))
    ((called, body),) = hands[1].take()
    shown = json.dumps(body["view"])
    assert (called, told in shown, not_told in shown) == ("views.update", True, False)
    assert body["view"]["submit"]["text"] == submit


@pytest.mark.parametrize("below", [None, "VSTATUS"])
def test_what_lies_below_closes_too_once_the_work_is_entered(hands: tuple[Database, Hands], below: str | None) -> None:
    """Else the status beneath would still offer to enter it."""
    database, _ = hands
    company.started(database)
    typed = modal(ids.TAKE_HOME_VIEW, "L1", **{blocks.LINK: "https://neutral.example/w/1", blocks.FILES: ""})
    answer = rig.send(bolt(*hands), rig.submission(RECRUITER, typed | {"previous_view_id": below}))
    assert (json.loads(answer.body) if answer.body else {}) == ({"response_action": "clear"} if below else {})
    with database.begin(read_only=True) as uow:
        assert uow.loop("L1").work is not None


def test_the_status_says_until_when_and_then_when_it_came(hands: tuple[Database, Hands]) -> None:
    database, _ = hands
    company.started(database)
    assert "until Sat 28 Nov 2026, 23:59 (Lisbon time)" in status(hands)
    loop: Loop = company.handed_in(database)
    shown = status(hands)
    assert "came in" in shown
    assert f"{loop.sessions[0].end:%H:%M}" not in shown
    assert "23:59" not in shown


@pytest.mark.parametrize(("until", "told"), [("2026-12-05", "Sat 5 Dec, 23:59"), ("2026-11-28", "Sat 28 Nov, 23:59")])
def test_more_time_stands_on_the_candidates_page(hands: tuple[Database, Hands], until: str, told: str) -> None:
    """A day that is no later than the one they have is refused."""
    database, _ = hands
    company.started(database)
    typed = modal(ids.TAKE_HOME_TIME_VIEW, "L1", **{blocks.UNTIL: day(until)})
    answer = rig.send(bolt(*hands), rig.submission(RECRUITER, typed))
    assert ("Choose a day that is later" in answer.body) == (until == "2026-11-28")
    with database.begin(read_only=True) as uow:
        asked = task(gather(uow, "L1"))
    assert asked is not None
    assert asked.until == f"{told} (Lisbon time)"


def status(hands: tuple[Database, Hands]) -> str:
    rig.send(bolt(*hands), rig.action(RECRUITER, ids.LOOP_STATUS, "L1"))
    ((_, body),) = hands[1].take()
    return json.dumps(body["view"], ensure_ascii=False)
