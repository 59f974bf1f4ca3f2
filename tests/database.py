"""A real database for any test that needs one."""

from collections.abc import Callable
from pathlib import Path

from store.database import Database, open_database
from store.sealing import SealKeys

KEYS = SealKeys.from_text("bWFkZSBmb3IgdGVzdHMsIG5vdCBhIHNlY3JldCAzMmI=")


def fresh_database(tmp_path: Path, *, wake: Callable[[], None] | None = None) -> Database:
    """A database of its own in `tmp_path`; a second call there opens the same one again, as after a restart."""
    return open_database(f"sqlite:///{tmp_path / 'evenhand.db'}", seal_keys=KEYS, wake=wake, migrate=True)
