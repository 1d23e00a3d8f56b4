"""The ledger: the only place where a delivery's state changes.

Each change is a compare-and-set in a transaction whose row count is checked, and leaves an event. A claim is committed
before the network is touched; what the network said is settled after it. Nothing here knows a network.
"""

import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Self

from sqlalchemy import Connection, bindparam, func, update

from sharebot import faults
from sharebot.errors import StoreError
from sharebot.model import Delivery, State
from sharebot.outbox import leases
from sharebot.outbox.clock import clock_of
from sharebot.outbox.codec import from_row
from sharebot.outbox.database import address, connect, guarded, inode, path_of, place_of
from sharebot.outbox.record import PUBLISHER, Row, record
from sharebot.outbox.settling import FIRST_LOOK, Settlement, doubt, news, settle
from sharebot.outbox.statements import QUEUED, UNSURE
from sharebot.outbox.tables import delivery


class Outbox:
    """One database of deliveries. Safe to use from several threads; every method raises StoreError when it fails.

    `clock` tells the time that counts here: the database's, where several hosts share one.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.path = path_of(url)
        self.place = place_of(address(url))
        self._engine = connect(url)
        self._file = inode(self.path)
        self.clock = clock_of(self._engine)
        self.dialect = self._engine.dialect.name
        self._reader = self._engine.execution_options(reads=True)
        self._looker = self._reader.execution_options(isolation_level="AUTOCOMMIT") if self.shared else self._reader

    @property
    def shared(self) -> bool:
        """Whether several hosts may work on it at once."""
        return self.dialect == "postgresql"

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

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """Open what one statement needs that changes nothing: on a server, a transaction would be two trips more."""
        self._check_file()
        with guarded(self.place), self._looker.connect() as connection:
            yield connection

    def _check_file(self) -> None:
        # Open connections would go on with the old file and new ones with another: claimed in one, settled in neither.
        if inode(self.path) != self._file:
            why = "was deleted or replaced while it was in use; nothing is sent until this program is started anew"
            raise StoreError(f"{self.place}: {why}")

    # ── the publisher's way ──────────────────────────────────────────────────────────────────────────────────────

    def turn(
        self,
        settlements: Sequence[Settlement],
        now: datetime,
        limit: int,
        accounts: Collection[str] | None = None,
        since: datetime | None = None,
    ) -> list[Delivery]:
        """Settle what came back, then claim what is due: in one commit.

        Of these `accounts` alone, where any are named; and nothing that was due before `since`.
        What is `sending` is to be sent. What is `unsure` is held by its lease like that, and its network to be asked.
        """
        with self.writing() as connection:
            if settlements:
                faults.passing("settle.begun")
            # All at once and in order: a host that waits for one holds no other that is waited for.
            rows = leases.lock(connection, {s.delivery.account for s in settlements}.union(accounts or ()))
            hits, freed = settle(connection, settlements, PUBLISHER, now, rows)
            changes = news(hits)
            some = limit and (accounts is None or accounts)
            claimed = _claim(connection, now, limit, accounts or (), since) if some else []
            changes += [_attempt(d) for d in claimed if d.state is State.SENDING]
            record(connection, changes, who=PUBLISHER, now=now)
            if limit and accounts:
                leases.unhand(connection, set(accounts) - {each.account for each in claimed}, freed, now)
        if settlements:
            faults.passing("settle.committed")
        if claimed:
            faults.passing("claim.committed")
        return claimed

    def claim(self, now: datetime, limit: int, accounts: Collection[str] | None = None) -> list[Delivery]:
        """Take up to `limit` due deliveries, at most one an account, and commit that before anything is sent."""
        return self.turn((), now, limit, accounts)

    def settle(self, settlements: Sequence[Settlement], now: datetime, who: str = PUBLISHER) -> int:
        """Write down what became of claimed (or unsure) deliveries. Returns of how many.

        A delivery that somebody else has settled in the meantime stays as they left it.
        """
        with self.writing() as connection:
            rows = leases.lock(connection, {settled.delivery.account for settled in settlements})
            hits, _ = settle(connection, settlements, who, now, rows)
            record(connection, news(hits), who=who, now=now)
            return len(hits)

    def retake(self, asked: Delivery, now: datetime) -> Delivery | None:
        """Let a post that was looked for under a lease, and is not there, be sent again: committed first, as a claim.

        None: it must not be, for its account was paused, or its lease is over, or somebody has settled it.
        """
        with self.writing() as connection:
            row = leases.lock(connection, [asked.account])[asked.account]
            ours = row["token"] == asked.token and row["lease_until"] and row["lease_until"] > now
            if not ours or leases.stopped(connection, asked.account):
                return None
            bound = {"its_key": asked.key, "its_token": asked.token}
            again = [from_row(row) for row in connection.execute(_RETAKE, bound)]
            why = "not found on the network; sent again"
            record(connection, [(d.key, State.UNSURE, d.state, why) for d in again], who=PUBLISHER, now=now)
        faults.passing("reconcile.retaken")
        return again[0] if again else None

    def lapse(self, now: datetime) -> int:
        """Doubt what was being sent under leases that are over: it may be out. Returns how many that were."""
        why = "its worker was lost before the network's answer was written down"
        with self.writing() as connection:
            names = leases.over(connection, now)
            return doubt(connection, names, now, now + FIRST_LOOK, "lease", why) if names else 0

    def doubt(self, now: datetime) -> int:
        """Doubt whatever is in `sending`, at once. Returns how many that were.

        Only for a caller that knows the process that sent it to be dead (it holds the lock).
        """
        why = "the process ended before the network's answer was written down"
        with self.writing() as connection:
            names = leases.held(connection)
            return doubt(connection, names, now, now, "start", why) if names else 0

    def mend(self) -> int:
        """Find what waits in accounts that do not know of it; a person's SQL or a restored copy may have put it there.

        Returns how many accounts that were.
        """
        with self.writing() as connection:
            return leases.mend(connection)

    def hand(
        self, now: datetime, until: datetime, limit: int, defer: Callable[[Connection, Sequence[str]], None]
    ) -> list[str]:
        """Mark up to `limit` accounts that have something to do as handed over, and tell `defer`: both or neither.

        `defer` writes by the same connection. What was handed over and not taken until its time is handed again.
        """
        with self.writing() as connection:
            names = leases.hand(connection, now, until, limit)
            if names:
                defer(connection, names)
            return names

    def next_due(self) -> datetime | None:
        """Return when there will be something to do: a delivery to claim, a network to ask, a lease that is over."""
        with self.looking() as connection:
            return leases.next_wake(connection)


def _attempt(claimed: Delivery) -> Row:
    return claimed.key, State.QUEUED, claimed.state, f"attempt {claimed.attempts}"


def _claim(
    connection: Connection, now: datetime, limit: int, accounts: Collection[str], since: datetime | None
) -> list[Delivery]:
    faults.passing("claim.begun")
    token = uuid.uuid4().hex
    taken = leases.take(connection, now, limit, token, accounts, since)
    bound = {"ids": taken.to_send, "now": now, "new_token": token}
    claimed = [from_row(row) for row in connection.execute(_CLAIM, bound)] if taken.to_send else []
    if taken.to_ask:
        bound = {"ids": taken.to_ask, "again": now + leases.LOOK, "new_token": token}
        claimed += [from_row(row) for row in connection.execute(_ASK, bound)]
    faults.passing("claim.taken")
    return sorted(claimed, key=lambda delivery: delivery.due)


_IDS = delivery.c.id.in_(bindparam("ids", expanding=True))
_TOKEN = bindparam("new_token", type_=delivery.c.token.type)
_MOMENT = delivery.c.due.type
_ATTEMPT = {"state": State.SENDING.value, "attempts": delivery.c.attempts + 1}
_CLAIM = (
    update(delivery)
    .where(_IDS, delivery.c.state == QUEUED)
    .values(
        token=_TOKEN,
        first_attempt=func.coalesce(delivery.c.first_attempt, bindparam("now", type_=_MOMENT), type_=_MOMENT),
        **_ATTEMPT,
    )
    .returning(delivery)
)
_ASK = (
    update(delivery)
    .where(_IDS, delivery.c.state == UNSURE)
    # When to ask next is written down first: a look that ends the process is not repeated at once.
    .values(token=_TOKEN, looks=delivery.c.looks + 1, look_at=bindparam("again", type_=_MOMENT))
    .returning(delivery)
)
_RETAKE = (
    update(delivery)
    .where(
        delivery.c.key == bindparam("its_key"), delivery.c.state == UNSURE, delivery.c.token == bindparam("its_token")
    )
    .values(**_ATTEMPT)
    .returning(delivery)
)
