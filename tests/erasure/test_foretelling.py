"""Two weeks before a record is erased somebody is told, who may have it kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from handlers.messages import render
from hiring.flows import erasing, foretelling
from hiring.model import Candidate, Delivery, Kind, Person, Role
from hiring.rules.permissions import Refused
from hiring.rules.retention import AHEAD, Ending, Term
from store.database import Database
from tests.database import fresh_database
from tests.erasure import company
from tests.erasure.company import DAY
from tests.hiring import facts
from tests.hiring.worlds import HANS, RITA, person

POLICY = {Ending.DECLINE: Term(erase=100 * DAY)}
ADMIN = person("Adam", roles=(Role.ADMIN,))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = fresh_database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def over(database: Database) -> datetime:
    """When the record is erased."""
    with database.begin() as uow:
        uow.save_person(ADMIN)
    return company.decided(database) + 100 * DAY


def notices(database: Database) -> list[Delivery]:
    return [one.delivery for one in database.deliveries.listing(limit=1000) if one.delivery.kind is Kind.RETENTION]


def said(database: Database, notice: Delivery, now: datetime) -> str:
    with database.begin(read_only=True) as uow:
        message = render(uow, notice, now=now)
    return "" if message is None else str(message.blocks[0]["text"]["text"])


def test_the_recruiter_is_told_once_in_time(database: Database, over: datetime) -> None:
    for now in (over - AHEAD - DAY, over - AHEAD, over - 2 * DAY, over):
        foretelling.foretell(database, policy=POLICY, now=now)
    (notice,) = notices(database)
    assert (notice.to, f"{over:%a} {over.day} {over:%b %Y}" in said(database, notice, over - DAY)) == ("rita", True)


def test_admins_are_told_where_the_recruiter_can_not_act(database: Database, over: datetime) -> None:
    with database.begin() as uow:
        uow.save_person(replace(RITA, active=False))
    foretelling.foretell(database, policy=POLICY, now=over - DAY)
    assert [notice.to for notice in notices(database)] == ["adam"]


def test_what_is_held_is_kept_and_told_so(database: Database, over: datetime) -> None:
    foretelling.foretell(database, policy=POLICY, now=over - DAY)
    (notice,) = notices(database)
    with database.begin() as uow:
        loop = uow.loop("L1")
        assert isinstance(foretelling.hold(uow, loop, reason="short", by=RITA, now=over - DAY), Refused)
        done = foretelling.hold(uow, loop, reason="A claim was filed", by=RITA, now=over - DAY)
        assert isinstance(done, Candidate)
        again = foretelling.hold(uow, loop, reason="A claim was filed", by=ADMIN, now=over - DAY)
        assert again == Refused("This record is held already, so nothing of it is erased.")
        kept = uow.candidate(loop.candidate).legal_hold
        assert kept is not None
        assert (kept.by, kept.reason) == (RITA.name, "A claim was filed")
    assert said(database, notice, over) == ""
    assert "is kept: nothing of it is erased" in said(database, notices(database)[0], over)
    assert erasing.erase_over(database, policy=POLICY, new_record=lambda: "erased-1", now=over + DAY) == 0
    assert [entry["actor"] for entry in database.audit.export() if entry["verb"] == "held"] == [RITA.name]


@pytest.mark.parametrize(
    ("by", "may"), [(RITA, True), (ADMIN, True), (HANS, False), (person("Remy", roles=(Role.RECRUITER,)), False)]
)
def test_who_may_have_it_kept(by: Person, may: bool) -> None:
    loop = facts.released()
    assert (foretelling.may_hold(loop, by) is None) is may
    for closed in (facts.barred(loop, by.id), replace(loop, colleague=by.id)):
        assert isinstance(foretelling.may_hold(closed, by), Refused)
    assert isinstance(foretelling.may_hold(loop, replace(by, active=False)), Refused)
