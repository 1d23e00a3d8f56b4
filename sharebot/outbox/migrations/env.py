"""Alembic's door: the connection comes from `outbox.database`, never from a file."""

from alembic import context

from sharebot.outbox.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
