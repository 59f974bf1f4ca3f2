"""How `evenhand deliveries` shows what it found: a few lines each on a terminal, one line each in a file, JSON for programs.

Ids and reasons, never what was to be said. People read times in this machine's zone; JSON has them in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.times import age
from store.standings import BURIED, Standing, Which

WIDE: Final = 10_000
_NEWS: Final = {"waiting": "waits", "claimed": "a worker has it", "sending": "a worker is sending it"}


def print_list(
    found: Sequence[Standing], which: Which, counts: Mapping[str, int], *, now: datetime, limit: int
) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDE)  # a line each, for whoever searches through it
    said = ", ".join(f"{count:,} {state}" for state, count in counts.items() if count)
    console.print(f"In all: {said}." if said else "Nothing was ever to be delivered.", highlight=False, soft_wrap=True)
    if not found:
        if said:
            console.print(
                "Nothing is left to do." if which == Which(undone=True) else none_like(which), highlight=False
            )
        return
    if console.is_terminal:
        print_each(found, console, now=now)
    else:
        console.print(_table(found, now))
    if len(found) == limit:
        console.print(f"The newest {limit:,} are shown; --limit N shows more.", highlight=False)


def none_like(which: Which) -> str:
    """That there is none, in the words of what was asked for."""
    state = f"{which.state} delivery" if which.state else "delivery"
    asked = {"of the kind": which.kind, "to": which.to, "about": which.about, "caused by": which.cause}
    narrowed = "".join(f" {how} {value}" for how, value in asked.items() if value)
    left = " that is neither done nor buried" if which.undone else ""
    return f"There is no {state}{narrowed}{left}."


def print_each(found: Sequence[Standing], console: Console, *, now: datetime) -> None:
    """The key stands alone in its line, whole, so that it can be copied."""
    for one in found:
        console.print()
        # Text, because brackets in a reason would be read as styles.
        console.print(Text(one.delivery.key, style="bold"), soft_wrap=True)
        to = f", to {one.delivery.to}" if one.delivery.to else ""
        told = [
            f"{one.delivery.kind}{to}, written {local(one.created)} ({age(now - one.created)} ago)",
            _news(one, now),
        ]
        for line in filter(None, [*told, one.reason]):
            for part in Text(line).wrap(console, max(20, console.width - 4)):
                console.print(Text("    " + part.plain.rstrip()))


def _news(one: Standing, now: datetime) -> str:
    tries = f", tried {one.attempt} times" if one.attempt > 1 else ", tried once" if one.attempt else ""
    if one.state == "waiting" and one.due > now:
        return f"waits until {local(one.due)} (in {age(one.due - now)}){tries}"
    if one.state == "unknown":
        return f"may have gone out: is looked for{tries}"
    word = BURIED if one.reason.startswith(f"{BURIED}: ") and one.state == "dead" else _NEWS.get(one.state, one.state)
    return f"{word}{tries}"


def _table(found: Sequence[Standing], now: datetime) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("key", "kind", "state", "age", "tries", "due", "reason"):
        table.add_column(column, overflow="fold")
    for one in found:
        due = "now" if one.due <= now else f"in {age(one.due - now)}"
        cells = (
            one.delivery.key, one.delivery.kind, one.state, age(now - one.created), str(one.attempt),
            due if one.state == "waiting" else "", one.reason,
        )  # fmt: skip
        table.add_row(*(Text(cell) for cell in cells))
    return table


def as_json(one: Standing) -> dict[str, Any]:
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


def in_words(one: Standing) -> dict[str, str]:
    """The same for people: what there is of it, with times in this machine's zone."""
    times = {"created": one.created, "due": one.due, "lease_until": one.lease_until, "finished": one.finished}
    told = as_json(one) | {name: local(at) for name, at in times.items() if at is not None}
    return {name: str(value) for name, value in told.items() if value is not None}


def local(at: datetime) -> str:
    return f"{at.astimezone():%a %d %b %H:%M:%S %Z}"
