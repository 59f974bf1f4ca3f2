"""One loop of five interviews, played by the flows, the engine and the clock's pass, and all that it left behind."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from hiring.flows import deciding, scorecards
from hiring.flows.sweeping import sweep
from hiring.model import (
    AuditEntry,
    Confidence,
    Delivery,
    Episode,
    Kind,
    Loop,
    Outcome,
    Overall,
    Rating,
    Scorecard,
    SeatPlan,
    SessionPlan,
)
from hiring.rules import sight
from store.database import Database
from tests.database import fresh_database
from tests.hiring import worlds

T = TypeVar("T")
STAGES = tuple(f"s{number}" for number in range(1, 6))
PLAN = replace(
    worlds.PLAN,
    first=None,
    sessions=tuple(
        SessionPlan(
            id=stage, title=stage, minutes=60, rubric="coding", seats=(SeatPlan(id="lead", any_of=(stage,)),)
        )
        for stage in STAGES
    ),
)  # fmt: skip
EVIDENCE = "Asked first what a wrong answer would cost, wrote the test before the code, and said what it left out. " * 3
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Played:
    """A loop and everything it left behind, booked and in the end."""

    booked: Loop
    loop: Loop
    cards: tuple[Scorecard, ...]
    deliveries: tuple[tuple[Delivery, datetime], ...]
    entries: tuple[AuditEntry, ...]
    episodes: tuple[Episode, ...]


def played() -> Played:
    """By the flows, the engine and the clock's pass every hour."""
    with tempfile.TemporaryDirectory() as folder:
        database = worlds.settled(fresh_database(Path(folder)))
        with database.begin() as uow:
            uow.save_plan(PLAN)
            for number, stage in enumerate(STAGES):
                uow.save_person(worlds.person(f"E{number}", stage))
        booked = worlds.booked(database)
        now = worlds.NOW
        while now < worlds.after(booked, hours=30):
            now += timedelta(hours=1)
            sweep(database, now=now)
            _hand_in(database, now)
        with database.begin() as uow:
            verdict = deciding.Verdict(outcome=Outcome.DECLINE, reason=EVIDENCE)
            loop = worlds.expect(deciding.decide(uow, uow.loop("L1"), verdict, by=worlds.HANS, now=now))
            cards = uow.scorecards(sight.grant(loop, worlds.HANS), now=now)
        sweep(database, now=now + DAY)
        written = tuple((one.delivery, one.created) for one in database.deliveries.listing(limit=10_000))
        entries = tuple(_entry(found) for found in database.audit.export())
        with database.begin(read_only=True) as uow:
            episodes = uow.episodes(
                keys=[delivery.ref("episode") for delivery, _ in written if delivery.kind is Kind.ALERT]
            )
        database.close()
    return Played(booked, loop, cards, tuple(reversed(written)), entries, episodes)


def _hand_in(database: Database, now: datetime) -> None:
    """Everybody hands in when their hour is over."""
    with database.begin() as uow:
        for session, author in sight.owed(uow.loop("L1")):
            loop = uow.loop("L1")
            if loop.session(session).end <= now and not sight.is_in(loop, session, author):
                ratings = tuple(Rating(one.id, 3, evidence=EVIDENCE) for one in worlds.CODING.criteria)
                card = Scorecard(
                    loop="L1", session=session, author=author, rubric="coding", rubric_version=1, ratings=ratings,
                    overall=Overall.YES, confidence=Confidence.HIGH,
                )  # fmt: skip
                worlds.expect(scorecards.submit(uow, loop, card, by=uow.person(author), now=now))


def _entry(found: Mapping[str, Any]) -> AuditEntry:
    at, facts = datetime.fromisoformat(found["at"]), tuple(found["facts"].items())
    return AuditEntry(at=at, actor=found["actor"], verb=found["verb"], subject=found["subject"], facts=facts)


def moved(value: T, names: Mapping[str, str], by: timedelta) -> T:
    """The same, later, and of others: each word, and each part of a key, that is a name is another one."""
    result: Any = value
    if isinstance(value, datetime):
        result = value + by
    elif isinstance(value, str) and type(value) is str:
        result = "/".join(names.get(part, part) for part in value.split("/"))
    elif isinstance(value, tuple):
        result = tuple(moved(one, names, by) for one in value)
    elif is_dataclass(value) and not isinstance(value, type):
        result = replace(value, **{f.name: moved(getattr(value, f.name), names, by) for f in fields(value) if f.init})
    return result  # type: ignore[no-any-return]  # as it came in
