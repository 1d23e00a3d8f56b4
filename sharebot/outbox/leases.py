"""Who may send for an account, until when, and when there is something to do for it.

An account is leased as a whole: that keeps its posts in order, one in flight, and its rests in one place. Its `wake` is
the moment from which there is something to do for it, so that a look at the queue reads one index, however many rows
wait or are finished. Statements are made once: building them anew for every turn took more time than running them
(measured).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    Select,
    Update,
    and_,
    bindparam,
    case,
    column,
    func,
    literal_column,
    null,
    or_,
    select,
    union,
    update,
)

from sharebot import faults
from sharebot.outbox import bell
from sharebot.outbox.many import changing
from sharebot.outbox.tables import account, delivery

LEASE = timedelta(seconds=120)
"""How long an account is held for one post. A request takes less than half of it (see `http.READ`)."""
START_WITHIN = 60.0
"""Seconds of a lease in which a request may begin; what begins then has ended before the lease has."""
LOOK = timedelta(minutes=1)
"""How long after a look for a lost post the next one is at the soonest."""
HANDING = timedelta(seconds=5)
"""How often at least somebody looks which accounts are to be handed over."""

EVERYONE = "*"
"""The account name under which all accounts are paused at once."""

# Literal states: with bound ones no partial index is used (measured).
QUEUED: ColumnElement[str] = literal_column("'queued'")
SENDING: ColumnElement[str] = literal_column("'sending'")
UNSURE: ColumnElement[str] = literal_column("'unsure'")
PUBLISHED: ColumnElement[str] = literal_column("'published'")

_NOW: Any = bindparam("now", type_=delivery.c.due.type)
_SINCE: Any = bindparam("since", type_=delivery.c.due.type)
_MOST = bindparam("most", type_=Integer)
_ITS_TURN = (account.c.wake, account.c.name)
_FREE = and_(account.c.token.is_(None), account.c.paused.is_(None))
_MINE = delivery.c.account == account.c.name


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


def working() -> ColumnElement[bool]:
    """Whether an account is not paused, alone or with all."""
    return and_(account.c.paused.is_(None), ~_stopped())


def stopped(connection: Connection, name: str) -> bool:
    """Whether an account is paused, alone or with all."""
    return connection.execute(_WORKS, {"names": [name]}).first() is None


def _stopped() -> ColumnElement[bool]:
    everyone = account.alias("everyone")
    return select(everyone.c.name).where(everyone.c.name == EVERYONE, everyone.c.paused.is_not(None)).exists()


def rested(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether an account's network does not ask for time any more."""
    return or_(account.c.not_before.is_(None), account.c.not_before <= now)


def lock(connection: Connection, names: Iterable[str]) -> dict[str, RowMapping]:
    """Return these accounts, which nobody else changes until this transaction ends.

    Whoever changes deliveries locks their accounts first, and in this order: so nobody waits for each other in a ring.
    """
    some = sorted(names)
    rows = connection.execute(_LOCKED, {"names": some}).mappings() if some else ()
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
    statement = _TAKES[bool(only), since is not None]
    leased = list(connection.execute(statement, bound | {"names": list(only), "since": since}).scalars())
    if not leased:
        return Taken((), ())
    faults.passing("claim.leased")
    rows = connection.execute(_HEADS, {"names": leased, "now": now}).all()
    idle = [row.name for row in rows if row.doubt is None and row.first is None]
    if idle:
        connection.execute(_LEAVE, {"names": idle})
    asks = tuple(row.doubt for row in rows if row.doubt is not None)
    return Taken(tuple(row.first for row in rows if row.doubt is None and row.first is not None), asks)


def over(connection: Connection, now: datetime) -> list[str]:
    """Lock and return the accounts whose leases are over."""
    return list(connection.execute(_OVER, {"now": now}).scalars())


def held(connection: Connection) -> list[str]:
    """Lock and return the accounts that are leased, by whomever, or have a post in hand without."""
    return list(connection.execute(_HELD).scalars())


def free(connection: Connection, rests: Sequence[Rest], now: datetime) -> None:
    """Give locked accounts back; they wake when they have rested and there is something to do for them."""
    works = [rest.name for rest in rests if rest == Rest(rest.name, succeeded=now)]
    if works:
        connection.execute(_GO_ON, {"names": works, "now": now})
    others = [rest for rest in rests if rest.name not in works]
    if others:
        rows = [{f"new_{name}": getattr(rest, name) for name in Rest.__slots__} for rest in others]
        _GIVE_BACK.run(connection, rows)


def rewake(connection: Connection, names: Iterable[str]) -> None:
    """Let these accounts wake when there is something to do for them; to be done wherever their deliveries change."""
    if some := sorted(names):
        connection.execute(_REWAKE, {"names": some})


def mend(connection: Connection) -> int:
    """Let every account wake at its time, whatever has put a wrong one there; returns how many did not."""
    names = asleep(connection)
    if names:
        lock(connection, names)
        rewake(connection, names)
    return len(names)


def asleep(connection: Connection) -> list[str]:
    """Return the accounts that do not wake at their time."""
    return list(connection.execute(_ASLEEP).scalars())


def next_wake(connection: Connection) -> datetime | None:
    """Return when there is something to do next: for a free account, or because a lease or a handing is over."""
    row = connection.execute(_NEXT).one()
    times = [row.lease] if row.stopped else [row.wake, row.lease, row.handed]
    return min((time for time in times if time), default=None)


def hand(connection: Connection, now: datetime, until: datetime, limit: int) -> list[str]:
    """Mark up to `limit` accounts that have something to do as handed to somebody until then, and name them."""
    connection.execute(_LOST, {"now": now})
    return list(connection.execute(_HAND, {"now": now, "until": until, "most": limit}).scalars())


def unhand(connection: Connection, names: Collection[str], now: datetime) -> None:
    """Let accounts be handed over again. Ring where that has to be before the next look of who does it."""
    wakes = connection.execute(_UNHAND, {"names": sorted(names)}).scalars() if names else ()
    if any(wake and wake < now + HANDING for wake in wakes):
        bell.ring(connection)


def _wake(rests_until: ColumnElement[Any]) -> ColumnElement[datetime]:
    kind = delivery.c.due.type
    first = select(func.min(delivery.c.due, type_=kind)).where(_MINE, delivery.c.state == QUEUED).scalar_subquery()
    look = select(func.min(delivery.c.look_at, type_=kind)).where(_MINE, delivery.c.state == UNSURE).scalar_subquery()
    ready = case((rests_until > first, rests_until), else_=first)
    return case((look < ready, look), else_=func.coalesce(ready, look, type_=kind))


def _due() -> Select[tuple[str]]:
    ready = select(account.c.name).where(_FREE, account.c.wake <= _NOW, ~_stopped())
    return ready.with_for_update(of=account, skip_locked=True)


def _unhanded() -> Select[tuple[str]]:
    return _due().where(account.c.handed_until.is_(None)).order_by(*_ITS_TURN).limit(_MOST)


def _take(ready: Select[tuple[str]]) -> Update:
    # A CTE: a bare IN (SELECT … LIMIT) may be run anew for each row, and take more than it was meant to (measured).
    chosen = ready.cte("ready")
    lease = {"token": bindparam("new_token"), "lease_until": bindparam("until", type_=account.c.lease_until.type)}
    taken = update(account).where(account.c.name.in_(select(chosen.c.name))).values(handed_until=null(), **lease)
    return taken.returning(account.c.name)


def _heads() -> Select[Any]:
    doubt = select(delivery.c.id).where(_MINE, delivery.c.state == UNSURE, delivery.c.look_at <= _NOW)
    first = select(delivery.c.id).where(_MINE, delivery.c.state == QUEUED, delivery.c.due <= _NOW, rested(_NOW))
    in_order = first.order_by(delivery.c.due, delivery.c.id).limit(1)
    # What was tried already stood before all that became due since, wherever its next attempt has put it.
    tried = in_order.where(delivery.c.first_attempt.is_not(None)).scalar_subquery()
    return select(
        account.c.name,
        doubt.order_by(delivery.c.look_at, delivery.c.id).limit(1).scalar_subquery().label("doubt"),
        func.coalesce(tried, in_order.scalar_subquery()).label("first"),
    ).where(account.c.name.in_(bindparam("names", expanding=True)))


def _next() -> Select[Any]:
    unhanded = and_(_FREE, account.c.handed_until.is_(None))
    kind = account.c.wake.type
    return select(
        _stopped().label("stopped"),
        select(func.min(account.c.wake, type_=kind)).where(unhanded).scalar_subquery().label("wake"),
        select(func.min(account.c.lease_until, type_=kind))
        .where(account.c.token.is_not(None))
        .scalar_subquery()
        .label("lease"),
        select(func.min(case((account.c.wake > account.c.handed_until, account.c.wake), else_=account.c.handed_until)))
        .where(_FREE, account.c.wake.is_not(None), account.c.handed_until.is_not(None))
        .scalar_subquery()
        .label("handed"),
    )


def _locking(condition: ColumnElement[bool], *, skip: bool) -> Select[Any]:
    return select(account).where(condition).order_by(account.c.name).with_for_update(skip_locked=skip)


_NAMED = account.c.name.in_(bindparam("names", expanding=True))
_IN_TURN = _due().order_by(*_ITS_TURN).limit(_MOST)
_TIMELY = and_(account.c.wake >= _SINCE, or_(account.c.not_before.is_(None), account.c.not_before < _SINCE))
"""An account that was not awake before, and does not rest, has nothing that late."""
_TAKES = {
    (named, timely): _take(_IN_TURN.where(*[_NAMED] * named, *[_TIMELY] * timely))
    for named in (False, True)
    for timely in (False, True)
}
_HEADS = _heads()
_LOCKED = _locking(_NAMED, skip=False)
_OVER = _locking(and_(account.c.token.is_not(None), account.c.lease_until <= _NOW), skip=True).with_only_columns(
    account.c.name
)
_IN_HAND = union(
    select(account.c.name).where(account.c.token.is_not(None)),
    select(delivery.c.account).where(delivery.c.state == SENDING),
)
_HELD = _locking(account.c.name.in_(_IN_HAND), skip=False).with_only_columns(account.c.name)
_UNLEASED = {"token": null(), "lease_until": null()}
_WORKS = select(account.c.name).where(_NAMED, working())
_LEAVE = update(account).where(_NAMED).values(wake=_wake(account.c.not_before), **_UNLEASED)
_REWAKE = update(account).where(_NAMED).values(wake=_wake(account.c.not_before))
_ASLEEP = select(account.c.name).where(
    account.c.token.is_(None), account.c.wake.is_distinct_from(_wake(account.c.not_before))
)


def _give_back(given: Any) -> Update:
    rests = {name: given[f"new_{name}"] for name in Rest.__slots__ if name != "name"}
    free = update(account).where(account.c.name == given.new_name)
    return free.values(wake=_wake(given.new_not_before), **_UNLEASED, **rests)


_GIVE_BACK = changing([column(f"new_{name}", account.c[name].type) for name in Rest.__slots__], _give_back)
_GO_ON = (
    update(account)
    .where(_NAMED)
    .values(
        wake=_wake(null()),
        failures=literal_column("0"),
        succeeded=_NOW,
        **_UNLEASED,
        **dict.fromkeys(("not_before", "paused", "probe_at"), null()),
    )
)
"""What nothing stands in the way of, once a post is out."""
_HAND = (
    update(account)
    .where(account.c.name.in_(select(_unhanded().cte("ready").c.name)))
    .values(handed_until=bindparam("until", type_=account.c.handed_until.type))
    .returning(account.c.name)
)
_NOT_COME_FOR = select(account.c.name).where(account.c.handed_until <= _NOW).with_for_update(skip_locked=True)
_LOST = update(account).where(account.c.name.in_(select(_NOT_COME_FOR.cte("lost").c.name))).values(handed_until=null())
_UNHAND = update(account).where(_NAMED).values(handed_until=null()).returning(account.c.wake)
_NEXT = _next()
