"""`evenhand doctor`: what was tried, what came of it, and what to mend where. Exit 0: nothing to mend; 2: something."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Final

from rich.console import Console

from bot.commands.opening import BAD, DONE
from bot.doctor import SAMPLE, Wanted, examine, show
from bot.settings import SETTINGS, read_settings

NARROW: Final = 100
"""Columns into a file or a pipe."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--calendars",
        type=_count,
        default=SAMPLE,
        metavar="N",
        help="how many people's calendars to try, or `all` (default 200: more than that and a sample is taken)",
    )
    command.add_argument(
        "--mail-to",
        default="",
        metavar="ADDRESS",
        help="ask the mail server whether it would take mail there; sends none",
    )
    command.add_argument(
        "--settings", action="store_true", help="say of each setting what it is for and where to get it"
    )
    command.add_argument("--json", action="store_true", help="for programs: a list of {what, well, says, mend}")
    command.set_defaults(run=run)


def _count(text: str) -> int | None:
    if text == "all":
        return None
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is neither `all` nor a number from 1 on")
    return int(text)


def run(asked: argparse.Namespace) -> int:
    waiting = Console(stderr=True)
    with waiting.status("Trying") as status:
        wanted = Wanted(
            calendars=asked.calendars, mail_to=asked.mail_to, progress=lambda what: status.update(f"Trying {what}")
        )
        found = examine(read_settings(os.environ), wanted)
    if asked.json:
        sys.stdout.write(json.dumps([finding.as_json() for finding in found], indent=2) + "\n")
    else:
        console = Console()
        if not console.is_terminal:
            console = Console(width=NARROW)
        show(found, SETTINGS, console, given=os.environ, every=asked.settings)
    return DONE if all(finding.well for finding in found) else BAD
