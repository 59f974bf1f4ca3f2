"""The office, for whoever books in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine import Engine
from tests.bot.office import Office
from tests.database import fresh_database
from tests.hiring import worlds


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = Engine()
    yield made
    made.close()


@pytest.fixture
def office(tmp_path: Path, engine: Engine) -> Iterator[Office]:
    database = worlds.settled(fresh_database(tmp_path))
    yield Office(database, engine)
    database.close()
