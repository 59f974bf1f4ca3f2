import re
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from hiring.model import Pipeline
from store import schema
from store.database import open_database
from store.faults import UnusableUrl, WrongSchema
from tests.database import KEYS, fresh_database


def _url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'var' / 'evenhand.db'}"


def _statements(tmp_path: Path) -> list[str]:
    raw = sqlite3.connect(tmp_path / "var" / "evenhand.db")
    found = [sql for (sql,) in raw.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")]
    raw.close()
    return found


def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    schema.migrate(_url(tmp_path))
    first = _statements(tmp_path)
    schema.migrate(_url(tmp_path))
    assert _statements(tmp_path) == first
    assert len([statement for statement in first if statement.startswith("CREATE TRIGGER")]) == 6


def test_the_migrations_make_the_tables_that_the_program_knows(tmp_path: Path) -> None:
    schema.migrate(_url(tmp_path))
    engine = create_engine(_url(tmp_path))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_a_database_that_was_not_migrated_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "evenhand.db"
    with pytest.raises(
        UnusableUrl, match=f"^There is no database at {re.escape(str(path))}; `evenhand migrate` makes one$"
    ):
        open_database(f"sqlite:///{path}", seal_keys=KEYS)
    assert not path.exists()
    path.touch()
    with pytest.raises(WrongSchema, match=r"^The database has no tables yet; run `evenhand migrate` first$"):
        open_database(f"sqlite:///{path}", seal_keys=KEYS)


@pytest.mark.parametrize("migrate", [True, False])
def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path, migrate: bool) -> None:
    fresh_database(tmp_path).close()
    raw = sqlite3.connect(tmp_path / "evenhand.db")
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    raw.close()
    with pytest.raises(WrongSchema, match=r"^The database is at schema 9999, .* written by a newer Evenhand"):
        open_database(f"sqlite:///{tmp_path / 'evenhand.db'}", seal_keys=KEYS, migrate=migrate)


@pytest.mark.parametrize("url", ["", "not a url", "sqlite://", "sqlite:///:memory:", "mysql://h/d"])
def test_an_address_that_will_not_do_is_refused_with_one_that_would(url: str) -> None:
    with pytest.raises(
        UnusableUrl, match=r"expected e\.g\. sqlite:///var/evenhand\.db or postgresql://user:password@host/evenhand$"
    ):
        open_database(url, seal_keys=KEYS)


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    pipeline = Pipeline(id="few", title="Few", stages=())
    first = fresh_database(tmp_path)
    with first.begin() as uow:
        uow.save_pipeline(pipeline)
    first.close()
    again = fresh_database(tmp_path)
    with again.begin(read_only=True) as uow:
        assert uow.pipelines() == (pipeline,)
    again.close()


def test_many_that_migrate_at_once_do_it_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        databases = list(pool.map(lambda _: fresh_database(tmp_path), range(4)))
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


def test_a_migration_that_was_killed_has_done_nothing_and_runs_again(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _KILLED_HALF_WAY, _url(tmp_path)]
    killed = subprocess.run(command, check=False, timeout=60)  # noqa: S603 - our own interpreter and program
    assert killed.returncode == -signal.SIGKILL
    assert _statements(tmp_path) == []
    schema.migrate(_url(tmp_path))
    open_database(_url(tmp_path), seal_keys=KEYS).close()


def test_an_error_does_not_show_what_was_to_be_written(tmp_path: Path) -> None:
    database = fresh_database(tmp_path)
    with pytest.raises(Exception, match="NOT NULL") as error, database.begin() as uow:
        uow.save_pipeline(Pipeline(id=None, title="zirkonfalter", stages=()))  # type: ignore[arg-type]  # wrong on purpose
    assert "zirkonfalter" not in str(error.value)
    database.close()
