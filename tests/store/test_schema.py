import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from hiring.model import Pipeline
from store import dialect, schema
from store.database import open_database
from store.faults import UnusableUrl, WrongSchema
from tests.database import KEYS, Place, postgres_place, sqlite_place


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where no Evenhand has been yet."""
    return sqlite_place(tmp_path / "var") if request.param == "sqlite" else postgres_place(migrated=False)


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


def test_words_are_put_in_one_order_everywhere(place: Place) -> None:
    words = ["B", "a", "_", "Z", "ä", "A", "é", "1"]
    database = place.open()
    with database.begin() as uow:
        for word in words:
            uow.save_pipeline(Pipeline(id=word, title="", stages=()))
    with database.begin(read_only=True) as uow:
        assert [pipeline.id for pipeline in uow.pipelines()] == sorted(words)
    database.close()


def test_a_database_that_was_not_migrated_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "evenhand.db"
    with pytest.raises(
        UnusableUrl, match=f"^There is no database at {re.escape(str(path))}; `evenhand migrate` makes one$"
    ):
        open_database(f"sqlite:///{path}", seal_keys=KEYS)
    assert not path.exists()


def test_a_database_without_tables_is_not_opened(empty: Place) -> None:
    if empty.kind == "sqlite":
        path = Path(empty.url.removeprefix("sqlite:///"))
        path.parent.mkdir()
        path.touch()
    with pytest.raises(WrongSchema, match=r"^The database has no tables yet; run `evenhand migrate` first$"):
        empty.open(migrate=False)


def test_a_postgresql_database_that_is_not_there_is_named_without_its_password() -> None:
    url = postgres_place(migrated=False).url.replace("postgres:@", "postgres:zirkonfalter@")
    with pytest.raises(UnusableUrl) as fault:
        open_database(re.sub(r"/t\w+\?", "/nowhere?", url), seal_keys=KEYS, migrate=True)
    said = str(fault.value)
    assert said.startswith("The PostgreSQL database nowhere at ")
    assert said.endswith('database "nowhere" does not exist')
    assert "zirkonfalter" not in said
    assert fault.value.__suppress_context__


@pytest.mark.parametrize("migrate", [True, False])
def test_a_database_of_a_newer_program_is_left_alone(place: Place, migrate: bool) -> None:
    place.open().close()
    place.raw("UPDATE alembic_version SET version_num = '9999'", "UPDATE schema_reach SET oldest = '9999'")
    with pytest.raises(WrongSchema, match=r"^The database is at schema 9999, .* written by a newer Evenhand"):
        place.open(migrate=migrate)


def test_a_database_of_before_there_was_a_word_about_older_programs_is_for_none(place: Place) -> None:
    place.open().close()
    place.raw("UPDATE alembic_version SET version_num = '9999'", "DROP TABLE schema_reach")
    with pytest.raises(WrongSchema, match=r"which this program does not know"):
        place.open(migrate=False)


@pytest.mark.parametrize("migrate", [True, False])
def test_a_database_of_a_newer_program_that_still_suits_this_one_is_opened_and_left_as_it_is(
    place: Place, migrate: bool
) -> None:
    place.open().close()
    place.raw("UPDATE alembic_version SET version_num = '9999'")
    place.open(migrate=migrate).close()
    assert place.raw("SELECT version_num FROM alembic_version") == [("9999",)]


@pytest.mark.parametrize("url", ["", "not a url", "sqlite://", "sqlite:///:memory:", "mysql://h/d"])
def test_an_address_that_will_not_do_is_refused_with_one_that_would(url: str) -> None:
    with pytest.raises(
        UnusableUrl, match=r"expected e\.g\. sqlite:///var/evenhand\.db or postgresql://user:password@host/evenhand$"
    ):
        open_database(url, seal_keys=KEYS)


def test_what_was_kept_is_there_after_a_restart(place: Place) -> None:
    pipeline = Pipeline(id="few", title="Few", stages=())
    first = place.open()
    with first.begin() as uow:
        uow.save_pipeline(pipeline)
    first.close()
    again = place.open()
    with again.begin(read_only=True) as uow:
        assert uow.pipelines() == (pipeline,)
    again.close()


def test_many_that_migrate_at_once_do_it_once(empty: Place) -> None:
    with ThreadPoolExecutor(4) as pool:
        databases = list(pool.map(lambda _: empty.open(), range(4)))
    for database in databases:
        with database.begin(read_only=True) as uow:
            assert uow.people() == ()
        database.close()


_KILLED_HALF_WAY = """
import os, signal, sys
from sqlalchemy import Engine, event
from store import schema
seen = 0
@event.listens_for(Engine, "before_cursor_execute")
def count(connection, cursor, statement, *rest):
    global seen
    seen += "CREATE TABLE" in statement
    if seen == 9:
        os.kill(os.getpid(), signal.SIGKILL)
schema.migrate(sys.argv[1])
"""


def test_a_migration_that_was_killed_has_done_nothing_and_runs_again(empty: Place) -> None:
    command = [sys.executable, "-c", _KILLED_HALF_WAY, empty.url]
    killed = subprocess.run(command, check=False, timeout=60)  # noqa: S603 - our own interpreter and program
    assert killed.returncode == -signal.SIGKILL
    assert _made(empty) == []
    schema.migrate(empty.url)
    empty.open(migrate=False).close()


def test_an_error_does_not_show_what_was_to_be_written(place: Place) -> None:
    database = place.open()
    with pytest.raises(IntegrityError, match=r"(?i)not.null") as error, database.begin() as uow:
        uow.save_pipeline(Pipeline(id=None, title="zirkonfalter", stages=()))  # type: ignore[arg-type]  # wrong on purpose
    assert "zirkonfalter" not in str(error.value)
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
    *(
        "INSERT INTO deliveries (key, kind, lane, recipient, refs, priority, state, pending, created, due, attempt, forgiven, "  # noqa: S608 - as written here
        f"reached, reason, finished) VALUES ('{key}', '{kind}', 'slack', 'ana', '{refs}', 5, '{state}', {pending}, "
        "'2026-01-01 00:00:00', '2026-01-01 00:00:00', 8, 0, false, '', "
        f"{'NULL' if pending == 'true' else chr(39) + '2026-01-01 00:00:00' + chr(39)})"
        for key, kind, refs, state, pending in (
            ("one", "slack.brief", '[["session","coding"],["loop","L1"]]', "waiting", "true"),
            ("two", "slack.digest", '[["opening","ds"]]', "dead", "false"),
            ("three", "slack.brief", '[["loop","L2"]]', "dead", "false"),
            ("dead/three/8", "slack.dead_letter", '[["delivery","three"],["attempt","8"]]', "done", "false"),
        )
    ),
)


def test_what_an_older_program_kept_is_found_by_the_newer_indexes(empty: Place) -> None:
    _at(empty, "0006", *(statement.replace("%", "%%") for statement in _BEFORE))
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
    *(
        "INSERT INTO deliveries (key, kind, lane, recipient, refs, priority, state, pending, created, due, attempt, forgiven, "  # noqa: S608 - as written here
        f"reached, reason, finished) VALUES ('{key}', 'slack.brief', 'slack', 'ana', '{refs}', 5, '{state}', {pending}, "
        f"'2026-01-01 00:00:00', '2026-01-01 00:00:00', 1, 0, false, '{reason}', "
        f"{'NULL' if pending == 'true' else chr(39) + '2026-01-01 00:00:00' + chr(39)})"
        for key, refs, state, pending, reason in (
            ("one", '[["session","coding"],["loop","L1"]]', "waiting", "true", ""),
            ("two", "[]", "done", "false", ""),
            ("three", '[["loop","L2"]]', "dead", "false", "gone"),
            ("four", "[]", "dead", "false", "buried: gone"),
            ("five", "[]", "done", "false", ""),
        )
    ),
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
        _BEFORE_0008[1].replace("'one'", "'late'"),
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
