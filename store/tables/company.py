"""The company: people, candidates, openings, and what is planned and decided once for all."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, Text, false, text, true
from sqlmodel import Field, SQLModel

from store.columns import Instant

_QUALIFIED = text("qualified")
_UNENTERED = text("NOT entered")


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
    """The accommodation stands sealed beside the document, never in it.

    `entered`: the name ends are those of this document; whoever changes it, an older program too, takes that away (a
    trigger). `due`: when the record's time is over, by the policy whose mark is `due_by`; a trigger empties that when a loop
    of theirs begins or ends.
    """

    __tablename__: ClassVar[str] = "candidates"
    __table_args__ = (
        Index("ix_candidates_unentered", "id", sqlite_where=_UNENTERED, postgresql_where=_UNENTERED),
        Index("ix_candidates_due", "due_by", "due"),
    )

    id: str = Field(primary_key=True)
    email: str = Field(index=True)
    document: str = Field(sa_type=Text)
    accommodation: bytes | None = Field(default=None, sa_type=LargeBinary)
    entered: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    due: datetime | None = Field(default=None, sa_type=Instant)
    due_by: str = Field(default="", sa_column_kwargs={"server_default": ""})


class NameEndRow(SQLModel, table=True):
    """Every end of what a candidate is called, folded: what has a word anywhere has an end that begins with it. Goes with
    the candidate, whoever drops that."""

    __tablename__: ClassVar[str] = "name_ends"
    __table_args__ = (
        ForeignKeyConstraint(["candidate"], ["candidates.id"], ondelete="CASCADE"),
        {"sqlite_with_rowid": False},
    )

    ending: str = Field(primary_key=True)
    candidate: str = Field(primary_key=True, index=True)


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
