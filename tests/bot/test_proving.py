"""Scorecards are proved to be those that were handed in."""

from __future__ import annotations

from pathlib import Path

from bot.proving import Proved, prove
from hiring.flows import scorecards
from hiring.rules import sight
from store.database import Database
from tests.database import fresh_database
from tests.hiring import worlds
from tests.hiring.worlds import NOW, expect


def handed_in(database: Database) -> None:
    worlds.settled(database)
    loop = worlds.booked(database)
    now = worlds.after(loop, hours=1)
    for session, person in sight.owed(loop):
        with database.begin() as uow:
            by = uow.person(person)
            expect(scorecards.submit(uow, uow.loop("L1"), worlds.card(session, by), by=by, now=now))


def test_what_was_handed_in_is_proved(tmp_path: Path) -> None:
    database = fresh_database(tmp_path)
    handed_in(database)
    assert prove(database) == Proved(2, ())


def test_a_scorecard_that_is_gone_or_damaged_is_named(tmp_path: Path) -> None:
    database = fresh_database(tmp_path)
    handed_in(database)
    with database.begin(read_only=True) as uow:
        first, *_ = uow.proofs("L1")
    with database.begin() as uow:
        for (name,) in uow._connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
            uow._connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        uow._connection.exec_driver_sql("DELETE FROM scorecards WHERE n = 1")
    gone = f"L1/{first.session}/{first.author}: the scorecard of {first.commitment} is not there"
    assert prove(database) == Proved(1, (gone,))
    with database.begin() as uow:
        uow._connection.exec_driver_sql("UPDATE scorecards SET sealed = x'00'")
    damaged = "L1: What is sealed as scorecard was changed, moved, or sealed by another key"
    assert prove(database) == Proved(0, (damaged,))


def test_what_was_erased_is_no_fault(tmp_path: Path) -> None:
    database = fresh_database(tmp_path)
    handed_in(database)
    with database.begin() as uow:
        uow.erase_loop_seals("L1", now=NOW)
    assert prove(database) == Proved(0, ())
