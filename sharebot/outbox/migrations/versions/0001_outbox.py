"""The first outbox.

A migration keeps its own copy of the tables: what it made must not change with the code.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_MOMENT = sa.DateTime(timezone=True)


def _where(state: str) -> dict[str, Any]:
    clause = sa.text(f"state = '{state}'")
    return {"sqlite_where": clause, "postgresql_where": clause}


def upgrade() -> None:
    """Make the tables of version 0.1."""
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("newsletter", sa.Text, nullable=False),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("issue", sa.Text, nullable=False),
        sa.Column("article", sa.Integer, nullable=False),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("posts", sa.JSON, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("due", _MOMENT, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("wall", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("expires", _MOMENT),
        sa.Column("error", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("token", sa.String(32)),
        sa.Column("first_attempt", _MOMENT),
        sa.Column("receipts", sa.JSON, nullable=False),
        sa.UniqueConstraint("key", name="delivery_key"),
    )
    op.create_index("delivery_due", "delivery", ["account", "due", "id"], **_where("queued"))
    op.create_index("delivery_sending", "delivery", ["account"], **_where("sending"))
    op.create_index("delivery_issue", "delivery", ["newsletter", "issue"])
    op.create_table(
        "event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("before", sa.String(16)),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_index("ix_event_key", "event", ["key"])
    op.create_table(
        "account",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("paused", sa.Text),
        sa.Column("not_before", _MOMENT),
    )
    op.create_table(
        "reading",
        sa.Column("newsletter", sa.Text, primary_key=True),
        sa.Column("first", _MOMENT, nullable=False),
    )
    op.create_table(
        "seen",
        sa.Column("newsletter", sa.Text, primary_key=True),
        sa.Column("identity", sa.Text, primary_key=True),
    )
