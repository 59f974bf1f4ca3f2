"""The beginning: every table, and the triggers by which the database itself guards what must not be lost."""

import sqlalchemy as sa
from alembic import op

from store import dialect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Compared byte by byte everywhere: the same order on both databases, and no index that an update of the system's
# languages would break.
WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table('audit',
    sa.Column('n', NUMBER, autoincrement=False, nullable=False),
    sa.Column('subject', WORD, nullable=False),
    sa.Column('entry', sa.Text(), nullable=False),
    sa.Column('before', WORD, nullable=False),
    sa.Column('digest', WORD, nullable=False),
    sa.PrimaryKeyConstraint('n')
    )
    op.create_index('ix_audit_subject', 'audit', ['subject'])
    op.create_table('calendar_events',
    sa.Column('calendar', WORD, nullable=False),
    sa.Column('id', WORD, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('removed', sa.Boolean(), nullable=False),
    sa.Column('starts', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends', sa.DateTime(timezone=True), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('calendar', 'id')
    )
    op.create_index('ix_calendar_events_span', 'calendar_events', ['removed', 'ends'])
    op.create_table('calendar_files',
    sa.Column('email', WORD, nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('email')
    )
    op.create_table('candidates',
    sa.Column('id', WORD, nullable=False),
    sa.Column('email', WORD, nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('accommodation', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_candidates_email', 'candidates', ['email'])
    op.create_table('data_keys',
    sa.Column('owner', WORD, nullable=False),
    sa.Column('master', WORD, nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=True),
    sa.Column('destroyed', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('owner')
    )
    op.create_index('ix_data_keys_master', 'data_keys', ['master'])
    op.create_table('deliveries',
    sa.Column('n', NUMBER, nullable=False),
    sa.Column('key', WORD, nullable=False),
    sa.Column('kind', WORD, nullable=False),
    sa.Column('recipient', WORD, nullable=False),
    sa.Column('refs', sa.Text(), nullable=False),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=True),
    sa.Column('updates', WORD, nullable=True),
    sa.Column('thread', WORD, nullable=True),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('state', WORD, nullable=False),
    sa.Column('pending', sa.Boolean(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('forgiven', sa.Integer(), nullable=False),
    sa.Column('reached', sa.Boolean(), nullable=False),
    sa.Column('worker', WORD, nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('finished', sa.DateTime(timezone=True), nullable=True),
    sa.Column('channel', WORD, nullable=True),
    sa.Column('ts', WORD, nullable=True),
    sa.CheckConstraint("pending = (state NOT IN ('done', 'dead'))", name='ck_deliveries_pending'),
    sa.CheckConstraint("state IN ('waiting', 'claimed', 'sending', 'done', 'unknown', 'dead')", name='ck_deliveries_state'),
    sa.PrimaryKeyConstraint('n'),
    sa.UniqueConstraint('key', name='uq_deliveries_key')
    )
    op.create_index('ix_deliveries_queue', 'deliveries', ['pending', 'priority', 'n'])
    op.create_index('ix_deliveries_recipient', 'deliveries', ['recipient', 'pending', 'n'])
    op.create_index('ix_deliveries_state', 'deliveries', ['state', 'n'])
    op.create_table('disclosures',
    sa.Column('n', NUMBER, nullable=False),
    sa.Column('loop', WORD, nullable=False),
    sa.Column('person', WORD, nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('n')
    )
    op.create_index('ix_disclosures_loop', 'disclosures', ['loop'])
    op.create_table('drafts',
    sa.Column('loop', WORD, nullable=False),
    sa.Column('session', WORD, nullable=False),
    sa.Column('author', WORD, nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('loop', 'session', 'author')
    )
    op.create_table('episodes',
    sa.Column('key', WORD, nullable=False),
    sa.Column('opened', sa.DateTime(timezone=True), nullable=False),
    sa.Column('alerted', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('key')
    )
    op.create_table('inbox',
    sa.Column('event', WORD, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('event')
    )
    op.create_index('ix_inbox_at', 'inbox', ['at'])
    op.create_table('loops',
    sa.Column('id', WORD, nullable=False),
    sa.Column('opening', WORD, nullable=False),
    sa.Column('candidate', WORD, nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_loops_active_opening', 'loops', ['active', 'opening'])
    op.create_index('ix_loops_candidate', 'loops', ['candidate'])
    op.create_index('ix_loops_opening', 'loops', ['opening'])
    op.create_table('openings',
    sa.Column('id', WORD, nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('people',
    sa.Column('id', WORD, nullable=False),
    sa.Column('email', WORD, nullable=False),
    sa.Column('slack_id', WORD, nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_people_email', 'people', ['email'])
    op.create_index('ix_people_slack_id', 'people', ['slack_id'])
    op.create_table('pipelines',
    sa.Column('id', WORD, nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('plans',
    sa.Column('id', WORD, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', 'version')
    )
    op.create_table('scorecards',
    sa.Column('n', NUMBER, nullable=False),
    sa.Column('loop', WORD, nullable=False),
    sa.Column('session', WORD, nullable=False),
    sa.Column('author', WORD, nullable=False),
    sa.Column('commitment', WORD, nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('n')
    )
    op.create_index('ix_scorecards_loop', 'scorecards', ['loop'])
    op.create_table('bookings',
    sa.Column('loop', WORD, nullable=False),
    sa.Column('session', WORD, nullable=False),
    sa.Column('seat', WORD, nullable=False),
    sa.Column('person', WORD, nullable=False),
    sa.Column('starts', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends', sa.DateTime(timezone=True), nullable=False),
    sa.Column('firm', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['loop'], ['loops.id'], ),
    sa.PrimaryKeyConstraint('loop', 'session', 'seat')
    )
    op.create_index('ix_bookings_person_starts', 'bookings', ['person', 'starts'])
    op.create_table('loop_people',
    sa.Column('loop', WORD, nullable=False),
    sa.Column('person', WORD, nullable=False),
    sa.ForeignKeyConstraint(['loop'], ['loops.id'], ),
    sa.PrimaryKeyConstraint('loop', 'person')
    )
    op.create_index('ix_loop_people_person', 'loop_people', ['person'])
    for statement in dialect.guards(op.get_bind()):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("There is nothing before the beginning")
