"""What people were told of, and what they may have to be told: rows of the outbox, read and kept for `sharebot.alerts`.

An `Alarm` stands for one thing that is wrong and one recipient. It is kept before anything is sent, and again after
that: so neither a restart nor another host tells it again, and what was told gets its end note.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, delete, func, insert, or_, select, update

from sharebot.model import Receipt, State
from sharebot.outbox.accounts import Accounts
from sharebot.outbox.statements import UNSURE
from sharebot.outbox.tables import alert, delivery, event, reading, trace

_MARK = "mark"
_SETTLES = timedelta(minutes=2)
"""Events are numbered before they are seen: one of a lower number may still be on its way for so long."""
_FIRST = timedelta(days=1)
"""How old the news are that are told when nobody has been told of any yet."""
NEWS = (State.FAILED, State.MISSED, State.HELD)
"""States that a post comes to once, and that a person should hear of."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is wrong: its name, its kind, and `words` for people, as far as one recipient is concerned.

    It has been so `since`; it was last `told` (None: never); it `ended` (None: it has not).
    """

    name: str
    kind: str
    words: str
    since: datetime
    told: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """What is told of a delivery; see `model.Delivery` for its parts. `event` is that of the news, 0 for none."""

    key: str
    newsletter: str
    account: str
    issue: str
    article: int
    headline: str
    due: datetime
    zone: str
    state: State
    error: str | None
    link: str | None
    look_at: datetime | None
    url: str | None = None
    event: int = 0


def alarms(outbox: Accounts) -> dict[str, Alarm]:
    """Return what is kept, by name."""
    with outbox.reading() as connection:
        return {row.name: Alarm(*row) for row in connection.execute(_ALARMS)}


def keep(outbox: Accounts, alarms: Collection[Alarm], forgotten: Collection[str] = ()) -> None:
    """Keep these as they are now, and forget those of these names."""
    if not (alarms or forgotten):
        return
    rows = [asdict(alarm) for alarm in alarms]
    with outbox.writing() as connection:
        connection.execute(_FORGET, [{"its_name": name} for name in (*(row["name"] for row in rows), *forgotten)])
        if rows:
            connection.execute(insert(alert), rows)


def attempt(outbox: Accounts, name: str, before: datetime | None, now: datetime) -> bool:
    """Note that a recipient is about to be told, unless another host did since `before`. Returns whether it did."""
    first = {"name": name, "kind": "sent", "words": "", "since": now}
    mine = (alert.c.name == name, alert.c.told.is_not_distinct_from(before))
    with outbox.writing() as connection:
        if before is None:
            connection.execute(outbox._insert(alert), first)  # noqa: SLF001 — of this package
        return connection.execute(update(alert).where(*mine).values(told=now)).rowcount == 1


def doubtful(outbox: Accounts, before: datetime) -> list[Post]:
    """Return the unsure posts that wait for a person, or have been doubted since `before`."""
    late = or_(delivery.c.look_at.is_(None), delivery.c.doubted <= before)
    return _posts(outbox, _POST.where(delivery.c.state == UNSURE, late))


def drafts(outbox: Accounts, newsletters: Collection[str], before: datetime) -> list[Post]:
    """Return what waits for approval and is due `before` a moment, of the last issues of these newsletters."""
    if not newsletters:
        return []
    # By issue, for which there is an index: a look at all that was ever posted would take seconds.
    last = (trace.c.newsletter == delivery.c.newsletter) & (trace.c.issue == delivery.c.issue)
    mine = (trace.c.newsletter.in_(newsletters), delivery.c.state == State.DRAFT.value, delivery.c.due < before)
    return _posts(outbox, _POST.join(trace, last).where(*mine))


def news(outbox: Accounts, now: datetime) -> list[Post]:
    """Return the posts that have come to one of the states `NEWS` a moment ago, and are still in it.

    Each comes for some minutes; who tells them keeps in mind which they are.
    """
    known = _known_up_to(outbox, now)
    fresh = (event.c.id > known, event.c.after.in_([state.value for state in NEWS]), event.c.after == delivery.c.state)
    query = _POST.add_columns(event.c.id.label("event")).join(event, event.c.key == delivery.c.key).where(*fresh)
    return list({post.key: post for post in _posts(outbox, query.order_by(event.c.id))}.values())


def _known_up_to(outbox: Accounts, now: datetime) -> int:
    """Return up to which event all are known, and move that on as far as nothing can come before it any more."""
    with outbox.reading() as connection:
        row = connection.execute(_ALARMS.where(alert.c.name == _MARK)).one_or_none()
        if row and now < row.since + _SETTLES:
            return int(row.words.split()[0])
        newest = connection.execute(select(func.coalesce(func.max(event.c.id), 0))).scalar_one()
        old = select(func.coalesce(func.max(event.c.id), 0)).where(event.c.at < now - _FIRST)
        sure = int(row.words.split()[1]) if row else connection.execute(old).scalar_one()
    keep(outbox, [Alarm(_MARK, _MARK, f"{sure} {newest}", now)])
    return sure


def days(outbox: Accounts) -> dict[str, list[date]]:
    """Return the days of each newsletter's last issues, the first reading's where there is no issue; in order."""
    with outbox.reading() as connection:
        found = {name: [first.date()] for name, first in connection.execute(select(*reading.c))}
        known: dict[str, list[date]] = {}
        for name, day in connection.execute(select(trace.c.newsletter, trace.c.day).order_by(trace.c.day)):
            known.setdefault(name, []).append(day)
    return found | known


def _posts(outbox: Accounts, query: Select[Any]) -> list[Post]:
    with outbox.reading() as connection:
        return [_post(row) for row in connection.execute(query).mappings()]


def _post(row: RowMapping) -> Post:
    out: Sequence[Receipt] = [Receipt(**each) for each in row["receipts"]]
    known = {name: value for name, value in row.items() if name != "receipts"}
    return Post(**known | {"state": State(row["state"]), "url": (out[0].url or None) if out else None})


_ALARMS = select(*(alert.c[name] for name in Alarm.__slots__))
_FORGET = delete(alert).where(alert.c.name == bindparam("its_name"))
_COLUMNS = ("key", "newsletter", "account", "issue", "article", "headline", "due", "zone", "state", "error", "link")
_POST = select(*(delivery.c[name] for name in (*_COLUMNS, "look_at", "receipts")))
