"""The queue by lanes, so that a look at it reads its front, however long it is."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
PENDING = sa.text("finished IS NULL")
HELD = sa.text("lease_until IS NOT NULL")
DRAWN = sa.text("lane = 'home'")
LANE = (
    "UPDATE deliveries SET lane = CASE WHEN kind = 'slack.home' THEN 'home' WHEN kind LIKE 'slack.%' THEN 'slack' "
    "WHEN kind LIKE 'engine.%' THEN 'engine' WHEN kind LIKE 'calendar.%' THEN 'calendar' ELSE 'mail' END"
)


def upgrade() -> None:
    op.drop_index("ix_deliveries_queue", "deliveries")
    op.drop_index("ix_deliveries_recipient", "deliveries")
    op.add_column("deliveries", sa.Column("lane", WORD, nullable=False, server_default=""))
    op.execute(LANE)
    for name, columns, where in (
        ("ix_deliveries_queue", ["lane", "priority", "n"], PENDING),
        ("ix_deliveries_place", ["recipient", "lane", "n"], PENDING),
        ("ix_deliveries_held", ["recipient", "lane"], HELD),
        ("ix_deliveries_drawn", ["finished"], DRAWN),
    ):
        op.create_index(name, "deliveries", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    raise RuntimeError("An older program would look in the wrong place; restore a backup from before the upgrade")
