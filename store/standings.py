"""Deliveries as their operator sees them: some of them, and how many there are of each state."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, TextClause, delete, func, insert, or_, select, union_all
from sqlmodel import col

from hiring.model import Delivery
from hiring.ports import Sent
from store import mapping, tables
from store.tables import DELIVERY_STATES, DeliveryRow, TallyRow

BURIED = "buried"
"""Given up by hand, so nobody's concern any more: in the table such a row is `dead`, with this word before its reason."""
STATES = (*DELIVERY_STATES, BURIED)


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
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """What a listing is narrowed to; what is empty narrows nothing. `undone`: neither done nor buried. `kind`: one, or all
    of a lane (`mail`). `about`: the id of a loop or an opening."""

    state: str = ""
    undone: bool = False
    kind: str = ""
    to: str = ""
    about: str = ""
    cause: str = ""


def listing(which: Which, *, limit: int) -> Select[*tuple[Any, ...]]:
    """The newest first. What is undone is read state by state: that is how it is found without looking through all."""
    if not which.undone or which.state:
        return _newest(limit, *_conditions(which))
    each = (_newest(limit, one, *_conditions(which)).subquery() for one in _UNDONE)
    found = union_all(*(select(one) for one in each)).subquery()
    return select(found).order_by(found.c.n.desc()).limit(limit)


def _newest(limit: int, *which: ColumnElement[bool] | TextClause) -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).where(*which).order_by(col(DeliveryRow.n).desc()).limit(limit)


def by_key(key: str) -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).where(col(DeliveryRow.key) == key)


def counts(connection: Connection, now: datetime) -> dict[str, tuple[int, timedelta]]:
    """For every state how many there are, and how long ago the oldest of them was written; of what is done, the number
    alone. What is over was counted when it ended: those are many, and only grow."""
    rows = {state: (n, now - since) for state, n, since in connection.execute(_UNDER_WAY)}
    for state, number in connection.execute(_OVER):
        since = connection.scalar(_OLDEST[state]) if state in _OLDEST else None
        rows[state] = (int(number), timedelta() if since is None else now - since)
    return {name: rows.get(name, (0, timedelta())) for name in STATES}


def add_up(connection: Connection) -> None:
    """One row in the place of all that were written since the last time, so that few are read."""
    added = Counter[str]()
    for state, number in connection.execute(_TAKEN).all():
        added[state] += number
    rows = [{"state": state, "number": number} for state, number in sorted(added.items()) if number]
    if rows:
        connection.execute(insert(TallyRow), rows)


def standing(row: Any) -> Standing:
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
        cause=row.cause or "",
    )


def _conditions(which: Which) -> Iterator[ColumnElement[bool] | TextClause]:
    row = DeliveryRow
    if which.state in _GIVEN_UP:
        yield _GIVEN_UP[which.state]
    elif which.state:
        yield col(row.state) == which.state
    if which.kind:
        yield or_(col(row.kind) == which.kind, col(row.lane) == which.kind)
    if which.to:
        yield col(row.recipient) == which.to
    if which.about:
        pairs = (mapping.canonical([name, which.about]) for name in ("loop", "opening"))
        yield or_(*(col(row.refs).contains(pair, autoescape=True) for pair in pairs))
    if which.cause:
        yield col(row.cause) == which.cause


_COLUMNS = tuple(DeliveryRow.__table__.columns)  # type: ignore[attr-defined]  # made by SQLModel's metaclass
_OPEN = tuple(state for state in DELIVERY_STATES if state not in {"done", "dead"})
_GIVEN_UP = {"dead": tables.DEAD, BURIED: tables.BURIED}
_UNDONE: tuple[Any, ...] = (*(col(DeliveryRow.state) == state for state in _OPEN), tables.DEAD)
# Put together once: whoever watches asks every few seconds.
_UNDER_WAY = (
    select(col(DeliveryRow.state), func.count(), func.min(col(DeliveryRow.created)))
    .where(col(DeliveryRow.state).in_(_OPEN))
    .group_by(col(DeliveryRow.state))
)
# By number: what was added up has left pages without rows.
_OVER = (
    select(col(TallyRow.state), func.sum(col(TallyRow.number))).where(col(TallyRow.n) > 0).group_by(col(TallyRow.state))
)
_OLDEST = {
    state: select(col(DeliveryRow.created)).where(which).order_by(col(DeliveryRow.n)).limit(1)
    for state, which in _GIVEN_UP.items()
}
_TAKEN = delete(TallyRow).returning(col(TallyRow.state), col(TallyRow.number))
