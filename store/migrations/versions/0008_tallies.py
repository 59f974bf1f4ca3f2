"""What is over is counted as it ends, candidates are found by every end of their names, and records by the day they are due.

What must be right beside an older program, too, the database does itself, by triggers: such a program counts nothing, and
enters no name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
works_with = "0004"

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
DEAD = sa.text("NOT (state <> 'dead' OR substr(reason, 1, 8) = 'buried: ')")
BURIED = sa.text("NOT (state <> 'dead' OR substr(reason, 1, 8) <> 'buried: ')")
UNENTERED = sa.text("NOT entered")
UNDER_WAY = sa.text("active")
ENDLESS = sa.text("NOT active AND ended IS NULL")
IN_USE = sa.text("wrapped IS NOT NULL")
ABOUT_A_LOOP = """loop IS NULL AND refs LIKE '%["loop",%'"""
LOOP = {
    "sqlite": "SELECT json_extract(value, '$[1]') FROM json_each({refs}) WHERE json_extract(value, '$[0]') = 'loop'",
    "postgresql": "SELECT value ->> 1 FROM jsonb_array_elements({refs}::jsonb) WHERE value ->> 0 = 'loop'",
}


def stands(row: str) -> str:
    """How a delivery ended; empty as long as it has not."""
    return (
        f"CASE {row}.state WHEN 'done' THEN 'done' WHEN 'dead' THEN "
        f"CASE WHEN substr({row}.reason, 1, 8) = 'buried: ' THEN 'buried' ELSE 'dead' END ELSE '' END"
    )


def counted(row: str, by: int) -> str:
    return f"INSERT INTO tallies (state, number) SELECT stands, {by} FROM (SELECT {stands(row)} AS stands) AS it WHERE stands <> ''"


DUE_ANEW = "UPDATE candidates SET due_by = '' WHERE id = NEW.candidate AND due_by <> ''"
# (name, table, when it is run, what must hold of the row, what it does)
WATCHES = (
    (
        "deliveries_ended", "deliveries", "AFTER UPDATE OF state, reason",
        f"({stands('OLD')}) <> ({stands('NEW')})", f"{counted('OLD', -1)}; {counted('NEW', 1)}",
    ),
    ("deliveries_dropped", "deliveries", "AFTER DELETE", "OLD.state IN ('done', 'dead')", counted("OLD", -1)),
    ("loops_came", "loops", "AFTER INSERT", "TRUE", DUE_ANEW),
    ("loops_ended", "loops", "AFTER UPDATE OF document", "NOT (NEW.active AND OLD.active)", DUE_ANEW),
    (
        "candidates_changed", "candidates", "AFTER UPDATE OF document",
        "NEW.entered AND NEW.document <> OLD.document", "UPDATE candidates SET entered = FALSE WHERE id = NEW.id",
    ),
    (
        "deliveries_about", "deliveries", "AFTER INSERT", """NEW.loop IS NULL AND NEW.refs LIKE '%["loop",%'""",
        "UPDATE deliveries SET loop = ({loop} LIMIT 1) WHERE n = NEW.n",
    ),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("n", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("state", WORD, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
    )
    op.create_table(
        "name_ends",
        sa.Column("ending", WORD, nullable=False),
        sa.Column("candidate", WORD, nullable=False),
        sa.ForeignKeyConstraint(["candidate"], ["candidates.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ending", "candidate"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_name_ends_candidate", "name_ends", ["candidate"])
    op.create_index("ix_deliveries_dead", "deliveries", ["n"], sqlite_where=DEAD, postgresql_where=DEAD)
    op.create_index("ix_deliveries_buried", "deliveries", ["n"], sqlite_where=BURIED, postgresql_where=BURIED)
    op.create_index(
        "ix_loops_under_way", "loops", ["created", "id"], sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY
    )
    op.create_index("ix_loops_endless", "loops", ["created"], sqlite_where=ENDLESS, postgresql_where=ENDLESS)
    op.create_index("ix_bookings_starts", "bookings", ["starts"])
    op.create_index("ix_data_keys_in_use", "data_keys", ["master"], sqlite_where=IN_USE, postgresql_where=IN_USE)
    loop = LOOP[op.get_bind().dialect.name].format(refs="refs")
    op.execute(f"UPDATE deliveries SET loop = ({loop} LIMIT 1) WHERE {ABOUT_A_LOOP}")  # noqa: S608 - our own words
    op.execute(
        f"INSERT INTO tallies (state, number) SELECT {stands('deliveries')}, count(*) FROM deliveries "  # noqa: S608 - our own words
        "WHERE state IN ('done', 'dead') GROUP BY 1"
    )
    # Late, since it keeps away whoever reads. All are entered, and their days reckoned, by the clock, some at a time: until
    # then they are read as before.
    op.add_column("candidates", sa.Column("entered", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("candidates", sa.Column("due", INSTANT, nullable=True))
    op.add_column("candidates", sa.Column("due_by", WORD, nullable=False, server_default=""))
    op.create_index(
        "ix_candidates_unentered", "candidates", ["id"], sqlite_where=UNENTERED, postgresql_where=UNENTERED
    )
    op.create_index("ix_candidates_due", "candidates", ["due_by", "due"])
    op.drop_index("ix_data_keys_master", "data_keys")
    for watch in WATCHES:
        for statement in _watch(*watch):
            op.execute(statement)


def _watch(name: str, table: str, when: str, holds: str, does: str) -> list[str]:
    if op.get_bind().dialect.name == "sqlite":
        does = does.replace("{loop}", LOOP["sqlite"].format(refs="NEW.refs"))
        return [f"CREATE TRIGGER {name} {when} ON {table} WHEN {holds} BEGIN {does}; END"]
    does = does.replace("{loop}", LOOP["postgresql"].format(refs="NEW.refs"))
    made = f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does}; RETURN NULL; END $$"
    return [made, f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW WHEN ({holds}) EXECUTE FUNCTION {name}()"]


def downgrade() -> None:
    for name, table, *_ in WATCHES:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_index("ix_data_keys_in_use", "data_keys")
    op.create_index("ix_data_keys_master", "data_keys", ["master"])
    op.drop_index("ix_bookings_starts", "bookings")
    op.drop_index("ix_loops_endless", "loops")
    op.drop_index("ix_loops_under_way", "loops")
    op.drop_index("ix_deliveries_buried", "deliveries")
    op.drop_index("ix_deliveries_dead", "deliveries")
    op.drop_index("ix_candidates_due", "candidates")
    op.drop_index("ix_candidates_unentered", "candidates")
    for column in ("due_by", "due", "entered"):
        op.drop_column("candidates", column)
    op.drop_table("name_ends")
    op.drop_table("tallies")
