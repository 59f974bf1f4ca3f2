"""What Evenhand said in Slack about a candidate is taken back, once, and what is about others too stays without them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.budgets import Budgets
from bot.lanes import Lane, kinds_of
from bot.messages import Messages
from bot.messenger import Messenger
from bot.worker import Worker
from handlers.desk import no_page
from hiring.flows import erasing, loops
from hiring.flows.erasing import Erasure
from hiring.flows.sweeping import sweep
from hiring.model import Kind
from store.database import Database
from tests.database import fresh_database
from tests.erasure import company
from tests.erasure.company import DAY, JO
from tests.hiring.slack import workspace
from tests.hiring.worlds import NOW, OPENING, PEOPLE, RITA, expect
from tests.secrecy.company import SAM
from tests.secrecy.stand_ins import SetClock
from workbench.server import Running, running

PATIENCE = 120.0
SLACK = [str(kind) for kind in kinds_of("slack")]


@dataclass(frozen=True)
class Company:
    slack: Running
    database: Database
    clock: SetClock

    def said(self, *, lease: timedelta = timedelta(seconds=45)) -> int:
        """Has a worker make all that is to be made in Slack; returns how many deliveries were not made for good."""
        with self.database.begin() as uow:
            waits = [one.delivery for one in self.database.deliveries.listing(state="waiting", limit=1000)]
            uow.drop_unsent([one.key for one in waits if one.kind not in SLACK], now=self.clock.at)
        worker = self._worker(lease)
        worker.start()
        until = time.monotonic() + PATIENCE
        try:
            while any(one.state not in {"done", "dead"} for one in self.database.deliveries.listing(limit=1000)):
                assert time.monotonic() < until, "some deliveries were never made"
                time.sleep(0.02)
        finally:
            worker.stop()
        return len(self.database.deliveries.listing(state="dead"))

    def _worker(self, lease: timedelta) -> Worker:
        def keep(file: str, key: str) -> None:
            with self.database.begin() as uow:
                uow.keep_picture(file, key)

        messenger = Messenger(
            token=self.slack.bot_token, base_url=self.slack.api, budgets=Budgets(rates={}), uploading=keep, timeout=10
        )
        messages = Messages(database=self.database, messenger=messenger, clock=self.clock, page_of=no_page)
        lane = Lane(name="slack", kinds=kinds_of("slack"), threads=3, make=messages.make, pause=0.01)
        return Worker(self.database, [lane], name="worker", lease=lease)

    def erase(self) -> Erasure:
        with self.database.begin() as uow:
            done = erasing.erase(
                uow, uow.candidate(JO.id), record="erased-1", policy={}, by="operator", now=self.clock.at
            )
        assert isinstance(done, Erasure), done
        return done

    def posts(self) -> list[dict[str, Any]]:
        conversations = self.slack.space.conversations.values()
        return [post.raw for conversation in conversations for post in conversation.posts]

    def shown(self) -> str:
        """Every message, App Home and kept file that anybody can still look at."""
        files = [one for one in self.slack.space.uploads.values() if one.data is not None]
        return repr((self.posts(), [home.raw for home in self.slack.space.homes.values()], files))

    def calls(self, method: str) -> int:
        return sum(call.method == method and bool(call.answer["ok"]) for call in self.slack.space.log)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Company]:
    """Everything about a loop was said, to its decision, and the channel has its digest; another candidate is in it too."""
    database = fresh_database(tmp_path)
    clock = SetClock()
    with running(workspace(PEOPLE, now=NOW, with_bot=True)) as slack:
        here = Company(slack, database, clock)
        clock.at = company.decided(database)
        with database.begin() as uow:
            uow.save_candidate(SAM)
            expect(loops.start(uow, loops.Wish("L2", SAM, "ds", "onsite"), by=RITA, now=clock.at))
        sweep(database, now=clock.at)
        assert here.said() == 0
        yield here
    database.close()


def test_every_message_and_picture_goes_and_the_digest_stays_without_the_name(told: Company) -> None:
    """Even when an answer of Slack's is lost, and somebody deleted a message by hand."""
    planted, before = told.shown(), len(told.posts())
    assert {"Jo Planted" in planted, SAM.name in planted, "planted evidence" in planted} == {True}
    done = told.erase()
    ritas = next(one for one in told.slack.space.conversations.values() if RITA.slack_id in one.members)
    del ritas.posts[0]
    told.slack.space.faults.plan("chat.delete", "drop", nth=3)
    # Short, since it is waited out before what had no answer is tried again; taking back twice is the same as once.
    assert told.said(lease=timedelta(seconds=1)) == 0
    (digest,) = told.posts()
    assert SAM.name in repr(digest)
    assert digest["metadata"]["event_payload"]["key"].startswith(f"digest/{OPENING.id}/")
    assert [word for word in ("lanted", "Jo ") if word in told.shown()] == []
    # One was gone by hand, and the digest was edited instead.
    assert (done.messages, told.calls("chat.delete")) == (before, before - 2)
    assert done.pictures == told.calls("files.delete") > 0
    assert [upload.filename for upload in told.slack.space.uploads.values() if not upload.deleted] == []
    made = told.database.deliveries.listing(state="done", limit=1000)
    assert sum(one.delivery.kind is Kind.TAKE_BACK for one in made) == done.messages + done.pictures


def test_a_digest_of_another_day_goes_altogether(told: Company) -> None:
    told.clock.at += DAY
    told.erase()
    assert told.said() == 0
    assert told.posts() == []
