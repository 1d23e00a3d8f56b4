"""How a language model ranked an article's sentences, so that it is asked about each only once."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table of rankings."""
    op.create_table(
        "ranking",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("numbers", sa.JSON, nullable=False),
        sa.Column("used", sa.DateTime(timezone=True), nullable=False),
    )
