"""Old posts shrink to what keeps them from going out again: their key, their state, their words, and where they are.

Rows stay, for an issue that is read again must find its posts. What is deleted is how they came about, and all that
only sending needs. A few rows are done at a time, and others get their turn in between.
"""

import sqlite3
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, select, update

from sharebot.errors import StoreError
from sharebot.model import Delivery, Post, State
from sharebot.outbox.codec import fingerprint, from_row, posts_to_json
from sharebot.outbox.lock import Lock
from sharebot.outbox.store import Outbox
from sharebot.outbox.tables import delivery, event

_PRUNED = "pruned"
"""What stands instead of the schedule that placed a post, once it is pruned."""
_OVER = [state.value for state in (State.PUBLISHED, State.FAILED, State.MISSED, State.SKIPPED)]
_PORTION = 200
_REST = 0.05
"""Seconds between two portions: as long as a writer on SQLite may take to notice that it is its turn."""


@dataclass(slots=True)
class Pruned:
    """How many deliveries by their state, and events of theirs, are (or would be) gone, and bytes of the file."""

    deliveries: Counter[str] = field(default_factory=Counter)
    events: int = 0
    freed: int = 0


def prune(outbox: Outbox, before: datetime, *, dry: bool = False) -> Pruned:
    """Prune what was over and due before a moment, and has not changed since. Raises StoreError.

    `dry` only counts.
    """
    done, last = Pruned(), 0
    while True:
        with outbox.reading() if dry else outbox.writing() as connection:
            rows = connection.execute(
                select(delivery).where(_old(before), delivery.c.id > last).order_by(delivery.c.id).limit(_PORTION)
            )
            portion = [(row.id, from_row(row)) for row in rows]
            if not portion:
                return done
            last = portion[-1][0]
            _count(connection, [row for _, row in portion], done)
            if not dry:
                _shrink(connection, portion)
        time.sleep(0 if dry else _REST)


def shrink(outbox: Outbox) -> int | None:
    """Give the free space of a file back to the disk; returns how many bytes. None: a daemon works on it.

    Raises StoreError.
    """
    if outbox.path is None:
        return 0  # PostgreSQL does it by itself
    try:
        with Lock(outbox.path), closing(sqlite3.connect(outbox.path)) as connection:
            before = outbox.path.stat().st_size
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return max(before - outbox.path.stat().st_size, 0)
    except StoreError:
        return None
    except sqlite3.Error as error:
        why = f"its free space could not be given back ({error}); nothing is lost"
        raise StoreError(f"{outbox.place}: {why}") from error


def _old(before: datetime) -> ColumnElement[bool]:
    changed = exists().where(event.c.key == delivery.c.key, event.c.at >= before)
    old = and_(delivery.c.state.in_(_OVER), delivery.c.due < before, delivery.c.placed.is_distinct_from(_PRUNED))
    return and_(old, ~changed)


def _needless(keys: Sequence[str]) -> ColumnElement[bool]:
    """Whether an event is not the last one of its delivery, which tells how it ended."""
    last = select(func.max(event.c.id)).where(event.c.key.in_(keys)).group_by(event.c.key)
    return and_(event.c.key.in_(keys), event.c.id.not_in(last))


def _count(connection: Connection, rows: Sequence[Delivery], done: Pruned) -> None:
    done.deliveries.update(row.state.value for row in rows)
    needless = select(func.count()).where(_needless([row.key for row in rows]))
    done.events += connection.execute(needless).scalar_one()


def _shrink(connection: Connection, portion: Sequence[tuple[int, Delivery]]) -> None:
    for number, row in portion:
        mine = (delivery.c.id == number, delivery.c.state == row.state.value)
        connection.execute(update(delivery).where(*mine).values(_left(row)))
    connection.execute(delete(event).where(_needless([row.key for _, row in portion])))


def _left(row: Delivery) -> Mapping[str, Any]:
    """Return what becomes of a row's columns.

    What is out is known again by its words, should its headline be corrected. What failed is tried again once its text
    differs, and what a person wrote is theirs: both keep all of it.
    """
    gone = {"placed": _PRUNED, "made": None, "signature": None}
    if row.state is State.PUBLISHED:
        posts = [Post(post.text, language=post.language) for post in row.posts[:1]]
        return {**gone, "content": None, "follows": None, **_posts(posts)}
    if row.state is State.FAILED or row.edited:
        return gone
    return {**gone, **_posts(())}


def _posts(posts: Sequence[Post]) -> Mapping[str, Any]:
    return {"posts": posts_to_json(posts), "fingerprint": fingerprint(posts)}
