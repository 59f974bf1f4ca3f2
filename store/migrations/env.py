"""Run by Alembic: migrates over the connection, and inside the transaction, that `store.schema` hands in."""

from alembic import context

from store.tables import AuditRow

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=AuditRow.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
