"""Looks through an outbox for what can only come from a damaged disk, a stranger's SQL, or a fault of the program."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, false, func, or_, select

from sharebot.model import State
from sharebot.outbox import backup, leases
from sharebot.outbox.codec import fingerprint, from_names
from sharebot.outbox.database import HEAD
from sharebot.outbox.portable import steady
from sharebot.outbox.states import TRANSITIONS
from sharebot.outbox.store import Outbox
from sharebot.outbox.tables import account, delivery, event

_PORTION = 500
_FEW = 5
"""How many keys of one kind of fault are named; the others are counted."""
_STATES = tuple(state.value for state in State)
_RESTORE = "restore a backup: sharebot db restore PATH"
_LOOK = "look at it: sharebot queue show KEY"
_DOUBT = "look on the network, then: sharebot queue skip KEY, or restore a backup"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, with which rows (the first few), how many they are, and what cures it."""

    what: str
    rows: tuple[str, ...]
    count: int
    cure: str

    def __str__(self) -> str:
        """Say what, where, and the cure, in one line."""
        more = f" and {self.count - len(self.rows)} more" if self.count > len(self.rows) else ""
        where = f": {', '.join(self.rows)}{more}" if self.rows else ""
        return f"{self.what}{where}; {self.cure}"


def check(outbox: Outbox) -> list[Fault]:
    """Return the faults of an outbox, as it is at one moment. Changes nothing, and may be done while others work.

    Raises StoreError.
    """
    with outbox.reading() as connection:
        steady(outbox, connection)
        return [*_asked(connection), *_told(connection), *_read(connection), *_slept(connection)]


def check_file(path: Path) -> list[Fault]:
    """Return the faults of the file itself: one that has any cannot be asked for more."""
    try:
        schema = backup.version(path, still=False)
    except backup.Damaged as error:
        return [Fault(str(error), (), 1, _RESTORE)]
    if schema == HEAD:
        return []
    cure = "upgrade sharebot" if schema > HEAD else "bring it up to date: sharebot db upgrade"
    return [Fault(f"{path}: its schema is {schema}, and this sharebot's is {HEAD}", (), 1, cure)]


def _asked(connection: Connection) -> Iterator[Fault]:
    for what, query, cure in _QUESTIONS:
        rows = [str(row[0]) for row in connection.execute(query)]
        if rows:
            yield Fault(what, tuple(rows[:_FEW]), len(rows), cure)


def _read(connection: Connection) -> Iterator[Fault]:
    """Read each delivery, a few hundred at a time."""
    wrong: dict[str, list[str]] = {}
    rows = select(delivery).order_by(delivery.c.id).execution_options(yield_per=_PORTION)
    for row in connection.execute(rows).mappings():
        try:
            what = _amiss(row) if row["state"] in _STATES else ""
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            what = "a post cannot be read"
        if what:
            wrong.setdefault(what, []).append(row["key"])
    for what, keys in wrong.items():
        yield Fault(what, tuple(keys[:_FEW]), len(keys), _CURES.get(what, _RESTORE))


def _keys(*conditions: ColumnElement[bool]) -> Select[tuple[str]]:
    return select(delivery.c.key).where(*conditions).order_by(delivery.c.id)


def _history() -> Select[tuple[str]]:
    """Find the deliveries whose last event is not of how they stand, or that have none."""
    last = select(event.c.key, func.max(event.c.id).label("id")).group_by(event.c.key).subquery()
    told = select(event.c.key, event.c.after).join(last, last.c.id == event.c.id).subquery()
    mine = select(delivery.c.key).outerjoin(told, told.c.key == delivery.c.key)
    return mine.where(or_(told.c.after.is_(None), told.c.after != delivery.c.state)).order_by(delivery.c.id)


def _leaseless() -> Select[tuple[str]]:
    """Find the deliveries in hand whose account is not leased by the same token."""
    mine = select(delivery.c.key).outerjoin(account, account.c.name == delivery.c.account)
    held = or_(delivery.c.token.is_not(None), delivery.c.state == State.SENDING.value)
    same = and_(delivery.c.token.is_not(None), account.c.token == delivery.c.token)
    return mine.where(held, ~func.coalesce(same, false())).order_by(delivery.c.id)


_IN_HAND = [State.SENDING.value, State.UNSURE.value]
_START = "end every daemon, and start one: it doubts what it finds in hand"
_QUESTIONS: tuple[tuple[str, Select[Any], str], ...] = (
    ("a state that nobody knows", _keys(delivery.c.state.not_in(_STATES)), _RESTORE),
    ("in hand, and its account is not leased for it", _leaseless(), _START),
    (
        "leased, and neither sent nor asked about",
        _keys(delivery.c.token.is_not(None), delivery.c.state.not_in(_IN_HAND)),
        _START,
    ),
    (
        "may be out, and nobody knows since when",
        _keys(delivery.c.first_attempt.is_(None), delivery.c.state.in_(_IN_HAND)),
        _DOUBT,
    ),
    (
        "an account without a row of its own",
        select(delivery.c.account)
        .distinct()
        .where(delivery.c.account.not_in(select(account.c.name)))
        .order_by(delivery.c.account),
        _RESTORE,
    ),
    (
        "an account whose lease has no end, or no holder",
        select(account.c.name).where(account.c.token.is_(None) != account.c.lease_until.is_(None)),
        _START,
    ),
    ("its history does not end where it stands", _history(), _LOOK),
)
_CHANGED = "the posts are not those that were stored"
_CURES = {_CHANGED: _DOUBT}


def _amiss(row: RowMapping) -> str:
    """Say what is wrong with a row. Raises what reading a broken one raises."""
    found = from_names(row)
    if fingerprint(found.posts) != row["fingerprint"]:
        return _CHANGED
    if found.state is State.PUBLISHED and not found.receipts:
        return "it is published and has no receipt"
    if found.state is not State.PUBLISHED and found.posts and len(found.receipts) >= len(found.posts):
        return "all of it is out and it is not published"
    return ""


def _told(connection: Connection) -> Iterator[Fault]:
    pairs = connection.execute(select(event.c.before, event.c.after).distinct())
    odd = [f"{before} → {after}" for before, after in pairs if (before, after) not in TRANSITIONS]
    if odd:
        yield Fault("changes that nothing of sharebot makes", tuple(odd[:_FEW]), len(odd), _LOOK)


def _slept(connection: Connection) -> Iterator[Fault]:
    if names := leases.asleep(connection):
        cure = "the daemon mends it within an hour, and at its start"
        yield Fault("an account does not know of what waits in it", tuple(names[:_FEW]), len(names), cure)
