"""The statements about leases, each made once: building them anew took more time than running them (measured)."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
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

from sharebot.outbox.many import changing
from sharebot.outbox.tables import account, delivery

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
RESTS = ("name", "not_before", "failures", "paused", "probe_at", "succeeded")
"""What is told of an account as it is given back: see `leases.Rest`."""


def working() -> ColumnElement[bool]:
    """Whether an account is not paused, alone or with all."""
    return and_(account.c.paused.is_(None), ~_stopped())


def _stopped() -> ColumnElement[bool]:
    everyone = account.alias("everyone")
    return select(everyone.c.name).where(everyone.c.name == EVERYONE, everyone.c.paused.is_not(None)).exists()


def rested(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether an account's network does not ask for time any more."""
    return or_(account.c.not_before.is_(None), account.c.not_before <= now)


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
TAKES = {
    (named, timely): _take(_IN_TURN.where(*[_NAMED] * named, *[_TIMELY] * timely))
    for named in (False, True)
    for timely in (False, True)
}
HEADS = _heads()
LOCKED = _locking(_NAMED, skip=False).with_only_columns(
    account.c.token, account.c.lease_until, *(account.c[name] for name in RESTS)
)
OVER = _locking(and_(account.c.token.is_not(None), account.c.lease_until <= _NOW), skip=True).with_only_columns(
    account.c.name
)
_IN_HAND = union(
    select(account.c.name).where(account.c.token.is_not(None)),
    select(delivery.c.account).where(delivery.c.state == SENDING),
)
HELD = _locking(account.c.name.in_(_IN_HAND), skip=False).with_only_columns(account.c.name)
_UNLEASED = {"token": null(), "lease_until": null()}
WORKS = select(account.c.name).where(_NAMED, working())
LEAVE = update(account).where(_NAMED).values(wake=_wake(account.c.not_before), **_UNLEASED)
REWAKE = update(account).where(_NAMED).values(wake=_wake(account.c.not_before))
ASLEEP = select(account.c.name).where(
    account.c.token.is_(None), account.c.wake.is_distinct_from(_wake(account.c.not_before))
)


def _give_back(given: Any) -> Update:
    rests = {name: given[f"new_{name}"] for name in RESTS if name != "name"}
    free = update(account).where(account.c.name == given.new_name)
    return free.values(wake=_wake(given.new_not_before), **_UNLEASED, **rests)


GIVE_BACK = changing([column(f"new_{name}", account.c[name].type) for name in RESTS], _give_back)
GO_ON = (
    update(account)
    .where(_NAMED)
    .values(
        wake=_wake(null()),
        failures=literal_column("0"),
        succeeded=_NOW,
        **_UNLEASED,
        **dict.fromkeys(("not_before", "paused", "probe_at"), null()),
    )
    .returning(account.c.name, account.c.wake)
)
"""What nothing stands in the way of, once a post is out."""
HAND = (
    update(account)
    .where(account.c.name.in_(select(_unhanded().cte("ready").c.name)))
    .values(handed_until=bindparam("until", type_=account.c.handed_until.type))
    .returning(account.c.name)
)
_NOT_COME_FOR = select(account.c.name).where(account.c.handed_until <= _NOW).with_for_update(skip_locked=True)
LOST = update(account).where(account.c.name.in_(select(_NOT_COME_FOR.cte("lost").c.name))).values(handed_until=null())
UNHAND = update(account).where(_NAMED).values(handed_until=null()).returning(account.c.wake)
NEXT = _next()
