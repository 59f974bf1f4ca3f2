"""What is asked all day long is found by its own index, however long the past grows."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
works_with = "0004"

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
UNDER_WAY = sa.text("active")
LOOP = {
    "sqlite": "SELECT json_extract(value, '$[1]') FROM json_each(refs) WHERE json_extract(value, '$[0]') = 'loop'",
    "postgresql": "SELECT value ->> 1 FROM jsonb_array_elements(refs::jsonb) WHERE value ->> 0 = 'loop'",
}
QUALIFIED = sa.text("qualified")
UNTOLD = sa.text("NOT (told OR state <> 'dead')")
TOLD = (
    "UPDATE deliveries SET told = true WHERE state = 'dead' AND EXISTS "
    "(SELECT 1 FROM deliveries AS notice WHERE notice.key = 'dead/' || deliveries.key || '/' || deliveries.attempt)"
)
HELD = """UPDATE loops SET ended = NULL WHERE NOT active AND document LIKE '%"outcome":"hold"%'"""


def upgrade() -> None:
    # Of what an older program writes from now on the loop stays unknown, and what it ends stays marked as under way: both are
    # looked at once more.
    op.add_column("deliveries", sa.Column("loop", WORD, nullable=True))
    op.execute(f"UPDATE deliveries SET loop = ({LOOP[op.get_bind().dialect.name]} LIMIT 1)")  # noqa: S608 - our own words
    op.create_index("ix_deliveries_loop", "deliveries", ["loop", "created"])
    op.add_column("loop_people", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute("UPDATE loop_people SET active = false WHERE loop IN (SELECT id FROM loops WHERE NOT active)")
    op.create_index(
        "ix_loop_people_active", "loop_people", ["person"], sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY
    )
    op.add_column("people", sa.Column("qualified", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute("""UPDATE people SET qualified = (document LIKE '%"qualifications":[{%')""")
    op.create_index("ix_people_qualified", "people", ["id"], sqlite_where=QUALIFIED, postgresql_where=QUALIFIED)
    op.add_column("deliveries", sa.Column("told", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_deliveries_untold", "deliveries", ["n"], sqlite_where=UNTOLD, postgresql_where=UNTOLD)
    op.execute(TOLD)
    op.execute(HELD)
    op.drop_index("ix_loops_ended", "loops")
    op.create_index("ix_loops_ended", "loops", ["opening", "ended", "created"])
    op.create_index("ix_loops_over", "loops", ["ended", "created"])
    op.create_index("ix_loops_created", "loops", ["created"])
    op.drop_index("ix_audit_subject", "audit")
    op.create_index("ix_audit_about", "audit", ["subject", "n"])


def downgrade() -> None:
    op.drop_index("ix_audit_about", "audit")
    op.create_index("ix_audit_subject", "audit", ["subject"])
    op.drop_index("ix_loops_created", "loops")
    op.drop_index("ix_loops_over", "loops")
    op.drop_index("ix_loops_ended", "loops")
    op.create_index("ix_loops_ended", "loops", ["opening", "ended"])
    op.drop_index("ix_deliveries_untold", "deliveries")
    op.drop_column("deliveries", "told")
    op.drop_index("ix_people_qualified", "people")
    op.drop_column("people", "qualified")
    op.drop_index("ix_loop_people_active", "loop_people")
    op.drop_column("loop_people", "active")
    op.drop_index("ix_deliveries_loop", "deliveries")
    op.drop_column("deliveries", "loop")
