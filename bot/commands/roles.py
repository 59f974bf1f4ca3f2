"""`evenhand roles`: who has which role, and what gives it: the file of people, a Slack user group, or both."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.commands.opening import DONE, opened
from hiring.model import Person
from hiring.rules.roles import sources
from store.database import Database


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="for programs")
    command.set_defaults(run=lambda asked: opened(lambda database: _show(database, as_json=asked.json)))


def _show(database: Database, *, as_json: bool) -> int:
    with database.begin(read_only=True) as uow:
        people = uow.people()
    if as_json:
        sys.stdout.write(json.dumps([_told(person) for person in people], indent=2) + "\n")
        return DONE
    table = Table(title="Who has which role", title_justify="left")
    for column in ("id", "here", "roles, and what gives them"):
        table.add_column(column, overflow="fold")
    for person in people:
        table.add_row(person.id, _state(person), ", ".join(f"{role} ({by})" for role, by in sources(person)))
    Console().print(table)
    return DONE


def _told(person: Person) -> dict[str, Any]:
    return {"id": person.id, "here": person.active, "why": _state(person), "roles": dict(sources(person))}


def _state(person: Person) -> str:
    if person.active:
        return "yes"
    return "no: the Slack account is deactivated" if person.deactivated else "no: has left"
