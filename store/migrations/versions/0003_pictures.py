"""Which files Slack was given with which delivery, so that an erasure finds them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("file", WORD, nullable=False),
        sa.Column("delivery", WORD, nullable=False),
        sa.PrimaryKeyConstraint("file"),
    )
    op.create_index("ix_pictures_delivery", "pictures", ["delivery"])


def downgrade() -> None:
    op.drop_table("pictures")
