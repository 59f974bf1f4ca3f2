"""Setting somebody else aside after their interview: whoever runs a loop can't use it to open, or to mend, what was written."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hiring.flows import attesting, conflicts, releasing, sweeping
from hiring.model import Answer, Attestation, Loop, ReleaseHow
from hiring.rules.permissions import Refused
from hiring.rules.recusal import step_aside
from hiring.rules.release import HOLD, may_set_aside, release
from store.database import Database
from tests.database import fresh_database
from tests.hiring import facts, worlds
from tests.hiring.facts import CODING, END
from tests.hiring.worlds import HANS, RITA, expect

BEGUN = "Their interview has begun. They can step aside themselves, or say that they are not sure."
OPEN = "The scorecards are open, so nobody is set aside any more. They can step aside themselves."
WHY = "Nobody else knows what they know, and the candidate waits."
ONE_IN = facts.handed_in(("talk", "lee"))


def unsure(loop: Loop, person: str) -> Loop:
    return replace(loop, attestations=(*loop.attestations, Attestation(person, Answer.UNSURE, CODING.start)))


@pytest.mark.parametrize(
    ("loop", "at", "because"),
    [
        (facts.booked(), CODING.start - timedelta(minutes=1), None),
        (facts.booked(), CODING.start, BEGUN),
        (ONE_IN, END, BEGUN),
        (facts.handed_in(("coding", "ana")), END, BEGUN),
        (unsure(ONE_IN, "ana"), END, None),
        (unsure(ONE_IN, "lee"), END, BEGUN),
        (unsure(facts.released(), "ana"), END, OPEN),
    ],
)
def test_ana_is_set_aside_by_another(loop: Loop, at: datetime, because: str | None) -> None:
    refused = may_set_aside(loop, "ana", at)
    assert (refused.because if refused else None) == because


def test_who_rates_nothing_may_be_set_aside_at_any_time() -> None:
    assert may_set_aside(facts.released(), "hans", END) is None


def test_it_opens_nothing_for_three_days() -> None:
    held = step_aside(unsure(ONE_IN, "ana"), "ana", now=END, by="rita")
    assert [one.awaited for one in held.barred] == [True]
    assert release(held, END + HOLD - timedelta(seconds=1)) is None
    opened = release(held, END + HOLD)
    assert opened is not None
    assert opened.how is ReleaseHow.ALL_IN


@pytest.mark.parametrize(
    "aside",
    [
        step_aside(ONE_IN, "ana", now=END),
        step_aside(facts.handed_in(("coding", "ana"), ("talk", "lee")), "ana", now=END, by="rita"),
    ],
)
def test_it_waits_for_nothing_else(aside: Loop) -> None:
    """Neither when they stepped aside themselves, nor when theirs was in and no card was awaited."""
    assert [one.awaited for one in aside.barred] == [False]
    assert release(aside, END) is not None


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return worlds.settled(fresh_database(tmp_path))


def awaited(database: Database) -> tuple[Loop, str, datetime]:
    """One scorecard is in; whoever owes the other has said that they are not sure."""
    loop = worlds.booked(database)
    now = worlds.after(loop, hours=1)
    worlds.hand_in(database, "talk", worlds.seated(loop, "talk"), now=now)
    owes = worlds.seated(loop, "coding")
    with database.begin() as uow:
        said = attesting.Said(Answer.UNSURE, note="We met.")
        loop = expect(attesting.answer(uow, uow.loop("L1"), said, by=uow.person(owes), now=now))
    return loop, owes, now


def test_a_recruiter_who_sets_the_last_one_aside_opens_nothing_and_another_can(database: Database) -> None:
    loop, owes, now = awaited(database)
    with database.begin() as uow:
        loop = expect(conflicts.pin(uow, loop, owes, conflict=True, reason="They are related.", by=RITA, now=now))
        assert loop.released is None
        mine = releasing.open_early(uow, loop, reason=WHY, by=RITA, now=now)
        assert mine == Refused(
            "You set somebody aside whose scorecard was awaited, so somebody else has to open the others'."
        )
        opened = expect(releasing.open_early(uow, loop, reason=WHY, by=HANS, now=now))
    assert opened.released is not None
    assert (opened.released.how, opened.released.by) == (ReleaseHow.EARLY, "hans")


def test_no_loop_stays_closed_for_ever(database: Database) -> None:
    loop, owes, now = awaited(database)
    with database.begin() as uow:
        expect(conflicts.pin(uow, loop, owes, conflict=True, reason="They are related.", by=RITA, now=now))
    sweeping.sweep(database, now=now + HOLD - timedelta(seconds=1))
    with database.begin(read_only=True) as uow:
        assert uow.loop("L1").released is None
    sweeping.sweep(database, now=now + HOLD)
    with database.begin(read_only=True) as uow:
        assert uow.loop("L1").released is not None


def test_nobody_is_set_aside_after_their_interview_without_a_word_of_their_own(database: Database) -> None:
    loop = worlds.booked(database)
    with database.begin() as uow:
        refused = conflicts.pin(
            uow,
            loop,
            worlds.seated(loop, "coding"),
            conflict=True,
            reason="They are related.",
            by=RITA,
            now=worlds.after(loop),
        )
        assert refused == Refused(BEGUN)
        assert uow.loop("L1") == loop
