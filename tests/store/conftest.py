from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Database
from tests.database import Place, postgres_place, sqlite_place


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A database of the test's own, migrated when it is first opened, on each kind in turn."""
    return sqlite_place(tmp_path) if request.param == "sqlite" else postgres_place()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where no Evenhand has been yet."""
    return sqlite_place(tmp_path / "var") if request.param == "sqlite" else postgres_place(migrated=False)


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    database = place.open()
    yield database
    database.close()


@pytest.fixture
def server() -> Place:
    return postgres_place()


@pytest.fixture
def both(server: Place) -> Iterator[tuple[Database, Database]]:
    """As two processes: each has its own connections and its own threads."""
    one, other = server.open(), server.open()
    yield one, other
    one.close()
    other.close()
