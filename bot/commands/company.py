"""`evenhand import`: a company's folder into the database."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.commands.opening import BAD, DONE, OFFLINE, open_with, say, the_settings
from bot.company import print_faults, print_summary, read_company, schemas
from bot.importing import save
from bot.matching import Matched, match_accounts
from bot.messenger import Messenger
from bot.refusals import SlackRefused, SlackUnavailable
from bot.settings import Settings
from store.database import Database


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", type=Path, nargs="?", metavar="DIR")
    command.add_argument(
        "--absent-left", action="store_true", help="whoever is not in people.csv any more has left the company"
    )
    command.add_argument("--schema", action="store_true", help="print the schemas of the files instead")
    command.add_argument("--json", action="store_true", help="for programs")
    command.set_defaults(run=read)


def read(asked: argparse.Namespace) -> int:
    if asked.schema:
        sys.stdout.write(json.dumps(schemas(), indent=2, ensure_ascii=False) + "\n")
        return DONE
    if asked.folder is None:
        say("Name the folder to read: evenhand import examples/company")
        return BAD
    settings = the_settings(slack=False)
    by_group = settings.role_groups if settings is not None else {}
    found = read_company(asked.folder, by_group=frozenset(by_group))
    if isinstance(found, tuple):
        print_faults(found, as_json=asked.json)
        return BAD
    if settings is None:
        return BAD
    database = open_with(settings, make=True)
    try:
        saved = save(database, found, today=datetime.now(UTC).date(), absent_left=asked.absent_left)
        matched = _matched(settings, database)
    finally:
        database.close()
    print_summary(found, as_json=asked.json)
    if saved.left:
        say(f"Not in people.csv, and marked as having left: {', '.join(saved.left)}")
    if matched is not None and matched.without:
        say(f"No Slack account was found for {len(matched.without)} people: {', '.join(matched.without)}")
        say("They can't be asked to interview until they have one. Everybody else can be.")
    return DONE


def _matched(settings: Settings, database: Database) -> Matched | None:
    """Who has which Slack account, when Slack's settings are there and Slack answers; the bot looks again at its start."""
    if settings.bot_token == OFFLINE["SLACK_BOT_TOKEN"]:
        return None
    try:
        return match_accounts(database, Messenger(token=settings.bot_token, base_url=settings.slack_api_url))
    except (SlackRefused, SlackUnavailable) as error:
        say(f"Slack could not be asked for accounts ({error}). `evenhand doctor` says what to mend.")
        return None
