"""Making the tables, and bringing older ones up to date: at once or not at all, whoever else is at work."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from store import dialect, schema
from tests.database import Place, postgres_place
from tests.waiting import eventually


def _made(place: Place) -> list[tuple[str, str]]:
    """Every table, index, constraint and trigger there is, each with what it is made by."""
    if place.kind == "sqlite":
        found = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    else:
        found = (
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL "
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0 "
            "AND connamespace = 'public'::regnamespace UNION ALL "
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
        )
    return sorted(tuple(row) for row in place.raw(found))


def test_migrating_again_changes_nothing(empty: Place) -> None:
    schema.migrate(empty.url)
    first = _made(empty)
    schema.migrate(empty.url)
    assert _made(empty) == first
    guards = [name for name, made in first if made.startswith(("CREATE TRIGGER", "EXCLUDE"))]
    expected = {
        "sqlite": ["bookings_no_overlap_insert", "bookings_no_overlap_update"],
        "postgresql": ["audit_no_truncate", "bookings_no_overlap", "scorecards_no_truncate"],
    }
    both = ["audit_no_delete", "audit_no_update", "scorecards_no_delete", "scorecards_no_update"]
    watches = [
        *(
            "candidates_changed",
            "deliveries_about",
            "deliveries_dropped",
            "deliveries_ended",
            "loops_came",
            "loops_ended",
        )
    ]
    assert guards == sorted(both + watches + expected[empty.kind])


def test_the_migrations_make_the_tables_that_the_program_knows(empty: Place) -> None:
    schema.migrate(empty.url)
    with empty.connected() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_many_that_migrate_at_once_do_it_once(empty: Place) -> None:
    with ThreadPoolExecutor(4) as pool:
        databases = list(pool.map(lambda _: empty.open(), range(4)))
    for database in databases:
        with database.begin(read_only=True) as uow:
            assert uow.people() == ()
        database.close()


def _at(place: Place, schema_: str, *statements: str) -> None:
    """As a program of that schema left it."""
    engine = dialect.connect(place.url, create=True)
    with engine.begin() as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, schema_)
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def _delivery(key: str, kind: str, refs: str, *, state: str = "waiting", reason: str = "") -> str:
    """A row as a program of schema 0006 or 0007 writes it."""
    pending, finished = ("true", "NULL") if state == "waiting" else ("false", "'2026-01-01 00:00:00'")
    return (
        "INSERT INTO deliveries (key, kind, lane, recipient, refs, priority, state, pending, created, due, attempt, forgiven, "  # noqa: S608 - as written here
        f"reached, reason, finished) VALUES ('{key}', 'slack.{kind}', 'slack', 'ana', '{refs}', 5, '{state}', {pending}, "
        f"'2026-01-01 00:00:00', '2026-01-01 00:00:00', 8, 0, false, '{reason}', {finished})"
    )


_BEFORE = (
    (
        "INSERT INTO loops (id, opening, candidate, active, version, created, ended, document) VALUES "
        "('L1', 'ds', 'jo', true, 1, '2026-01-01 00:00:00', NULL, '{}'), "
        "('L2', 'ds', 'jo', false, 1, '2026-01-01 00:00:00', '2026-01-02 00:00:00', '{\"decision\":{\"outcome\":\"decline\"}}'), "
        "('L3', 'ds', 'jo', false, 1, '2026-01-01 00:00:00', '2026-01-02 00:00:00', '{\"decision\":{\"outcome\":\"hold\"}}')"
    ),
    "INSERT INTO loop_people (loop, person) VALUES ('L1', 'ana'), ('L2', 'ana'), ('L3', 'ana')",
    (
        "INSERT INTO people (id, email, active, document) VALUES "
        "('ana', 'ana@corvid.example', true, '{\"qualifications\":[{\"skill\":\"coding\"}]}'), "
        "('max', 'max@corvid.example', true, '{\"qualifications\":[]}'), ('noa', 'noa@corvid.example', true, '{}')"
    ),
    _delivery("one", "brief", '[["session","coding"],["loop","L1"]]'),
    _delivery("two", "digest", '[["opening","ds"]]', state="dead"),
    _delivery("three", "brief", '[["loop","L2"]]', state="dead"),
    _delivery("dead/three/8", "dead_letter", '[["delivery","three"],["attempt","8"]]', state="done"),
)


def test_what_an_older_program_kept_is_found_by_the_newer_indexes(empty: Place) -> None:
    _at(empty, "0006", *_BEFORE)
    schema.migrate(empty.url)
    assert empty.raw("SELECT loop, active FROM loop_people ORDER BY loop") == [
        ("L1", True),
        ("L2", False),
        ("L3", False),
    ]
    assert empty.raw("SELECT id FROM loops WHERE ended IS NULL ORDER BY id") == [("L1",), ("L3",)]
    assert empty.raw("SELECT id FROM people WHERE qualified ORDER BY id") == [("ana",)]
    assert empty.raw("SELECT key, loop, told FROM deliveries ORDER BY n") == [
        ("one", "L1", False),
        ("two", None, False),
        ("three", "L2", True),
        ("dead/three/8", None, False),
    ]


_BEFORE_0008 = (
    "INSERT INTO candidates (id, email, document) VALUES ('jo', 'jo@x.example', '{\"id\":\"jo\"}')",
    _delivery("one", "brief", '[["session","coding"],["loop","L1"]]'),
    _delivery("two", "brief", "[]", state="done"),
    _delivery("three", "brief", '[["loop","L2"]]', state="dead", reason="gone"),
    _delivery("four", "brief", "[]", state="dead", reason="buried: gone"),
    _delivery("five", "brief", "[]", state="done"),
)
_COUNTED = "SELECT state, sum(number) FROM tallies GROUP BY state ORDER BY state"


def test_what_was_over_before_is_counted_and_what_an_older_program_ends_later(empty: Place) -> None:
    _at(empty, "0007", *_BEFORE_0008)
    schema.migrate(empty.url)
    assert empty.raw(_COUNTED) == [("buried", 1), ("dead", 1), ("done", 2)]
    assert empty.raw("SELECT key, loop FROM deliveries WHERE loop IS NOT NULL ORDER BY n") == [
        ("one", "L1"),
        ("three", "L2"),
    ]
    empty.raw(
        "UPDATE deliveries SET state = 'done', pending = false, finished = created WHERE key = 'one'",
        "UPDATE deliveries SET state = 'waiting', pending = true, finished = NULL WHERE key = 'three'",
        "DELETE FROM deliveries WHERE key = 'two'",
        _delivery("late", "brief", '[["session","coding"],["loop","L1"]]'),
    )
    assert empty.raw(_COUNTED) == [("buried", 1), ("dead", 0), ("done", 2)]
    assert empty.raw("SELECT loop FROM deliveries WHERE key = 'late'") == [("L1",)]
    assert empty.raw("SELECT id, entered, due_by FROM candidates") == [("jo", False, "")]


class Killed(Exception):
    """At a step of a migration."""


def test_a_newer_migration_that_ends_at_any_step_has_done_nothing(empty: Place) -> None:
    _at(empty, "0007", *_BEFORE_0008)
    before, left, steps = _made(empty), 0, 0

    def die(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed

    event.listen(Engine, "before_cursor_execute", die)
    try:
        while True:
            steps += 1 if empty.kind == "sqlite" else 7
            left = steps
            try:
                schema.migrate(empty.url)
                break
            except Killed:
                left = 0
                assert _made(empty) == before
    finally:
        event.remove(Engine, "before_cursor_execute", die)
    assert steps > 30
    assert empty.raw(_COUNTED) == [("buried", 1), ("dead", 1), ("done", 2)]


_KILLED_HALF_WAY = """
import os, signal, sys
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from store import schema
seen = 0
@event.listens_for(Engine, "before_cursor_execute")
def count(connection, cursor, statement, *rest):
    global seen
    seen += sys.argv[2] in statement
    if seen == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
schema.migrate(sys.argv[1])
"""


@pytest.mark.parametrize(
    ("before", "statement", "number"), [("", "CREATE TABLE", 9), ("0007", "INSERT INTO tallies", 1)]
)
def test_a_migration_that_was_killed_has_done_nothing_and_runs_again(
    empty: Place, before: str, statement: str, number: int
) -> None:
    made = []
    if before:
        _at(empty, before, *_BEFORE_0008)
        made = _made(empty)
    command = [sys.executable, "-c", _KILLED_HALF_WAY, empty.url, statement, str(number)]
    killed = subprocess.run(command, check=False, timeout=60)  # noqa: S603 - our own interpreter and program
    assert killed.returncode == -signal.SIGKILL
    assert _made(empty) == made
    schema.migrate(empty.url)
    empty.open(migrate=False).close()


def test_who_reads_meanwhile_may_hold_what_a_migration_waits_for() -> None:
    """An older program reads a key, then a candidate; the migration has changed candidates, and waits for keys."""
    place = postgres_place(migrated=False)
    _at(place, "0007", *_BEFORE_0008)
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'data_keys'::regclass"
    with ThreadPoolExecutor(1) as pool, place.connected() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT * FROM data_keys")
        migrating = pool.submit(schema.migrate, place.url)
        assert eventually(lambda: place.raw(waits) == [(1,)])
        with suppress(OperationalError):  # the server chooses which of the two it sends away
            reader.exec_driver_sql("SELECT * FROM candidates")
        reader.exec_driver_sql("ROLLBACK")
        migrating.result(timeout=60)
    place.open(migrate=False).close()
