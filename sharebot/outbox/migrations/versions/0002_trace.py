"""What the last issues said, so that what recurs in every one is known."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of traces."""
    op.create_table(
        "trace",
        sa.Column("newsletter", sa.Text, primary_key=True),
        sa.Column("issue", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("hashes", sa.JSON, nullable=False),
    )
