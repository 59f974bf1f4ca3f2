"""What the candidate of a take-home reads, on their page and in their mails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.pages import app as pages
from handlers.pages.case import gather
from handlers.pages.letters import Letter, letter_for
from handlers.pages.stage import Stage, stage
from handlers.pages.tokens import page_url
from hiring.flows import loops
from hiring.flows.sweeping import sweep
from hiring.model import Kind
from store.database import Database
from tests.database import fresh_database
from tests.hiring.worlds import NOW, RITA
from tests.secrecy.stand_ins import SetClock
from tests.take_home import company

KEY = b"made for tests, no secret at all"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = fresh_database(tmp_path)
    company.settled(opened)
    company.started(opened)
    yield opened
    opened.close()


def page(database: Database) -> str:
    desk = pages.PageDesk(store=database, clock=SetClock(), signing_key=KEY, wake=lambda: None)
    with database.begin(read_only=True) as uow:
        token = page_url("https://evenhand.example", uow.loop("L1"), key=KEY).rsplit("/", 1)[-1]
    return bytes(pages._show(desk, token).body).decode()


def letter(database: Database, kind: Kind) -> Letter | None:
    with database.begin(read_only=True) as uow:
        return letter_for(kind, gather(uow, "L1"), link="https://evenhand.example/c/x")


def test_the_task_and_its_deadline_stand_in_mail_and_page(database: Database) -> None:
    told = letter(database, Kind.MAIL_AVAILABILITY)
    assert told is not None
    assert told.subject == "A task to do at home, for Data scientist"
    for text in (told.text, page(database)):
        assert "https://tasks.example/bikes" in text
        assert "Sat 28 Nov, 23:59 (Lisbon time)" in text


def test_what_was_handed_in_ends_the_question_and_says_nothing_of_who_scores(database: Database) -> None:
    company.handed_in(database)
    company.all_attested(database)
    assert letter(database, Kind.MAIL_AVAILABILITY) is None
    assert letter(database, Kind.MAIL_ITINERARY) is None
    shown = page(database)
    assert "Thank you, we have your work" in shown
    assert [who for who in ("Ana", "Kim", "Max", "Sue") if who in shown] == []


def test_a_task_that_is_not_needed_any_more_is_called_off(database: Database) -> None:
    assert letter(database, Kind.MAIL_CANCELLED) is None
    with database.begin() as uow:
        loops.cancel(uow, uow.loop("L1"), reason="planted reason", by=RITA, now=NOW)
        assert stage(uow.loop("L1"), NOW) is Stage.CANCELLED
    told = letter(database, Kind.MAIL_CANCELLED)
    assert told is not None
    assert told.subject == "The task for Data scientist is no longer needed"
    assert "The task is no longer needed" in page(database)
    assert "planted" not in told.text + page(database)


def test_the_recruiter_hears_of_work_that_did_not_come(database: Database) -> None:
    sweep(database, now=NOW + timedelta(days=5))
    assert [one for one in database.deliveries.listing() if one.delivery.kind is Kind.ALERT] == []
    sweep(database, now=NOW + timedelta(days=9))
    (alert,) = [one.delivery for one in database.deliveries.listing() if one.delivery.kind is Kind.ALERT]
    assert (alert.to, alert.ref("stuck")) == ("rita", "work")
