"""What is kept, table by table. An aggregate is one JSON document beside the few columns that are searched.

These classes do not validate and carry no rules; nothing outside `store` sees them.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, UniqueConstraint, false, text, true
from sqlmodel import Field, SQLModel

from store.columns import Instant, Number

DELIVERY_STATES = ("waiting", "claimed", "sending", "done", "unknown", "dead")
_PENDING = text("finished IS NULL")
_HELD = text("lease_until IS NOT NULL")
_DRAWN = text("lane = 'home'")
_OPEN = text("closed IS NULL")
_UNDER_WAY = text("active")
_QUALIFIED = text("qualified")
_UNTOLD = text("NOT (told OR state <> 'dead')")
"""In these words SQLite takes no other index for it."""


class PersonRow(SQLModel, table=True):
    """`qualified`: may have a qualification. It is true, too, for those whom an older program entered."""

    __tablename__: ClassVar[str] = "people"
    __table_args__ = (Index("ix_people_qualified", "id", sqlite_where=_QUALIFIED, postgresql_where=_QUALIFIED),)

    id: str = Field(primary_key=True)
    email: str = Field(index=True)
    slack_id: str | None = Field(default=None, index=True)
    active: bool
    qualified: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    document: str = Field(sa_type=Text)


class CandidateRow(SQLModel, table=True):
    """The accommodation stands sealed beside the document, never in it."""

    __tablename__: ClassVar[str] = "candidates"

    id: str = Field(primary_key=True)
    email: str = Field(index=True)
    document: str = Field(sa_type=Text)
    accommodation: bytes | None = Field(default=None, sa_type=LargeBinary)


class OpeningRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "openings"

    id: str = Field(primary_key=True)
    active: bool
    document: str = Field(sa_type=Text)


class PlanRow(SQLModel, table=True):
    """Every version is kept; the highest is the one in use."""

    __tablename__: ClassVar[str] = "plans"

    id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    document: str = Field(sa_type=Text)


class PipelineRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "pipelines"

    id: str = Field(primary_key=True)
    document: str = Field(sa_type=Text)


class PolicyRow(SQLModel, table=True):
    """What the company has decided once for all loops, by subject."""

    __tablename__: ClassVar[str] = "policies"

    subject: str = Field(primary_key=True)
    document: str = Field(sa_type=Text)


class LoopRow(SQLModel, table=True):
    """`ended` is empty, too, for those that ended before it was kept, and for those on hold: they may go on."""

    __tablename__: ClassVar[str] = "loops"
    __table_args__ = (
        Index("ix_loops_active_opening", "active", "opening"),
        Index("ix_loops_ended", "opening", "ended", "created"),
        Index("ix_loops_over", "ended", "created"),
    )

    id: str = Field(primary_key=True)
    opening: str = Field(index=True)
    candidate: str = Field(index=True)
    active: bool
    version: int
    created: datetime = Field(sa_type=Instant, index=True)
    ended: datetime | None = Field(default=None, sa_type=Instant)
    document: str = Field(sa_type=Text)


class LoopPersonRow(SQLModel, table=True):
    """Whom a loop concerns, so that a person's loops are found without reading all. `active` is true, too, for those that
    an older program ended."""

    __tablename__: ClassVar[str] = "loop_people"
    __table_args__ = (Index("ix_loop_people_active", "person", sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY),)

    loop: str = Field(primary_key=True, foreign_key="loops.id")
    person: str = Field(primary_key=True, index=True)
    active: bool = Field(default=True, sa_column_kwargs={"server_default": true()})


class BookingRow(SQLModel, table=True):
    """The database itself refuses two firm ones of a person at one time (see `dialect.guards`)."""

    __tablename__: ClassVar[str] = "bookings"
    __table_args__ = (Index("ix_bookings_person_starts", "person", "starts"),)

    loop: str = Field(primary_key=True, foreign_key="loops.id")
    session: str = Field(primary_key=True)
    seat: str = Field(primary_key=True)
    person: str
    starts: datetime = Field(sa_type=Instant)
    ends: datetime = Field(sa_type=Instant)
    firm: bool


class DataKeyRow(SQLModel, table=True):
    """The key that seals what belongs to `owner`, itself sealed by the master key of that id. Destroyed: no key left."""

    __tablename__: ClassVar[str] = "data_keys"

    owner: str = Field(primary_key=True)
    master: str = Field(index=True)
    wrapped: bytes | None = Field(default=None, sa_type=LargeBinary)
    destroyed: datetime | None = Field(default=None, sa_type=Instant)


class ScorecardRow(SQLModel, table=True):
    """Append-only: the database refuses to change or delete one."""

    __tablename__: ClassVar[str] = "scorecards"

    n: int | None = Field(default=None, primary_key=True, sa_type=Number)
    loop: str = Field(index=True)
    session: str
    author: str
    commitment: str
    sealed: bytes = Field(sa_type=LargeBinary)


class DraftRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "drafts"

    loop: str = Field(primary_key=True)
    session: str = Field(primary_key=True)
    author: str = Field(primary_key=True)
    sealed: bytes = Field(sa_type=LargeBinary)


class DisclosureRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "disclosures"

    n: int | None = Field(default=None, primary_key=True, sa_type=Number)
    loop: str = Field(index=True)
    person: str
    sealed: bytes = Field(sa_type=LargeBinary)


class DeliveryRow(SQLModel, table=True):
    """`n` is the order of writing. `attempt` only grows (it fences off a worker that lost its claim); `forgiven` of it are
    no tries: those before somebody asked for a retry by hand, and those that there was no room for. `reached`: a call may
    have been made and nobody looked since. `pending` is false for done and dead, and `finished` set for them, so that the
    queue's indexes skip the past. `lane` follows from `kind`: who makes it. `loop` is what `refs` say, and empty, too, where
    an older program wrote the row. `told`: its notice was written since it was given up. `cause`: see `store/causes.py`.
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
