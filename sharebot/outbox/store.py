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

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from sharebot.errors import StoreError
from sharebot.model import Delivery, Receipt, State
from sharebot.outbox import states
from sharebot.outbox.codec import from_row
from sharebot.outbox.database import connect, guarded, inode, path_of
from sharebot.outbox.tables import account, delivery, event

EVERYONE = "*"
"""The account name under which all accounts are paused at once."""

QUEUED: ColumnElement[str] = literal_column("'queued'")
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
        self._file = inode(self.path)
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
        self._check_file()
        with guarded(self.place), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of things and changes nothing."""
        self._check_file()
        with guarded(self.place), self._reader.connect() as connection:
            yield connection

    def _check_file(self) -> None:
        # Open connections would go on with the old file and new ones with another: claimed in one, settled in neither.
        if inode(self.path) != self._file:
            why = "was deleted or replaced while it was in use; nothing is sent until this program is started anew"
            raise StoreError(f"{self.place}: {why}")

    # ── the publisher's way ──────────────────────────────────────────────────────────────────────────────────────

    def turn(self, settlements: Sequence[Settlement], now: datetime, limit: int) -> list[Delivery]:
        """Settle what came back, then claim what is due: both or neither, in one commit."""
        with self.writing() as connection:
            _settle_all(connection, settlements, "publisher", now)
            return _claim(connection, now, limit) if limit else []

    def claim(self, now: datetime, limit: int) -> list[Delivery]:
        """Take up to `limit` due deliveries, at most one an account, and commit that before anything is sent."""
        return self.turn((), now, limit)

    def settle(self, settlements: Sequence[Settlement], now: datetime, who: str = "publisher") -> int:
        """Write down what became of claimed (or unsure) deliveries. Returns of how many.

        A delivery that somebody else has settled in the meantime stays as they left it.
        """
        with self.writing() as connection:
            return _settle_all(connection, settlements, who, now)

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
        with self.reading() as connection:
            rows = connection.execute(_NEXT).all()
        times = [max(row.due, row.not_before or row.due) for row in rows if row.due]
        return min(times, default=None)


Row = tuple[str, State | None, State, str]
"""A change that was made: key, state before, state after, why."""


def record(connection: Connection, changes: Sequence[Row], *, who: str, now: datetime) -> None:
    """Write the events of changes that were just made; refuse one that the table of transitions does not know."""
    for _, before, after, _ in changes:
        states.check(before, after)
    if changes:
        rows = [{"key": k, "at": now, "who": who, "before": b, "after": a, "why": why} for k, b, a, why in changes]
        connection.execute(_EVENT, rows)


def changed(result: CursorResult[Any]) -> bool:
    """Whether a compare-and-set hit its one row."""
    if result.rowcount not in {0, 1}:
        raise StoreError(f"a change meant for one delivery hit {result.rowcount}")
    return result.rowcount == 1


def _claim(connection: Connection, now: datetime, limit: int) -> list[Delivery]:
    ids = list(connection.execute(_CLAIMABLE, {"now": now, "most": limit}).scalars())
    if not ids:
        return []
    token = uuid.uuid4().hex
    taken = connection.execute(_CLAIM, {"ids": ids, "now": now, "new_token": token}).mappings()
    deliveries = sorted((from_row(row) for row in taken), key=lambda delivery: delivery.due)
    changes: list[Row] = [(d.key, State.QUEUED, State.SENDING, f"attempt {d.attempts}") for d in deliveries]
    record(connection, changes, who="publisher", now=now)
    return deliveries


def _settle_all(connection: Connection, settlements: Sequence[Settlement], who: str, now: datetime) -> int:
    changes = [change for settled in settlements if (change := _settle(connection, settled))]
    record(connection, changes, who=who, now=now)
    return len(changes)


def _settle(connection: Connection, settled: Settlement) -> Row | None:
    before = settled.delivery
    out = before.receipts + ((settled.receipt,) if settled.receipt else ())
    # The next post of a thread starts afresh: its own attempts, its own key.
    afresh = settled.receipt is not None and settled.after is not State.PUBLISHED
    values = {
        "its_key": before.key,
        "its_state": before.state.value,
        "its_token": before.token,
        "state": settled.after.value,
        "error": None if settled.receipt else settled.why,
        "due": settled.due or before.due,
        "receipts": [asdict(receipt) for receipt in out],
        "attempts": 0 if afresh else before.attempts - (not settled.spent),
        "first_attempt": None if afresh else before.first_attempt,
    }
    hit = changed(connection.execute(_SETTLE, values))
    _mind_account(connection, settled)
    return (before.key, before.state, settled.after, settled.why) if hit else None


def _mind_account(connection: Connection, settled: Settlement) -> None:
    values: dict[str, Any] = {}
    if settled.wait:
        values["not_before"] = settled.wait
    if settled.pause:
        values["paused"] = settled.why
    if values:
        connection.execute(update(account).where(account.c.name == settled.delivery.account).values(**values))


# Statements are made once: building them anew for every turn took more time than running them (measured).


def working() -> ColumnElement[bool]:
    """Whether an account is not paused, alone or with all."""
    everyone = account.alias("everyone")
    stopped = select(everyone.c.name).where(everyone.c.name == EVERYONE, everyone.c.paused.is_not(None))
    return and_(account.c.paused.is_(None), ~stopped.exists())


def rested(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether an account's network does not ask for time any more."""
    return or_(account.c.not_before.is_(None), account.c.not_before <= now)


def _idle() -> ColumnElement[bool]:
    sending = select(delivery.c.id).where(delivery.c.account == account.c.name, delivery.c.state == _SENDING)
    return and_(working(), ~sending.exists())


def _claimable() -> Select[tuple[int]]:
    now = bindparam("now", type_=delivery.c.due.type)
    first = (
        select(delivery.c.id)
        .where(delivery.c.account == account.c.name, delivery.c.state == QUEUED, delivery.c.due <= now)
        .order_by(delivery.c.due, delivery.c.id)
        .limit(1)
        .scalar_subquery()
    )
    ids = select(first.label("id")).where(_idle(), rested(now)).subquery()
    found = select(ids.c.id).join(delivery, delivery.c.id == ids.c.id)
    return found.order_by(delivery.c.due, delivery.c.id).limit(bindparam("most", type_=Integer))


def _next() -> Select[Any]:
    first = (
        select(func.min(delivery.c.due, type_=delivery.c.due.type))
        .where(delivery.c.account == account.c.name, delivery.c.state == QUEUED)
        .scalar_subquery()
    )
    return select(first.label("due"), account.c.not_before).where(_idle())


_CLAIMABLE = _claimable()
_NEXT = _next()
_EVENT = insert(event)
_CLAIM = (
    update(delivery)
    .where(delivery.c.id.in_(bindparam("ids", expanding=True)), delivery.c.state == QUEUED)
    .values(
        state=State.SENDING.value,
        token=bindparam("new_token"),
        attempts=delivery.c.attempts + 1,
        first_attempt=func.coalesce(
            delivery.c.first_attempt,
            bindparam("now", type_=delivery.c.first_attempt.type),
            type_=delivery.c.first_attempt.type,
        ),
    )
    .returning(delivery)
)
_SETTLE = (
    update(delivery)
    .where(
        delivery.c.key == bindparam("its_key"),
        delivery.c.state == bindparam("its_state"),
        delivery.c.token.is_not_distinct_from(bindparam("its_token")),
    )
    .values(
        token=None,
        **{name: bindparam(name) for name in ("state", "error", "due", "receipts", "attempts", "first_attempt")},
    )
)
