"""What was opened with a right that has gone since: it is handed in, and refused without a trace."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from handlers import ids
from hiring.model import Loop, Person
from store.database import Database
from tests.attack.door import Counted, Door, written
from tests.database import fresh_database
from tests.handlers import presses, rig
from tests.handlers.company import LEFT, OTHER_RECRUITER, settled
from tests.handlers.presses import Press
from tests.hiring import facts
from tests.hiring.worlds import HANS, RITA

Deprives = Callable[[Database], None]


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    database = settled(fresh_database(tmp_path))
    with Door(Counted(database)) as door:
        yield door
    database.close()


def becomes(person: Person, database: Database) -> None:
    with database.begin() as uow:
        uow.save_person(person)


def led_by_another(loop: str, database: Database) -> None:
    with database.begin() as uow:
        uow.save_loop(replace(uow.loop(loop), hiring_manager="olga"))


def steps_aside(loop: str, person: str, database: Database) -> None:
    with database.begin() as uow:
        uow.save_loop(facts.barred(uow.loop(loop), person))


def _press(action: str) -> Press:
    return next(one for one in presses.PRESSES if one.id == action and "view_closed" not in str(one.make("U")))


@pytest.mark.parametrize(
    ("action", "user", "deprives"),
    [
        (ids.NEW_VIEW, OTHER_RECRUITER, functools.partial(becomes, replace(OTHER_RECRUITER, roles=()))),
        (ids.LOOP_CANCEL_VIEW, OTHER_RECRUITER, functools.partial(becomes, replace(OTHER_RECRUITER, roles=()))),
        (ids.LOOP_REPLACE_VIEW, OTHER_RECRUITER, functools.partial(becomes, replace(OTHER_RECRUITER, roles=()))),
        (ids.LOOP_RESCHEDULE_VIEW, OTHER_RECRUITER, functools.partial(steps_aside, "LBOOKED", "remy")),
        (ids.DECIDE_VIEW, HANS, functools.partial(led_by_another, "LOPEN")),
        (ids.DECIDE_VIEW, HANS, functools.partial(steps_aside, "LOPEN", "hans")),
        (ids.LOOP_CANCEL_VIEW, RITA, functools.partial(becomes, replace(RITA, active=False))),
    ],
)  # fmt: skip
def test_a_modal_kept_open_gives_no_right(action: str, user: Person, deprives: Deprives, door: Door) -> None:
    body = _press(action).make(user.slack_id or "")
    deprives(door.store.database)
    before = state(door.store.database)

    raw, kind = written(body)
    answer = door.slack(raw, kind=kind)

    assert answer.status == 200
    assert state(door.store.database) == before
    assert door.failures == []


def test_with_the_right_it_is_taken(door: Door) -> None:
    """The control: the same modal, before anything was taken away."""
    raw, kind = written(_press(ids.LOOP_CANCEL_VIEW).make(OTHER_RECRUITER.slack_id or ""))
    before = state(door.store.database)
    assert door.slack(raw, kind=kind).status == 200
    assert state(door.store.database) != before


def test_who_has_left_is_nobody(door: Door) -> None:
    raw, kind = written(rig.command(LEFT.slack_id or "", "status"))
    assert b"I do not know you yet" in door.slack(raw, kind=kind).body


def state(database: Database) -> tuple[dict[str, list[tuple[object, ...]]], tuple[Loop, ...]]:
    with database.begin() as uow:
        return rig.everything(uow), uow.loops(active=False)
