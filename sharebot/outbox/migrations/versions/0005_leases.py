"""Accounts are leased, rest and wake up; doubts know when the network is asked next; hosts give signs of life."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns, their indexes and the hosts, and tell from what waits when each account has something to do."""
    doubt: tuple[sa.Column[Any], ...] = (
        sa.Column("doubted", _MOMENT),
        sa.Column("looks", sa.Integer, nullable=False, server_default="0"),
        sa.Column("look_at", _MOMENT),
    )
    lease: tuple[sa.Column[Any], ...] = (
        sa.Column("token", sa.String(32)),
        sa.Column("lease_until", _MOMENT),
        sa.Column("handed_until", _MOMENT),
        sa.Column("wake", _MOMENT),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("probe_at", _MOMENT),
    )
    _lengthen("delivery")
    _lengthen("event")
    for table, columns in (("delivery", doubt), ("account", lease)):
        for column in columns:
            op.add_column(table, column)
    _index("delivery_unsure", "delivery", ["account", "look_at", "id"], "state = 'unsure'")
    tried = "state = 'queued' AND first_attempt IS NOT NULL"
    _index("delivery_tried", "delivery", ["account", "due", "id"], tried)
    _index("account_wake", "account", ["wake"], "paused IS NULL")
    _index("account_lease", "account", ["lease_until"], "token IS NOT NULL")
    _index("account_handed", "account", ["handed_until"], "handed_until IS NOT NULL")
    op.create_table(
        "host",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("engine", sa.Text, nullable=False),
        sa.Column("leads", sa.Boolean, nullable=False),
        sa.Column("beaten", _MOMENT, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.execute("UPDATE delivery SET doubted = first_attempt, look_at = due WHERE state = 'unsure'")
    mine = "FROM delivery WHERE delivery.account = account.name AND state"
    op.execute(f"UPDATE account SET wake = (SELECT min(due) {mine} IN ('queued', 'unsure'))")  # noqa: S608 — no input
    # What was being sent when the older program ended is under a lease that is over: doubted, and not forgotten.
    lost = f"(SELECT min(due) {mine} = 'sending')"
    op.execute(f"UPDATE account SET token = '{revision}', lease_until = {lost} WHERE {lost} IS NOT NULL")  # noqa: S608


def _lengthen(table: str) -> None:
    """Let there be more rows than a short number counts; SQLite's are long already."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(table, "id", type_=sa.BigInteger())
        op.execute(f"ALTER SEQUENCE {table}_id_seq AS bigint")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    clause = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=clause, postgresql_where=clause)
