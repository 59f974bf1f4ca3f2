"""The wrong file was entered: it is replaced, those who have it in hand are told, and the trail tells of two versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.messages import render
from hiring.flows import scorecards, take_home
from hiring.flows.take_home import HandedIn, LinkFault
from hiring.model import Delivery, Kind, Loop, Release, ReleaseHow
from hiring.rules import replaced
from hiring.rules.permissions import Refused
from hiring.rules.phase import panel
from store.database import Database
from tests.database import fresh_database
from tests.hiring import worlds
from tests.hiring.worlds import NOW, RITA, expect
from tests.take_home import company

HOUR = timedelta(hours=1)
RIGHT = HandedIn(link="https://neutral.example/w/18", files=("Jo_Planted_right.zip",))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = fresh_database(tmp_path)
    company.settled(database)
    company.started(database)
    company.handed_in(database)
    yield database
    database.close()


def replaces(database: Database, what: HandedIn = RIGHT, *, hours: int = 2) -> Loop | Refused | LinkFault:
    with database.begin() as uow:
        return take_home.replace_work(uow, uow.loop("L1"), what, by=RITA, now=NOW + hours * HOUR)


def deliveries(database: Database, kind: Kind) -> list[Delivery]:
    return [one.delivery for one in database.deliveries.listing(limit=1000) if one.delivery.kind is kind]


def read(database: Database, delivery: Delivery) -> str:
    with database.begin(read_only=True) as uow:
        return str(render(uow, delivery, now=NOW + 3 * HOUR))


def test_who_has_it_in_hand_is_told_and_shown_the_new_one(database: Database) -> None:
    loop = company.all_attested(database)
    first, second = panel(loop)
    with database.begin() as uow:
        by = uow.person(first)
        card = replace(worlds.card("coding", by), session="home")
        expect(scorecards.submit(uow, uow.loop("L1"), card, by=by, now=NOW + HOUR))
    expect(replaces(database))
    told = {one.to: read(database, one) for one in deliveries(database, Kind.WORK_REPLACED)}
    assert {who: "Change my scorecard" in text for who, text in told.items()} == {first: True, second: False}
    assert [(who, "neutral.example/w/18" in text, "lanted" in text) for who, text in sorted(told.items())] == [
        (who, True, False) for who in sorted(panel(loop))
    ]
    # The question of whoever still owes one shows the new work; nobody is thanked twice.
    edits = [one for one in deliveries(database, Kind.SCORECARD_ASK) if one.updates]
    assert [(one.to, "neutral.example/w/18" in read(database, one)) for one in edits] == [(second, True)]


def test_who_says_yes_afterwards_sees_the_new_one_alone(database: Database) -> None:
    expect(replaces(database, hours=1))
    company.all_attested(database, now=NOW + 2 * HOUR)
    assert deliveries(database, Kind.WORK_REPLACED) == []
    assert {"neutral.example/w/18" in read(database, one) for one in deliveries(database, Kind.SCORECARD_ASK)} == {True}


def test_the_trail_tells_the_versions_apart_and_says_nothing_of_them(database: Database) -> None:
    for what in (RIGHT, RIGHT, company.WORK):
        expect(replaces(database, what))
    entries = [entry for entry in database.audit.export() if entry["verb"] == "replaced the work"]
    assert len(entries) == 2
    assert entries[0]["facts"]["after"] == entries[1]["facts"]["before"]
    assert [word for word in ("neutral", "lanted", "right") if word in str(entries)] == []


def test_a_link_that_names_the_candidate_is_refused_here_too(database: Database) -> None:
    assert isinstance(replaces(database, HandedIn(link="https://jo-planted.example/x")), LinkFault)


@pytest.mark.parametrize("over", ["released", "not entered"])
def test_it_stays_when_it_is_too_late_or_too_early(over: str, database: Database) -> None:
    with database.begin() as uow:
        loop = uow.loop("L1")
        given = {"released": Release(NOW, ReleaseHow.ALL_IN)} if over == "released" else {"work": None}
        loop = loop.with_(**given)
        assert isinstance(replaced.may_replace(loop, NOW), Refused)
        assert isinstance(take_home.replace_work(uow, loop, RIGHT, by=RITA, now=NOW), Refused)
        ana = uow.person("ana")
        assert isinstance(take_home.replace_work(uow, uow.loop("L1"), RIGHT, by=ana, now=NOW), Refused)
