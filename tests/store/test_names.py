"""A candidate is found by any part of their name or e-mail, by whoever was entered and whoever was not yet."""

import random
from dataclasses import replace

import pytest
from sqlalchemy import event

from hiring.model import Candidate
from hiring.rules.spelling import bare
from store import names
from store.database import Database
from tests.database import Place
from tests.store.values import NOON

CALLED = (
    "Ana Müller", "Anamaria Łukasz", "Straße Größe", "ΣΊΣΥΦΟΣ Ωμέγα", "山田 太郎", "山田太郎", "محمد علي", "O'Neil-Smith",
    "Ana  Bella\tvon der Heide", "İpek Işık", "अनिता देवी", "X", "100%_sure", "Anderson", "  leading",
)  # fmt: skip


def _candidate(number: int, name: str) -> Candidate:
    return Candidate(id=f"c{number:03}", name=name, email=f"n{number}.{name[:2].strip()}@Mail.example", zone="UTC")


THERE = tuple(_candidate(number, f"{name} {number % 3}") for number, name in enumerate(CALLED * 3))


def _save(database: Database, *candidates: Candidate) -> None:
    with database.begin() as uow:
        for one in candidates:
            uow.save_candidate(one)


def _enter(database: Database) -> int:
    with database.begin() as uow:
        return uow.enter_names(most=1000)


def _found(database: Database, typed: str, *, most: int = 100) -> list[str]:
    with database.begin(read_only=True) as uow:
        return [one.id for one in uow.candidates_like(typed, most=most)]


def _read(typed: str) -> set[str]:
    """As whoever reads all of them finds them."""
    wanted = " ".join(bare(typed).split())
    return {one.id for one in THERE if wanted in " ".join(bare(f"{one.name} {one.email}").split())}


def _typed() -> list[str]:
    lots = random.Random(7)
    whole = [f"{one.name} {one.email}" for one in THERE]
    parts = [(text, lots.randrange(len(text)), lots.randrange(1, 9)) for text in lots.choices(whole, k=60)]
    return ["", "nobody at all", *whole[:15], *(text[start : start + many] for text, start, many in parts)]


def test_what_is_typed_finds_whoever_has_it_anywhere(database: Database) -> None:
    _save(database, *THERE[:30])
    _enter(database)
    _save(database, *THERE[30:])
    for entered in (False, True):
        assert {typed: set(_found(database, typed)) for typed in _typed()} == {
            typed: _read(typed) for typed in _typed()
        }
        assert _enter(database) == (0 if entered else 15)


def test_they_stand_by_name_and_where_there_are_many_whose_name_begins_so_come_first(database: Database) -> None:
    _save(database, *(_candidate(n, name) for n, name in enumerate(("Bea Ma", "Adam", "mara", "Tom", "Max"))))
    _enter(database)
    assert _found(database, "m") == ["c001", "c000", "c002", "c004", "c003"]
    assert _found(database, "m", most=2) == ["c002", "c004"]
    assert _found(database, "m", most=3) == ["c000", "c002", "c004"]
    assert _found(database, "", most=2) == ["c001", "c000"]


@pytest.mark.parametrize("typed", ["łukasz", "LUKASZ", "Anamaría l"])
def test_a_name_is_found_without_its_accents(database: Database, typed: str) -> None:
    _save(database, *THERE[:3])
    for _ in range(2):
        assert _found(database, typed) == ["c001"]
        _enter(database)


def test_more_than_an_end_holds_is_looked_for_in_the_candidates(database: Database) -> None:
    alike = "a" * names.LONGEST
    _save(database, *(_candidate(n, f"{alike} {'xy'[n % 2]}") for n in range(6)))
    _enter(database)
    assert _found(database, f"{alike} x") == ["c000", "c002", "c004"]


@pytest.mark.parametrize(
    "typed", ["\0", "an\0a", "\ud800", "\U0010ffff", "%", "_", "\\", "'", "' OR 1=1 --", "a" * 3000]
)
def test_whatever_is_typed_is_only_looked_for(database: Database, typed: str) -> None:
    _save(database, Candidate(id="odd", name="an\0a \U0010ffff%", email="", zone="UTC"))
    _enter(database)
    assert _found(database, typed) == (["odd"] if typed in {"\0", "an\0a", "\ud800", "\U0010ffff", "%"} else [])


def test_who_is_called_otherwise_now_is_found_so_and_the_erased_by_nothing(place: Place, database: Database) -> None:
    _save(database, replace(THERE[0], name="Planted"), replace(THERE[1], name="Former"), THERE[2])
    _enter(database)
    with database.begin() as uow:
        uow.replace_candidate(
            THERE[0].id, Candidate(id="gone", name="Erased", email="", zone="UTC", erased=NOON), now=NOON
        )
        uow.save_candidate(THERE[1])
    for _ in range(2):
        assert _found(database, "planted") + _found(database, "former") == []
        assert _found(database, "anamaria") == [THERE[1].id]
        assert _found(database, "erased") == []
        _enter(database)
    assert b"planted" not in place.content()


def test_what_an_older_program_writes_is_found_as_well(place: Place, database: Database) -> None:
    _save(database, *THERE[:2])
    _enter(database)
    place.raw(
        "UPDATE candidates SET document = replace(document, 'Anamaria', 'Zirkonia') WHERE id = 'c001'",
        "INSERT INTO candidates (id, email, document) SELECT 'c009', '', replace(document, 'c001', 'c009') "
        "FROM candidates WHERE id = 'c001'",
    )
    for _ in range(2):
        assert (_found(database, "zirk"), _found(database, "anamaria")) == (["c001", "c009"], [])
        _enter(database)
    place.raw(
        "PRAGMA foreign_keys = ON" if place.kind == "sqlite" else "SELECT 1", "DELETE FROM candidates WHERE id = 'c001'"
    )
    assert place.raw("SELECT DISTINCT candidate FROM name_ends ORDER BY 1") == [("c000",), ("c009",)]


def test_no_more_are_read_than_are_shown(database: Database) -> None:
    _save(database, *(_candidate(n, f"Ana {n}") for n in range(300)))
    _enter(database)
    rows = []
    with database.begin(read_only=True) as uow:
        event.listen(uow._connection, "after_cursor_execute", lambda *asked: rows.append(asked[2]))
        assert len(uow.candidates_like("ana", most=20)) == 20
    assert len(rows) == 3
