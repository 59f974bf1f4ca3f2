"""The outbox as workers see it: take some, say before the call that it is made, say after it what came of it.

`waiting → claimed → sending → done | unknown | dead`. A claim is a lease with a fence (worker and attempt): whoever lost it
can change nothing any more. A row that reached `sending` may have happened, so it comes back, after its lease, marked
`outcome_unknown`: look first, then send again.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Update,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlmodel import col

from hiring.ports import Sent, UnitOfWork, Unknown
from store import claims, standings
from store.claims import Begin, Claim, Wanted
from store.columns import Instant
from store.faults import LostClaim
from store.standings import BURIED, Standing, Which
from store.tables import DeliveryRow
from store.transaction import Transaction


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
        """The most urgent rows first, then the oldest; at most one `to` a place, and there in the order of writing."""
        wanted = Wanted(worker=worker, now=now, limit=limit, lease=lease, kinds=kinds)
        return claims.claim(wanted, reading=self._reading, writing=self._writing)

    def sending(self, claim: Claim, *, now: datetime) -> Claim:
        """To be called right before the outside call. Renews the lease, and raises LostClaim when it is not ours."""
        until = now + claim.lease
        values = {"state": "sending", "reached": True, "lease_until": until}
        self._settle(claim, values, frees=False)
        return replace(claim, lease_until=until)

    def renew(self, claim: Claim, *, now: datetime) -> None:
        """Keeps what takes long from others for another lease. Raises LostClaim when it is not ours."""
        self._settle(claim, {"lease_until": now + claim.lease}, frees=False)

    def done(self, claim: Claim, *, now: datetime, sent: Sent | None) -> None:
        self._settle(claim, _done(now, sent))

    def later(self, claim: Claim, *, now: datetime, until: datetime, reason: str, counts: bool = True) -> None:
        """Nothing happened in this attempt, and it is to be tried again from `until` on. What an earlier attempt may have
        done stays unknown when this one never came to `sending`: a look that failed is no leave to send again. What does
        not count is no try: there was only no room."""
        reached = case((col(DeliveryRow.state) == "sending", False), else_=col(DeliveryRow.reached))
        values = {"state": "waiting", "due": max(now, until), "reached": reached, "reason": reason, **_NOBODYS}
        self._settle(claim, values if counts else {**values, "forgiven": col(DeliveryRow.forgiven) + 1})

    def planned(self, claim: Claim, *, until: datetime) -> None:
        """Nothing was tried, and it is for another time: until then it keeps no place, and what came after it goes first."""
        values = {"state": "waiting", "due": until, "reason": "", "forgiven": claim.attempt}
        self._settle(claim, values | _NOBODYS)

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
        _transaction(uow).settle_delivery(lambda connection: _settle(connection, claim, _done(now, sent)))

    def retry_in(self, uow: UnitOfWork, key: str, *, now: datetime) -> bool:
        """Puts a dead letter back into the queue; False when it is not dead."""
        values = {"state": "waiting", "pending": True, "due": now, "finished": None, **_NOBODYS}
        return _by_hand(uow, key, col(DeliveryRow.state) == "dead", {**values, "forgiven": col(DeliveryRow.attempt)})

    def bury_in(self, uow: UnitOfWork, key: str, *, now: datetime, reason: str) -> bool:
        """Gives one up by hand, or lays a dead letter to rest; False when it is done or buried, or a worker has it now."""
        free = or_(col(DeliveryRow.state).in_(("waiting", "unknown")), col(DeliveryRow.lease_until) <= now)
        # Nobody is told of it any more: whoever then tried it again would send what was sent by hand.
        dead = {**_dead(now, f"{BURIED}: {reason}"), "told": True}
        return _by_hand(uow, key, or_(and_(col(DeliveryRow.pending).is_(True), free), _GIVEN_UP), dead)

    def give_back(self, worker: str) -> int:
        """On a graceful stop: what this worker has claimed and not begun is anybody's, and was not tried. What it is sending
        is not."""
        mine = and_(_HELD, col(DeliveryRow.worker) == worker, col(DeliveryRow.state) == "claimed")
        values = {"state": "waiting", "forgiven": col(DeliveryRow.forgiven) + 1, **_NOBODYS}
        with self._writing() as connection:
            given = connection.execute(update(DeliveryRow).where(mine).values(**values)).rowcount
            if given:
                self._announce(connection)
        if given:
            self._wake()
        return given

    def give_back_all(self, *, now: datetime) -> None:
        """When every worker but those to come is dead: what was claimed is anybody's at once, and what may have been sent is
        looked for as soon as what was under way has had `SETTLES` to arrive."""
        claimed = update(DeliveryRow).where(_HELD, col(DeliveryRow.state) == "claimed")
        begun = update(DeliveryRow).where(_HELD, col(DeliveryRow.lease_until) > now + SETTLES)
        with self._writing() as connection:
            connection.execute(claimed.values(state="waiting", **_NOBODYS))
            connection.execute(begun.values(lease_until=now + SETTLES))

    def forget_drawn(self, before: datetime) -> int:
        """Drops what was drawn in App Home before then, some at a time; returns how many. Nothing else is ever dropped: a
        message's row holds its key, by which it is not sent again, and where it stands, by which it is found."""
        gone = 0
        while True:
            with self._writing() as connection:
                some = connection.execute(_DROP, {"before": before}).rowcount
            gone += some
            if some < _AT_A_TIME:
                return gone

    def add_up(self) -> None:
        """Keeps `counts` from reading more and more, however much is delivered."""
        with self._writing() as connection:
            standings.add_up(connection)

    def listing(
        self, state: str | None = None, limit: int = 100, *, which: Which | None = None
    ) -> tuple[Standing, ...]:
        """The newest first; all, those of one state, or those that `which` says."""
        found = standings.listing(which or Which(state=state or ""), limit=limit)
        with self._reading() as connection:
            return tuple(standings.standing(row) for row in connection.execute(found))

    def standing(self, key: str) -> Standing:
        """One of them. Raises `Unknown`."""
        with self._reading() as connection:
            row = connection.execute(standings.by_key(key)).one_or_none()
        if row is None:
            raise Unknown(f"There is no delivery {key}")
        return standings.standing(row)

    def counts(self, now: datetime) -> dict[str, tuple[int, timedelta]]:
        """For every state, and `buried`, how many there are and how old the oldest is."""
        with self._reading() as connection:
            return standings.counts(connection, now)

    def backlog(self, now: datetime) -> dict[str, tuple[int, timedelta]]:
        """For every kind that waits how many could go out by now, and for how long the oldest of them could."""
        with self._reading() as connection:
            return {kind: (n, now - oldest) for kind, n, oldest in connection.execute(_BACKLOG, {"now": now})}

    def next_due(self) -> datetime | None:
        """When the next row is due or its lease ends, which may be past; None when nothing waits."""
        earliest = select(func.min(func.coalesce(col(DeliveryRow.lease_until), col(DeliveryRow.due)))).where(
            col(DeliveryRow.finished).is_(None)
        )
        with self._reading() as connection:
            return connection.scalar(earliest)

    def _settle(self, claim: Claim, values: dict[str, Any], *, frees: bool = True) -> None:
        with self._writing() as connection:
            _settle(connection, claim, values)
        if frees:
            self._wake()


def _transaction(uow: UnitOfWork) -> Transaction:
    if not isinstance(uow, Transaction):
        raise TypeError("This unit of work belongs to another store")
    return uow


def _by_hand(uow: UnitOfWork, key: str, where: ColumnElement[bool], values: dict[str, Any]) -> bool:
    changed: list[bool] = []

    def change(connection: Connection) -> None:
        if connection.scalar(select(col(DeliveryRow.n)).where(col(DeliveryRow.key) == key)) is None:
            raise Unknown(f"There is no delivery {key}")
        chosen = update(DeliveryRow).where(col(DeliveryRow.key) == key, where).values(**values)
        changed.append(connection.execute(chosen).rowcount == 1)

    _transaction(uow).settle_delivery(change)
    return any(changed)


SETTLES = timedelta(seconds=5)
_AT_A_TIME = 500
_HELD = col(DeliveryRow.lease_until).is_not(None)
_DROP = delete(DeliveryRow).where(
    col(DeliveryRow.n).in_(
        select(col(DeliveryRow.n))
        .where(text("lane = 'home'"), col(DeliveryRow.finished) < bindparam("before", type_=Instant()))
        .limit(_AT_A_TIME)
    )
)
_GIVEN_UP = and_(col(DeliveryRow.state) == "dead", ~col(DeliveryRow.reason).startswith(f"{BURIED}: "))
_OURS = update(DeliveryRow).where(
    col(DeliveryRow.key) == bindparam("its_key"),
    col(DeliveryRow.worker) == bindparam("its_worker"),
    col(DeliveryRow.attempt) == bindparam("its_attempt"),
    col(DeliveryRow.state).in_(("claimed", "sending")),
)
_NOBODYS = {"worker": None, "lease_until": None}


def _backlog() -> Select[str, int, datetime]:
    kind, due, created = col(DeliveryRow.kind), col(DeliveryRow.due), col(DeliveryRow.created)
    since = func.min(case((due > created, due), else_=created))
    goes = and_(col(DeliveryRow.finished).is_(None), due <= bindparam("now", type_=Instant()))
    return select(kind, func.count(), since).where(goes).group_by(kind)


_BACKLOG = _backlog()


def _done(now: datetime, sent: Sent | None) -> dict[str, Any]:
    answer = {} if sent is None else {"channel": sent.channel, "ts": sent.ts}
    return {"state": "done", "pending": False, "reason": "", "finished": now, **_NOBODYS, **answer}


def _dead(now: datetime, reason: str) -> dict[str, Any]:
    return {"state": "dead", "pending": False, "reason": reason, "finished": now, "told": False, **_NOBODYS}


def _settle(connection: Connection, claim: Claim, values: dict[str, Any]) -> None:
    ours = {"its_key": claim.delivery.key, "its_worker": claim.worker, "its_attempt": claim.attempt}
    told = {name: value for name, value in values.items() if not isinstance(value, ColumnElement)}
    reckoned = {name: value for name, value in values.items() if name not in told}
    statement = _settling(tuple(told)).values(**reckoned) if reckoned else _settling(tuple(told))
    if connection.execute(statement, {**ours, **{f"new_{name}": value for name, value in told.items()}}).rowcount != 1:
        raise LostClaim(f"The delivery {claim.delivery.key} is not this worker's any more")


@cache
def _settling(names: tuple[str, ...]) -> Update:
    """Put together once: that takes longer than running it, and every delivery comes here twice."""
    return _OURS.values({name: bindparam(f"new_{name}") for name in names})
