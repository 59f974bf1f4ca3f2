"""What is opened, what is refused, and what is said then."""

import re
import uuid
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from hiring.model import Pipeline
from store.database import open_database
from store.faults import UnusableUrl, WrongSchema
from tests.database import KEYS, Place, postgres_place


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


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_postgresql_database_that_can_not_keep_every_name_is_not_opened(encoding: str) -> None:
    """SQL_ASCII is what a server has that was set up without a language."""
    place = postgres_place(migrated=False)
    name = f"t{uuid.uuid4().hex}"
    place.raw(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'")
    url = re.sub(r"/t\w+\?", f"/{name}?", place.url)
    with pytest.raises(UnusableUrl, match=f"is encoded in {encoding}; make one with ENCODING 'UTF8'$"):
        open_database(url, seal_keys=KEYS, migrate=True)


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


def test_an_error_does_not_show_what_was_to_be_written(place: Place) -> None:
    database = place.open()
    with pytest.raises(IntegrityError, match=r"(?i)not.null") as error, database.begin() as uow:
        uow.save_pipeline(Pipeline(id=None, title="zirkonfalter", stages=()))  # type: ignore[arg-type]  # wrong on purpose
    assert "zirkonfalter" not in str(error.value)
    database.close()
