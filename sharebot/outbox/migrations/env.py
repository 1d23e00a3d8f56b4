"""Alembic's door: the connection comes from `outbox.database`, never from a file."""

from alembic import context

from sharebot.outbox.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # the connection is in a transaction already: all migrations or none
)
with context.begin_transaction():
    context.run_migrations()
