"""The `evenhand` command. Exit 0 done, 2 bad input or setting, 3 the answer is no."""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from bot import deliveries_command, doctor, erase_command, export_command, plan
from bot.company import print_faults, print_summary, read_company, schemas
from bot.composition import PARTS, Evenhand, seal_keys
from bot.importing import save
from bot.logs import configure
from bot.matching import Matched, match_accounts
from bot.messenger import Messenger, SlackRefused, SlackUnavailable
from bot.proving import prove
from bot.settings import SETTINGS, Settings, read_settings
from hiring.rules.retention import Policy
from store.audit import Broken
from store.database import Database, open_database
from store.faults import StoreFault
from store.sealing import SealKeys

DONE, BAD, NO = 0, 2, 3

AT_LATEST: Final = 9.0
"""Seconds after which the program ends whatever is under way: those who start and stop it wait about ten."""
TURN: Final = 0.0005
"""Seconds after which a thread lets another one go on. An answer to a person waits for the database some ten times, and
with Python's five milliseconds as often for whatever else is being calculated."""

OFFLINE: Final = {"SLACK_BOT_TOKEN": "xoxb-not-needed", "SLACK_APP_TOKEN": "xapp-not-needed"}
"""What stands in for Slack's settings in commands that never speak to Slack."""


def main(given: Sequence[str] | None = None) -> int:
    asked = parser().parse_args(given)
    run: Callable[[argparse.Namespace], int] = asked.run
    try:
        return run(asked)
    except StoreFault as fault:
        _say(str(fault))
        return BAD
    except KeyboardInterrupt:
        return DONE


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="evenhand", description="Fair interview panels, real calendars, sealed scorecards, one clear summary."
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("serve", help="run the bot")
    command.add_argument("--only", choices=PARTS, action="append", help="run this part only; may be given again")
    command.set_defaults(run=serve)

    command = commands.add_parser("demo", help="play a whole loop in a local Slack, no accounts needed")
    command.add_argument("--headless", action="store_true", help="in the terminal, to the decision, then end")
    command.add_argument("--data", type=Path, metavar="DIR", help="your own folder instead of the example company")
    command.add_argument("--port", type=int, default=8710, help="of the local Slack in the browser (default: 8710)")
    command.set_defaults(run=demo)

    command = commands.add_parser("plan", help="find panel and times for a problem file")
    plan.add_arguments(command)
    command.set_defaults(run=plan.run)

    command = commands.add_parser("import", help="read people, candidates, openings, plans and calendars from a folder")
    command.add_argument("folder", type=Path, nargs="?", metavar="DIR")
    command.add_argument("--schema", action="store_true", help="print the schemas of the files instead")
    command.add_argument("--json", action="store_true", help="for programs")
    command.set_defaults(run=import_)

    command = commands.add_parser("migrate", help="bring the database up to date")
    command.set_defaults(run=migrate)

    command = commands.add_parser("doctor", help="try every setting and permission, and say what to mend")
    command.add_argument("--json", action="store_true", help="for programs")
    command.set_defaults(run=doctor_)

    command = commands.add_parser("deliveries", help="what is on its way, what was given up, and trying it again")
    deliveries_command.add_arguments(command, _opened)
    export_command.add_arguments(commands.add_parser("export", help="one candidate's record, to give to them"), _opened)
    erase_command.add_commands(commands, _ruled)
    _audit(commands.add_parser("audit", help="the trail of who did what"))
    _keys(commands.add_parser("keys", help="the keys that seal scorecards"))
    return top


def _audit(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(required=True, metavar="VERB")
    verify = verbs.add_parser(
        "verify", help="prove that no entry was changed, left out or added, and every scorecard is the one handed in"
    )
    verify.add_argument("--json", action="store_true", help="for programs")
    verify.set_defaults(run=audit_verify)
    export = verbs.add_parser("export", help="every entry as a line of JSON")
    export.set_defaults(run=audit_export)


def _keys(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(required=True, metavar="VERB")
    new = verbs.add_parser("new", help="print a new key")
    new.set_defaults(run=keys_new)
    rotate = verbs.add_parser("rotate", help="wrap everything anew under the newest of EVENHAND_SEAL_KEYS")
    rotate.set_defaults(run=keys_rotate)


def _spare_what_stays() -> None:
    """A full collection walks through all that lives, and stops every thread for a tenth of a second meanwhile. The
    libraries stay anyway, and what little is left in circles can wait."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 50)


def serve(asked: argparse.Namespace) -> int:
    settings = _settings()
    if settings is None:
        return BAD
    configure()
    stopping = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stopping.set())
    sys.setswitchinterval(TURN)
    evenhand = Evenhand(settings, only=asked.only or PARTS)
    try:
        evenhand.start()
        _spare_what_stays()
    except OSError as error:
        _say(f"Port {settings.port} can't be used ({error.strerror}). Set PORT to another one.")
        evenhand.stop()
        return BAD
    stopping.wait()
    # Threads of libraries that wait for an answer from Slack would keep the process until they have it.
    last = threading.Timer(AT_LATEST, os._exit, [DONE])
    last.daemon = True
    last.start()
    evenhand.stop()
    return DONE


def demo(asked: argparse.Namespace) -> int:
    from bot.demo import run  # noqa: PLC0415 - the demo brings the workbench, which a server does not need

    return run(headless=asked.headless, data=asked.data, port=asked.port)


def import_(asked: argparse.Namespace) -> int:
    if asked.schema:
        sys.stdout.write(json.dumps(schemas(), indent=2, ensure_ascii=False) + "\n")
        return DONE
    if asked.folder is None:
        _say("Name the folder to read: evenhand import examples/company")
        return BAD
    found = read_company(asked.folder)
    if isinstance(found, tuple):
        print_faults(found, as_json=asked.json)
        return BAD
    settings = _settings(slack=False)
    if settings is None:
        return BAD
    database = _open(settings)
    try:
        save(database, found, today=datetime.now(UTC).date())
        matched = _matched(settings, database)
    finally:
        database.close()
    print_summary(found, as_json=asked.json)
    if matched is not None and matched.without:
        _say(f"No Slack account was found for {len(matched.without)} people: {', '.join(matched.without)}")
        _say("They can't be asked to interview until they have one. Everybody else can be.")
    return DONE


def _matched(settings: Settings, database: Database) -> Matched | None:
    """Who has which Slack account, when Slack's settings are there and Slack answers; the bot looks again at its start."""
    if settings.bot_token == OFFLINE["SLACK_BOT_TOKEN"]:
        return None
    try:
        return match_accounts(database, Messenger(token=settings.bot_token, base_url=settings.slack_api_url))
    except (SlackRefused, SlackUnavailable) as error:
        _say(f"Slack could not be asked for accounts ({error}). `evenhand doctor` says what to mend.")
        return None


def migrate(_: argparse.Namespace) -> int:
    settings = _settings(slack=False)
    if settings is None:
        return BAD
    _open(settings).close()
    _say("The database is up to date.")
    return DONE


def doctor_(asked: argparse.Namespace) -> int:
    settings = read_settings(os.environ)
    found = doctor.examine(settings)
    if asked.json:
        sys.stdout.write(json.dumps([finding.as_json() for finding in found], indent=2) + "\n")
    else:
        doctor.show(found, SETTINGS, Console())
    return DONE if all(finding.well for finding in found) else BAD


def audit_verify(asked: argparse.Namespace) -> int:
    settings = _settings(slack=False)
    if settings is None:
        return BAD
    database = _open(settings)
    try:
        found, proved = database.audit.verify(), prove(database)
    finally:
        database.close()
    whole = not isinstance(found, Broken) and not proved.faults
    if asked.json:
        sys.stdout.write(json.dumps({"whole": whole, **asdict(found), "scorecards": asdict(proved)}) + "\n")
        return DONE if whole else NO
    for fault in proved.faults:
        _say(fault)
    if isinstance(found, Broken):
        _say(f"The trail is broken at entry {found.at}, which {found.why}.")
    else:
        _say(f"The trail is whole: {found.count} entries, each linked to the one before.")
    if proved.count and not proved.faults:
        _say(f"{proved.count} scorecards are what their authors were given codes for.")
    return DONE if whole else NO


def audit_export(_: argparse.Namespace) -> int:
    settings = _settings(slack=False)
    if settings is None:
        return BAD
    database = _open(settings)
    try:
        for entry in database.audit.export():
            sys.stdout.write(json.dumps(entry, ensure_ascii=False, default=str) + "\n")
    finally:
        database.close()
    return DONE


def keys_new(_: argparse.Namespace) -> int:
    sys.stdout.write(SealKeys.new_text() + "\n")
    return DONE


def keys_rotate(_: argparse.Namespace) -> int:
    settings = _settings(slack=False)
    if settings is None:
        return BAD
    database = _open(settings)
    try:
        with database.begin() as uow:
            count = uow.rotate_keys()
    finally:
        database.close()
    _say(f"{count} data keys are wrapped under the newest key now. Older keys can be left out of EVENHAND_SEAL_KEYS.")
    _say("Links already sent to candidates are signed with the oldest key, and end with it.")
    return DONE


def _settings(*, slack: bool = True) -> Settings | None:
    environment = dict(os.environ) if slack else {**OFFLINE, **os.environ}
    found = read_settings(environment)
    if isinstance(found, Settings):
        return found
    for fault in found:
        _say(fault.says)
    _say("`evenhand doctor` lists every setting. To try Evenhand without any: evenhand demo")
    return None


def _opened(do: Callable[[Database], int]) -> int:
    """A command with the database open."""
    settings = _settings(slack=False)
    if settings is None:
        return BAD
    database = _open(settings)
    try:
        return do(database)
    finally:
        database.close()


def _ruled(do: Callable[[Database, Policy], int]) -> int:
    """A command with the database open and the company's retention policy."""
    settings = _settings(slack=False)
    return BAD if settings is None else _opened(lambda database: do(database, settings.retention))


def _open(settings: Settings) -> Database:
    return open_database(settings.database_url, seal_keys=seal_keys(settings), migrate=True)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    logging.captureWarnings(capture=True)
    sys.exit(main())
