from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Database
from tests.database import fresh_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = fresh_database(tmp_path)
    yield database
    database.close()
