"""Loops, the minutes they take, and what of them is sealed."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, LargeBinary, Text, text, true
from sqlmodel import Field, SQLModel

from store.columns import Instant, Number

_UNDER_WAY = text("active")
_ENDLESS = text("NOT active AND ended IS NULL")
_IN_USE = text("wrapped IS NOT NULL")


class LoopRow(SQLModel, table=True):
    """`ended` is empty, too, for those that ended before it was kept, and for those on hold: they may go on."""

    __tablename__: ClassVar[str] = "loops"
    __table_args__ = (
        Index("ix_loops_active_opening", "active", "opening"),
        Index("ix_loops_ended", "opening", "ended", "created"),
        Index("ix_loops_over", "ended", "created"),
        Index("ix_loops_under_way", "created", "id", sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY),
        Index("ix_loops_endless", "created", sqlite_where=_ENDLESS, postgresql_where=_ENDLESS),
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
    __table_args__ = (Index("ix_bookings_person_starts", "person", "starts"), Index("ix_bookings_starts", "starts"))

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
    __table_args__ = (Index("ix_data_keys_in_use", "master", sqlite_where=_IN_USE, postgresql_where=_IN_USE),)

    owner: str = Field(primary_key=True)
    master: str
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
