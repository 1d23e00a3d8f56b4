"""The outbox's tables. Times are UTC; the same definitions serve SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)


class Instant(TypeDecorator[datetime]):
    """An aware moment. SQLite keeps no zone, so it is stored as UTC there and comes back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time: which moment it means could only be guessed."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs its zone")
        return value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Write times for SQLite as SQLAlchemy does, in a sixth of its time (measured); each turn writes dozens."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)

        def written(value: datetime | None) -> str | None:
            moment = self.process_bind_param(value, dialect)
            return moment.isoformat(" ", "microseconds").removesuffix("+00:00") if moment else None

        return written

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Read SQLite's times at once, too."""
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)
        return lambda value: datetime.fromisoformat(f"{value}+00:00") if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware time in UTC."""
        return value and value.astimezone(UTC)


metadata = MetaData()

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""SQLite's own numbers of rows are long; PostgreSQL's usual ones are used up in months at 25 million posts a day."""

delivery = Table(
    "delivery",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("key", String(64), nullable=False),
    Column("newsletter", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("issue", Text, nullable=False),
    Column("article", Integer, nullable=False),
    Column("headline", Text, nullable=False),
    Column("posts", JSON, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("due", Instant, nullable=False),
    Column("zone", Text, nullable=False),
    Column("wall", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("expires", Instant),
    Column("error", Text),
    Column("attempts", Integer, nullable=False),
    Column("token", String(32)),
    Column("first_attempt", Instant),
    Column("receipts", JSON, nullable=False),
    Column("turn", Integer, nullable=False, server_default="0"),
    Column("link", Text),
    Column("placed", String(64)),
    Column("content", String(64)),
    Column("made", String(64)),
    Column("signature", JSON(none_as_null=True)),
    Column("edited", Text),
    Column("moved", Text),
    Column("corrects", String(64)),
    Column("follows", JSON),
    Column("edits", Boolean, nullable=False, server_default=false()),
    Column("doubted", Instant),
    Column("looks", Integer, nullable=False, server_default="0"),
    Column("look_at", Instant),
    UniqueConstraint("key", name="delivery_key"),
)


def _partial(name: str, state: str, *columns: Column[Any]) -> None:
    # Partial indexes carry literal states: with bound ones SQLite scanned a million rows (measured).
    clause = text(f"state = '{state}'")
    Index(name, *columns, sqlite_where=clause)


_partial("delivery_due", "queued", delivery.c.account, delivery.c.due, delivery.c.id)
_tried = text("state = 'queued' AND first_attempt IS NOT NULL")
Index("delivery_tried", delivery.c.account, delivery.c.due, delivery.c.id, sqlite_where=_tried)
_partial("delivery_sending", "sending", delivery.c.account)
_partial("delivery_unsure", "unsure", delivery.c.account, delivery.c.look_at, delivery.c.id)
Index("delivery_issue", delivery.c.newsletter, delivery.c.issue)
_linked = text("link IS NOT NULL")
Index("delivery_link", delivery.c.account, delivery.c.link, sqlite_where=_linked)

event = Table(
    "event",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("key", String(64), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("before", String(16)),
    Column("after", String(16), nullable=False),
    Column("why", Text, nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("name", Text, primary_key=True),
    Column("paused", Text),  # why, for people
    Column("not_before", Instant),  # the network's own rate limit, a retry, or the breaker
    Column("token", String(32)),  # whose lease it is
    Column("lease_until", Instant),
    Column("handed_until", Instant),  # until when an engine's worker should have come for it
    Column("wake", Instant),  # when there is something to do for it; kept by `store.rewake`
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("probe_at", Instant),  # when to try to sign in again, where the network refused it
    Column("succeeded", Instant),  # when a network last took a post of it
    Column("ends", Instant),  # when its token ends, as far as the network tells
)
Index("account_wake", account.c.wake, sqlite_where=text("paused IS NULL"))
Index("account_lease", account.c.lease_until, sqlite_where=text("token IS NOT NULL"))
Index("account_handed", account.c.handed_until, sqlite_where=text("handed_until IS NOT NULL"))

host = Table(  # who works on a database that several may work on; on SQLite the lock's file tells it
    "host",
    metadata,
    Column("name", Text, primary_key=True),
    Column("engine", Text, nullable=False),
    Column("leads", Boolean, nullable=False),
    Column("beaten", Instant, nullable=False),
    Column("words", Text, nullable=False),
)

reading = Table(
    "reading",
    metadata,
    Column("newsletter", Text, primary_key=True),
    Column("first", Instant, nullable=False),
)

seen = Table(
    "seen",
    metadata,
    Column("newsletter", Text, primary_key=True),
    Column("identity", Text, primary_key=True),
)

trace = Table(
    "trace",
    metadata,
    Column("newsletter", Text, primary_key=True),
    Column("issue", Text, primary_key=True),
    Column("day", Date, nullable=False),
    Column("hashes", JSON, nullable=False),  # of what the issue says, to know what the next one says again
)

ranking = Table(
    "ranking",
    metadata,
    Column("digest", String(64), primary_key=True),  # of the model's name and what it was asked about
    Column("numbers", JSON, nullable=False),
    Column("used", Instant, nullable=False),  # to the day: see `Ledger.keep_rankings`
)

credential = Table(  # what signing in brought, sealed; whoever holds the database without the key has nothing
    "credential",
    metadata,
    Column("account", Text, primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("saved", Instant, nullable=False),
)

alert = Table(  # what was wrong, and who has been told, so that neither a restart nor another host tells it again
    "alert",
    metadata,
    Column("name", Text, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("words", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("told", Instant),
    Column("ended", Instant),
)


def serve_postgresql() -> None:
    """Make the partial indexes partial on PostgreSQL, too.

    That is not said where they are made: it would load PostgreSQL's dialect, 2 MiB, also where nobody uses it.
    """
    for index in (index for table in metadata.tables.values() for index in table.indexes):
        index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]
