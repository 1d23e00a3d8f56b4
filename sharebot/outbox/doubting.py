"""What a restored backup does not know: posts that were sent after it was made.

Nobody knows which, so all that may be out is doubted, and settled as any lost answer is: by a look at the network where
that can be had, by a person elsewhere. What was read only after the backup was made is not even in it, so the first
reading after it has to be doubted as well: a mark of its newsletter among what was `seen` says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, insert, literal, null, or_, select, update

from sharebot.errors import RESTORED
from sharebot.model import State
from sharebot.outbox import leases
from sharebot.outbox.accounts import held_by_account
from sharebot.outbox.codec import fingerprint
from sharebot.outbox.record import record
from sharebot.outbox.settling import FIRST_LOOK
from sharebot.outbox.tables import account, delivery, event, reading, seen

_MARK = "restored\n"
"""How the mark of a newsletter begins that was not read since; it goes on with the backup's moment."""
_WAITING = (State.QUEUED, State.DRAFT)
_IN_HAND = (State.SENDING, State.UNSURE)
_WHY = "a backup was restored, and what was sent since it was made is not known"


@dataclass(frozen=True, slots=True)
class Doubts:
    """What a restored backup was asked to doubt: how many posts, since when, and how many waited for a person."""

    posts: int
    since: datetime
    held: int


def mark(since: datetime) -> str:
    """Return the mark of a newsletter whose outbox is as it was at a moment."""
    return f"{_MARK}{since.isoformat()}"


def marked(identities: Iterable[str]) -> datetime | None:
    """Return since when posts of a newsletter may be out that nobody knows of; None where that cannot be."""
    moments = (each.removeprefix(_MARK) for each in identities if each.startswith(_MARK))
    return min(map(datetime.fromisoformat, moments), default=None)


def is_mark() -> ColumnElement[bool]:
    """Whether something seen is such a mark."""
    return seen.c.identity.startswith(_MARK, autoescape=True)


def doubt(connection: Connection, names: Iterable[str], now: datetime, *, everything: bool = False) -> Doubts:
    """Doubt what may have been sent since the outbox was as it is. `names` are newsletters that are going to be read.

    That is what was due by now, or with `everything` also what is due later: a person may have moved it forward. Nobody
    else may work on it.
    """
    since = connection.execute(select(func.max(event.c.at, type_=event.c.at.type))).scalar() or now
    since, may_be_out = min(since, now), _open(None if everything else now)
    rows = connection.execute(select(delivery.c.key, delivery.c.state).where(may_be_out)).all()
    connection.execute(update(delivery).where(may_be_out).values(**_doubted(since, now)))
    record(connection, [(r.key, State(r.state), State.UNSURE, _WHY) for r in rows], who="restore", now=now)
    _mark(connection, names, since)
    everyone = list(connection.execute(select(account.c.name)).scalars())
    connection.execute(update(account).values(token=null(), lease_until=null(), handed_until=null()))
    leases.rewake(connection, everyone)
    held = select(func.count()).where(delivery.c.state == State.HELD.value)
    return Doubts(len(rows), since, connection.execute(held).scalar_one())


def _open(now: datetime | None) -> ColumnElement[bool]:
    """Whether a delivery may be out that was due by now (None: or is due later), as far as anybody knows."""
    in_hand, waits = (delivery.c.state.in_([state.value for state in states]) for states in (_IN_HAND, _WAITING))
    goes = and_(or_(waits, held_by_account()), delivery.c.fingerprint != fingerprint(()))
    return or_(in_hand, and_(goes, delivery.c.due <= now) if now else goes)


def _doubted(since: datetime, now: datetime) -> dict[str, object]:
    """Return what is said of a doubted delivery: one that was never tried has no attempts, and its first is a guess."""
    first, why = delivery.c.first_attempt, func.coalesce(delivery.c.error, "")
    restored = why.startswith(RESTORED)
    return {
        "state": State.UNSURE.value,
        "token": null(),
        "error": case((restored, why), else_=literal(RESTORED) + why),
        "attempts": case((or_(first.is_(None), restored), 0), (delivery.c.attempts < 1, 1), else_=delivery.c.attempts),
        "first_attempt": func.coalesce(first, since, type_=first.type),
        "doubted": now,
        "look_at": now + FIRST_LOOK,
    }


def _mark(connection: Connection, names: Iterable[str], since: datetime) -> None:
    known = set(connection.execute(select(reading.c.newsletter)).scalars())
    marks = [{"newsletter": name, "identity": mark(since)} for name in sorted(known.union(names))]
    connection.execute(delete(seen).where(seen.c.identity == mark(since)))
    if marks:
        connection.execute(insert(seen), marks)
