"""Deliveries as their operator sees them: some of them, and how many there are of each state."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select
from sqlmodel import col

from hiring.model import Delivery
from hiring.ports import Sent
from store import mapping
from store.tables import DELIVERY_STATES, DeliveryRow

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
    """The newest first."""
    return select(*_COLUMNS).where(*_conditions(which)).order_by(col(DeliveryRow.n).desc()).limit(limit)


def by_key(key: str) -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).where(col(DeliveryRow.key) == key)


def counts(connection: Connection, now: datetime) -> dict[str, tuple[int, timedelta]]:
    """For every state how many there are, and how long ago the oldest of them was written; of what is done, the number
    alone: those are many, and only grow."""
    rows = {found: (n, now - since) for found, n, since in connection.execute(_COUNTS)}
    rows["done"] = (connection.scalar(_HOW_MANY_DONE) or 0, timedelta())
    return {name: rows.get(name, (0, timedelta())) for name in STATES}


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


def _conditions(which: Which) -> Iterator[ColumnElement[bool]]:
    row = DeliveryRow
    if which.state == BURIED:
        yield _IS_BURIED
    elif which.state:
        yield and_(col(row.state) == which.state, ~_IS_BURIED)
    elif which.undone:
        yield and_(col(row.state).in_(_UNDONE), ~_IS_BURIED)
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
_UNDONE = tuple(state for state in DELIVERY_STATES if state != "done")
_IS_BURIED = and_(col(DeliveryRow.state) == "dead", col(DeliveryRow.reason).startswith(f"{BURIED}: "))
_STANDS = case((_IS_BURIED, BURIED), else_=col(DeliveryRow.state)).label("stands")
# Put together once: whoever watches asks every few seconds.
_COUNTS = (
    select(_STANDS, func.count(), func.min(col(DeliveryRow.created)))
    .where(col(DeliveryRow.state).in_(_UNDONE))
    .group_by(_STANDS)
)
_HOW_MANY_DONE = select(func.count()).where(col(DeliveryRow.state) == "done")
