"""What `evenhand doctor` asks the database about its own settings."""

from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import NullPool, create_engine

from hiring.model import AuditEntry
from tests.database import postgres_place, sqlite_place
from tests.store.values import NOON


def test_a_file_that_we_made_raises_no_doubt_and_one_of_which_a_page_is_lost_does(tmp_path: Path) -> None:
    place = sqlite_place(tmp_path)
    database = place.open()
    assert database.doubts() == ()
    database.close()
    file = tmp_path / "evenhand.db"
    whole = file.read_bytes()
    file.write_bytes(whole[: 4096 * 2] + b"\xff" * 4096 + whole[4096 * 3 :])
    database = place.open(migrate=False)
    assert database.doubts() == (("the file is damaged", "Stop everything and restore a backup."),)
    database.close()


def test_a_file_that_others_can_open_is_doubtful(tmp_path: Path) -> None:
    database = sqlite_place(tmp_path).open()
    (tmp_path / "evenhand.db").chmod(0o640)
    assert [says for says, _ in database.doubts()] == ["others on this machine can open the file"]
    assert database.described().startswith("SQLite 3.")
    assert (database.versions(), database.has_own_clock, database.last_heard()) == (frozenset(), False, None)
    with database.begin() as uow:
        uow.first_time("1718.22.9f/1718.5", now=NOON)
        uow.audit_once_a_day(AuditEntry(at=NOON + timedelta(hours=1), actor="ada", verb="opened", subject="loop-1"))
    assert database.last_heard() == NOON
    database.close()


def test_who_else_is_connected_is_known_by_its_version() -> None:
    place = postgres_place()
    database = place.open()
    assert database.described().startswith("PostgreSQL 18")
    with create_engine(place.url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool).connect() as other:
        other.exec_driver_sql("SET application_name = 'evenhand 9.9.9'")
        assert database.versions() == {version("evenhand"), "9.9.9"}
        other.exec_driver_sql("SET application_name = 'evenhand worker'")
        assert database.versions() == {version("evenhand")}
    database.close()


def test_a_server_that_forgets_in_a_power_cut_is_doubtful() -> None:
    """The tests' own server is such a one."""
    place = postgres_place()
    database = place.open()
    assert [says for says, _ in database.doubts()] == [
        "fsync is off",
        "full_page_writes is off",
        "synchronous_commit is off",
    ]
    with database._read() as connection:
        name = connection.engine.url.database
    place.raw(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    database.close()
    again = place.open(migrate=False)
    assert "the server is a standby or read-only" in [says for says, _ in again.doubts()]
    again.close()
