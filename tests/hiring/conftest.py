from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Database
from tests.database import fresh_database, fresh_postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database, of each kind in turn."""
    database = fresh_database(tmp_path) if request.param == "sqlite" else fresh_postgres()
    yield database
    database.close()
