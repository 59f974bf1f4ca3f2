"""Everybody presses everything, with references to other people's loops: who is allowed, and that a no changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App, BoltResponse

from handlers import ids
from tests.database import fresh_database
from tests.handlers import rig
from tests.handlers.company import WHO, settled
from tests.handlers.presses import COMMANDS, JUDGES, PRESSES, RECRUITERS, Press, button
from tests.handlers.rig import Hands, Rehearsal
from tests.handlers.test_wiring import declared
from tests.hiring.worlds import NOW

REFUSAL = "Not possible"
AT_ONCE = ("views.open", "views.push", "views.update")
"""What a listener may ask of Slack before it answers: to show something. All else is a delivery."""


class Stage:
    """A company in which nothing stays, and one app for each moment."""

    def __init__(self, store: Rehearsal, hands: Hands) -> None:
        self.store, self.hands = store, hands
        self.apps: dict[Any, App] = {}

    def send(self, press: Press, user: str) -> tuple[str, str]:
        """What came of it (`changes`, `shown`, `silent` or `refused`), and all that the person got to read."""
        bolt = self.apps.setdefault(press.now, rig.app(self.store, press.now, api=self.hands.api))
        self.hands.take()
        self.store.changed = False
        answer = rig.send(bolt, press.make(user))
        assert answer.status == 200, answer.body
        calls = self.hands.take()
        assert [method for method, _ in calls if method not in AT_ONCE] == []
        assert len(calls) <= 1, "Slack waits three seconds for the answer, and each call takes some of them"
        read = json.dumps(calls) + answer.body
        if _refuses(answer, calls):
            assert not self.store.changed
            return "refused", read
        if self.store.changed:
            return "changes", read
        return ("shown" if calls or answer.body else "silent"), read


def _refuses(answer: BoltResponse, calls: list[tuple[str, dict[str, Any]]]) -> bool:
    said: Mapping[str, Any] = json.loads(answer.body) if answer.body else {}
    if said.get("response_action") == "errors":
        return bool(said["errors"])
    if said.get("text") == "Evenhand: this is not possible":
        return True
    shown = [said["view"]] if "view" in said else [call["view"] for _, call in calls]
    return any(view["title"]["text"] == REFUSAL or _warns(view) for view in shown)


def _warns(view: Mapping[str, Any]) -> bool:
    """Beside a form that stays open: what is wrong with it."""
    return any(":warning:" in json.dumps(block) for block in view["blocks"] if block["type"] == "context")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    database = settled(fresh_database(Path(tmp_path_factory.mktemp("stage"))))
    with rig.web_api() as hands:
        yield Stage(Rehearsal(database), hands)
    database.close()


def expected(press: Press) -> dict[str, str]:
    outcomes = {"changes": press.changes, "shown": press.shown, "silent": press.silent}
    return {who: next((name for name, whom in outcomes.items() if who in whom), "refused") for who in WHO}


def name(press: Press) -> str:
    body = press.make("U")
    action = (body.get("actions") or [{}])[0]
    value = action.get("value") or (action.get("selected_option") or {}).get("value", "")
    return f"{press.id} {value or body.get('view', {}).get('private_metadata', '')} {body.get('type', '')}"


@pytest.mark.parametrize("press", [*PRESSES, *COMMANDS], ids=name)
def test_who_may(press: Press, stage: Stage) -> None:
    found = {who: stage.send(press, user) for who, user in WHO.items()}
    assert {who: outcome for who, (outcome, _) in found.items()} == expected(press)
    for who, (outcome, read) in found.items():
        if outcome == "refused" and who not in press.in_charge:
            assert (who, [secret for secret in ("Planted", "Candidate L") if secret in read]) == (who, [])
        # What somebody unsure wrote is for the recruiter in charge and the auditor, and what is sealed for nobody.
        reads = who in JUDGES and outcome == "shown" and "LASKING" in name(press)
        assert ("Planted: we shared a flat" in read) == (reads and "conflicts" in name(press))
        assert "LSCORING" not in name(press) or "Planted note" not in read


def test_what_a_loop_could_not_deliver_is_shown_to_whoever_may_try_it_again(stage: Stage) -> None:
    """And to nobody else who reads how the loop stands."""
    status = button(ids.LOOP_STATUS, "LBOOKED")
    read = {who: stage.send(status, user)[1] for who, user in WHO.items()}
    lost = ("LBOOKED/given up", "the person has no Slack account", ids.DELIVERY_RETRY)
    shown = {who: [word for word in lost if word in what] for who, what in read.items()}
    assert {who: words for who, words in shown.items() if words} == {who: list(lost) for who in RECRUITERS}


def test_everything_that_can_be_pressed_is_tried() -> None:
    assert {press.id for press in PRESSES} == declared() - {ids.FIELD}


@pytest.mark.parametrize("who", WHO)
def test_candidates_are_suggested_to_recruiters_only(who: str, stage: Stage) -> None:
    bolt = rig.app(stage.store, NOW, api=stage.hands.api)
    answer = rig.send(bolt, rig.suggestion(WHO[who], ids.NEW_CANDIDATE, "lb"))
    found = [option["value"] for option in json.loads(answer.body)["options"]]
    assert found == (["c-LBOOKED"] if who in {"recruiter", "other recruiter", "admin"} else [])
