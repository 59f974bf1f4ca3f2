"""Deliveries under any order of events, beside a plain model of what they promise."""

import tempfile
import weakref
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from store.claims import Claim
from store.database import Database
from store.faults import LostClaim
from tests.database import fresh_database, fresh_postgres
from tests.store.values import NOON, a_delivery

LEASE = timedelta(seconds=30)
ADVANCES = st.sampled_from([timedelta(seconds=s) for s in (1, 14, 15, 30, 31)])


@dataclass
class Row:
    key: str
    to: str
    priority: int
    due: datetime
    state: str = "waiting"
    attempt: int = 0
    lease_until: datetime = NOON
    reached: bool = False
    forgiven: int = 0
    put_off: bool = False

    def is_held(self, now: datetime) -> bool:
        return self.state in {"claimed", "sending", "unknown"} and self.lease_until > now

    def is_put_off(self) -> bool:
        return self.state == "waiting" and (self.attempt > self.forgiven or self.put_off)

    def could_go(self, now: datetime) -> bool:
        waits = self.state == "waiting" and self.due <= now
        return waits or (self.state in {"claimed", "sending", "unknown"} and self.lease_until <= now)


class Outbox(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.database = self.begin()
        self.deliveries = self.database.deliveries
        self.now = NOON
        self.rows: list[Row] = []
        self.claims: list[Claim] = []

    def teardown(self) -> None:
        self.drain()
        self.database.close()

    def begin(self) -> Database:
        folder = tempfile.TemporaryDirectory()
        weakref.finalize(self, folder.cleanup)
        return fresh_database(Path(folder.name))

    def row(self, claim: Claim) -> Row:
        return next(row for row in self.rows if row.key == claim.delivery.key)

    def may_go(self, row: Row) -> bool:
        if not row.could_go(self.now):
            return False
        place = [other for other in self.rows if other.to == row.to != "" and other is not row]
        earlier = self.rows[: self.rows.index(row)]
        first = [o for o in place if o in earlier and (o.could_go(self.now) or o.is_put_off())]
        return not first and not any(o.is_held(self.now) for o in place)

    def expect(self, limit: int) -> list[str]:
        free = [row for row in self.rows if self.may_go(row)]
        return [row.key for row in sorted(free, key=lambda row: row.priority)][:limit]

    @rule(to=st.sampled_from(["", "ada", "bob"]), priority=st.integers(1, 3), wait=st.sampled_from([None, 20]))
    def enqueue(self, to: str, priority: int, wait: int | None) -> None:
        not_before = None if wait is None else self.now + timedelta(seconds=wait)
        key = f"key-{len(self.rows)}"
        with self.database.begin() as uow:
            uow.enqueue([a_delivery(key, to=to, priority=priority, not_before=not_before)], now=self.now)
        self.rows.append(Row(key=key, to=to, priority=priority, due=not_before or self.now))

    @rule(limit=st.integers(1, 3), worker=st.sampled_from(["one", "two"]))
    def claim(self, limit: int, worker: str) -> None:
        expected = self.expect(limit)
        claims = self.deliveries.claim(worker=worker, now=self.now, limit=limit, lease=LEASE)
        assert [claim.delivery.key for claim in claims] == expected
        for claim in claims:
            row = self.row(claim)
            assert (claim.outcome_unknown, claim.attempt) == (row.reached, row.attempt + 1)
            assert claim.tries == row.attempt + 1 - row.forgiven
            row.state, row.attempt, row.lease_until = "claimed", claim.attempt, self.now + LEASE
        self.claims.extend(claims)

    @rule(by=ADVANCES)
    def advance(self, by: timedelta) -> None:
        self.now += by

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), what=st.sampled_from(["sending", "done", "later", "no room", "unknown", "dead"]))
    def settle(self, data: st.DataObject, what: str) -> None:
        """By whoever claimed it last, or by somebody who has lost it since."""
        place = data.draw(st.integers(0, len(self.claims) - 1))
        claim = self.claims[place]
        row = self.row(claim)
        if row.state not in {"claimed", "sending"} or row.attempt != claim.attempt:
            with pytest.raises(LostClaim):
                self._settle(claim, what)
            return
        renewed = self._settle(claim, what)
        began = row.state == "sending"
        row.state = {"later": "waiting", "no room": "waiting"}.get(what, what)
        if row.state == "waiting":
            row.put_off, row.forgiven = True, row.forgiven + (what == "no room")
            row.reached, row.due = row.reached and not began, self.now + timedelta(seconds=10)
        elif what == "sending":
            row.reached, row.lease_until = True, self.now + LEASE
            self.claims[place] = renewed
        elif what == "unknown":
            row.reached, row.lease_until = True, max(self.now, claim.lease_until)

    def _settle(self, claim: Claim, what: str) -> Claim:
        now = self.now
        match what:
            case "sending":
                return self.deliveries.sending(claim, now=now)
            case "done":
                self.deliveries.done(claim, now=now, sent=None)
            case "later" | "no room":
                until = now + timedelta(seconds=10)
                self.deliveries.later(claim, now=now, until=until, reason="busy", counts=what == "later")
            case "unknown":
                self.deliveries.unknown(claim, now=now, reason="no answer")
            case _:
                self.deliveries.dead(claim, now=now, reason="refused")
        return claim

    @precondition(lambda self: self.rows)
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(self.rows))
        with self.database.begin() as uow:
            assert self.deliveries.retry_in(uow, row.key, now=self.now) is (row.state == "dead")
        if row.state == "dead":
            row.state, row.due, row.forgiven = "waiting", self.now, row.attempt

    @rule(worker=st.sampled_from(["one", "two"]))
    def give_back(self, worker: str) -> None:
        mine = {
            claim.delivery.key
            for claim in self.claims
            if claim.worker == worker and self.row(claim).attempt == claim.attempt
        }
        given = [row for row in self.rows if row.key in mine and row.state == "claimed"]
        assert self.deliveries.give_back(worker) == len(given)
        for row in given:
            row.state, row.forgiven = "waiting", row.forgiven + 1

    @invariant()
    def states_agree(self) -> None:
        kept = {s.delivery.key: (s.state, s.attempt) for s in self.deliveries.listing(limit=1000)}
        assert kept == {row.key: (row.state, row.attempt) for row in self.rows}

    def drain(self) -> None:
        """Whatever happened, nothing is lost: time passes, and every row that is not dead gets done."""
        for _ in range(3 * len(self.rows) + 1):
            self.now += LEASE + timedelta(seconds=1)
            for claim in self.deliveries.claim(worker="last", now=self.now, limit=100, lease=LEASE):
                self.deliveries.done(claim, now=self.now, sent=None)
        assert {s.state for s in self.deliveries.listing(limit=1000)} <= {"done", "dead"}


class OutboxOfSeveral(Outbox):
    """On PostgreSQL. What many processes do at one moment is tried elsewhere; this is what they do in turn."""

    def begin(self) -> Database:
        return fresh_postgres()


TestOutboxOfSeveral = OutboxOfSeveral.TestCase
TestOutboxOfSeveral.settings = settings(max_examples=10, stateful_step_count=30)
TestOutbox = Outbox.TestCase
TestOutbox.settings = settings(max_examples=20, stateful_step_count=30)
