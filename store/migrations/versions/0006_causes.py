"""What brought each delivery about, so that the log can be followed from a click to its answer."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
works_with = "0004"


def upgrade() -> None:
    # Of those that are there, and of those that an older program writes, it stays unknown.
    op.add_column("deliveries", sa.Column("cause", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("deliveries", "cause")
