"""What editors do with deliveries: approve, edit, move, repost, correct; and the links that an account has posted."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns, and an index to find a link by."""
    for column in (
        sa.Column("turn", sa.Integer, nullable=False, server_default="0"),
        sa.Column("link", sa.Text),
        sa.Column("placed", sa.String(64)),
        sa.Column("content", sa.String(64)),
        sa.Column("made", sa.String(64)),
        sa.Column("signature", sa.JSON),
        sa.Column("edited", sa.Text),
        sa.Column("moved", sa.Text),
        sa.Column("corrects", sa.String(64)),
        sa.Column("follows", sa.JSON),
        sa.Column("edits", sa.Boolean, nullable=False, server_default=sa.false()),
    ):
        op.add_column("delivery", column)
    linked = sa.text("link IS NOT NULL")
    op.create_index("delivery_link", "delivery", ["account", "link"], sqlite_where=linked, postgresql_where=linked)
