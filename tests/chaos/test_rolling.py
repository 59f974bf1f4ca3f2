"""A rolling upgrade: a newer program migrates, is killed at it, goes on, and both work on one database side by side.

The newer program is this one, copied, with one migration more.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.demo.stage import ROOT
from tests.database import Place, postgres_place, sqlite_place
from tests.store.values import NOON, a_delivery

NEXT = "9000"
LEASE = "600"
"""Seconds. None of the programs dies, so none may run out on a busy machine."""
STRIDE = int(os.environ.get("EVENHAND_MIGRATION_STRIDE", "8"))
"""Killed before each such statement of the migration; 1: before each."""
_MIGRATION = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "{next}", "{head}", None, None
works_with = "{head}"
def upgrade():
    op.add_column("deliveries", sa.Column("colour", sa.String(), nullable=False, server_default="grey"))
    op.create_table("colours", sa.Column("name", sa.String(), primary_key=True))
    op.create_index("ix_deliveries_colour", "deliveries", ["colour"])
    op.execute("UPDATE deliveries SET colour = 'blue'")
"""
_MIGRATES = """
import os, signal, sys
from sqlalchemy import Engine, event
from store import schema
left = int(sys.argv[2])
@event.listens_for(Engine, "before_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
schema.migrate(sys.argv[1])
"""


@pytest.fixture(params=["postgresql"] if STRIDE > 1 else ["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    found = sqlite_place(tmp_path) if request.param == "sqlite" else postgres_place()
    found.open().close()
    return found


@pytest.fixture
def newer(tmp_path: Path, place: Place) -> Path:
    """Where the newer program lies."""
    there = tmp_path / "newer"
    for part in ("store", "hiring", "scheduling", "plans", "bot", "handlers", "tests"):
        shutil.copytree(ROOT / part, there / part, ignore=shutil.ignore_patterns("__pycache__", "*.png", "*.ttf"))
    ((head,),) = place.raw("SELECT version_num FROM alembic_version")
    migration = _MIGRATION.format(next=NEXT, head=head)
    (there / "store" / "migrations" / "versions" / "9000_colours.py").write_text(migration)
    return there


def _run(where: Path, *words: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(where)}
    return subprocess.Popen([sys.executable, *words], cwd=where, env=environment)  # noqa: S603 - our own programs


def _migrate(newer: Path, place: Place, *, die_at: int) -> int:
    return _run(newer, "-c", _MIGRATES, place.url, str(die_at)).wait(timeout=120)


def test_old_and_new_work_side_by_side_through_a_migration_that_is_killed_at_its_steps(
    place: Place, newer: Path, tmp_path: Path
) -> None:
    world = tmp_path / "world"
    world.touch()
    keys = [f"key-{number}" for number in range(80)]
    database = place.open()
    with database.begin() as uow:
        uow.enqueue([a_delivery(key, to=f"place-{n % 4}") for n, key in enumerate(keys[:40])], now=NOON)
    old = _run(ROOT, "-m", "tests.store.dying", place.url, str(world), "never", LEASE)

    step, deaths = 1, 0
    while (code := _migrate(newer, place, die_at=step)) == -signal.SIGKILL:
        assert place.raw("SELECT version_num FROM alembic_version") != [(NEXT,)]
        step, deaths = step + STRIDE, deaths + 1
    assert code == 0
    assert deaths >= 1
    assert place.raw("SELECT version_num FROM alembic_version") == [(NEXT,)]

    with database.begin() as uow:  # the old program, still running, writes what the new one makes
        uow.enqueue([a_delivery(key, to=f"place-{n % 4}") for n, key in enumerate(keys[40:])], now=NOON)
    both = [_run(there, "-m", "tests.store.dying", place.url, str(world), "never", LEASE) for there in (newer, ROOT)]
    assert [process.wait(timeout=600) for process in (old, *both)] == [0, 0, 0]
    assert Counter(world.read_text().split()) == Counter(keys)
    database.close()
    again = place.open()  # an old process that is started anew
    assert {one.state for one in again.deliveries.listing(limit=100)} == {"done"}
    again.close()
