"""Bringing the tables to what this program knows, and refusing to work on any others."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from store import dialect
from store.faults import WrongSchema


def migrate(url: str) -> None:
    """Makes or upgrades the database. All in one transaction: interrupted, it has done nothing and can be run again."""
    engine = dialect.connect(url, create=True)
    try:
        upgrade(engine)
    finally:
        engine.dispose()


def upgrade(engine: Engine) -> None:
    with engine.begin() as connection:
        dialect.of(connection).migrate_alone(connection)
        config = _config()
        current = _current(connection)
        _refuse_newer(current, ScriptDirectory.from_config(config))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check(connection: Connection) -> None:
    """Raises WrongSchema unless the tables are exactly those that this program knows."""
    script = ScriptDirectory.from_config(_config())
    current = _current(connection)
    if current == script.get_current_head():
        return
    _refuse_newer(current, script)
    was = "has no tables yet" if current is None else f"is at schema {current}, older than this program's"
    raise WrongSchema(f"The database {was}; run `evenhand migrate` first")


def _refuse_newer(current: str | None, script: ScriptDirectory) -> None:
    if current is None:
        return
    try:
        script.get_revision(current)
    except CommandError:
        raise WrongSchema(
            f"The database is at schema {current}, which this program does not know: it was written by a newer Evenhand; "
            "start that one, or restore a backup from before the upgrade"
        ) from None


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("store") / "migrations").replace("%", "%%"))
    return config
