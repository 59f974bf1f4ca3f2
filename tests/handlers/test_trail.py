"""Who read what, as the audit trail tells an auditor in Slack."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers import ids, messages
from hiring.model import Delivery, Kind
from store.database import Database
from tests.database import fresh_database
from tests.handlers import rig
from tests.handlers.company import AFTER, WHO, settled
from tests.handlers.rig import Hands

Press = Callable[[str, str, str], str]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = settled(fresh_database(tmp_path))
    yield database
    database.close()


@pytest.fixture
def press(database: Database) -> Iterator[Press]:
    """Presses a button as somebody, and returns all they got to read."""

    def pressed(hands: Hands) -> Press:
        bolt = rig.app(database, AFTER, api=hands.api)

        def send(who: str, action: str, value: str) -> str:
            answer = rig.send(bolt, rig.action(WHO[who], action, value))
            assert answer.status == 200
            return json.dumps(hands.take())

        return send

    with rig.web_api() as hands:
        yield pressed(hands)


def reads(database: Database) -> list[tuple[str, str, Any]]:
    found = [entry for entry in database.audit.export() if entry["verb"] == "read"]
    return [(entry["actor"], entry["subject"], entry["facts"]["what"]) for entry in found]


def test_whoever_opens_a_summary_leaves_an_entry_and_whoever_is_refused_none(press: Press, database: Database) -> None:
    for who in WHO:
        press(who, ids.SUMMARY_OPEN, "LOPEN")
        press(who, ids.SUMMARY_OPEN, "LSCORING")
    assert sorted(reads(database)) == [(who, "LOPEN", "scorecards") for who in ("ana", "aude", "hans", "rita")]


def test_grounds_that_are_opened_leave_an_entry(press: Press, database: Database) -> None:
    for who in ("manager", "other recruiter", "admin", "recruiter", "recruiter"):
        press(who, ids.CONFLICTS_OPEN, "LASKING")
    assert reads(database) == [("rita", "LASKING", "grounds"), ("rita", "LASKING", "conflicts")]


def test_a_message_that_shows_something_is_an_entry_too(database: Database) -> None:
    for kind, to, loop in ((Kind.SUMMARY, "hans", "LOPEN"), (Kind.SUMMARY, "hans", "LSCORING"), (Kind.BRIEF, "ana", "LBOOKED")):  # fmt: skip
        with database.begin(read_only=True) as uow:
            messages.render(uow, Delivery("k", kind, to, refs=(("loop", loop),)), now=AFTER)
    assert reads(database) == [("hans", "LOPEN", "scorecards"), ("ana", "LBOOKED", "brief")]


def test_writing_ones_own_again_opens_nobody_elses(press: Press, database: Database) -> None:
    assert "Planted note" in press("panel", ids.SCORECARD_OPEN, "LOPEN|coding")
    assert reads(database) == []


def test_an_auditor_reads_who_did_what(press: Press) -> None:
    press("manager", ids.SUMMARY_OPEN, "LOPEN")
    shown = press("auditor", ids.TRAIL_OPEN, "LOPEN")
    assert "<@UHANS> read the scorecards" in shown
    assert "<@UAUDE> read this trail" in shown
    assert "Planted" not in shown


def test_before_the_release_the_trail_does_not_tell_who_has_handed_in(press: Press, database: Database) -> None:
    verbs = ("submitted", "amended", "nudged", "put back")
    with database.begin() as uow:
        for loop in ("LSCORING", "LOPEN"):
            for verb in verbs:
                uow.audit(rig.entry(loop, verb, at=AFTER))
    told = {loop: press("auditor", ids.TRAIL_OPEN, loop) for loop in ("LSCORING", "LOPEN")}
    words = {
        verb: "put the calendars back" if verb == "put back" else f"*{verb}*" for verb in verbs
    }  # facts are missing
    hides = {loop: [verb for verb in verbs if words[verb] not in told[loop]] for loop in told}
    assert hides == {"LSCORING": ["submitted", "amended", "nudged"], "LOPEN": []}
