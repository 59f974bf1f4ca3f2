"""A panel whose interviews have begun stands: nobody is taken off it to have the others' scorecards opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hiring.flows import attesting, loops, scorecards
from hiring.model import Answer, Ground, Loop, ReleaseHow
from hiring.rules.permissions import Refused
from hiring.rules.release import is_frozen
from store.database import Database
from tests.database import fresh_database
from tests.hiring import facts, worlds
from tests.hiring.worlds import MORNING, RITA, expect

A_MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("at", "anybody", "ana", "lee"),
    [
        (facts.CODING.start - A_MINUTE, False, False, False),
        (facts.CODING.start, True, True, False),
        (facts.TALK.start - A_MINUTE, True, True, False),
        (facts.TALK.start, True, True, True),
        (facts.END + A_MINUTE, True, True, True),
    ],
)
def test_each_seat_is_frozen_when_its_interview_begins(at: datetime, anybody: bool, ana: bool, lee: bool) -> None:
    loop = facts.booked()
    found = (is_frozen(loop, at), is_frozen(loop, at, person="ana"), is_frozen(loop, at, person="lee"))
    assert found == (anybody, ana, lee)
    assert not is_frozen(replace(loop, booked_at=None), at)


def begun(database: Database) -> tuple[Loop, str, datetime]:
    """The loop, who sits in its first interview, and when that begins."""
    loop = worlds.booked(database)
    first = min(loop.sessions, key=lambda session: session.start)
    owes = next(seat.person for seat in loop.seats if seat.session == first.id) or ""
    return loop, owes, first.start


def test_whoever_owes_a_scorecard_is_not_replaced_to_have_the_others_opened(tmp_path: Path) -> None:
    database = worlds.settled(fresh_database(tmp_path))
    loop, owes, now = begun(database)
    with database.begin() as uow:
        refused = loops.replace_person(uow, loop, owes, reason="too slow", by=RITA, now=now)
        assert refused == Refused(
            "Their interview has begun, so they can't be replaced any more. They can still step aside."
        )
        assert isinstance(loops.swap(uow, loop, reason="tired", by=uow.person(owes), now=now), Refused)
        assert uow.loop("L1") == loop


def test_a_loop_with_an_empty_seat_is_not_moved_once_it_has_begun(tmp_path: Path) -> None:
    database = worlds.settled(fresh_database(tmp_path))
    loop, _, now = begun(database)
    later = next(seat.person for seat in loop.seats if seat.person and not is_frozen(loop, now, person=seat.person))
    with database.begin() as uow:
        loop = expect(loops.replace_person(uow, loop, later or "", reason="ill", by=RITA, now=now))
        moved = loops.reschedule(uow, loop, (MORNING,), reason="ill", by=RITA, now=now)
        assert moved == Refused("The interviews have begun, so they can't be moved any more.")


def test_who_has_a_conflict_steps_aside_even_then_and_holds_nobody_up(tmp_path: Path) -> None:
    database = worlds.settled(fresh_database(tmp_path))
    loop, owes, _ = begun(database)
    now = worlds.after(loop, minutes=1)
    for seat in loop.seats:
        if seat.person is not None and seat.person != owes:
            with database.begin() as uow:
                by = uow.person(seat.person)
                card = worlds.card(seat.session, by)
                loop = expect(scorecards.submit(uow, uow.loop("L1"), card, by=by, now=now))
    assert loop.released is None
    with database.begin() as uow:
        said = attesting.Said(Answer.CONFLICT, ground=Ground.FRIEND)
        loop = expect(attesting.recuse(uow, loop, said, by=uow.person(owes), now=now))
    assert loop.released is not None
    assert loop.released.how is ReleaseHow.ALL_IN
