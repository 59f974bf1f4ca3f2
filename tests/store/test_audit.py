from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hiring.model import AuditEntry
from store import audit
from store.audit import Broken, Verified
from store.database import Database
from tests.database import Place
from tests.store.values import NOON

ENTRIES = tuple(
    AuditEntry(
        at=NOON + timedelta(minutes=n), actor="rita", verb="loop.created", subject=f"loop-{n}", facts=(("n", "ü"),)
    )
    for n in range(4)
)


@pytest.fixture
def kept(database: Database) -> Database:
    for entry in ENTRIES:
        with database.begin() as uow:
            uow.audit(entry)
    return database


def _rewrite(place: Place, *statements: str) -> None:
    """As somebody who has the database and takes its guards away first."""
    place.unguard("audit")
    place.raw(*statements)


def _rows(place: Place) -> list[dict[str, object]]:
    return [dict(row._mapping) for row in place.raw("SELECT * FROM audit ORDER BY n")]


def test_an_untouched_trail_is_verified_and_exported(kept: Database) -> None:
    exported = list(kept.audit.export())
    assert [(e["n"], e["subject"], e["at"]) for e in exported] == [
        (n, f"loop-{n - 1}", f"2026-03-02T12:0{n - 1}:00+00:00") for n in (1, 2, 3, 4)
    ]
    assert {**exported[0], "digest": ""} == {
        "n": 1,
        "at": "2026-03-02T12:00:00+00:00",
        "actor": "rita",
        "verb": "loop.created",
        "subject": "loop-0",
        "facts": {"n": "ü"},
        "before": audit.BEGINNING,
        "digest": "",
    }
    assert [e["before"] for e in exported[1:]] == [e["digest"] for e in exported[:-1]]
    assert kept.audit.verify() == Verified(count=4, head=exported[-1]["digest"])


def test_an_empty_trail_is_verified(database: Database) -> None:
    assert database.audit.verify() == Verified(count=0, head=audit.BEGINNING)
    assert list(database.audit.export()) == []


def test_a_trail_longer_than_what_is_read_at_a_time_is_verified(database: Database) -> None:
    with database.begin() as uow:
        for _ in range(1001):
            uow.audit(ENTRIES[0])
    verified = database.audit.verify()
    assert isinstance(verified, Verified)
    assert (verified.count, sum(1 for _ in database.audit.export())) == (1001, 1001)


def test_what_is_rolled_back_leaves_no_entry_and_no_gap(kept: Database) -> None:
    with pytest.raises(ZeroDivisionError), kept.begin() as uow:  # noqa: PT012 - the error inside is the subject
        uow.audit(ENTRIES[0])
        1 / 0  # noqa: B018 - raised on purpose
    with kept.begin() as uow:
        uow.audit(ENTRIES[0])
    verified = kept.audit.verify()
    assert isinstance(verified, Verified)
    assert verified.count == 5


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET entry = ''", "UPDATE audit SET n = n + 10", "DELETE FROM audit"]
)
def test_the_database_refuses_to_change_or_delete_an_entry(kept: Database, place: Place, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"\) audit is append-only\n"):
        place.raw(statement)
    assert isinstance(kept.audit.verify(), Verified)


def test_tampering_with_any_byte_is_found(kept: Database, place: Place) -> None:
    _rewrite(place)
    tried = 0
    with place.connected() as raw:
        for row in _rows(place)[1:3]:
            for column in ("subject", "entry", "before", "digest"):
                was = str(row[column])
                change = text(f"UPDATE audit SET {column} = :value WHERE n = :n")  # noqa: S608 - a name from the list above
                for at, letter in enumerate(was):
                    other = was[:at] + ("0" if letter != "0" else "1") + was[at + 1 :]
                    raw.execute(change, {"value": other, "n": row["n"]})
                    found = kept.audit.verify()
                    assert isinstance(found, Broken)
                    assert (found.at, column, at) == (row["n"], column, at)
                    tried += 1
                raw.execute(change, {"value": was, "n": row["n"]})
    assert tried > 400
    assert isinstance(kept.audit.verify(), Verified)


@pytest.mark.parametrize(
    ("statement", "at", "why"),
    [
        ("DELETE FROM audit WHERE n = 1", 1, "is missing; the next one there is 2"),
        ("DELETE FROM audit WHERE n = 3", 3, "is missing; the next one there is 4"),
        ("UPDATE audit SET n = 9 WHERE n = 4", 4, "is missing; the next one there is 9"),
        ("UPDATE audit SET subject = 'x' WHERE n = 2", 2, "is filed under another subject than it was written with"),
        ("UPDATE audit SET entry = replace(entry, 'rita', 'eve') WHERE n = 2", 2, "was changed after it was written"),
    ],
)
def test_the_first_broken_entry_is_named(kept: Database, place: Place, statement: str, at: int, why: str) -> None:
    _rewrite(place, statement)
    assert kept.audit.verify() == Broken(at=at, why=why)


def test_two_entries_can_not_change_places(kept: Database, place: Place) -> None:
    _rewrite(
        place,
        "UPDATE audit SET n = 99 WHERE n = 2",
        "UPDATE audit SET n = 2 WHERE n = 3",
        "UPDATE audit SET n = 3 WHERE n = 99",
    )
    assert kept.audit.verify() == Broken(at=2, why="does not follow from the entry before it")


def _cut_the_end(kept: Database, place: Place) -> None:
    assert isinstance(kept.audit.verify(), Verified)
    _rewrite(place, "DELETE FROM audit WHERE n >= 3")


def _write_all_anew(kept: Database, place: Place) -> None:
    _rewrite(place, "DELETE FROM audit")
    with kept.begin() as uow:
        for entry in ENTRIES:
            uow.audit(replace(entry, actor="eve"))


@pytest.mark.parametrize(
    ("forge", "broken"),
    [
        (_cut_the_end, Broken(at=3, why="is missing, with all that followed it")),
        (_write_all_anew, Broken(at=4, why="is not the entry that stood here when the trail was last verified")),
    ],
)
def test_what_the_chain_alone_can_not_show_is_shown_by_what_was_noted_outside(
    kept: Database, place: Place, forge: Callable[[Database, Place], None], broken: Broken
) -> None:
    noted = kept.audit.verify()
    assert isinstance(noted, Verified)
    forge(kept, place)
    assert isinstance(kept.audit.verify(), Verified)
    assert kept.audit.verify(known=noted) == broken
