"""Checking the codes: each reader finds out whether what they may read is what was handed in, and nothing of the rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hiring.flows import attesting, scorecards
from hiring.model import Answer, Ground, Loop, PersonId
from hiring.rules import proving
from hiring.rules.permissions import Refused
from hiring.rules.proving import Checked, Proof
from store.database import Database
from tests.database import fresh_database
from tests.hiring import facts, worlds
from tests.hiring.worlds import expect


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return worlds.settled(fresh_database(tmp_path))


def checked(database: Database, by: PersonId) -> tuple[Checked, ...] | Refused:
    with database.begin(read_only=True) as uow:
        return scorecards.codes(uow, uow.loop("L1"), by=uow.person(by))


def raters(loop: Loop) -> tuple[PersonId, PersonId]:
    return worlds.seated(loop, "coding"), worlds.seated(loop, "talk")


def code(loop: Loop, person: PersonId) -> str:
    return next(card.commitment for card in loop.submitted if card.person == person)


def both_in(database: Database) -> Loop:
    loop = worlds.booked(database)
    for session in ("coding", "talk"):
        loop = worlds.hand_in(database, session, worlds.seated(loop, session), now=worlds.after(loop))
    return loop


def test_before_the_release_one_checks_ones_own_and_nobody_checks_anothers(database: Database) -> None:
    loop = worlds.booked(database)
    coder, talker = raters(loop)
    loop = worlds.hand_in(database, "coding", coder, now=worlds.after(loop))
    assert checked(database, coder) == (Checked("coding", coder, code(loop, coder), holds=True, latest=True),)
    assert checked(database, talker) == ()
    sealed = Refused("Scorecards are sealed until the whole panel's are in.")
    assert {checked(database, lead) for lead in ("rita", "hans")} == {sealed}


def test_after_the_release_whoever_may_read_checks_all_with_earlier_versions(database: Database) -> None:
    loop = both_in(database)
    coder, talker = raters(loop)
    amended = worlds.hand_in(database, "talk", talker, now=worlds.after(loop, hours=1), score=2)
    expected = (
        Checked("coding", coder, code(loop, coder), holds=True, latest=True),
        Checked("talk", talker, code(loop, talker), holds=True, latest=False),
        Checked("talk", talker, code(amended, talker), holds=True, latest=True),
    )
    assert [checked(database, who) for who in (coder, talker, "hans", "rita")] == [expected] * 4
    assert checked(database, "max") == Refused("This loop is not yours.")


def without_triggers(database: Database, statement: str) -> None:
    with database.begin() as uow:
        for (name,) in uow._connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
            uow._connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        uow._connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE scorecards SET sealed = x'00' WHERE n = 1",
        "UPDATE scorecards SET commitment = 'AAAAA-AAAAA' WHERE n = 1",
        "UPDATE scorecards SET author = 'max' WHERE n = 1",
        "DELETE FROM scorecards WHERE n = 1",
    ],
)
def test_what_was_changed_swapped_or_taken_away_does_not_hold(tmp_path: Path, tampering: str) -> None:
    database = worlds.settled(fresh_database(tmp_path))
    loop = both_in(database)
    coder, talker = raters(loop)
    without_triggers(database, tampering)
    found = checked(database, "hans")
    assert not isinstance(found, Refused)
    holds = {(one.person, one.commitment): one.holds for one in found}
    assert holds[coder, code(loop, coder)] is False
    assert holds[talker, code(loop, talker)] is True


def test_a_scorecard_that_does_not_count_is_not_named_void_or_not() -> None:
    proofs = [Proof("coding", "ana", "code", holds=True), Proof("talk", "lee", "code", holds=True)]
    left = (Checked("talk", "lee", "code", holds=True, latest=True),)
    void = facts.released()
    void = replace(void, submitted=(replace(void.submitted[0], void=True), void.submitted[1]))
    assert proving.checked(facts.barred(facts.released(), "ana"), proofs) == left
    assert proving.checked(void, proofs) == left


def test_who_stepped_aside_is_not_named(database: Database) -> None:
    loop = both_in(database)
    coder, talker = raters(loop)
    with database.begin() as uow:
        said = attesting.Said(Answer.CONFLICT, ground=Ground.FRIEND)
        expect(attesting.recuse(uow, uow.loop("L1"), said, by=uow.person(coder), now=worlds.after(loop)))
    assert checked(database, "hans") == (Checked("talk", talker, code(loop, talker), holds=True, latest=True),)
    assert checked(database, coder) == Refused("You stepped aside from this loop, so it is closed to you.")
