"""Which deliveries a worker may take, and taking them.

What goes to one place goes one after another, so only the head of each place can be taken: the first of its rows that is
due. A look reads the front of each lane's queue, whatever else waits behind it.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from hiring.model import Delivery
from store import dialect, mapping
from store.tables import DeliveryRow

Begin = Callable[[], AbstractContextManager[Connection]]
SPARE = 8
"""More rows are read than asked for, since other workers read the same ones."""
FRONT = 64
"""Rows of a lane's queue that a look reads at first: nearly always one of them can be taken."""
_ALL = 2**31 - 1
_ROUNDS = 4
_TAKEN = ("claimed", "sending", "unknown")


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is this worker's until `lease_until`. `attempt` counts all claims of it, `tries` those since it was
    written or last retried by hand, but for those that there was no room for. `outcome_unknown`: it may have happened
    already, so look before sending.
    """

    delivery: Delivery
    attempt: int
    worker: str
    lease_until: datetime
    outcome_unknown: bool
    lease: timedelta
    tries: int
    since: datetime
    """When it was written, or was first to be made when that was later."""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a worker asks for: at most `limit` deliveries of these kinds, or of all."""

    worker: str
    now: datetime
    limit: int
    lease: timedelta
    kinds: Sequence[str] | None = None

    def lanes(self) -> Sequence[str]:
        return mapping.LANES if self.kinds is None else sorted({mapping.lane(kind) for kind in self.kinds})


def claim(wanted: Wanted, *, reading: Begin, writing: Begin) -> tuple[Claim, ...]:
    """The long queue is read where that holds nobody up; only the few rows found there are looked at again, and taken,
    where somebody who presses a button would have to wait."""
    for _ in range(_ROUNDS):
        with reading() as connection:
            found = _find(connection, wanted)
        if not found:
            return ()
        with writing() as connection:
            rows = _choose(connection, wanted, found)
            if rows:
                return _take(connection, wanted, rows)
        # Others have taken all of them in between; what is left now is read anew.
    return ()


def _find(connection: Connection, wanted: Wanted) -> list[int]:
    """Numbers of rows that could be taken, the most urgent first, then the oldest."""
    found = [row for lane in wanted.lanes() for row in _in_lane(connection, wanted, lane)]
    return [n for _, n in sorted(found)][: wanted.limit + SPARE]


def _in_lane(connection: Connection, wanted: Wanted, lane: str) -> Sequence[tuple[int, int]]:
    statement = _FRONT if wanted.kinds is None else _FRONT_OF_KINDS
    values = {**_asked(wanted), "lane": lane, "many": wanted.limit + SPARE}
    front = FRONT + wanted.limit
    rows = connection.execute(statement, {**values, "front": front}).all()
    if not rows:
        # The whole front waits for something. That is seldom, and then every row must be asked.
        rows = connection.execute(statement, {**values, "front": _ALL}).all()
    return [(priority, n) for priority, n in rows]


def _choose(connection: Connection, wanted: Wanted, found: Sequence[int]) -> Sequence[Any]:
    """Rows that are nobody else's until the end of this transaction, at most one `to` a place.

    Rows that somebody else is just taking are skipped. That alone would let two workers take two rows `to` one place, each
    not seeing what the other is about to do; so where several write at once the place is taken too, and looked at again.
    """
    speech, left = dialect.of(connection), list(found)
    while left:
        rows = connection.execute(_LOCKED, {**_asked(wanted), "found": left, "many": wanted.limit}).all()
        if speech.one_writer or not rows:
            return rows
        held = speech.hold_places(connection, {_place(row) for row in rows if row.recipient})
        mine = [row.n for row in rows if row.recipient == "" or _place(row) in held]
        still = frozenset(connection.scalars(_STILL, {**_asked(wanted), "found": mine}))
        if still:
            return [row for row in rows if row.n in still]
        passed = {row.n for row in rows}
        left = [n for n in left if n not in passed]
    return []


def _take(connection: Connection, wanted: Wanted, rows: Sequence[Any]) -> tuple[Claim, ...]:
    until = wanted.now + wanted.lease
    connection.execute(_TAKE, {"numbers": [row.n for row in rows], "by": wanted.worker, "until": until})
    return tuple(
        Claim(
            delivery=mapping.delivery(row),
            attempt=row.attempt + 1,
            worker=wanted.worker,
            lease_until=until,
            outcome_unknown=row.reached,
            lease=wanted.lease,
            tries=row.attempt + 1 - row.forgiven,
            since=max(row.created, row.not_before or row.created),
            cause=row.cause or "",
        )
        for row in rows
    )


def _asked(wanted: Wanted) -> dict[str, Any]:
    return {"now": wanted.now} if wanted.kinds is None else {"now": wanted.now, "kinds": list(wanted.kinds)}


def _place(row: Any) -> str:
    return f"{row.lane} {row.recipient}"


_NOW = bindparam("now", type_=DeliveryRow.__table__.c.due.type)  # type: ignore[attr-defined]  # made by SQLModel's metaclass
_COLUMNS = tuple(DeliveryRow.__table__.columns)  # type: ignore[attr-defined]  # as above


def _is_free(row: Any) -> ColumnElement[bool]:
    """Pending, and nobody has it."""
    return or_(
        and_(row.state == "waiting", row.due <= _NOW),
        and_(row.state.in_(_TAKEN), row.lease_until <= _NOW),
    )


def _is_first(row: Any) -> ColumnElement[bool]:
    """Nothing `to` the same place comes before it. Scalars, not EXISTS: PostgreSQL would turn that into a join with all."""
    first, held = aliased(DeliveryRow), aliased(DeliveryRow)
    # What was put off keeps its place, so that what people read stays in order; what is planned for later has none yet.
    tried = or_(col(first.attempt) > col(first.forgiven), col(first.reason) != "")
    head = (
        select(col(first.n))
        .where(
            col(first.recipient) == row.recipient,
            col(first.lane) == row.lane,
            col(first.finished).is_(None),
            or_(col(first.state) != "waiting", col(first.due) <= _NOW, tried),
        )
        .order_by(col(first.recipient), col(first.lane), col(first.n))
        .limit(1)
    )
    in_hand = (
        select(col(held.n))
        .where(
            col(held.recipient) == row.recipient,
            col(held.lane) == row.lane,
            col(held.lease_until).is_not(None),
            col(held.lease_until) > _NOW,
            col(held.n) != row.n,
        )
        .limit(1)
    )
    alone = and_(head.scalar_subquery() == row.n, in_hand.scalar_subquery().is_(None))
    return or_(row.recipient == "", alone)


def _front(*, of_kinds: bool) -> Select[int, int]:
    front = (
        select(*_COLUMNS)
        .where(col(DeliveryRow.lane) == bindparam("lane"), col(DeliveryRow.finished).is_(None))
        .order_by(col(DeliveryRow.priority), col(DeliveryRow.n))
        .limit(bindparam("front", type_=DeliveryRow.__table__.c.n.type))  # type: ignore[attr-defined]  # as above
        .subquery()
    ).c
    kinds = [front.kind.in_(bindparam("kinds", expanding=True))] if of_kinds else []
    found = select(front.priority, front.n).where(_is_free(front), _is_first(front), *kinds)
    return found.order_by(front.priority, front.n).limit(bindparam("many"))


_ROW = DeliveryRow.__table__.c  # type: ignore[attr-defined]  # as above
_AGAIN = and_(_ROW.n.in_(bindparam("found", expanding=True)), _ROW.finished.is_(None), _is_free(_ROW), _is_first(_ROW))
# Put together once: that takes longer than running them, and every button pressed has workers look.
_FRONT = _front(of_kinds=False)
_FRONT_OF_KINDS = _front(of_kinds=True)
_LOCKED = (
    select(*_COLUMNS)
    .where(_AGAIN)
    .order_by(_ROW.priority, _ROW.n)
    .limit(bindparam("many"))
    .with_for_update(skip_locked=True, of=DeliveryRow)
)
_STILL = select(_ROW.n).where(_AGAIN)
_TAKE = (
    update(DeliveryRow)
    .where(col(DeliveryRow.n).in_(bindparam("numbers", expanding=True)))
    .values(
        state="claimed",
        attempt=col(DeliveryRow.attempt) + 1,
        worker=bindparam("by"),
        lease_until=bindparam("until", type_=_NOW.type),
    )
)
