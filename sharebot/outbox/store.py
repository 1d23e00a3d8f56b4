"""The ledger: the only place where a delivery's state changes.

Each change is a compare-and-set in a transaction whose row count is checked, and leaves an event. A claim is committed
before the network is touched; what the network said is settled after it. Nothing here knows a network.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, CursorResult, and_, func, insert, literal_column, or_, select, update

from sharebot.errors import StoreError
from sharebot.model import Delivery, Receipt, State
from sharebot.outbox import states
from sharebot.outbox.codec import from_row
from sharebot.outbox.database import connect, guarded, path_of
from sharebot.outbox.tables import account, delivery, event

EVERYONE = "*"
"""The account name under which all accounts are paused at once."""

_QUEUED: ColumnElement[str] = literal_column("'queued'")
_SENDING: ColumnElement[str] = literal_column("'sending'")


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a claimed delivery came to, for `Outbox.settle`.

    `due` is when it may be sent again, `wait` until when its whole account must not post, `pause` whether the account
    stops until a person has mended it. Where the network took nothing and asked for time, no attempt is `spent`.
    """

    delivery: Delivery
    after: State
    why: str
    receipt: Receipt | None = None
    due: datetime | None = None
    wait: datetime | None = None
    pause: bool = False
    spent: bool = True


class Outbox:
    """One database of deliveries. Safe to use from several threads; every method raises StoreError when it fails."""

    def __init__(self, url: str) -> None:
        self.path = path_of(url)
        self.place = str(self.path) if self.path else "outbox"
        self._engine = connect(url)
        self.dialect = self._engine.dialect.name
        self._reader = self._engine.execution_options(reads=True)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that is committed at the end, whole or not at all."""
        with guarded(self.place), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of things and changes nothing."""
        with guarded(self.place), self._reader.connect() as connection:
            yield connection

    # ── the publisher's way ──────────────────────────────────────────────────────────────────────────────────────

    def claim(self, now: datetime, limit: int) -> list[Delivery]:
        """Take up to `limit` due deliveries, at most one an account, and commit that before anything is sent."""
        with self.writing() as connection:
            ids = list(connection.execute(_claimable(now).limit(limit)).scalars()) if limit else []
            if not ids:
                return []
            claimed = connection.execute(
                update(delivery)
                .where(delivery.c.id.in_(ids), delivery.c.state == _QUEUED)
                .values(
                    state=State.SENDING.value,
                    token=uuid.uuid4().hex,
                    attempts=delivery.c.attempts + 1,
                    first_attempt=func.coalesce(delivery.c.first_attempt, now, type_=delivery.c.first_attempt.type),
                )
                .returning(delivery)
            ).mappings()
            deliveries = sorted((from_row(row) for row in claimed), key=lambda taken: taken.due)
            record(
                connection,
                [(d.key, State.QUEUED, State.SENDING, f"attempt {d.attempts}") for d in deliveries],
                who="publisher",
                now=now,
            )
            return deliveries

    def settle(self, settlements: Sequence[Settlement], now: datetime) -> None:
        """Write down what became of claimed (or unsure) deliveries.

        A delivery that somebody else has settled in the meantime stays as they left it.
        """
        with self.writing() as connection:
            for settlement in settlements:
                _settle(connection, settlement, now)

    def doubt(self, now: datetime) -> int:
        """Turn what an earlier process left in `sending` into `unsure`: it may be out. Returns how many.

        Only for a caller that knows the other process to be dead (it holds the lock).
        """
        why = "the process ended before the network's answer was written down"
        with self.writing() as connection:
            left = connection.execute(
                update(delivery)
                .where(delivery.c.state == _SENDING)
                .values(state=State.UNSURE.value, token=None, error=why)
                .returning(delivery.c.key)
            ).scalars()
            changes = [(key, State.SENDING, State.UNSURE, why) for key in left]
            record(connection, changes, who="start", now=now)
            return len(changes)

    def next_due(self) -> datetime | None:
        """Return when the next delivery that can be claimed will be due, or None where none waits."""
        first = (
            select(func.min(delivery.c.due, type_=delivery.c.due.type))
            .where(delivery.c.account == account.c.name, delivery.c.state == _QUEUED)
            .scalar_subquery()
        )
        with self.reading() as connection:
            rows = connection.execute(select(first, account.c.not_before).where(_idle())).all()
        times = [max(due, not_before) if not_before else due for due, not_before in rows if due]
        return min(times, default=None)


def record(
    connection: Connection, changes: Sequence[tuple[str, State | None, State, str]], *, who: str, now: datetime
) -> None:
    """Write the events of changes that were just made; refuse one that the table of transitions does not know."""
    for _, before, after, _ in changes:
        states.check(before, after)
    if changes:
        connection.execute(
            insert(event),
            [{"key": k, "at": now, "who": who, "before": b, "after": a, "why": why} for k, b, a, why in changes],
        )


def changed(result: CursorResult[Any]) -> bool:
    """Whether a compare-and-set hit its one row."""
    if result.rowcount not in {0, 1}:
        raise StoreError(f"a change meant for one delivery hit {result.rowcount}")
    return result.rowcount == 1


def _idle() -> Any:
    everyone = account.alias("everyone")
    sending = select(delivery.c.id).where(delivery.c.account == account.c.name, delivery.c.state == _SENDING)
    stopped = select(everyone.c.name).where(everyone.c.name == EVERYONE, everyone.c.paused.is_not(None))
    return and_(account.c.paused.is_(None), ~sending.exists(), ~stopped.exists())


def _claimable(now: datetime) -> Any:
    first = (
        select(delivery.c.id)
        .where(delivery.c.account == account.c.name, delivery.c.state == _QUEUED, delivery.c.due <= now)
        .order_by(delivery.c.due, delivery.c.id)
        .limit(1)
        .scalar_subquery()
    )
    rested = or_(account.c.not_before.is_(None), account.c.not_before <= now)
    ids = select(first.label("id")).where(_idle(), rested).subquery()
    return select(ids.c.id).join(delivery, delivery.c.id == ids.c.id).order_by(delivery.c.due, delivery.c.id)


def _settle(connection: Connection, settled: Settlement, now: datetime) -> None:
    before = settled.delivery
    values: dict[str, Any] = {
        "state": settled.after.value,
        "token": None,
        "error": None if settled.receipt else settled.why,
    }
    if settled.receipt:
        # The next post of a thread starts afresh: its own attempts, its own key.
        values |= {
            "receipts": [asdict(receipt) for receipt in (*before.receipts, settled.receipt)],
            "attempts": before.attempts if settled.after is State.PUBLISHED else 0,
            "first_attempt": before.first_attempt if settled.after is State.PUBLISHED else None,
        }
    elif not settled.spent:
        values["attempts"] = before.attempts - 1
    if settled.due:
        values["due"] = settled.due
    same = (
        delivery.c.key == before.key,
        delivery.c.state == before.state.value,
        delivery.c.token.is_not_distinct_from(before.token),
    )
    result = connection.execute(update(delivery).where(*same).values(**values))
    if changed(result):
        record(connection, [(before.key, before.state, settled.after, settled.why)], who="publisher", now=now)
    _mind_account(connection, settled)


def _mind_account(connection: Connection, settled: Settlement) -> None:
    values: dict[str, Any] = {}
    if settled.wait:
        values["not_before"] = settled.wait
    if settled.pause:
        values["paused"] = settled.why
    if values:
        connection.execute(update(account).where(account.c.name == settled.delivery.account).values(**values))
