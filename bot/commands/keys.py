"""`evenhand keys`: the keys that seal scorecards."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from bot.commands.opening import DONE, OPERATOR, opened, say
from hiring.model import AuditEntry
from store.database import Database
from store.sealing import SealKeys


def add_arguments(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(required=True, metavar="VERB")
    verbs.add_parser("new", help="print a new key").set_defaults(run=_new)
    rotate = verbs.add_parser("rotate", help="wrap everything anew under the newest of EVENHAND_SEAL_KEYS")
    rotate.set_defaults(run=lambda _: opened(_rotate))


def _new(_: argparse.Namespace) -> int:
    sys.stdout.write(SealKeys.new_text() + "\n")
    return DONE


def _rotate(database: Database) -> int:
    with database.begin() as uow:
        count = uow.rotate_keys()
        wrapped = (("data_keys", str(count)),)
        uow.audit(AuditEntry(datetime.now(UTC), OPERATOR, "rotated keys", "keys", wrapped))
    say(f"{count} data keys are wrapped under the newest key now. Older keys can be left out of EVENHAND_SEAL_KEYS.")
    say("Links already sent to candidates are signed with the oldest key, and end with it.")
    return DONE
