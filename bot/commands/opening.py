"""What every subcommand needs: the settings, the database, a voice, and the exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Final

from bot.composition import seal_keys
from bot.settings import Settings, read_settings
from hiring.rules.retention import Policy
from store.causes import because_of
from store.database import Database, find_database, open_database

DONE, BAD, NO = 0, 2, 3
"""Exit codes: done; bad input or setting; the answer is no."""
OPERATOR: Final = "operator"
"""Who acts, in the trail, when somebody at the machine does."""
OFFLINE: Final = {"SLACK_BOT_TOKEN": "xoxb-not-needed", "SLACK_APP_TOKEN": "xapp-not-needed"}
"""What stands in for Slack's settings in commands that never speak to Slack."""


def the_settings(*, slack: bool = True) -> Settings | None:
    """The settings; None when they are faulty, and then what is wrong has been said."""
    environment = dict(os.environ) if slack else {**OFFLINE, **os.environ}
    found = read_settings(environment)
    if isinstance(found, Settings):
        return found
    for fault in found:
        say(fault.says)
    say("`evenhand doctor` lists every setting. To try Evenhand without any: evenhand demo")
    return None


def opened(do: Callable[[Database], int], *, make: bool = False) -> int:
    """What `do` answers with the database open; 2 when it can't be opened."""
    return ruled(lambda database, _: do(database), make=make)


def ruled(do: Callable[[Database, Policy], int], *, make: bool = False) -> int:
    """The same, with the company's retention policy."""
    settings = the_settings(slack=False)
    if settings is None:
        return BAD
    database = open_with(settings, make=make)
    try:
        with because_of(OPERATOR):
            return do(database, settings.retention)
    finally:
        database.close()


def open_with(settings: Settings, *, make: bool) -> Database:
    """Only who is asked to `make` it makes a database, brings one up to date, or makes keys: whoever merely looks and has
    mistyped the address, or is newer than what runs, is told so."""
    if not make:
        find_database(settings.database_url)
    return open_database(settings.database_url, seal_keys=seal_keys(settings, make=make), migrate=make)


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
