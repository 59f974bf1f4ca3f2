"""Whatever a button or modal carries, nobody meets an error page, and what doesn't fit is refused without a trace."""

from __future__ import annotations

import functools
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers import ids
from store.work import Work
from tests.database import fresh_database
from tests.handlers import presses, rig
from tests.handlers.company import WHO, settled
from tests.handlers.presses import PRESSES, Press
from tests.handlers.rig import Rehearsal
from tests.handlers.test_permissions import Stage
from tests.hiring.worlds import NOW

REFERENCES = (
    "|||||",
    "LNONE|coding|hour",
    "LBOOKED",
    "LBOOKED|no such session|hour",
    "LSCORING|coding|ana|more|and more",
    "LCHOOSING|1|-1",
    "LCHOOSING|1|99",
    "LBOOKED|coding|" + "9" * 5000,
    "x" * 5000,
    "🙈\u202e<!channel>|\x00",
)
ONE_OF_EACH = tuple({press.id: press for press in PRESSES}.values())


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    database = settled(fresh_database(Path(tmp_path_factory.mktemp("garbage"))))
    with rig.web_api() as hands:
        yield Stage(Rehearsal(database), hands)
    database.close()


def spoilt(body: dict[str, Any], reference: str) -> dict[str, Any]:
    """The same press with another reference in every place that carries one."""
    for action in body.get("actions", ()):
        if "selected_option" in action:
            action["selected_option"] = {**action["selected_option"], "value": reference}
        else:
            action["value"] = reference
    if body.get("view"):
        body["view"] = {**body["view"], "private_metadata": reference}
    return body


def _forged(press: Press, reference: str, user: str) -> dict[str, Any]:
    return spoilt(press.make(user), reference)


def _emptied(press: Press, state: dict[str, Any], user: str) -> dict[str, Any]:
    body = press.make(user)
    return body | {"view": {**body["view"], "state": state, "blocks": []}}


STATES: tuple[dict[str, Any], ...] = (
    {},
    {"values": {}},
    {"values": {"reason": {}, "note": {ids.FIELD: {}}, "window:1": {}}},
)


@pytest.mark.parametrize("press", ONE_OF_EACH, ids=lambda press: press.id)
def test_a_reference_that_does_not_fit_is_answered(press: Press, stage: Stage) -> None:
    for number, reference in enumerate(REFERENCES):
        user = WHO["recruiter"] if number % 2 else WHO["panel"]
        forged = Press(press.id, functools.partial(_forged, press, reference), now=press.now)
        outcome, _ = stage.send(forged, user)
        assert outcome in {"changes", "shown", "silent", "refused"}


@pytest.mark.parametrize(
    "press", [one for one in ONE_OF_EACH if one.id.endswith((".view", "_view"))], ids=lambda one: one.id
)
def test_a_modal_with_nothing_in_it_is_answered(press: Press, stage: Stage) -> None:
    for state in STATES:
        made = functools.partial(_emptied, press, state)
        outcome, _ = stage.send(Press(press.id, made, now=press.now), WHO["recruiter"])
        assert outcome in {"changes", "shown", "silent", "refused"}


@pytest.mark.parametrize(
    "text", ["x" * 8000, "status " + "y" * 8000, "new\x00", "статус", "STATUS", "  help  ", "help | new", "status %_%"]
)
def test_whatever_is_typed_after_the_command_is_answered(text: str, stage: Stage) -> None:
    outcome, read = stage.send(Press("x", lambda user: rig.command(user, text)), WHO["recruiter"])
    assert outcome in {"shown", "refused"}
    assert len(read) < 20_000


def test_what_does_not_fit_leaves_its_place_in_the_log_and_no_text(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="evenhand.handlers"):
        stage.send(presses.button(ids.SCORECARD_OPEN, "LSCORING"), WHO["panel"])
    assert [(record.getMessage(), record.exc_info is not None) for record in caplog.records] == [
        ("something did not fit: IndexError", True)
    ]


class Breaks(Rehearsal):
    """A store in which something unforeseen happens."""

    def begin(self, *, read_only: bool = False) -> Any:  # noqa: ARG002 - the port's
        raise RuntimeError("planted: what was typed")


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (rig.command("UANA", "status"), {"response_type": "ephemeral"}),
        (rig.submission("UANA", presses.modal(ids.SWAP_VIEW, "LBOOKED", reason="x")), {"response_action": "errors"}),
    ],
)
def test_a_mistake_of_ours_is_told_kindly_and_logged_without_its_text(
    body: dict[str, Any], answer: dict[str, str], stage: Stage
) -> None:
    bolt = rig.app(Breaks(stage.store.database), NOW, api=stage.hands.api)
    said = rig.send(bolt, body)
    told = json.loads(said.body)
    assert (said.status, told | answer) == (200, told)
    assert "planted" not in said.body
    assert "Sorry, that failed on our side, and nothing was done." in said.body


def test_a_mistake_of_ours_behind_a_button_is_told_in_a_modal(stage: Stage) -> None:
    bolt = rig.app(Breaks(stage.store.database), NOW, api=stage.hands.api)
    stage.hands.take()
    said = rig.send(bolt, rig.action("UANA", ids.PAUSE_OPEN))
    ((method, shown),) = stage.hands.take()
    assert (said.status, method) == (200, "views.open")
    assert "Nothing you typed is lost; please try again in a minute." in json.dumps(shown["view"])


def test_a_press_counts_once_however_often_slack_sends_it(stage: Stage) -> None:
    database = stage.store.database
    bolt = rig.app(database, NOW, api=stage.hands.api)
    body = rig.action(WHO["recruiter"], ids.NUDGE_SEND, "LASKING|ana|attestation")
    assert [rig.send(bolt, body).status for _ in range(3)] == [200, 200, 200]
    with database.begin(read_only=True) as uow:
        assert isinstance(uow, Work)
        assert len(uow.loop("LASKING").nudges) == 1


def test_a_modal_that_slack_does_not_open_is_acknowledged_all_the_same(stage: Stage) -> None:
    nowhere = rig.app(stage.store, NOW, api="http://127.0.0.1:9/api/")
    assert rig.send(nowhere, rig.action(WHO["panel"], ids.PAUSE_OPEN)).status == 200
    stage.hands.error = "expired_trigger_id"
    try:
        late = rig.app(stage.store, NOW, api=stage.hands.api)
        assert rig.send(late, rig.action(WHO["panel"], ids.PAUSE_OPEN)).status == 200
    finally:
        stage.hands.error = None


def test_wrong_old_and_missing_signatures_are_refused(stage: Stage) -> None:
    bolt = rig.app(stage.store, NOW, api=stage.hands.api)
    body = rig.action(WHO["recruiter"], ids.PAUSE_END)
    stage.store.changed = False
    assert rig.send(bolt, body, secret="another").status == 401
    assert rig.send(bolt, body, at=1_600_000_000).status == 401
    assert not stage.store.changed


def test_home_is_drawn_for_people_we_know(stage: Stage) -> None:
    database = stage.store.database
    bolt = rig.app(database, NOW, api=stage.hands.api)
    for number, (user, tab) in enumerate([("UANA", "home"), ("UANA", "messages"), ("UNOBODY", "home")]):
        event = {"type": "app_home_opened", "user": user, "tab": tab}
        body = {"type": "event_callback", "event_id": f"Ev{number}", "team_id": "T1", "event": event}
        assert [rig.send(bolt, body).status for _ in range(2)] == [200, 200]
    drawn = [one.delivery.key for one in database.deliveries.listing(limit=100) if one.delivery.key.startswith("home/")]
    assert [key for key in drawn if "Ev" in key] == ["home/ana/Ev0"]


def test_an_event_said_again_late_does_not_undo_a_newer_one(stage: Stage) -> None:
    database = stage.store.database
    bolt = rig.app(database, NOW, api=stage.hands.api)
    here = []
    for mark, deleted in (("Ev21", True), ("Ev22", False), ("Ev21", True)):
        event = {"type": "user_change", "user": {"id": "UANA", "deleted": deleted}}
        body = {"type": "event_callback", "event_id": mark, "team_id": "T1", "event": event}
        assert rig.send(bolt, body).status == 200
        with database.begin(read_only=True) as uow:
            here.append(uow.person("ana").active)
    assert here == [False, True, True]
