"""Who may send for an account, until when, and when there is something to do for it.

An account is leased as a whole: that keeps its posts in order, one in flight, and its rests in one place. Its `wake` is
the moment from which there is something to do for it, so that a look at the queue reads one index, however many rows
wait or are finished.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping

from sharebot import faults
from sharebot.outbox import bell, statements

LEASE = timedelta(seconds=120)
"""How long an account is held for one post. A request takes less than half of it (see `http.READ`)."""
START_WITHIN = 60.0
"""Seconds of a lease in which a request may begin; what begins then has ended before the lease has."""
LOOK = timedelta(minutes=1)
"""How long after a look for a lost post the next one is at the soonest."""
HANDING = timedelta(seconds=5)
"""How often at least somebody looks which accounts are to be handed over."""


@dataclass(frozen=True, slots=True)
class Rest:
    """How an account stands once it is free: until when it rests, how often it failed in a row, and why it is paused.

    `probe_at` is when a sign-in is tried that the network refused, `succeeded` when a network last took a post of it.
    """

    name: str
    not_before: datetime | None = None
    failures: int = 0
    paused: str | None = None
    probe_at: datetime | None = None
    succeeded: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Ids of the deliveries that a claim is about: those to be sent, and those whose network is to be asked."""

    to_send: tuple[int, ...]
    to_ask: tuple[int, ...]


def stopped(connection: Connection, name: str) -> bool:
    """Whether an account is paused, alone or with all."""
    return connection.execute(statements.WORKS, {"names": [name]}).first() is None


def lock(connection: Connection, names: Iterable[str]) -> dict[str, RowMapping]:
    """Return these accounts, which nobody else changes until this transaction ends.

    Whoever changes deliveries locks their accounts first, and in this order: so nobody waits for each other in a ring.
    """
    some = sorted(names)
    rows = connection.execute(statements.LOCKED, {"names": some}).mappings() if some else ()
    return {row["name"]: row for row in rows}


def take(
    connection: Connection,
    now: datetime,
    limit: int,
    token: str,
    only: Collection[str] = (),
    since: datetime | None = None,
) -> Taken:
    """Lease up to `limit` accounts (`only` of these, where any are named) that have something to do; say what it is.

    An account may be left that has something that was due before `since`.
    """
    bound = {"now": now, "most": limit, "new_token": token, "until": now + LEASE}
    statement = statements.TAKES[bool(only), since is not None]
    leased = list(connection.execute(statement, bound | {"names": list(only), "since": since}).scalars())
    if not leased:
        return Taken((), ())
    faults.passing("claim.leased")
    rows = connection.execute(statements.HEADS, {"names": leased, "now": now}).all()
    idle = [row.name for row in rows if row.doubt is None and row.first is None]
    if idle:
        connection.execute(statements.LEAVE, {"names": idle})
    asks = tuple(row.doubt for row in rows if row.doubt is not None)
    return Taken(tuple(row.first for row in rows if row.doubt is None and row.first is not None), asks)


def over(connection: Connection, now: datetime) -> list[str]:
    """Lock and return the accounts whose leases are over."""
    return list(connection.execute(statements.OVER, {"now": now}).scalars())


def held(connection: Connection) -> list[str]:
    """Lock and return the accounts that are leased, by whomever, or have a post in hand without."""
    return list(connection.execute(statements.HELD).scalars())


def free(connection: Connection, rests: Sequence[Rest], now: datetime) -> dict[str, datetime | None]:
    """Give locked accounts back; they wake when they have rested and there is something to do for them.

    Returns when those wake that nothing stands in the way of.
    """
    works = [rest.name for rest in rests if rest == Rest(rest.name, succeeded=now)]
    wakes = connection.execute(statements.GO_ON, {"names": works, "now": now}).all() if works else ()
    others = [rest for rest in rests if rest.name not in works]
    if others:
        rows = [{f"new_{name}": getattr(rest, name) for name in Rest.__slots__} for rest in others]
        statements.GIVE_BACK.run(connection, rows)
    return {row.name: row.wake for row in wakes}


def rewake(connection: Connection, names: Iterable[str]) -> None:
    """Let these accounts wake when there is something to do for them; to be done wherever their deliveries change."""
    if some := sorted(names):
        connection.execute(statements.REWAKE, {"names": some})


def mend(connection: Connection) -> int:
    """Let every account wake at its time, whatever has put a wrong one there; returns how many did not."""
    names = asleep(connection)
    if names:
        lock(connection, names)
        rewake(connection, names)
    return len(names)


def asleep(connection: Connection) -> list[str]:
    """Return the accounts that do not wake at their time."""
    return list(connection.execute(statements.ASLEEP).scalars())


def next_wake(connection: Connection) -> datetime | None:
    """Return when there is something to do next: for a free account, or because a lease or a handing is over."""
    row = connection.execute(statements.NEXT).one()
    times = [row.lease] if row.stopped else [row.wake, row.lease, row.handed]
    return min((time for time in times if time), default=None)


def hand(connection: Connection, now: datetime, until: datetime, limit: int) -> list[str]:
    """Mark up to `limit` accounts that have something to do as handed to somebody until then, and name them."""
    connection.execute(statements.LOST, {"now": now})
    return list(connection.execute(statements.HAND, {"now": now, "until": until, "most": limit}).scalars())


def unhand(
    connection: Connection, names: AbstractSet[str], freed: Mapping[str, datetime | None], now: datetime
) -> None:
    """Let accounts be handed over again. Ring where that has to be before the next look of who does it.

    What was just `freed` is not marked as handed: its lease has ended that.
    """
    marked = sorted(names - freed.keys())
    wakes = [freed[name] for name in freed.keys() & names]
    wakes += connection.execute(statements.UNHAND, {"names": marked}).scalars() if marked else ()
    if any(wake and wake < now + HANDING for wake in wakes):
        bell.ring(connection)
