"""Importing again changes nothing but what the files changed, and keeps what people set for themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.company import Company, read_company
from bot.importing import Imported, save
from hiring.flows.self_service import Prefs, set_prefs
from hiring.model import Pause, Qualification
from store.database import Database
from store.work import Work
from tests.database import fresh_database
from tests.handlers.rig import everything
from tests.hiring.worlds import NOW

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "company"


@pytest.fixture(scope="module")
def company() -> Company:
    found = read_company(EXAMPLE)
    assert isinstance(found, Company), found
    return found


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = fresh_database(tmp_path)
    yield made
    made.close()


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Everything but sealed bytes, which are new each time they are sealed."""
    with database.begin(read_only=True) as uow:
        assert isinstance(uow, Work)
        found = everything(uow)
        accommodations = [(one.id, one.accommodation) for one in uow.candidates()]
    return found | {"candidates": list(accommodations), "data_keys": []}


def test_importing_twice_is_importing_once(company: Company, database: Database) -> None:
    first = save(database, company)
    before = rows(database)
    assert (
        save(database, company)
        == first
        == Imported(
            people=len(company.people),
            candidates=len(company.candidates),
            openings=len(company.openings),
            plans=len(company.plans),
            calendars=len(company.calendars),
        )
    )
    assert rows(database) == before


def test_accounts_pauses_and_channels_are_kept(company: Company, database: Database) -> None:
    save(database, company)
    person = company.people[0].id
    opening = next(one for one in company.openings if one.channel)
    pause = Pause(date(2026, 12, 1), date(2026, 12, 9), "planted")
    with database.begin() as uow:
        uow.save_person(replace(uow.person(person), slack_id="U1", pauses=(pause,)))
        uow.save_opening(replace(uow.opening(opening.id), channel_id="C1"))
    save(database, company)
    with database.begin(read_only=True) as uow:
        assert (uow.person(person).slack_id, uow.person(person).pauses) == ("U1", (pause,))
        assert uow.opening(opening.id).channel_id == "C1"


def test_what_people_set_for_themselves_is_kept(company: Company, database: Database) -> None:
    """Working hours, caps and breathing space (`prefs`), and a channel's digest hour (`digest`)."""
    save(database, company)
    person, opening = company.people[0], next(one for one in company.openings if one.channel)
    with database.begin() as uow:
        chosen = Prefs(hours=person.hours[:1], day_cap=45, week_cap=90, gap=30)
        set_prefs(uow, uow.person(person.id), chosen, now=NOW)
        digest = replace(uow.opening(opening.id), digest_hour=16, digest_zone="Asia/Kolkata", channel_id="C7")
        uow.save_opening(replace(digest, own_digest=True))
    save(database, company)
    with database.begin(read_only=True) as uow:
        kept, still = uow.person(person.id), uow.opening(opening.id)
    assert (kept.day_cap, kept.week_cap, kept.gap, kept.hours) == (45, 90, 30, person.hours[:1])
    assert (still.digest_hour, still.digest_zone, still.channel_id) == (16, "Asia/Kolkata", "C7")


def test_what_the_files_changed_is_taken_over(company: Company, database: Database) -> None:
    save(database, company)
    person = company.people[0]
    moved = replace(person, title="Somebody else now", zone="Asia/Kolkata", day_cap=30)
    save(database, replace(company, people=(moved, *company.people[1:])))
    with database.begin(read_only=True) as uow:
        found = uow.person(person.id)
    assert (found.title, found.zone, found.day_cap) == ("Somebody else now", "Asia/Kolkata", 30)


def test_people_know_the_openings_that_name_them_as_their_recruiter(company: Company, database: Database) -> None:
    first = company.openings[0]
    other = next(person.id for person in company.people if person.id != first.recruiter)
    save(database, company)
    save(database, replace(company, openings=(replace(first, recruiter=other), *company.openings[1:])))
    with database.begin(read_only=True) as uow:
        told = {(person.id, opening) for person in uow.people() for opening in person.recruits}
        assert told == {(opening.recruiter, opening.id) for opening in uow.openings()}
        assert (other, first.id) in told


def test_what_somebody_may_do_anew_has_a_date_and_what_was_there_has_none(company: Company, database: Database) -> None:
    first, later = date(2026, 11, 23), date(2026, 11, 30)
    *early, last = company.people
    save(database, replace(company, people=tuple(early), calendars={}), today=first)
    more = replace(early[0], qualifications=(*early[0].qualifications, Qualification("planted")))
    save(database, replace(company, people=(more, *early[1:], last)), today=later)
    save(database, replace(company, people=(more, *early[1:], last)), today=later + timedelta(days=9))
    with database.begin(read_only=True) as uow:
        old, new = uow.person(more.id), uow.person(last.id)
    assert [held.since for held in old.qualifications] == [None] * len(early[0].qualifications) + [later]
    assert {held.since for held in new.qualifications} == ({later} if last.qualifications else set())


def test_a_plan_that_changed_is_a_new_version_and_one_that_did_not_is_not(company: Company, database: Database) -> None:
    save(database, company)
    plan = company.plans[0]
    changed = replace(plan, title="Another title")
    save(database, replace(company, plans=(changed, *company.plans[1:])))
    save(database, replace(company, plans=(changed, *company.plans[1:])))
    with database.begin(read_only=True) as uow:
        found = {one.id: (one.title, one.version) for one in uow.plans()}
    assert found[plan.id] == ("Another title", plan.version + 1)
    assert {one.id: one.version for one in company.plans[1:]} == {
        id_: version for id_, (_, version) in found.items() if id_ != plan.id
    }


def test_a_channel_with_another_name_is_looked_up_anew(company: Company, database: Database) -> None:
    save(database, company)
    opening = next(one for one in company.openings if one.channel)
    with database.begin() as uow:
        uow.save_opening(replace(uow.opening(opening.id), channel_id="C1"))
    renamed = tuple(replace(one, channel="another") if one.id == opening.id else one for one in company.openings)
    save(database, replace(company, openings=renamed))
    with database.begin(read_only=True) as uow:
        assert (uow.opening(opening.id).channel, uow.opening(opening.id).channel_id) == ("another", None)


def test_when_something_fails_nothing_is_half_imported(company: Company, database: Database) -> None:
    broken = replace(company, plans=(*company.plans, replace(company.plans[0], id=None)))  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(Exception, match="id"):
        save(database, broken)
    with database.begin(read_only=True) as uow:
        assert (uow.people(), uow.openings(), uow.plans()) == ((), (), ())
