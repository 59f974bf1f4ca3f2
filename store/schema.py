"""Bringing the tables to what this program knows, and refusing to work on any others.

In a rolling upgrade programs of two versions work on one database. Each migration therefore says the oldest schema whose
programs it still suits, and that is kept beside the tables, where an older program can read it.
"""

from functools import cache
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, Table, delete, insert, inspect, select, update
from sqlalchemy.exc import OperationalError

from store import dialect
from store.faults import WrongSchema
from store.tables import SchemaReachRow

TRIES = 5
"""Whoever reads meanwhile may wait for one table while a migration waits for another of theirs: the server then sends one of
the two away, and as a rule it is the migration."""
# Made here and not by a migration: like Alembic's own table, it is about the tables and not one of them.
_REACH: Table = SchemaReachRow.__table__  # type: ignore[attr-defined]  # made by SQLModel's metaclass


def migrate(url: str) -> None:
    """Makes or upgrades the database. All in one transaction: interrupted, it has done nothing and can be run again."""
    engine = dialect.connect(url, create=True)
    try:
        upgrade(engine)
    finally:
        engine.dispose()


def upgrade(engine: Engine) -> None:
    """A database that a newer program has upgraded already is left as it is, when this one may still work on it."""
    for left in reversed(range(TRIES)):
        try:
            _upgrade(engine)
            break
        except OperationalError as error:
            if not left or not dialect.of(engine).is_deadlock(error):
                raise


def _upgrade(engine: Engine) -> None:
    with engine.begin() as connection:
        dialect.of(connection).migrate_alone(connection)
        script, config = _script(), _config()
        current = _current(connection)
        if current is not None and not _knows(script, current):
            _refuse_unless_in_reach(connection, current, script)
            return
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _REACH.create(connection, checkfirst=True)
        connection.execute(delete(_REACH))
        connection.execute(insert(_REACH).values(oldest=_works_with(script)))


def stands_at(url: str) -> str | None:
    """The schema of the database, None while it has no tables."""
    engine = dialect.connect(url, create=True)
    try:
        with dialect.of(engine).reading(engine.connect()) as connection:
            return _current(connection)
    finally:
        engine.dispose()


def check(connection: Connection) -> None:
    """Raises WrongSchema unless the tables are those that this program knows, or newer ones that it may work on."""
    script = _script()
    current = _current(connection)
    if current == script.get_current_head():
        return
    if current is not None and not _knows(script, current):
        _refuse_unless_in_reach(connection, current, script)
        return
    was = "has no tables yet" if current is None else f"is at schema {current}, older than this program's"
    raise WrongSchema(f"The database {was}; run `evenhand migrate` first")


def touch(connection: Connection) -> None:
    """Writes something that changes nothing."""
    connection.execute(update(_REACH).values(oldest=_REACH.c.oldest))


def _refuse_unless_in_reach(connection: Connection, current: str, script: ScriptDirectory) -> None:
    """A schema that this program does not know says itself how old a program it still works with."""
    oldest = None
    if inspect(connection).has_table(_REACH.name):
        oldest = connection.scalar(select(_REACH.c.oldest))
    if oldest is None or not _knows(script, oldest):
        raise WrongSchema(
            f"The database is at schema {current}, which this program does not know: it was written by a newer Evenhand; "
            "start that one, or restore a backup from before the upgrade"
        )


def _works_with(script: ScriptDirectory) -> str:
    """What the last migration says; one that says nothing works with no older program."""
    head = script.get_revision("head")
    return str(getattr(head.module, "works_with", head.revision))


def _knows(script: ScriptDirectory, revision: str) -> bool:
    try:
        script.get_revision(revision)
    except CommandError:
        return False
    return True


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("store") / "migrations").replace("%", "%%"))
    return config
