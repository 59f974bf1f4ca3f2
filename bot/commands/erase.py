"""`evenhand erase`, `hold` and `retention`: making a candidate's record gone, keeping it from that, and what comes next."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from bot.commands.opening import DONE, NO, OPERATOR, ruled, say
from bot.retention import new_record
from hiring.flows import erasing
from hiring.flows.erasing import Erasure
from hiring.model import Candidate
from hiring.rules.permissions import Refused
from hiring.rules.retention import Policy, Standing, hindrance
from store.database import Database

UNKNOWN: Final = "There is no candidate with this id or e-mail, or their record was erased already."


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add_erase(commands.add_parser("erase", help="make a candidate's record gone, in Slack too"))
    _add_hold(commands.add_parser("hold", help="keep a record from being erased"))
    _add_retention(commands.add_parser("retention", help="whose record is erased soon"))


def _add_erase(command: argparse.ArgumentParser) -> None:
    command.add_argument("candidate", metavar="CANDIDATE", help="their id or e-mail")
    command.add_argument("--dry-run", action="store_true", help="say what would go, and change nothing")
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.add_argument(
        "--early", metavar="REASON", default="", help="although it must be kept longer; stands in the trail: no names"
    )
    command.add_argument("--json", action="store_true", help="for programs")
    command.set_defaults(run=lambda asked: ruled(lambda database, policy: _erase(database, policy, asked)))


def _add_hold(command: argparse.ArgumentParser) -> None:
    command.add_argument("candidate", metavar="CANDIDATE", help="their id or e-mail")
    command.add_argument("--by", required=True, metavar="WHO", help="who says so; stands in the audit trail")
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("--reason", help="why it must be kept; goes with the record")
    what.add_argument("--lift", action="store_true", help="the record may be erased again")
    command.set_defaults(run=lambda asked: ruled(lambda database, _: _hold(database, asked)))


def _add_retention(command: argparse.ArgumentParser) -> None:
    command.add_argument("--within", type=int, default=30, metavar="DAYS", help="look so far ahead (default: 30)")
    command.add_argument("--json", action="store_true", help="for programs")
    command.set_defaults(run=lambda asked: ruled(lambda database, policy: _report(database, policy, asked)))


# ---- erase --------------------------------------------------------------------------------------------------------


def _erase(database: Database, policy: Policy, asked: argparse.Namespace) -> int:
    record, early, now = new_record(), asked.early.strip(), datetime.now(UTC)
    with database.begin(read_only=True) as uow:
        candidate = erasing.find(uow, asked.candidate)
        goes = (
            erasing.foresee(uow, candidate, record=record, policy=policy, early=bool(early), now=now)
            if candidate
            else Refused(UNKNOWN)
        )
    if candidate is None or isinstance(goes, Refused):
        return _refused(goes, asked)
    if asked.dry_run:
        return _told(goes, asked, done=False)
    if not asked.yes and not _confirmed(candidate, goes):
        return _refused(Refused("What was typed is not the candidate's id. Nothing was erased."), asked)
    with database.begin() as uow:
        again = erasing.find(uow, candidate.id)
        done = (
            erasing.erase(uow, again, record=record, policy=policy, by=OPERATOR, early=early, now=datetime.now(UTC))
            if again
            else Refused(UNKNOWN)
        )
    return _refused(done, asked) if isinstance(done, Refused) else _told(done, asked, done=True)


def _confirmed(candidate: Candidate, goes: Erasure) -> bool:
    say(_sentence(goes, done=False))
    sys.stderr.write(f"This can't be undone. Type {candidate.id} to erase: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() == candidate.id


def _told(what: Erasure, asked: argparse.Namespace, *, done: bool) -> int:
    if asked.json:
        _print({"erased": done, **({} if done else {"dry_run": True}), **asdict(what)})
    else:
        say(_sentence(what, done=done))
    return DONE


def _sentence(what: Erasure, *, done: bool) -> str:
    loops = f"{len(what.loops)} loops" if len(what.loops) != 1 else "1 loop"
    outside = (
        f"{what.messages} messages and {what.pictures} pictures in Slack, and {what.calendars} bookings on calendars"
    )
    if not done:
        return f"Would erase the record with {loops}; take back {outside}; and drop {what.unsent} that wait to be sent."
    return (
        f"Erased. Sealed contents of {loops} can't be opened any more. The running bot takes back {outside}; "
        f"`evenhand deliveries` shows what is left. The empty record is {what.record}."
    )


def _refused(why: Refused | Erasure, asked: argparse.Namespace) -> int:
    because = why.because if isinstance(why, Refused) else UNKNOWN
    if asked.json:
        _print({"erased": False, "because": because})
    else:
        say(because)
    return NO


# ---- hold and retention -------------------------------------------------------------------------------------------


def _hold(database: Database, asked: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    with database.begin() as uow:
        candidate = erasing.find(uow, asked.candidate)
        if candidate is not None and asked.lift:
            erasing.lift(uow, candidate, by=asked.by, now=now)
        elif candidate is not None:
            erasing.hold(uow, candidate, by=asked.by, reason=asked.reason, now=now)
    if candidate is None:
        say(UNKNOWN)
        return NO
    say("The hold is lifted." if asked.lift else "Nothing of this record is erased until the hold is lifted.")
    return DONE


def _report(database: Database, policy: Policy, asked: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    until = now + timedelta(days=asked.within)
    with database.begin(read_only=True) as uow:
        found = erasing.over_by(uow, policy=policy, until=until)
    soon = sorted(found, key=lambda one: one.candidate)
    if asked.json:
        _print({"records": [_as_json(one, now) for one in soon]})
        return DONE
    if not policy:
        say("EVENHAND_RETENTION is not set: nothing is erased by itself.")
    elif not soon:
        say(f"No record is over within {asked.within} days.")
    else:
        Console().print(_table(soon, now))
    return DONE


def _table(found: list[Standing], now: datetime) -> Table:
    table = Table()
    for column in ("candidate", "ended", "on", "erased from", "what keeps it"):
        table.add_column(column, overflow="fold")
    for one in found:
        table.add_row(
            one.candidate, one.ending or "", _day(one.ended), _day(one.erase_at), hindrance(one, now=now) or ""
        )
    return table


def _as_json(one: Standing, now: datetime) -> dict[str, Any]:
    return {
        "candidate": one.candidate,
        "ending": one.ending,
        "ended": _day(one.ended),
        "keep_until": _day(one.keep_until),
        "erase_at": _day(one.erase_at),
        "over": one.is_over(now),
        "kept_by": hindrance(one, now=now),
    }


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else ""


def _print(found: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
