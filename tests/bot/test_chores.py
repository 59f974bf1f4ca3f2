"""What the clock does again and again, beside looking at loops."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.bookings import Bookings
from bot.chores import ENTERED, Chores
from bot.engine import Engine
from bot.messenger import Messenger
from bot.settings import Settings, read_settings
from hiring.model import Candidate, Delivery, Kind
from scheduling.calendars.builtin import BuiltinCalendars
from store.database import Database
from tests.database import fresh_database, sqlite_place
from tests.handlers.rig import At
from tests.hiring.worlds import NOW

DAY = timedelta(days=1)


def _chores(database: Database) -> Chores:
    clock = At(NOW)
    settings = read_settings({"SLACK_BOT_TOKEN": "xoxb-x", "SLACK_SIGNING_SECRET": "x" * 32})
    assert isinstance(settings, Settings)
    calendars = BuiltinCalendars(database.shelf, zone_of=lambda _: "UTC", video=None)
    return Chores(
        database=database,
        messenger=Messenger(token="xoxb-x", base_url="http://127.0.0.1:9/api/"),
        bookings=Bookings(database=database, calendars=calendars, engine=Engine(), clock=clock),
        clock=clock,
        settings=settings,
    )


def test_what_came_in_is_remembered_for_seven_days(tmp_path: Path) -> None:
    database = fresh_database(tmp_path)
    chores, minute = _chores(database), timedelta(minutes=1)
    with database.begin() as uow:
        for event, age in (
            ("eight days", timedelta(days=8)),
            ("too old", 7 * DAY + minute),
            ("known", 7 * DAY - minute),
        ):
            assert uow.first_time(event, now=NOW - age)
    (forget,) = [job for job in chores.jobs() if job.look == chores._forget]
    assert forget.every <= DAY
    forget.look()
    with database.begin() as uow:
        new = {event: uow.first_time(event, now=NOW) for event in ("eight days", "too old", "known")}
    assert new == {"eight days": True, "too old": True, "known": False}
    database.close()


def test_everybody_who_is_new_is_entered_by_name(tmp_path: Path) -> None:
    database = fresh_database(tmp_path)
    with database.begin() as uow:
        for number in range(2 * ENTERED + 1):
            uow.save_candidate(Candidate(id=f"c{number}", name="Jo", email="", zone="UTC"))
    chores = _chores(database)
    (enter,) = [job for job in chores.jobs() if job.look == chores._enter]
    enter.look()
    assert sqlite_place(tmp_path).raw("SELECT count(*) FROM candidates WHERE NOT entered") == [(0,)]
    database.close()


def test_what_is_over_is_added_up(tmp_path: Path) -> None:
    database, place = fresh_database(tmp_path), sqlite_place(tmp_path)
    with database.begin() as uow:
        uow.enqueue([Delivery(f"key-{number}", Kind.BRIEF, f"p{number}") for number in range(5)], now=NOW)
        uow.drop_unsent([f"key-{number}" for number in range(5)], now=NOW)
    assert place.raw("SELECT count(*) FROM tallies") == [(5,)]
    _chores(database)._forget()
    assert place.raw("SELECT state, number FROM tallies") == [("done", 5)]
    database.close()


def test_what_fails_is_logged_and_left_to_the_next_pass(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    database = fresh_database(tmp_path)
    chores = _chores(database)
    database.close()
    sqlite_place(tmp_path).raw("DROP TABLE inbox", "DROP TABLE candidates")
    for look in (chores._forget, chores._enter):
        look()
    said = ["what is long over could not be forgotten", "names could not be entered"]
    assert [record.message for record in caplog.records if record.name == "evenhand"] == said
