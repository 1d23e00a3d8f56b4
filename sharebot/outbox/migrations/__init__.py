"""Alembic migrations, one a file; see `outbox.database` for how they are run."""
