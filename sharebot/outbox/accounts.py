"""What people and the publisher do with accounts as a whole: pause, resume, try a sign-in that was refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Insert, Table, and_, func, select, update

from sharebot import retry
from sharebot.errors import HELD_BY, REVISED
from sharebot.model import State
from sharebot.outbox import leases
from sharebot.outbox.codec import fingerprint
from sharebot.outbox.record import record
from sharebot.outbox.statements import EVERYONE
from sharebot.outbox.store import Outbox
from sharebot.outbox.tables import account, delivery

_OWN = (*REVISED, HELD_BY)
"""How the reasons begin for which a delivery is held, and not its account."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands.

    It is `paused` for a reason, or rests until `not_before` after so many `failures` in a row; `probe_at` is when a
    sign-in is tried again that was refused. It last posted when it `succeeded`, and its token `ends` (None: never, or
    nobody knows).
    """

    name: str
    paused: str | None
    not_before: datetime | None
    failures: int
    probe_at: datetime | None
    succeeded: datetime | None
    ends: datetime | None


class Accounts(Outbox):
    """The outbox with its accounts."""

    def standings(self) -> dict[str, Standing]:
        """Return how each known account stands; `EVERYONE` is among them once all were paused."""
        with self.reading() as connection:
            return {row.name: Standing(*row) for row in connection.execute(_STANDINGS)}

    def note_ends(self, name: str, ends: datetime | None) -> None:
        """Remember when an account's token ends."""
        with self.writing() as connection:
            self._know_accounts(connection, {name})
            connection.execute(update(account).where(account.c.name == name).values(ends=ends))

    def paused(self) -> dict[str, str]:
        """Return the paused accounts and why; `EVERYONE` when all are."""
        with self.reading() as connection:
            rows = connection.execute(select(account.c.name, account.c.paused).where(account.c.paused.is_not(None)))
            return {name: why for name, why in rows if why}

    def pause(self, name: str, why: str) -> None:
        """Stop an account (or `EVERYONE`) until it is resumed; its posts wait."""
        with self.writing() as connection:
            self.stop(connection, name, why)

    def stop(self, connection: Connection, name: str, why: str) -> None:
        """Do so within a transaction."""
        self._know_accounts(connection, {name})
        connection.execute(update(account).where(account.c.name == name).values(paused=why, probe_at=None))

    def probes(self, now: datetime) -> list[str]:
        """Return the accounts whose sign-in was refused, and may be tried again now."""
        due = select(account.c.name).where(account.c.probe_at <= now, account.c.paused.is_not(None))
        with self.reading() as connection:
            return list(connection.execute(due).scalars())

    def refused(self, name: str, now: datetime) -> None:
        """Note that an account's sign-in was refused again: the next try is later."""
        with self.writing() as connection:
            failures = leases.lock(connection, [name])[name]["failures"] + 1
            again = {"failures": failures, "probe_at": now + retry.probe_after(failures)}
            connection.execute(update(account).where(account.c.name == name).values(**again))

    def probe_soon(self, names: Iterable[str], now: datetime) -> None:
        """Let a sign-in that was refused be tried now: its account has other secrets."""
        mine = (account.c.name.in_(known := sorted(names)), account.c.probe_at.is_not(None))
        with self.writing() as connection:
            leases.lock(connection, known)
            connection.execute(update(account).where(*mine).values(probe_at=now))

    def resume(self, name: str, who: str, now: datetime) -> int:
        """Let an account (or, by `EVERYONE`, all) post again; what it held is queued. Returns how many were held.

        What is held without a post in it waits for its link, what is no longer true for other words, and what its
        account has posted already, or a person holds, for a person.
        """
        mine = [] if name == EVERYONE else [account.c.name == name]
        held = [held_by_account()] + ([] if name == EVERYONE else [delivery.c.account == name])
        with self.writing() as connection:
            names = list(connection.execute(select(account.c.name).where(*mine)).scalars())
            leases.lock(connection, names)
            resumed = {"paused": None, "not_before": None, "probe_at": None}
            connection.execute(update(account).where(*mine).values(**resumed))
            values = {"state": State.QUEUED.value, "attempts": 0, "error": None}
            released = update(delivery).where(*held).values(**values).returning(delivery.c.key)
            keys = connection.execute(released).scalars()
            changes = [(key, State.HELD, State.QUEUED, "account resumed") for key in keys]
            record(connection, changes, who=who, now=now)
            leases.rewake(connection, names)
            return len(changes)

    def _insert(self, table: Table) -> Insert:
        """Return an insert that leaves a row alone that is already there."""
        if self.dialect == "sqlite":
            from sqlalchemy.dialects.sqlite import insert
        else:
            from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment] # the same, for this use
        return insert(table).on_conflict_do_nothing()

    def _know_accounts(self, connection: Connection, names: Iterable[str]) -> None:
        for name in sorted(names):
            connection.execute(self._insert(account), {"name": name})


def held_by_account() -> ColumnElement[bool]:
    """Whether a delivery is held because its account was paused, and for no reason of its own."""
    own = (delivery.c.fingerprint != fingerprint(()), *(~begins(reason) for reason in _OWN))
    return and_(delivery.c.state == State.HELD.value, *own)


def begins(reason: str) -> ColumnElement[bool]:
    """Whether a delivery waits for this reason."""
    return func.coalesce(delivery.c.error, "").startswith(reason, autoescape=True)


_STANDINGS = select(*(account.c[name] for name in Standing.__slots__))
