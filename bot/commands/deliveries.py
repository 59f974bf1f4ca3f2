"""`evenhand deliveries`: what is on its way, what was given up and why; trying again, and burying. Ids only, never words."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.commands.opening import DONE, NO, OPERATOR, opened, say
from hiring.model import AuditEntry
from hiring.ports import Unknown
from store.database import Database
from store.standings import STATES, Standing, Which

MOST: Final = 1000
WIDE: Final = 10_000
ALL: Final = 1_000_000


def add_arguments(command: argparse.ArgumentParser) -> None:
    """`evenhand deliveries` alone lists what is not done."""
    _narrowing(command)
    verbs = command.add_subparsers(metavar="VERB")
    _narrowing(verbs.add_parser("list", help="the same"), again=True)
    show = verbs.add_parser("show", help="one delivery, from its cause to the answer")
    show.add_argument("key", metavar="KEY")
    show.add_argument("--json", action="store_true", help="for programs")
    show.set_defaults(run=_in(_show))
    retry = verbs.add_parser("retry", help="put a dead letter back into the queue")
    which = retry.add_mutually_exclusive_group(required=True)
    which.add_argument("key", nargs="?", metavar="KEY")
    which.add_argument("--all-dead", action="store_true", help="every dead letter but those that were buried")
    retry.set_defaults(run=_in(_retry))
    bury = verbs.add_parser("bury", help="lay a dead letter to rest, or give up what still waits")
    bury.add_argument("key", metavar="KEY")
    bury.add_argument("--reason", required=True, help="kept beside it; write no names and nothing confidential")
    bury.set_defaults(run=_in(_bury))


def _narrowing(command: argparse.ArgumentParser, *, again: bool = False) -> None:
    """`again`: after the verb, where a default would undo what was said before it."""

    def otherwise(value: object) -> object:
        return argparse.SUPPRESS if again else value

    narrow: Callable[..., object] = partial(command.add_argument, default=otherwise(""))
    narrow("--state", choices=STATES, help="this state only (default: all but done and buried)")
    narrow("--kind", help="this kind only, or this lane: slack, mail, calendar or engine")
    narrow("--to", metavar="WHOM", help="what goes to this person's id or this #channel id")
    narrow("--about", metavar="ID", help="what is about this loop or opening")
    narrow("--cause", metavar="ID", help="what came of this click, as the log names it")
    command.add_argument("--limit", type=int, default=otherwise(100), metavar="N", help=f"(default 100, up to {MOST})")
    command.add_argument("--json", action="store_true", default=otherwise(False), help="for programs")  # noqa: FBT003 - a default
    command.set_defaults(run=_in(_list))


def _in(do: Callable[[argparse.Namespace, Database], int]) -> Callable[[argparse.Namespace], int]:
    def run(asked: argparse.Namespace) -> int:
        try:
            return opened(lambda database: do(asked, database))
        except Unknown:
            say(f"There is no delivery {asked.key}. `evenhand deliveries list` shows what there is.")
            return NO

    return run


def _list(asked: argparse.Namespace, database: Database) -> int:
    which = Which(
        state=asked.state, undone=not asked.state, kind=asked.kind, to=asked.to, about=asked.about, cause=asked.cause
    )
    found = database.deliveries.listing(limit=max(1, min(asked.limit, MOST)), which=which)
    now = database.now()
    counts = database.deliveries.counts(now)
    if asked.json:
        _print({
            "counts": {state: {"count": count, "oldest_seconds": int(age.total_seconds())}
                       for state, (count, age) in counts.items()},
            "deliveries": [_as_json(one) for one in found],
        })  # fmt: skip
        return DONE
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDE)  # a line each, for whoever searches through it
    said = ", ".join(f"{count} {state}" for state, (count, _) in counts.items() if count)
    console.print(f"In all: {said}." if said else "Nothing was ever to be delivered.", highlight=False, soft_wrap=True)
    if found:
        console.print(_table(found, now))
    elif said:
        console.print("Nothing is left to do." if which == Which(undone=True) else "None of them is like that.")
    return DONE


def _table(found: Sequence[Standing], now: datetime) -> Table:
    table = Table()
    for column in ("key", "kind", "state", "age", "tries", "due", "reason"):
        table.add_column(column, overflow="fold")
    for one in found:
        due = "now" if one.due <= now else f"in {_age(one.due - now)}"
        cells = (
            one.delivery.key, one.delivery.kind, one.state, _age(now - one.created), str(one.attempt),
            due if one.state == "waiting" else "", one.reason,
        )  # fmt: skip
        # Text, because brackets in a reason would be read as styles.
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _show(asked: argparse.Namespace, database: Database) -> int:
    shown = _as_json(database.deliveries.standing(asked.key))
    if asked.json:
        _print(shown)
    else:
        for name, value in shown.items():
            _out(f"{name:<12} {'' if value is None else value}")
    return DONE


def _retry(asked: argparse.Namespace, database: Database) -> int:
    now = database.now()
    if not asked.all_dead:
        if not database.deliveries.retry(asked.key, now=now):
            say("It is not among the dead letters: it is done, or still on its way.")
            return NO
        _remember(database, "retried a delivery", asked.key, now)
        _out("It is back in the queue.")
        return DONE
    count = 0
    for one in database.deliveries.listing("dead", limit=ALL):
        if database.deliveries.retry(one.delivery.key, now=now):
            _remember(database, "retried a delivery", one.delivery.key, now)
            count += 1
    _out(f"Back in the queue: {count}." if count else "There are no dead letters.")
    return DONE


def _bury(asked: argparse.Namespace, database: Database) -> int:
    now = database.now()
    if not database.deliveries.bury(asked.key, now=now, reason=asked.reason):
        say("It can't be buried: it is done or buried, or a worker has it at this moment (try again in a minute).")
        return NO
    _remember(database, "buried a delivery", asked.key, now)
    _out("It is given up. `evenhand deliveries retry` brings it back.")
    return DONE


def _remember(database: Database, verb: str, key: str, now: datetime) -> None:
    with database.begin() as uow:
        uow.audit(AuditEntry(at=now, actor=OPERATOR, verb=verb, subject=key))


def _as_json(one: Standing) -> dict[str, Any]:
    refs: Mapping[str, str] = dict(one.delivery.refs)
    return {
        "key": one.delivery.key,
        "kind": one.delivery.kind.value,
        "to": one.delivery.to or None,
        "about": refs.get("loop") or refs.get("opening"),
        "cause": one.cause or None,
        "state": one.state,
        "attempts": one.attempt,
        "reason": one.reason or None,
        "created": one.created.isoformat(),
        "due": one.due.isoformat(),
        "worker": one.worker,
        "lease_until": one.lease_until.isoformat() if one.lease_until else None,
        "finished": one.finished.isoformat() if one.finished else None,
        "channel": one.sent.channel if one.sent else None,
        "ts": one.sent.ts if one.sent else None,
    }


def _age(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{max(0, seconds)} s"


def _print(value: Any) -> None:
    _out(json.dumps(value, indent=2, ensure_ascii=False))


def _out(text: str) -> None:
    sys.stdout.write(text + "\n")
