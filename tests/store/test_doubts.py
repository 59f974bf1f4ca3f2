"""What `evenhand doctor` asks the database about its own settings."""

from pathlib import Path

from tests.database import postgres_place, sqlite_place


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
