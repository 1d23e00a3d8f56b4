"""Accounts know when they last posted and when their tokens end; sealed tokens, and alarms that were told."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and the tables."""
    op.add_column("account", sa.Column("succeeded", _MOMENT))
    op.add_column("account", sa.Column("ends", _MOMENT))
    op.create_table(
        "credential",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("saved", _MOMENT, nullable=False),
    )
    op.create_table(
        "alert",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("told", _MOMENT),
        sa.Column("ended", _MOMENT),
    )
