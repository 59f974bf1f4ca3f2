"""What the world has of a loop in the end: every person's messages, the calendars, and what became of each delivery.

Two runs of the same story are compared by it, so whatever differs by chance (ids, codes, seconds) is given one name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.demo.stage import Stage
from store.database import Database
from workbench.reading import message_lines

_CHANCE = (
    (re.compile(r"\bL[0-9a-f]{10}\b"), "LOOP"),
    (re.compile(r"\d{8}T\d{6}(?:\.\d+)?"), "THEN"),
    (re.compile(r"`[A-Z2-9]{5}-[A-Z2-9]{5}`"), "`CODE`"),
    (re.compile(r"evenhand[0-9a-v]{20,}"), "EVENT"),
    (re.compile(r"/c/[\w.~-]+"), "/c/TOKEN"),
    (re.compile(r"(?<=/)[0-9a-f]{12}\b"), "PRINT"),
    (re.compile(r"127\.0\.0\.1:\d+"), "HOST"),
)

DIGEST = "Updated through the day"


def plainly(text: str) -> str:
    for chance, name in _CHANCE:
        text = chance.sub(name, text)
    return text


@dataclass(frozen=True)
class Outside:
    """Counted, because the order in which several threads speak to several people means nothing."""

    messages: dict[str, Counter[str]]
    events: Counter[str]
    deliveries: Counter[str]


def differences(was: Outside, now: Outside) -> list[str]:
    """Line by line: what is missing now, and what there is too much of."""
    pairs = {"events": (was.events, now.events), "deliveries": (was.deliveries, now.deliveries)}
    pairs |= {person: (was.messages[person], now.messages[person]) for person in was.messages}
    return [
        f"{sign} {where}: {text}"
        for where, (before, after) in pairs.items()
        for sign, left in (("-", before - after), ("+", after - before))
        for text in left.elements()
    ]


def outside(stage: Stage) -> Outside:
    return Outside(
        messages={person: Counter(_messages(stage.player(person).screen())) for person in stage.accounts},
        events=Counter(_events(stage.evenhand.database)),
        deliveries=Counter(_deliveries(stage.evenhand.database)),
    )


def _messages(screen: dict[str, Any]) -> Iterable[str]:
    """What the bot said to this person, as it stands now; what is said in a thread carries a mark."""
    for where in screen["conversations"]:
        said = [message for message in where["messages"] if not message["is_ephemeral"]]
        texts = ["\n".join([where["name"], *message_lines(message, screen["names"])]) for message in said]
        yield from map(plainly, _without_old_digests(texts))
        for message in said:
            for reply in message["replies"]:
                yield plainly("\n".join([where["name"], "in a thread", *message_lines(reply, screen["names"])]))


def _without_old_digests(texts: list[str]) -> list[str]:
    """Of digests but the newest only the head: what stood there last when the clock leapt to another day is chance."""
    digests = [text for text in texts if DIGEST in text]
    return ["\n".join(text.split("\n")[:4]) if text in digests[:-1] else text for text in texts]


def _events(database: Database) -> Iterable[str]:
    ever = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC))
    for entry in database.shelf.entries(start=ever[0], end=ever[1]):
        event = entry.event
        yield plainly(f"{event.calendar}: {event.title}, {event.start} to {event.end}, {event.guests}")


def _deliveries(database: Database) -> Iterable[str]:
    """Keys and fates; App Home is drawn as often as somebody looks, the digest as often as its words change."""
    for one in database.deliveries.listing(limit=1000):
        if not one.delivery.key.startswith(("home/", "digest/")):
            yield plainly(f"{one.delivery.key} to {one.delivery.to}: {one.state}")
