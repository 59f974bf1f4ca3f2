"""What is to be done outside and was, and what tells of it: deliveries, events, episodes, calendars, the trail."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from store.columns import Instant, Number

DELIVERY_STATES = ("waiting", "claimed", "sending", "done", "unknown", "dead")
DEAD = text("NOT (state <> 'dead' OR substr(reason, 1, 8) = 'buried: ')")
BURIED = text("NOT (state <> 'dead' OR substr(reason, 1, 8) <> 'buried: ')")
"""Given up, and given up by hand, so that it is nobody's concern any more. As with `_UNTOLD`, the words matter."""
_PENDING = text("finished IS NULL")
_HELD = text("lease_until IS NOT NULL")
_DRAWN = text("lane = 'home'")
_OPEN = text("closed IS NULL")
_UNTOLD = text("NOT (told OR state <> 'dead')")
"""In these words SQLite takes no other index for it."""


class DeliveryRow(SQLModel, table=True):
    """`n` is the order of writing. `attempt` only grows (it fences off a worker that lost its claim); `forgiven` of it
    are no tries: those before somebody asked for a retry by hand, those that there was no room for, and those that were
    given back. `reached`: a call may have been made and nobody looked since. `pending` is false for done and dead, and
    `finished` set for them, so that the queue's indexes skip the past. `lane` follows from `kind`: who makes it. `loop`
    is what `refs` say, and a trigger says it where an older program wrote the row. `told`: its notice was written since
    it was given up, or nobody is to be told. `cause`: see `store/causes.py`.
    """

    __tablename__: ClassVar[str] = "deliveries"
    __table_args__ = (
        UniqueConstraint("key", name="uq_deliveries_key"),
        CheckConstraint(f"state IN {DELIVERY_STATES!r}", name="ck_deliveries_state"),
        CheckConstraint("pending = (state NOT IN ('done', 'dead'))", name="ck_deliveries_pending"),
        Index("ix_deliveries_queue", "lane", "priority", "n", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index("ix_deliveries_place", "recipient", "lane", "n", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index("ix_deliveries_held", "recipient", "lane", sqlite_where=_HELD, postgresql_where=_HELD),
        Index("ix_deliveries_state", "state", "n"),
        Index("ix_deliveries_loop", "loop", "created"),
        Index("ix_deliveries_untold", "n", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
        Index("ix_deliveries_drawn", "finished", sqlite_where=_DRAWN, postgresql_where=_DRAWN),
        Index("ix_deliveries_dead", "n", sqlite_where=DEAD, postgresql_where=DEAD),
        Index("ix_deliveries_buried", "n", sqlite_where=BURIED, postgresql_where=BURIED),
    )

    n: int | None = Field(default=None, primary_key=True, sa_type=Number)
    key: str
    kind: str
    lane: str
    recipient: str
    refs: str = Field(sa_type=Text)
    loop: str | None = None
    not_before: datetime | None = Field(default=None, sa_type=Instant)
    updates: str | None = None
    thread: str | None = None
    priority: int
    state: str = "waiting"
    pending: bool = True
    created: datetime = Field(sa_type=Instant)
    due: datetime = Field(sa_type=Instant)
    attempt: int = 0
    forgiven: int = 0
    reached: bool = False
    worker: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    reason: str = Field(default="", sa_type=Text)
    finished: datetime | None = Field(default=None, sa_type=Instant)
    channel: str | None = None
    ts: str | None = None
    cause: str | None = Field(default=None, sa_type=Text)
    told: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class TallyRow(SQLModel, table=True):
    """How many deliveries ended so, or, below nothing, did not in the end: the sum says how many there are. Written by a
    trigger, a row each, so that nobody waits for anybody; the clock adds them up."""

    __tablename__: ClassVar[str] = "tallies"

    n: int | None = Field(default=None, primary_key=True, sa_type=Number)
    state: str
    number: int = Field(sa_type=Number)


class PictureRow(SQLModel, table=True):
    """A file that Slack was given with a delivery: a message that goes, goes with its pictures."""

    __tablename__: ClassVar[str] = "pictures"

    file: str = Field(primary_key=True)
    delivery: str = Field(index=True)


class InboxRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "inbox"

    event: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant, index=True)


class EpisodeRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "episodes"
    __table_args__ = (Index("ix_episodes_open", "opened", sqlite_where=_OPEN, postgresql_where=_OPEN),)

    key: str = Field(primary_key=True)
    opened: datetime = Field(sa_type=Instant)
    alerted: datetime | None = Field(default=None, sa_type=Instant)
    closed: datetime | None = Field(default=None, sa_type=Instant)


class CalendarEventRow(SQLModel, table=True):
    """What the built-in calendar holds of ours. A removed one stays: its id is spent."""

    __tablename__: ClassVar[str] = "calendar_events"
    __table_args__ = (Index("ix_calendar_events_span", "removed", "ends"),)

    calendar: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    version: int
    removed: bool
    starts: datetime = Field(sa_type=Instant)
    ends: datetime = Field(sa_type=Instant)
    document: str = Field(sa_type=Text)


class CalendarFileRow(SQLModel, table=True):
    """A person's own calendar as their program exported it."""

    __tablename__: ClassVar[str] = "calendar_files"

    email: str = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)


class AuditRow(SQLModel, table=True):
    """Append-only and chained: `digest` covers the number, the entry and the digest before."""

    __tablename__: ClassVar[str] = "audit"
    __table_args__ = (Index("ix_audit_about", "subject", "n"),)

    n: int = Field(primary_key=True, sa_type=Number, sa_column_kwargs={"autoincrement": False})
    subject: str
    entry: str = Field(sa_type=Text)
    before: str
    digest: str


class SchemaReachRow(SQLModel, table=True):
    """One row: the oldest schema whose programs may work on these tables."""

    __tablename__: ClassVar[str] = "schema_reach"

    oldest: str = Field(primary_key=True)
