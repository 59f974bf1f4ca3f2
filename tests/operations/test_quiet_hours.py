"""What can wait is said in its reader's working hours, also when Slack or the bot was away in the meantime."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.budgets import Budgets
from bot.lanes import Lane, kinds_of
from bot.messages import ASLEEP, Messages
from bot.messenger import Messenger
from bot.worker import Worker
from handlers.desk import no_page
from hiring.flows.sweeping import sweep
from hiring.model import Delivery, Kind, Loop
from hiring.rules.deliveries import SOON
from store.database import Database
from tests.database import fresh_database
from tests.hiring import worlds
from tests.hiring.slack import workspace
from tests.hiring.worlds import PEOPLE, hand_in, seated
from tests.operations.crowd import key_of
from tests.secrecy.stand_ins import SetClock
from workbench.server import Running, running

AFTERNOON = datetime(2026, 11, 25, 15, 50, tzinfo=UTC)
"""Ten to five in Berlin, on the Wednesday of the interviews: an hour of everybody's work has passed since they ended."""
EVENING, MORNING = AFTERNOON.replace(hour=18), datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Company:
    slack: Running
    database: Database
    clock: SetClock
    loop: Loop

    def says(self, at: datetime) -> list[str]:
        """Keys of what the bot posts when it comes to it at that time, in order."""
        self.clock.at = at
        before = len(self._posted())
        messenger = Messenger(token=self.slack.bot_token, base_url=self.slack.api, budgets=Budgets(rates={}))
        messages = Messages(database=self.database, messenger=messenger, clock=self.clock, page_of=no_page)
        lane = Lane(name="slack", kinds=kinds_of("slack"), threads=1, make=messages.make)
        worker = Worker(self.database, [lane], name="w", now=self.clock.now)
        while worker._next(lane, "me", lane.kinds):
            pass
        return self._posted()[before:]

    def _posted(self) -> list[str]:
        posts = [post for there in self.slack.space.conversations.values() for post in there.posts]
        return [key_of(post) for post in sorted(posts, key=lambda post: float(post.ts))]

    def due(self, at: datetime) -> None:
        sweep(self.database, now=at)

    def rater(self, session: str) -> str:
        return seated(self.loop, session)

    def reminders(self, rung: int) -> set[str]:
        return {f"L1/card/{session}/{self.rater(session)}/remind/{rung}" for session in ("coding", "talk")}


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    """The interviews are over, and their scorecards were asked for."""
    database = worlds.settled(fresh_database(tmp_path))
    loop = worlds.booked(database)
    with running(workspace(PEOPLE, now=None, with_bot=False)) as slack:
        there = Company(slack=slack, database=database, clock=SetClock(), loop=loop)
        asked = worlds.after(loop, minutes=1)
        there.due(asked)
        there.says(asked)
        yield there
    database.close()


def test_a_reminder_that_was_held_up_comes_in_the_morning_once(company: Company) -> None:
    company.due(AFTERNOON)
    assert company.says(EVENING) == []
    assert company.says(MORNING - timedelta(minutes=1)) == []
    assert set(company.says(MORNING)) == company.reminders(1)
    assert company.says(MORNING + timedelta(hours=1)) == []


def test_nothing_waits_behind_it_in_the_night(company: Company) -> None:
    company.due(AFTERNOON)
    assert company.says(EVENING) == []
    answer = Delivery("answer", Kind.SCORECARD_ASK, company.rater("talk"), (("loop", "L1"), ("session", "talk")))
    with company.database.begin() as uow:
        uow.enqueue([replace(answer, priority=SOON)], now=EVENING)
    assert company.says(EVENING) == ["answer"]


def test_whoever_handed_in_at_night_is_not_reminded(company: Company) -> None:
    company.due(AFTERNOON)
    company.says(EVENING)
    hand_in(company.database, "talk", company.rater("talk"), now=EVENING)
    talk = f"L1/card/talk/{company.rater('talk')}/remind/1"
    assert set(company.says(MORNING)) == company.reminders(1) - {talk}


def test_who_moves_while_it_waits_has_it_in_their_new_working_hours(company: Company) -> None:
    company.due(AFTERNOON)
    assert company.says(EVENING) == []
    with company.database.begin() as uow:
        uow.save_person(replace(uow.person(company.rater("talk")), zone="America/New_York"))
    assert company.says(EVENING + ASLEEP) == [f"L1/card/talk/{company.rater('talk')}/remind/1"]


def test_weekends_and_days_off_are_waited_out(company: Company) -> None:
    """The one is off on Monday, the other not."""
    coding, talk = (f"L1/card/{session}/{company.rater(session)}/remind/3" for session in ("coding", "talk"))
    with company.database.begin() as uow:
        uow.save_person(replace(uow.person(company.rater("coding")), holidays=(date(2026, 11, 30),)))
    friday = AFTERNOON + timedelta(days=2)
    company.due(friday)
    for hours in (4, 16, 28, 40, 52, 63):
        assert company.says(friday + timedelta(hours=hours)) == []
    monday = MORNING + timedelta(days=4)
    assert [key for key in company.says(monday) if "/remind/" in key] == [talk]
    assert company.says(monday + timedelta(days=1)) == [coding]


def test_after_days_without_slack_the_last_reminder_of_a_ladder_is_enough(company: Company) -> None:
    company.due(AFTERNOON)
    company.due(MORNING + timedelta(hours=4))
    company.due(MORNING + timedelta(hours=28))
    said = [key for key in company.says(MORNING + timedelta(hours=29)) if "/remind/" in key]
    assert set(said) == company.reminders(3)
    assert len(said) == 2


def test_an_alert_that_is_over_before_it_could_be_told_is_not_told(company: Company) -> None:
    told = AFTERNOON + timedelta(days=1)
    company.due(told)
    (alert, *_) = [one.delivery.key for one in company.database.deliveries.listing() if one.delivery.kind is Kind.ALERT]
    assert alert.startswith("alert/L1/scorecard/")
    for session in ("coding", "talk"):
        hand_in(company.database, session, company.rater(session), now=told)
    company.due(told)
    assert [key for key in company.says(told + timedelta(days=1)) if key.startswith("alert/")] == []
