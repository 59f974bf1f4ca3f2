"""The outbox as workers see it: take some, say before the call that it is made, say after it what came of it.

`waiting → claimed → sending → done | unknown | dead`. A claim is a lease with a fence (worker and attempt): whoever lost it
can change nothing any more. A row that reached `sending` may have happened, so it comes back, after its lease, marked
`outcome_unknown`: look first, then send again.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from hiring.model import Delivery, Kind
from hiring.ports import Sent, UnitOfWork, Unknown
from store import dialect, mapping
from store.faults import LostClaim
from store.tables import DELIVERY_STATES, DeliveryRow
from store.transaction import Transaction

Begin = Callable[[], AbstractContextManager[Connection]]
SPARE = 8
"""More rows are read than asked for, since other workers read the same ones."""
ROUNDS = 4
_TAKEN = ("claimed", "sending", "unknown")


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is this worker's until `lease_until`. `attempt` counts all claims of it, `tries` those since it was
    written or last retried by hand. `outcome_unknown`: it may have happened already, so look before sending.
    """

    delivery: Delivery
    attempt: int
    worker: str
    lease_until: datetime
    outcome_unknown: bool
    lease: timedelta
    tries: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A delivery as the operator sees it."""

    delivery: Delivery
    state: str
    created: datetime
    due: datetime
    attempt: int
    worker: str | None
    lease_until: datetime | None
    reason: str
    finished: datetime | None
    sent: Sent | None


class Deliveries:
    """Every `now` is to come from `Database.now`: leases are compared by all processes."""

    def __init__(
        self, writing: Begin, reading: Begin, *, wake: Callable[[], None], announce: Callable[[Connection], None]
    ) -> None:
        self._writing = writing
        self._reading = reading
        self._wake = wake
        self._announce = announce

    def claim(
        self, *, worker: str, now: datetime, limit: int, lease: timedelta, kinds: Sequence[str] | None = None
    ) -> tuple[Claim, ...]:
        """The most urgent rows first, then the oldest; at most one `to` a place, and there in the order of writing.

        The long queue is read where that holds nobody up; only the few rows found there are looked at again, and taken,
        where somebody who presses a button would have to wait.
        """
        for _ in range(ROUNDS):
            with self._reading() as connection:
                numbers = _claimable(now, kinds).with_only_columns(col(DeliveryRow.n)).limit(limit + SPARE)
                found = connection.scalars(numbers).all()
            if not found:
                return ()
            these = _claimable(now, kinds).where(col(DeliveryRow.n).in_(found))
            with self._writing() as connection:
                rows = _choose(connection, these, limit=limit)
                if rows:
                    return tuple(_take(connection, row, worker=worker, now=now, lease=lease) for row in rows)
            # Others have taken all of them in between; what is left now is read anew.
        return ()

    def sending(self, claim: Claim, *, now: datetime) -> Claim:
        """To be called right before the outside call. Renews the lease, and raises LostClaim when it is not ours."""
        until = now + claim.lease
        values = {"state": "sending", "reached": True, "lease_until": until}
        self._settle(claim, values, frees=False)
        return replace(claim, lease_until=until)

    def done(self, claim: Claim, *, now: datetime, sent: Sent | None) -> None:
        self._settle(claim, _done(now, sent))

    def later(self, claim: Claim, *, now: datetime, until: datetime, reason: str) -> None:
        """Nothing happened in this attempt, and it is to be tried again from `until` on. What an earlier attempt may have
        done stays unknown when this one never came to `sending`: a look that failed is no leave to send again."""
        reached = case((col(DeliveryRow.state) == "sending", False), else_=col(DeliveryRow.reached))
        values = {"state": "waiting", "due": max(now, until), "reached": reached, "reason": reason, **_NOBODYS}
        self._settle(claim, values)

    def unknown(self, claim: Claim, *, now: datetime, reason: str) -> None:
        """It may have happened. It comes back for a look when the lease has run out, at the earliest from `now` on."""
        until = max(now, claim.lease_until)
        values = {"state": "unknown", "reached": True, "reason": reason, "worker": None, "lease_until": until}
        self._settle(claim, values, frees=False)

    def dead(self, claim: Claim, *, now: datetime, reason: str) -> None:
        """It is given up until somebody asks for a retry."""
        self._settle(claim, _dead(now, reason))

    def finish_in(self, uow: UnitOfWork, claim: Claim, *, now: datetime, sent: Sent | None) -> None:
        """Marks it done in the unit of work that keeps what came of it, so that both are committed or neither."""
        if not isinstance(uow, Transaction):
            raise TypeError("This unit of work belongs to another store")
        uow.settle_delivery(lambda connection: _settle(connection, claim, _done(now, sent)))

    def retry(self, key: str, *, now: datetime) -> bool:
        """Puts a dead letter back into the queue; False when it is not dead."""
        values = {"state": "waiting", "pending": True, "due": now, "finished": None, **_NOBODYS}
        return self._by_hand(key, col(DeliveryRow.state) == "dead", {**values, "forgiven": col(DeliveryRow.attempt)})

    def bury(self, key: str, *, now: datetime, reason: str) -> bool:
        """Gives one up by hand; False when it is settled already or a worker has it at this moment."""
        free = or_(col(DeliveryRow.state).in_(("waiting", "unknown")), col(DeliveryRow.lease_until) <= now)
        return self._by_hand(key, and_(col(DeliveryRow.pending).is_(True), free), _dead(now, reason))

    def give_back(self, worker: str, now: datetime) -> int:
        """On a graceful stop: what this worker has claimed and not begun is anybody's. What it is sending is not."""
        mine = and_(
            col(DeliveryRow.pending).is_(True), col(DeliveryRow.worker) == worker, col(DeliveryRow.state) == "claimed"
        )
        values = {"state": "waiting", "due": now, **_NOBODYS}
        with self._writing() as connection:
            given = connection.execute(update(DeliveryRow).where(mine).values(**values)).rowcount
            if given:
                self._announce(connection)
        if given:
            self._wake()
        return given

    def listing(self, state: str | None = None, limit: int = 100) -> tuple[Standing, ...]:
        """The newest first."""
        where = [] if state is None else [col(DeliveryRow.state) == state]
        found = select(*_COLUMNS).where(*where).order_by(col(DeliveryRow.n).desc()).limit(limit)
        with self._reading() as connection:
            return tuple(_standing(row) for row in connection.execute(found))

    def standing(self, key: str) -> Standing:
        """One of them. Raises `Unknown`."""
        with self._reading() as connection:
            row = connection.execute(select(*_COLUMNS).where(col(DeliveryRow.key) == key)).one_or_none()
        if row is None:
            raise Unknown(f"There is no delivery {key}")
        return _standing(row)

    def counts(self, now: datetime) -> dict[str, tuple[int, timedelta]]:
        """For every state how many there are, and how long ago the oldest of them was written."""
        found = select(col(DeliveryRow.state), func.count(), func.min(col(DeliveryRow.created))).group_by(
            col(DeliveryRow.state)
        )
        with self._reading() as connection:
            rows = {state: (n, now - oldest) for state, n, oldest in connection.execute(found)}
        return {state: rows.get(state, (0, timedelta())) for state in DELIVERY_STATES}

    def next_due(self) -> datetime | None:
        """When the next row is due or its lease ends, which may be past; None when nothing waits."""
        earliest = select(func.min(func.coalesce(col(DeliveryRow.lease_until), col(DeliveryRow.due)))).where(
            col(DeliveryRow.pending).is_(True)
        )
        with self._reading() as connection:
            return connection.scalar(earliest)

    def _settle(self, claim: Claim, values: dict[str, Any], *, frees: bool = True) -> None:
        with self._writing() as connection:
            _settle(connection, claim, values)
        if frees:
            self._wake()

    def _by_hand(self, key: str, where: ColumnElement[bool], values: dict[str, Any]) -> bool:
        with self._writing() as connection:
            if connection.scalar(select(col(DeliveryRow.n)).where(col(DeliveryRow.key) == key)) is None:
                raise Unknown(f"There is no delivery {key}")
            chosen = update(DeliveryRow).where(col(DeliveryRow.key) == key, where).values(**values)
            changed = connection.execute(chosen).rowcount == 1
            if changed:
                self._announce(connection)
        if changed:
            self._wake()
        return changed


_COLUMNS = tuple(DeliveryRow.__table__.columns)  # type: ignore[attr-defined]  # made by SQLModel's metaclass
_NOBODYS = {"worker": None, "lease_until": None}


def _done(now: datetime, sent: Sent | None) -> dict[str, Any]:
    answer = {} if sent is None else {"channel": sent.channel, "ts": sent.ts}
    return {"state": "done", "pending": False, "reason": "", "finished": now, **_NOBODYS, **answer}


def _dead(now: datetime, reason: str) -> dict[str, Any]:
    return {"state": "dead", "pending": False, "reason": reason, "finished": now, **_NOBODYS}


def _claimable(now: datetime, kinds: Sequence[str] | None) -> Any:
    """Pending rows that nobody has and that nothing `to` the same place comes before."""
    row, other = DeliveryRow, aliased(DeliveryRow)
    free = or_(
        and_(col(row.state) == "waiting", col(row.due) <= now),
        and_(col(row.state).in_(_TAKEN), col(row.lease_until) <= now),
    )
    earlier = col(other.n) < col(row.n)
    # What was put off keeps its place, so that what people read stays in order; what is planned for later has none yet.
    tried = col(other.attempt) > col(other.forgiven)
    in_the_way = or_(
        and_(earlier, col(other.state) == "waiting", or_(col(other.due) <= now, tried)),
        and_(col(other.state).in_(_TAKEN), or_(earlier, col(other.lease_until) > now)),
    )
    # App Home is a place of its own: drawing it anew overtakes what waits for the same person's conversation.
    home = Kind.HOME.value
    beside = (col(other.kind) == home) == (col(row.kind) == home)
    same_place = and_(
        beside, col(other.recipient) == col(row.recipient), col(other.pending).is_(True), col(other.n) != col(row.n)
    )
    blocked = select(col(other.n)).where(same_place, in_the_way).exists()
    of_kind = [] if kinds is None else [col(row.kind).in_(kinds)]
    return (
        select(*_COLUMNS)
        .where(col(row.pending).is_(True), free, *of_kind, or_(col(row.recipient) == "", ~blocked))
        .order_by(col(row.priority), col(row.n))
    )


def _choose(connection: Connection, claimable: Any, *, limit: int) -> Sequence[Any]:
    """Rows that are nobody else's until the end of this transaction, at most one `to` a place.

    Rows that somebody else is just taking are skipped. That alone would let two workers take two rows `to` one place, each
    not seeing what the other is about to do; so where several write at once the place is taken too, and looked at again.
    """
    speech, passed = dialect.of(connection), list[int]()
    while True:
        free = claimable.where(col(DeliveryRow.n).not_in(passed)).limit(limit)
        rows = connection.execute(free.with_for_update(skip_locked=True, of=DeliveryRow)).all()
        if speech.one_writer or not rows:
            return rows
        held = speech.hold_places(connection, {row.recipient for row in rows if row.recipient})
        mine = [row.n for row in rows if row.recipient == "" or row.recipient in held]
        still = connection.scalars(claimable.with_only_columns(col(DeliveryRow.n)).where(col(DeliveryRow.n).in_(mine)))
        left = frozenset(still)
        if left:
            return [row for row in rows if row.n in left]
        passed += [row.n for row in rows]


def _take(connection: Connection, row: Any, *, worker: str, now: datetime, lease: timedelta) -> Claim:
    taken = {"state": "claimed", "attempt": row.attempt + 1, "worker": worker, "lease_until": now + lease}
    connection.execute(update(DeliveryRow).where(col(DeliveryRow.n) == row.n).values(**taken))
    return Claim(
        delivery=mapping.delivery(row),
        attempt=row.attempt + 1,
        worker=worker,
        lease_until=now + lease,
        outcome_unknown=row.reached,
        lease=lease,
        tries=row.attempt + 1 - row.forgiven,
    )


def _settle(connection: Connection, claim: Claim, values: dict[str, Any]) -> None:
    ours = and_(
        col(DeliveryRow.key) == claim.delivery.key,
        col(DeliveryRow.worker) == claim.worker,
        col(DeliveryRow.attempt) == claim.attempt,
        col(DeliveryRow.state).in_(("claimed", "sending")),
    )
    if connection.execute(update(DeliveryRow).where(ours).values(**values)).rowcount != 1:
        raise LostClaim(f"The delivery {claim.delivery.key} is not this worker's any more")


def _standing(row: Any) -> Standing:
    sent = Sent(key=row.key, channel=row.channel, ts=row.ts) if row.channel is not None else None
    return Standing(
        delivery=mapping.delivery(row),
        state=row.state,
        created=row.created,
        due=max(row.due, row.created),
        attempt=row.attempt,
        worker=row.worker,
        lease_until=row.lease_until,
        reason=row.reason,
        finished=row.finished,
        sent=sent,
    )
