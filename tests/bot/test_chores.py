"""What the clock does again and again, beside looking at loops."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.bookings import Bookings
from bot.chores import Chores
from bot.engine import Engine
from bot.messenger import Messenger
from bot.settings import Settings, read_settings
from scheduling.calendars.builtin import BuiltinCalendars
from tests.database import fresh_database
from tests.handlers.rig import At
from tests.hiring.worlds import NOW

DAY = timedelta(days=1)


def test_what_came_in_is_remembered_for_seven_days(tmp_path: Path) -> None:
    database, clock = fresh_database(tmp_path), At(NOW)
    settings = read_settings({"SLACK_BOT_TOKEN": "xoxb-x", "SLACK_SIGNING_SECRET": "x" * 32})
    assert isinstance(settings, Settings)
    calendars = BuiltinCalendars(database.shelf, zone_of=lambda _: "UTC", video=None)
    chores = Chores(
        database=database,
        messenger=Messenger(token="xoxb-x", base_url="http://127.0.0.1:9/api/"),
        bookings=Bookings(database=database, calendars=calendars, engine=Engine(), clock=clock),
        clock=clock,
        settings=settings,
    )
    minute = timedelta(minutes=1)
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
