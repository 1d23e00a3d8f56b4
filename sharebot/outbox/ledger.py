"""What the pipeline and people do with deliveries: add, change, look up, hold, retry, pause."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, func, or_, select, update

from sharebot.errors import DOUBLE, StoreError
from sharebot.model import Delivery, Event, State
from sharebot.outbox import leases
from sharebot.outbox.accounts import Accounts, begins
from sharebot.outbox.codec import fingerprint, from_row, to_row
from sharebot.outbox.database import Advisory, exclusively, guarded
from sharebot.outbox.doubting import is_mark
from sharebot.outbox.record import Row, changed, record
from sharebot.outbox.statements import QUEUED, rested, working
from sharebot.outbox.tables import account, delivery, event, ranking, reading, seen, trace
from sharebot.recurring import WINDOW, Trace

_MANY = 500
"""How many values one statement names; SQLite has a limit of its own."""
_UNUSED = timedelta(days=90)
"""A ranking that nothing needed for so long is forgotten."""
_FRESH = timedelta(days=1)
_LONGEST = "5min"
"""How long it may take one host to give posts their times, or to renew a sign-in; others wait, and then go on."""
_IDLE = [state.value for state in (State.FAILED, State.MISSED, State.SKIPPED)]
"""States of what is not going to be posted."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a delivery that stands as `before` becomes, and why."""

    before: Delivery
    after: Delivery
    why: str


class Ledger(Accounts):
    """The outbox with everything that is not the publisher's business.

    Whoever gives posts their times holds `placing` meanwhile, or two would give away the same one.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._placing, self._renewing = threading.Lock(), threading.Lock()

    @contextmanager
    def placing(self) -> Iterator[None]:
        """Let nobody else give posts their times meanwhile, on any host."""
        with self._placing, self._alone(Advisory.PLACING):
            yield

    @contextmanager
    def renewing(self) -> Iterator[None]:
        """Let nobody else renew a stored sign-in meanwhile, on any host; on a file, without a transaction."""
        with self._renewing, self._alone(Advisory.RENEWING):
            yield

    @contextmanager
    def _alone(self, what: Advisory) -> Iterator[None]:
        if not self.shared:
            yield
            return
        with guarded(self.place), exclusively(self._engine, what, _LONGEST):
            yield

    # ── adding and changing ──────────────────────────────────────────────────────────────────────────────────────

    def add(self, deliveries: Sequence[Delivery], who: str, why: str, now: datetime) -> int:
        """Add what is not there yet, all of it or nothing. Returns how many were new."""
        with self.writing() as connection:
            self._know_accounts(connection, {d.account for d in deliveries})
            leases.lock(connection, {d.account for d in deliveries})
            rows = [to_row(new) for new in deliveries]
            added = connection.execute(self._insert(delivery).returning(delivery.c.key), rows) if rows else ()
            keys = {key for (key,) in added}
            fresh: list[Row] = [(d.key, None, d.state, d.error or why) for d in deliveries if d.key in keys]
            record(connection, fresh, who=who, now=now)
            leases.rewake(connection, {d.account for d in deliveries})
            return len(fresh)

    def change(self, changes: Iterable[Change], who: str, now: datetime, *, together: bool = False) -> int:
        """Change deliveries that still stand as they were when they were looked at. Returns how many did.

        `together`: where one does not stand so any more, none is changed, and StoreError says which.
        """
        done, changes = [], list(changes)
        names = {new.before.account for new in changes}
        with self.writing() as connection:
            leases.lock(connection, names)
            for new in changes:
                old, row, was = new.before, to_row(new.after), to_row(new.before)
                values = {name: row[name] for name in row if row[name] != was[name]} | {"state": row["state"]}
                if changed(connection.execute(update(delivery).where(*_as_seen(old)).values(**values)).rowcount):
                    done.append((old.key, old.state, new.after.state, new.why))
                elif together:
                    why = f"{old.key} has changed in the meantime, and nothing is done; look at it and try again"
                    raise StoreError(f"{why}: sharebot queue show {old.key}")
            record(connection, done, who=who, now=now)
            leases.rewake(connection, names)
        return len(done)

    # ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────

    def deliveries(self, *states: State) -> list[Delivery]:
        """Return the deliveries in these states (all when none is named), the earliest due first."""
        query = select(delivery).order_by(delivery.c.due, delivery.c.id)
        return self._fetch(query.where(delivery.c.state.in_([s.value for s in states])) if states else query)

    def matching(self, prefix: str) -> list[Delivery]:
        """Return the deliveries whose key begins so."""
        return self._fetch(select(delivery).where(delivery.c.key.startswith(prefix, autoescape=True)))

    def named(self, keys: Sequence[str]) -> dict[str, Delivery]:
        """Return those of the keys that are there."""
        found = (self._fetch(select(delivery).where(delivery.c.key.in_(some))) for some in _portions(keys))
        return {d.key: d for d in chain.from_iterable(found)}

    def since(self, moment: datetime) -> list[Delivery]:
        """Return what was due at a moment or later, whatever became of it."""
        return self._fetch(select(delivery).where(delivery.c.due >= moment))

    def of_issues(self, newsletter: str, issues: Sequence[str]) -> list[Delivery]:
        """Return what was ever queued of these issues of a newsletter."""
        mine = select(delivery).where(delivery.c.newsletter == newsletter)
        return [row for some in _portions(issues) for row in self._fetch(mine.where(delivery.c.issue.in_(some)))]

    def overdue(self, before: datetime, now: datetime, *, reposts: bool = False) -> list[Delivery]:
        """Return what waits although it was due before, on accounts that may send it now; earliest first.

        With `reposts`, that is what repeats an article, and nothing else.
        """
        with self.looking() as connection:
            rows = connection.execute(_OVERDUE_REPOSTS if reposts else _OVERDUE, {"before": before, "now": now})
            return [from_row(row) for row in rows]

    def turn_before(self, repost: Delivery) -> Delivery | None:
        """Return the time before that an article goes out, in the same stream; None where it is not known."""
        names = ("newsletter", "stream", "account", "issue", "article", "headline")
        mine = (delivery.c[name] == getattr(repost, name) for name in names)
        before = (delivery.c.turn == repost.turn - 1, delivery.c.corrects.is_(None))
        found = self._fetch(select(delivery).where(*mine, *before).order_by(delivery.c.id.desc()))
        return found[0] if found else None

    def taken(self, name: str, since: datetime, stream: tuple[str, str] | None = None) -> list[datetime]:
        """Return the times at which an account has posted or is going to, in order; of one newsletter's `stream`."""
        query = select(delivery.c.due).where(
            delivery.c.account == name,
            delivery.c.due >= since,
            delivery.c.state.not_in(_IDLE),
            delivery.c.corrects.is_(None),  # what follows a post has no slot of its own
            ~begins(DOUBLE),
            *((delivery.c.newsletter == stream[0], delivery.c.stream == stream[1]) if stream else ()),
        )
        with self.reading() as connection:
            return sorted(connection.execute(query).scalars())

    def misplaced(self, newsletter: str, stream: str, account: str, placed: str) -> list[tuple[str, datetime]]:
        """Return issue and time of what waits where another schedule than `placed` has put it, and no person."""
        waiting = [State.DRAFT.value, State.QUEUED.value]
        mine = (delivery.c.newsletter == newsletter, delivery.c.stream == stream, delivery.c.account == account)
        # A comparison with NULL is never true: what an older build placed stays where it is.
        other = (delivery.c.placed != placed, delivery.c.moved.is_(None), delivery.c.state.in_(waiting))
        with self.reading() as connection:
            rows = connection.execute(select(delivery.c.issue, delivery.c.due).where(*mine, *other))
            return [(issue, due) for issue, due in rows]

    def linked(self, name: str, links: Sequence[str], since: datetime) -> Iterator[Delivery]:
        """Give what an account has posted, or is going to, from a time on, of articles with one of these links."""
        mine = (delivery.c.account == name, delivery.c.due >= since)
        posts = (delivery.c.corrects.is_(None), delivery.c.state.not_in(_IDLE))
        for some in _portions(links):
            yield from self._fetch(select(delivery).where(*mine, *posts, delivery.c.link.in_(some)))

    def history(self, key: str) -> list[Event]:
        """Return a delivery's events, oldest first."""
        query = select(event).where(event.c.key == key).order_by(event.c.id)
        with self.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            Event(r["key"], r["at"], r["who"], State(r["before"]) if r["before"] else None, State(r["after"]), r["why"])
            for r in rows
        ]

    # ── what was read before ─────────────────────────────────────────────────────────────────────────────────────

    def first_reading(self, newsletter: str) -> datetime | None:
        """Return when a newsletter was first read."""
        with self.reading() as connection:
            return connection.execute(select(reading.c.first).where(reading.c.newsletter == newsletter)).scalar()

    def seen(self, newsletter: str) -> set[str]:
        """Return the identities of articles that were there before the newsletter's first reading."""
        with self.reading() as connection:
            return set(connection.execute(select(seen.c.identity).where(seen.c.newsletter == newsletter)).scalars())

    def seed(self, newsletter: str, identities: Iterable[str], now: datetime) -> None:
        """Note a first reading and the articles that were there before it and are never to be posted."""
        with self.writing() as connection:
            connection.execute(self._insert(reading), {"newsletter": newsletter, "first": now})
            for identity in sorted(set(identities)):
                connection.execute(self._insert(seen), {"newsletter": newsletter, "identity": identity})

    def read_anew(self, newsletter: str) -> None:
        """Note that a newsletter was read since a backup was restored."""
        with self.writing() as connection:
            connection.execute(delete(seen).where(seen.c.newsletter == newsletter, is_mark()))

    def traces(self, newsletter: str) -> list[Trace]:
        """Return what is remembered of a newsletter's last issues."""
        query = select(trace.c.issue, trace.c.day, trace.c.hashes).where(trace.c.newsletter == newsletter)
        with self.reading() as connection:
            return [Trace(issue, day, frozenset(hashes)) for issue, day, hashes in connection.execute(query)]

    def remember(self, newsletter: str, traces: Sequence[Trace]) -> None:
        """Remember the last few of these traces, the oldest first, and no others of the newsletter."""
        with self.writing() as connection:
            # One host at a time: two that rewrite the same rows would wait for each other on PostgreSQL.
            connection.execute(select(reading.c.newsletter).where(reading.c.newsletter == newsletter).with_for_update())
            connection.execute(delete(trace).where(trace.c.newsletter == newsletter))
            for one in traces[-WINDOW:]:
                row = {"issue": one.issue, "day": one.day, "hashes": sorted(one.hashes)}
                connection.execute(self._insert(trace), {"newsletter": newsletter} | row)

    def rankings(self, digests: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """Return the rankings that are kept under these digests; an empty one says that an answer was of no use."""
        found: dict[str, tuple[int, ...]] = {}
        with self.reading() as connection:
            for some in _portions(digests):
                query = select(ranking.c.digest, ranking.c.numbers).where(ranking.c.digest.in_(some))
                rows = connection.execute(query)
                found |= {digest: tuple(numbers) for digest, numbers in rows}
        return found

    def keep_rankings(self, used: Mapping[str, Sequence[int]], now: datetime) -> None:
        """Keep rankings by digest, those that are there as they are, and forget what was not used for 90 days."""
        with self.writing() as connection:
            for digest in sorted(used):
                row = {"digest": digest, "numbers": list(used[digest]), "used": now}
                connection.execute(self._insert(ranking), row)
            for some in _portions(sorted(used)):
                stale = (ranking.c.digest.in_(some), ranking.c.used < now - _FRESH)
                connection.execute(update(ranking).where(*stale).values(used=now))
            connection.execute(delete(ranking).where(ranking.c.used < now - _UNUSED))

    # ── plumbing ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _fetch(self, query: Select[Any]) -> list[Delivery]:
        with self.looking() as connection:
            return [from_row(row) for row in connection.execute(query)]


def _portions(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + _MANY] for start in range(0, len(values), _MANY))


def _as_seen(old: Delivery) -> tuple[ColumnElement[bool], ...]:
    """Return what is so of a row only as long as nobody has touched it; a part of a thread may be out meanwhile."""
    return (
        delivery.c.key == old.key,
        delivery.c.state == old.state.value,
        delivery.c.due == old.due,
        delivery.c.fingerprint == fingerprint(old.posts),
        func.json_array_length(delivery.c.receipts) == len(old.receipts),
    )


def _overdue() -> Select[Any]:
    before: Any = bindparam("before", type_=delivery.c.due.type)
    now: Any = bindparam("now", type_=delivery.c.due.type)
    # By the names of accounts, the index of due rows is searched; without them the table would be read whole.
    behind = or_(account.c.wake < before, account.c.not_before >= before)
    ready = select(account.c.name).where(account.c.wake <= now, behind, working(), rested(now))
    # The opposite of what a claim may ask for: see `leases.take`.
    late = select(delivery).where(delivery.c.state == QUEUED, delivery.c.due < before, delivery.c.account.in_(ready))
    return late.order_by(delivery.c.due, delivery.c.id)


_OVERDUE = _overdue()
_OVERDUE_REPOSTS = _OVERDUE.where(delivery.c.turn > 0)
