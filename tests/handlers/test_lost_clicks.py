"""A click on a message may be lost, and Slack repeats none: every step of a loop can be made from `/interview` or App Home.

The loop is played here by people who never touch a button of a message: what they press stands in App Home or in the
answer to a command at that moment, or they don't get on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from handlers import ids, messages
from hiring.model import Delivery, Kind, PersonId
from hiring.rules import sight
from hiring.rules.phase import attestation, last_end, panel
from tests.chaos.bystander import SLACK
from tests.chaos.house import House, Streets
from tests.handlers import rig
from tests.handlers.presses import DECISION, modal, picked, scorecard
from tests.handlers.windows import windows
from tests.secrecy.world import LEASE

Where = str
"""`home`, or the words after `/interview`."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with rig.web_api() as hands:
        made = House(tmp_path, Streets(api=hands.api))
        yield made
        made.close()


def _elements(shown: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(shown, Mapping):
        if "action_id" in shown:
            yield shown
        shown = tuple(shown.values())
    if isinstance(shown, Sequence) and not isinstance(shown, str):
        for part in shown:
            yield from _elements(part)


def _shown(house: House, person: PersonId, where: Where) -> Any:
    process = house.processes[0]
    if where != "home":
        return json.loads(process.take(rig.command(SLACK[person], where)).body)
    with process.database.begin(read_only=True) as uow:
        return messages.render_home(uow, uow.person(person), now=house.at)


def press(house: House, person: PersonId, where: Where, action: str, reference: str) -> None:
    there = [one.get("value") or "" for one in _elements(_shown(house, person, where)) if one["action_id"] == action]
    assert reference in there, (where, action, there)
    answer = house.processes[0].take(rig.action(SLACK[person], action, reference))
    assert answer.status == 200
    house.processes[0].work()


def hand_in(house: House, person: PersonId, view: Mapping[str, Any]) -> None:
    answer = house.processes[0].take(rig.submission(SLACK[person], view))
    assert (answer.status, "errors" in answer.body) == (200, False), answer.body
    house.processes[0].work()


def _wish(house: House) -> None:
    view = windows(ids.NEW_VIEW, "Europe/Berlin", house.at)
    view["state"]["values"] |= {
        "candidate": {ids.NEW_CANDIDATE: picked("jo")},
        "opening": {ids.NEW_OPENING: picked("ds")},
        "plan:ds": {ids.NEW_PLAN: picked("onsite")},
    }
    hand_in(house, "rita", view)


@pytest.mark.parametrize("way", ["home", "words"])
def test_a_whole_loop_without_a_button_of_any_message(house: House, way: str) -> None:
    at_home = way == "home"
    if at_home:
        press(house, "rita", "home", ids.NEW_OPEN, "")
    _wish(house)
    (loop,) = house.loops().values()
    assert loop.planning is not None
    if at_home:
        press(house, "rita", "home", ids.LOOP_STATUS, loop.id)
    press(house, "rita", "status Jo", ids.OPTIONS_PICK, ids.pack(loop.id, str(loop.planning.number), "0"))
    (loop,) = house.loops().values()
    for person in panel(loop):
        press(house, person, "home" if at_home else "", ids.ATTEST_CLEAR, loop.id)
    (loop,) = house.loops().values()
    assert loop.booked_at is not None
    house.at = last_end(loop)
    house.processes[0].work()
    for session, person in sight.owed(loop):
        reference = ids.pack(loop.id, session)
        press(house, person, "home" if at_home else "feedback", ids.SCORECARD_OPEN, reference)
        view = scorecard(reference)
        if session == "talk":
            view["state"]["values"] = {b: v for b, v in view["state"]["values"].items() if not b.endswith("solves")}
        hand_in(house, person, view)
    press(house, "hans", "home" if at_home else "status Jo", ids.SUMMARY_OPEN, loop.id)
    press(house, "hans", "home" if at_home else "nudge", ids.DECIDE_OPEN, loop.id)
    hand_in(house, "hans", modal(ids.DECIDE_VIEW, loop.id, **DECISION))
    (loop,) = house.loops().values()
    assert loop.decision is not None


def test_what_else_a_message_asks_of_somebody_can_be_done_without_it(house: House) -> None:
    """Stepping aside, judging an "unsure", reminding, another time, another person, and an end."""
    _wish(house)
    (loop,) = house.loops().values()
    assert loop.planning is not None
    press(house, "rita", "status Jo", ids.OPTIONS_PICK, ids.pack(loop.id, str(loop.planning.number), "0"))
    (loop,) = house.loops().values()
    first, second, *_ = panel(loop)
    press(house, second, "home", ids.ATTEST_UNSURE, loop.id)
    hand_in(house, second, modal(ids.ATTEST_UNSURE_VIEW, loop.id, note="We met once"))
    press(house, "rita", "status Jo", ids.CONFLICTS_OPEN, loop.id)
    hand_in(
        house,
        "rita",
        modal(ids.PIN_VIEW, ids.pack(loop.id, second, "no_conflict"), reason="They met at a fair, years ago."),
    )
    press(house, "rita", "nudge", ids.NUDGE_SEND, ids.pack(loop.id, first, "attestation"))
    press(house, first, "", ids.ATTEST_CONFLICT, loop.id)
    hand_in(house, first, modal(ids.ATTEST_CONFLICT_VIEW, loop.id, ground=picked("friend"), note=""))
    (loop,) = house.loops().values()
    assert attestation(loop, first) is not None
    assert first not in panel(loop)
    for action in (ids.LOOP_RESCHEDULE, ids.LOOP_REPLACE, ids.LOOP_CANCEL):
        press(house, "rita", "status Jo", action, loop.id)


def test_what_could_not_be_delivered_is_tried_again_without_the_message_that_told_of_it(house: House) -> None:
    _wish(house)
    (loop,) = house.loops().values()
    (process, *_), key = house.processes, f"{loop.id}/lost"
    with process.database.begin() as uow:
        uow.enqueue([Delivery(key, Kind.CANCELLED, "ana", refs=(("loop", loop.id),))], now=house.at)
    (claim,) = process.database.deliveries.claim(worker="w", now=house.at, limit=1, lease=LEASE)
    process.database.deliveries.dead(claim, now=house.at, reason="channel_not_found")
    press(house, "rita", "status Jo", ids.DELIVERY_RETRY, ids.pack(key, f"dead/{key}/1"))
    assert process.database.deliveries.standing(key).state == "done"
    assert ids.DELIVERY_RETRY not in [one["action_id"] for one in _elements(_shown(house, "rita", "status Jo"))]
