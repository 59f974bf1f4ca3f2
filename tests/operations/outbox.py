"""A database with deliveries in it, and what an operator reads of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.command import main
from hiring.model import Candidate, Delivery, Kind, Opening, Person, Role
from store.database import Database
from tests.database import fresh_database
from tests.store.values import a_loop

KEYS = "bWFkZSBmb3IgdGVzdHMsIG5vdCBhIHNlY3JldCAzMmI="
LEASE = timedelta(minutes=1)


def stocked(home: Path) -> Database:
    """One loop with its recruiter, hiring manager and an interviewer."""
    return stock(fresh_database(home))


def stock(database: Database) -> Database:
    with database.begin() as uow:
        for name, role in (("rita", Role.RECRUITER), ("hugo", Role.HIRING_MANAGER), ("ada", Role.INTERVIEWER)):
            uow.save_person(
                Person(
                    id=name, name=name.title(), email=f"{name}@corvid.example", zone="UTC", roles=(role,),
                    slack_id=f"U{name.upper()}",
                )
            )  # fmt: skip
        uow.save_opening(
            Opening(id="data", title="Data scientist", team="Data", hiring_manager="hugo", recruiter="rita", plans=())
        )
        uow.save_candidate(Candidate(id="cleo", name="Cleo Planted", email="cleo@candidate.example", zone="UTC"))
        uow.save_loop(a_loop())
    return database


def enqueue(database: Database, *keys: str, kind: Kind = Kind.BRIEF, to: str = "ada") -> None:
    with database.begin() as uow:
        uow.enqueue(
            [Delivery(key=key, kind=kind, to=to, refs=(("loop", "loop-1"),)) for key in keys], now=datetime.now(UTC)
        )


def give_up(database: Database, key: str, *, reason: str = "channel_not_found") -> None:
    """Makes a worker give this one up, and leaves all others as they are."""
    now = datetime.now(UTC)
    claims = database.deliveries.claim(worker="w", now=now, limit=100, lease=LEASE)
    for claim in claims:
        if claim.delivery.key == key:
            database.deliveries.dead(claim, now=now, reason=reason)
        else:
            database.deliveries.later(claim, now=now, until=now, reason="")


def states(database: Database) -> dict[str, str]:
    return {one.delivery.key: one.state for one in database.deliveries.listing(limit=1000)}


class Operator:
    """Types commands in a terminal."""

    def __init__(self, url: str, terminal: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._terminal = terminal
        monkeypatch.setenv("EVENHAND_DATABASE_URL", url)
        monkeypatch.setenv("EVENHAND_SEAL_KEYS", KEYS)
        monkeypatch.setenv("COLUMNS", "200")

    def types(self, words: Sequence[str]) -> tuple[int, str, str]:
        code = main(["deliveries", *words])
        said = self._terminal.readouterr()
        return code, said.out, said.err

    def reads(self, words: Sequence[str]) -> Any:
        code, out, _ = self.types([*words, "--json"])
        assert code == 0
        return json.loads(out)
