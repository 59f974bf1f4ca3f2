"""`evenhand audit`: the trail of who did what, proved and printed."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

from bot.commands.export import harmless
from bot.commands.opening import DONE, NO, opened, say
from bot.proving import prove
from hiring.flows.tallying import company_rates
from store.audit import Broken
from store.database import Database

_FIGURES = ("asked", "no_conflict", "conflict", "unsure", "silent", "pinned", "overridden")


def add_arguments(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(required=True, metavar="VERB")
    verify = verbs.add_parser(
        "verify", help="prove that no entry was changed, left out or added, and every scorecard is the one handed in"
    )
    verify.add_argument("--json", action="store_true", help="for programs")
    verify.set_defaults(run=lambda asked: opened(lambda database: _verify(database, as_json=asked.json)))
    export = verbs.add_parser("export", help="every entry as a line of JSON")
    export.set_defaults(run=lambda _: opened(_export))
    rates = verbs.add_parser("rates", help="how conflicts are handled, by qualification and quarter, as CSV")
    rates.set_defaults(run=lambda _: opened(_rates))


def _verify(database: Database, *, as_json: bool) -> int:
    found, proved = database.audit.verify(), prove(database)
    whole = not isinstance(found, Broken) and not proved.faults
    if as_json:
        sys.stdout.write(json.dumps({"whole": whole, **asdict(found), "scorecards": asdict(proved)}) + "\n")
        return DONE if whole else NO
    for fault in proved.faults:
        say(fault)
    if isinstance(found, Broken):
        say(f"The trail is broken at entry {found.at}, which {found.why}.")
    else:
        many = "1 entry" if found.count == 1 else f"{found.count} entries, each linked to the one before"
        say(f"The trail is whole: {many}.")
    if proved.count and not proved.faults:
        say(f"{proved.count} scorecards are what their authors were given codes for.")
    return DONE if whole else NO


def _export(database: Database) -> int:
    for entry in database.audit.export():
        sys.stdout.write(json.dumps(entry, ensure_ascii=False, default=str) + "\n")
    return DONE


def _rates(database: Database) -> int:
    """Each figure is the lower end of a range of five; fewer than five stand empty."""
    with database.begin(read_only=True) as uow:
        found = company_rates(uow, now=datetime.now(UTC))
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(["quarter", "qualification", *(f"{figure}_at_least" for figure in _FIGURES)])
    for pool in found.pools:
        row = {"quarter": pool.quarter, "skill": pool.skill} | {one: getattr(pool, one) or "" for one in _FIGURES}
        writer.writerow(harmless(row).values())
    for one in found.repeated:
        say(f"{one.by} overrode {one.times} conflicts in these quarters and since.")
    return DONE
