"""`evenhand export`: one candidate's record, for them: JSON for programs, a page to read, the ratings as a table."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bot.commands.opening import BAD, DONE, NO, OPERATOR, opened, say
from handlers.pages.templating import render
from hiring.flows.erasing import find
from hiring.flows.records import read_record
from hiring.rules.record import Record
from store.database import Database

RISKY: Final = ("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠")
RATINGS: Final = ("application", "interview", "version", "after_release", "criterion", "score", "of", "evidence")


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("candidate", metavar="CANDIDATE", help="their id or e-mail")
    command.add_argument("--to", type=Path, metavar="DIR", help="a folder for record.json, record.html and ratings.csv")
    command.add_argument("--json", action="store_true", help="print the record as JSON")

    def run(asked: argparse.Namespace) -> int:
        if asked.to is None and not asked.json:
            say("Say where the record goes: --to DIR for files, or --json to print it.")
            return BAD
        return opened(lambda database: export(database, asked))

    command.set_defaults(run=run)


def export(database: Database, asked: argparse.Namespace) -> int:
    with database.begin() as uow:
        candidate = find(uow, asked.candidate)
        found = read_record(uow, candidate, by=OPERATOR, now=datetime.now(UTC)) if candidate else None
    # Only now, when the trail says so: a record that could not be written was read all the same.
    if found is None:
        say("There is no candidate with this id or e-mail, or their record was erased.")
        return NO
    if asked.json:
        sys.stdout.write(_json(found))
    return DONE if asked.to is None or _written(asked.to, found) else BAD


def _written(folder: Path, found: Record) -> bool:
    """All three files, readable by their owner alone; false when the folder can't be written."""
    files = {"record.json": _json(found), "record.html": page(found), "ratings.csv": table(found)}
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, text in files.items():
            _replace(folder / name, text)
    except OSError as error:
        say(f"The folder can't be written ({error.strerror}).")
        return False
    say(
        f"Wrote {', '.join(files)} into {folder}. They are readable by you alone; delete them when they are handed over."
    )
    return True


def _replace(file: Path, text: str) -> None:
    """A new file in its place: not whatever lay there before, which others may read or which may point elsewhere."""
    handle, beside = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as new:
            new.write(text)
        Path(beside).replace(file)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise


def _json(found: Record) -> str:
    return json.dumps(asdict(found), indent=2, ensure_ascii=False, default=_plain) + "\n"


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a record")


def page(found: Record) -> str:
    """The record as one page that needs nothing else."""
    return render("record.html", record=found)


def table(found: Record) -> str:
    """Every rating that is given out, one a row."""
    rows = io.StringIO()
    writer = csv.DictWriter(rows, RATINGS, lineterminator="\r\n")
    writer.writeheader()
    for application in found.applications:
        for card in application.scorecards:
            for rated in card.ratings:
                score = "could not assess" if rated.score is None else rated.score
                writer.writerow(
                    harmless(
                        {
                            "application": application.loop,
                            "interview": card.interview,
                            "version": f"{card.version} of {card.versions}",
                            "after_release": "yes" if card.after_release else "no",
                            "criterion": rated.criterion,
                            "score": score,
                            "of": rated.points,
                            "evidence": rated.evidence,
                        }
                    )
                )
    return rows.getvalue()


def harmless(row: Mapping[str, object]) -> dict[str, object]:
    """A spreadsheet takes a cell that begins so for a formula, and what people wrote stands in these."""
    return {
        name: f"'{value}" if isinstance(value, str) and value.lstrip().startswith(RISKY) else value
        for name, value in row.items()
    }
