"""When a loop ended, and which episodes are open: what is asked all day long must not read all the past."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
works_with = "0004"

OPEN = sa.text("closed IS NULL")


def upgrade() -> None:
    # Of those that are over already it stays unknown, and so it does of those that an older program ends.
    op.add_column("loops", sa.Column("ended", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_loops_ended", "loops", ["opening", "ended"])
    op.create_index("ix_episodes_open", "episodes", ["opened"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index("ix_episodes_open", "episodes")
    op.drop_index("ix_loops_ended", "loops")
    op.drop_column("loops", "ended")
