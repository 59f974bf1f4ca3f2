"""`evenhand deliveries`: what is on its way, what was given up and why; trying again, and burying. Ids only, never words."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from rich.console import Console

from bot.commands.opening import BAD, DONE, NO, OPERATOR, opened, say
from bot.commands.standings import as_json, in_words, none_like, print_each, print_list
from hiring.model import AuditEntry
from hiring.ports import UnitOfWork, Unknown
from store.database import Database
from store.standings import STATES, Standing, Which

MOST: Final = 1000
ALL: Final = 1_000_000
JSON_HELP: Final = "for programs (the fields are in docs/operating.md)"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """`evenhand deliveries` alone lists what is not done."""
    _listing(command)
    verbs = command.add_subparsers(metavar="VERB")
    _listing(verbs.add_parser("list", help="the same as no verb"), again=True)
    show = verbs.add_parser("show", help="one delivery, from its cause to the answer")
    show.add_argument("key", metavar="KEY")
    show.add_argument("--json", action="store_true", help=JSON_HELP)
    show.set_defaults(run=_in(_show))
    retry = verbs.add_parser("retry", help="put dead letters back into the queue")
    _which_dead(retry, "every dead letter but those that were buried")
    retry.set_defaults(run=_in(_retry))
    bury = verbs.add_parser("bury", help="lay dead letters to rest, or give up what still waits")
    _which_dead(bury, "every dead letter")
    bury.add_argument("--reason", required=True, help="kept beside it; write no names and nothing confidential")
    bury.set_defaults(run=_in(_bury))


def _listing(command: argparse.ArgumentParser, *, again: bool = False) -> None:
    """`again`: after the verb, where a default would undo what was said before it."""

    def otherwise(value: object) -> object:
        return argparse.SUPPRESS if again else value

    command.add_argument(
        "--state", choices=STATES, default=otherwise(""), help="this state only (default: all but done and buried)"
    )
    _narrowing(command, otherwise(""))
    command.add_argument(
        "--limit",
        type=int,
        default=otherwise(100),
        metavar="N",
        help=f"the newest N at most (100; up to {MOST})",
    )
    command.add_argument("--json", action="store_true", default=otherwise(False), help=JSON_HELP)  # noqa: FBT003 - a default
    command.set_defaults(run=_in(_list))


def _narrowing(command: argparse.ArgumentParser, otherwise: object) -> None:
    narrow: Callable[..., object] = partial(command.add_argument, default=otherwise)
    narrow("--kind", help="this kind only, or this lane: slack, mail, calendar or engine")
    narrow("--to", metavar="WHOM", help="what goes to this person's id or this #channel id")
    narrow("--about", metavar="ID", help="what is about this loop or opening")
    narrow("--cause", metavar="ID", help="what came of this click, as the log names it")


def _which_dead(command: argparse.ArgumentParser, every: str) -> None:
    command.add_argument("keys", nargs="*", metavar="KEY")
    command.add_argument(
        "--all-dead", action="store_true", help=f"{every}; --kind, --to, --about and --cause narrow it"
    )
    _narrowing(command, "")
    command.add_argument("--dry-run", action="store_true", help="say which, and change nothing")
    command.add_argument("--yes", action="store_true", help="do not ask where there are several")


def _in(do: Callable[[argparse.Namespace, Database], int]) -> Callable[[argparse.Namespace], int]:
    def run(asked: argparse.Namespace) -> int:
        try:
            return opened(lambda database: do(asked, database))
        except Unknown as unknown:
            say(f"{unknown}. `evenhand deliveries list` shows what there is.")
            return NO

    return run


def _list(asked: argparse.Namespace, database: Database) -> int:
    which = _which(asked, state=asked.state, undone=not asked.state)
    limit = max(1, min(asked.limit, MOST))
    found = database.deliveries.listing(limit=limit, which=which)
    now = database.now()
    counts = database.deliveries.counts(now)
    if asked.json:
        _print({
            "counts": {state: {"count": count, "oldest_seconds": int(age.total_seconds())}
                       for state, (count, age) in counts.items()},
            "deliveries": [as_json(one) for one in found],
        })  # fmt: skip
    else:
        print_list(found, which, {state: count for state, (count, _) in counts.items()}, now=now, limit=limit)
    return DONE


def _which(asked: argparse.Namespace, *, state: str, undone: bool = False) -> Which:
    return Which(state=state, undone=undone, kind=asked.kind, to=asked.to, about=asked.about, cause=asked.cause)


def _show(asked: argparse.Namespace, database: Database) -> int:
    found = database.deliveries.standing(asked.key)
    if asked.json:
        _print(as_json(found))
    else:
        for name, value in in_words(found).items():
            _out(f"{name:<12} {value}")
    return DONE


def _retry(asked: argparse.Namespace, database: Database) -> int:
    def one(uow: UnitOfWork, key: str, now: datetime) -> bool:
        done = database.deliveries.retry_in(uow, key, now=now)
        return _remembered(uow, "retried a delivery", key, now, done=done)

    wrong = "is not among the dead letters: it is done, or still on its way"
    return _each(asked, database, one, verb="put back into the queue", wrong=wrong)


def _bury(asked: argparse.Namespace, database: Database) -> int:
    def one(uow: UnitOfWork, key: str, now: datetime) -> bool:
        done = database.deliveries.bury_in(uow, key, now=now, reason=asked.reason)
        return _remembered(uow, "buried a delivery", key, now, done=done)

    wrong = "can't be buried: it is done or buried, or a worker has it at this moment (try again in a minute)"
    return _each(asked, database, one, verb="buried", wrong=wrong)


Deed = Callable[[UnitOfWork, str, datetime], bool]


def _each(asked: argparse.Namespace, database: Database, do: Deed, *, verb: str, wrong: str) -> int:
    """Exit 3 where one that was named could not be, the others notwithstanding."""
    if bool(asked.keys) == asked.all_dead:
        say("Name the keys, or say --all-dead, and not both.")
        return BAD
    found = _chosen(asked, database)
    if not found:
        _out(none_like(_which(asked, state="dead")))
        return DONE
    if asked.dry_run or not _may(asked, len(found), verb):
        print_each(found, Console(), now=database.now())
        _out("\nNothing was changed." + (f" {_count(len(found))} would be {verb}." if asked.dry_run else ""))
        return DONE if asked.dry_run else NO
    refused = []
    for one in found:
        with database.begin() as uow:
            if not do(uow, one.delivery.key, database.now()):
                refused.append(one.delivery.key)
    for key in refused:
        say(f"{key} {wrong}.")
    many = len(found) - len(refused)
    if many:
        _out(f"{_count(many)} {'was' if many == 1 else 'were'} {verb}.")
    return NO if refused else DONE


def _chosen(asked: argparse.Namespace, database: Database) -> Sequence[Standing]:
    if asked.keys:
        return [database.deliveries.standing(key) for key in dict.fromkeys(asked.keys)]
    return database.deliveries.listing(which=_which(asked, state="dead"), limit=ALL)


def _may(asked: argparse.Namespace, many: int, verb: str) -> bool:
    """Whether it may be done at once: it is only one, --yes was said, nobody sits there to be asked, or they say yes."""
    if many == 1 or asked.yes or not sys.stdin.isatty():
        return True
    say(f"{_count(many)} will be {verb}. Type yes to go on.")
    return sys.stdin.readline().strip().casefold() == "yes"


def _count(many: int) -> str:
    return "1 delivery" if many == 1 else f"{many:,} deliveries"


def _remembered(uow: UnitOfWork, verb: str, key: str, now: datetime, *, done: bool) -> bool:
    if done:
        uow.audit(AuditEntry(at=now, actor=OPERATOR, verb=verb, subject=key))
    return done


def _print(value: Any) -> None:
    _out(json.dumps(value, indent=2, ensure_ascii=False))


def _out(text: str) -> None:
    sys.stdout.write(text + "\n")
