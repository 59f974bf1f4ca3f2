"""Whom a candidate says they know here: whom it may mean, who reads it, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hiring.flows import attesting, conflicts, naming
from hiring.flows.records import read_record
from hiring.model import Acquaintances, Answer, Ground, Kind, Loop, PersonId, Role
from hiring.rules.acquaintances import LONGEST, MOST, clean, names
from hiring.rules.grounds import Policy, Strength
from hiring.rules.permissions import Refused
from hiring.rules.phase import Phase, has_attested, panel, phase
from store.database import Database
from tests.database import fresh_database
from tests.hiring import worlds
from tests.hiring.test_recusal_flows import deliveries, says
from tests.hiring.worlds import ANA, JO, LEE, NOW, RITA, expect, person, seated

COUSIN = "Kim Novak is my cousin, we grew up in one house."
AUDITOR = person("Ada", roles=(Role.AUDITOR,))
REMY = person("Remy", roles=RITA.roles)


@pytest.mark.parametrize(
    ("name", "words", "found"),
    [
        ("Ana Sousa", "I know Ana Sousa from the chess club", True),
        ("Ana Sousa", "Sousa, Ana (my aunt)", True),
        ("Ana Sousa", "ANA M. SOUSA", True),
        ("Ana Maria Sousa", "ana sousa", True),
        ("José Ångström", "jose angstrom", True),
        ("Wilhelmina Katzenbogen", "Wilhelmina Katzenbögen", True),
        ("Wilhelmina Katzenbogen", "Wilhelmina Kazenbogen", True),
        ("Sean O’Neill", "Sean ONeill", True),
        ("田中 太郎", "大学で田中太郎さんと一緒でした", True),
        ("Мария Иванова", "Знаю: Иванова Мария", True),
        ("محمد الأنصاري", "أعرف محمد الأنصاري", True),
        ("Madonna", "I sang with Madonna", True),
        ("Ana Sousa", "write to ana@corvid.example", True),
        ("Ana Sousa", "Ana", False),
        ("Ana Sousa", "my friend Sousa", False),
        ("Ana Sousa", "Ana, who works with Peter, Paul and one more, and later on Sousa", False),
        ("Li Wu", "Lu Wi", False),
        ("Bo", "Bo", False),
        ("Ana Sousa", "", False),
    ],
)
def test_a_name_is_found_however_it_is_written(name: str, words: str, found: bool) -> None:
    assert names(words, replace(ANA, name=name)) is found


def test_what_nobody_can_read_is_taken_out() -> None:
    assert clean(" Ana\x00\r\n\x1b[31mSousa\ud800 ") == "Ana\n[31mSousa"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = worlds.settled(fresh_database(tmp_path))
    with made.begin() as uow:
        for one in (AUDITOR, REMY):
            uow.save_person(one)
        uow.save_person(replace(worlds.KIM, name="Kim Novak"))
        uow.save_person(replace(ANA, name="Ana Sousa"))
    yield made
    made.close()


def say(database: Database, words: str = "", *ticked: PersonId) -> Loop | Refused:
    with database.begin() as uow:
        return naming.say(uow, uow.loop("L1"), words=words, ticked=ticked, now=NOW + timedelta(minutes=1))


def read(database: Database, by: PersonId) -> tuple[Acquaintances, ...] | Refused:
    with database.begin(read_only=True) as uow:
        return conflicts.told(uow, uow.loop("L1"), by=uow.person(by), now=NOW)


def pin(database: Database, who: PersonId, *, conflict: bool) -> Loop:
    with database.begin() as uow:
        by, later = uow.person("rita"), NOW + timedelta(minutes=2)
        return expect(conflicts.pin(uow, uow.loop("L1"), who, conflict=conflict, reason="Asked", by=by, now=later))


def test_who_is_named_before_anybody_is_seated_is_better_spared_and_is_looked_at(database: Database) -> None:
    worlds.started(database)
    expect(say(database, COUSIN))
    with database.begin(read_only=True) as uow:
        loop = uow.loop("L1")
        assert conflicts.spared(uow, loop) == {"kim": 240}
        assert [(case.person, case.is_open) for case in _cases(database)] == [("kim", True)]
    pin(database, "kim", conflict=True)
    with database.begin(read_only=True) as uow:
        assert conflicts.barred(uow, uow.loop("L1")) == {"kim": "unavailable"}


def test_no_policy_lets_it_pass_unread(database: Database) -> None:
    with database.begin() as uow:
        uow.save_conflict_policy(Policy(strengths={Ground.OTHER: Strength.NONE}))
    worlds.started(database)
    expect(say(database, COUSIN))
    assert [(case.person, case.is_open) for case in _cases(database)] == [("kim", True)]


def _cases(database: Database) -> tuple[conflicts.Case, ...]:
    with database.begin(read_only=True) as uow:
        found = conflicts.cases(uow, uow.loop("L1"), by=uow.person("rita"), now=NOW)
        assert not isinstance(found, Refused)
        return found


def test_a_tick_after_booking_is_looked_at_and_a_conflict_refills_the_seat(database: Database) -> None:
    loop = worlds.booked(database)
    who = seated(loop, "coding")
    loop = expect(say(database, "", who))
    assert (phase(loop, NOW), has_attested(loop, who), who in panel(loop)) == (Phase.BOOKED, False, True)
    assert [to for to, _ in says(database, Kind.NAMED)] == ["rita"]
    ((to, told),) = says(database, Kind.LOOK)
    assert (to, "the candidate says that they know them" in told, "Only you and the auditor" in told) == (
        "rita", True, True,
    )  # fmt: skip
    loop = pin(database, who, conflict=True)
    assert (phase(loop, NOW), who in panel(loop)) == (Phase.REFILLING, False)


def test_a_verdict_from_before_it_was_known_is_asked_for_again(database: Database) -> None:
    loop = worlds.booked(database)
    who = seated(loop, "coding")
    with database.begin() as uow:
        expect(conflicts.pin(uow, loop, who, conflict=False, reason="Never met", by=RITA, now=NOW))
    loop = expect(say(database, "", who))
    assert not has_attested(loop, who)
    assert [(case.person, case.is_open) for case in _cases(database)] == [(who, True)]
    assert has_attested(pin(database, who, conflict=False), who)


def test_what_was_taken_back_still_waits_for_a_human(database: Database) -> None:
    loop = worlds.booked(database)
    who = seated(loop, "coding")
    expect(say(database, "", who))
    loop = expect(say(database, ""))
    assert not has_attested(loop, who)
    assert [(case.person, case.is_open) for case in _cases(database)] == [(who, True)]


def test_only_who_was_told_of_may_be_ticked(database: Database) -> None:
    worlds.attested(database)
    refused = say(database, "", "ana", "lee")
    assert refused == Refused("Please tick somebody, or write whom you know.")
    expect(say(database, "x", "ana", "rita"))
    said = read(database, "ada")
    assert not isinstance(said, Refused)
    assert [one.people for one in said] == [("rita",)]


def test_the_recruiter_in_charge_and_the_auditor_read_it_and_nobody_else(database: Database) -> None:
    loop = worlds.booked(database)
    expect(say(database, COUSIN))
    assert [isinstance(read(database, who), Refused) for who in ("rita", "ada")] == [False, False]
    others = {"hans", "remy", "kim", *panel(loop)}
    assert {who for who in others if isinstance(read(database, who), Refused)} == others
    everything = repr([one.delivery for one in database.deliveries.listing(limit=1000)]) + repr(
        list(database.audit.export())
    )
    spoken = repr([says(database, kind) for kind in (Kind.NAMED, Kind.LOOK, Kind.ATTEST_ASK, Kind.BRIEF, Kind.BOOKED)])
    assert [word for word in ("cousin", "Novak is") if word in everything + spoken + repr(loop)] == []


def test_who_may_be_meant_does_not_read_it(database: Database) -> None:
    worlds.started(database)
    with database.begin() as uow:
        uow.save_person(replace(RITA, name="Rita Skala"))
    expect(say(database, "Rita Skala was my teacher"))
    refused = read(database, "rita")
    assert isinstance(refused, Refused)
    assert "somebody else reads it" in refused.because
    assert not isinstance(read(database, "ada"), Refused)


def test_the_person_is_not_told_that_they_were_named(database: Database) -> None:
    worlds.started(database)
    expect(say(database, "Ana Sousa, Lee Lee and Kim Novak, we sing in one choir"))
    loop = worlds.chosen_from(database)
    told = says(database, Kind.ATTEST_ASK)
    assert {to for to, _ in told} == set(panel(loop))
    assert [words for _, words in told if "Why we ask" in words or "choir" in words] == []


def test_it_holds_in_every_loop_about_the_candidate(database: Database) -> None:
    first = worlds.booked(database)
    who = seated(first, "coding")
    with database.begin() as uow:
        uow.save_loop(replace(first, id="L2", version=0, booked_at=None))
    expect(say(database, "", who))
    with database.begin(read_only=True) as uow:
        assert not has_attested(uow.loop("L2"), who)


def test_saying_it_twice_changes_nothing_and_there_is_an_end_to_changing(database: Database) -> None:
    worlds.started(database)
    assert say(database, COUSIN) == replace(expect(say(database, COUSIN)))
    assert len(deliveries(database, Kind.NAMED)) == 1
    for number in range(1, MOST):
        expect(say(database, f"{COUSIN} {number}"))
    assert isinstance(say(database, "once more"), Refused)
    assert isinstance(say(database, "x" * (LONGEST + 1)), Refused)


def test_an_attestation_of_theirs_is_not_enough(database: Database) -> None:
    worlds.started(database)
    expect(say(database, f"{COUSIN} Ana Sousa and Max Max too"))
    loop = worlds.chosen_from(database)
    who = seated(loop, "coding")
    with database.begin() as uow:
        said = attesting.Said(Answer.NO_CONFLICT)
        loop = expect(attesting.answer(uow, loop, said, by=uow.person(who), now=NOW))
    assert has_attested(loop, who) is (who == "max")


def test_it_is_in_the_candidates_own_record(database: Database) -> None:
    worlds.booked(database)
    expect(say(database, "My cousin", "rita"))
    with database.begin() as uow:
        found = read_record(uow, JO, by="operator", now=NOW)
    assert [one.knows for one in found.applications] == ["Rita: My cousin"]
    assert LEE.name not in found.applications[0].knows
