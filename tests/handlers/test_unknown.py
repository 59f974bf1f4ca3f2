"""A loop that somebody may not know of is to them like one that does not exist, byte for byte, whatever they press."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hiring.model import Barred, HandOver, Lead, Loop, Nudge, Person, Pin, Role, StoodDown
from hiring.rules import sight
from tests.database import fresh_database
from tests.handlers import rig
from tests.handlers.company import WHO, loops, settled
from tests.handlers.presses import OUTSIDERS, PRESSES, Press
from tests.handlers.rig import Hands, Rehearsal
from tests.hiring import facts
from tests.hiring.worlds import ANA, HANS, KIM, MAX, NOW, RITA, person

NOWHERE = "LNOWHERE"
NAMED = {(press, loop) for press in PRESSES for loop in loops() if f'"{loop}' in json.dumps(press.make("U"))}
ADMIN, AUDITOR = person("Adam", roles=(Role.ADMIN,)), person("Aude", roles=(Role.AUDITOR,))
OLGA, REMY = person("Olga", roles=(Role.HIRING_MANAGER,)), person("Remy", roles=(Role.RECRUITER,))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rehearsal, Hands]]:
    database = settled(fresh_database(Path(tmp_path_factory.mktemp("unknown"))))
    with rig.web_api() as hands:
        yield Rehearsal(database), hands
    database.close()


def told(press: Press, loop: str, who: str, stage: tuple[Rehearsal, Hands]) -> tuple[list[str], bool]:
    """All that came of a press that names the loop, and of the same one that names none there is; whether it changed
    anything."""
    store, hands = stage
    body = json.dumps(press.make(WHO[who]))
    found, changed = [], False
    for named in (loop, NOWHERE):
        hands.take()
        store.changed = False
        answer = rig.send(rig.app(store, press.now, api=hands.api), json.loads(body.replace(loop, named)))
        found.append(json.dumps([answer.status, answer.body, hands.take()]).replace(named, loop))
        changed = changed or store.changed
    return found, changed


def test_most_of_what_can_be_pressed_names_a_loop() -> None:
    assert len({press.id for press, _ in NAMED}) > 35


@pytest.mark.parametrize("who", sorted(OUTSIDERS))
def test_an_outsider_can_not_tell_a_loop_from_none(who: str, stage: tuple[Rehearsal, Hands]) -> None:
    for press, loop in NAMED:
        (there, nowhere), changed = told(press, loop, who, stage)
        assert (press.id, there, changed) == (press.id, nowhere, False)


def test_who_may_know_is_told_why_not(stage: tuple[Rehearsal, Hands]) -> None:
    """The control: for them the two differ, wherever anything at all is answered."""
    pairs = [told(press, loop, "panel", stage)[0] for press, loop in NAMED if loop == "LBOOKED"]
    assert sum(there != nowhere for there, nowhere in pairs) > len(pairs) * 3 // 4


BOOKED = facts.booked()
AFTERWARDS = (StoodDown("max", NOW, "replaced"),)


@pytest.mark.parametrize(
    ("loop", "who", "knows"),
    [
        (BOOKED, ANA, True), (BOOKED, HANS, True), (BOOKED, RITA, True), (BOOKED, REMY, True),
        (BOOKED, ADMIN, True), (BOOKED, AUDITOR, True), (BOOKED, MAX, False), (BOOKED, OLGA, False),
        # Whoever was ever seated or led it was told of it.
        (replace(BOOKED, stood_down=AFTERWARDS), MAX, True),
        (replace(BOOKED, handed_over=(HandOver(Lead.HIRING_MANAGER, "hans", "olga", NOW, "rita"),)), OLGA, True),
        (replace(BOOKED, barred=(Barred("kim", NOW),)), KIM, True),
        # What others judged or what was said elsewhere tells nobody that there is another loop.
        (replace(BOOKED, barred=(Barred("kim", NOW, elsewhere=True),)), KIM, False),
        (replace(BOOKED, barred=(Barred("kim", NOW, by="rita"),), pins=(Pin("kim", conflict=True, by="rita", at=NOW),)), KIM, False),
        (replace(BOOKED, barred=(Barred("remy", NOW, elsewhere=True),)), REMY, False),
        (replace(BOOKED, barred=(Barred("aude", NOW, elsewhere=True),)), AUDITOR, False),
        (replace(BOOKED, barred=(Barred("ana", NOW, elsewhere=True),)), ANA, True),
        (replace(BOOKED, nudges=(Nudge("max", "scorecard", "rita", NOW),)), MAX, False),
        # Somebody who works here and applies.
        (replace(BOOKED, colleague="adam"), ADMIN, False), (replace(BOOKED, colleague="hans"), HANS, True),
    ],
)  # fmt: skip
def test_who_may_know_of_a_loop(loop: Loop, who: Person, knows: bool) -> None:
    assert sight.knows_of(loop, who) is knows
