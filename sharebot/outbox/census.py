"""What is told of an outbox to who watches it, cheap enough to be asked every few seconds for months."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, func, literal_column, select, text

from sharebot import retry
from sharebot.errors import StoreError
from sharebot.model import State
from sharebot.outbox.accounts import Accounts, Standing
from sharebot.outbox.leases import EVERYONE, QUEUED, SENDING, UNSURE, working
from sharebot.outbox.tables import account, delivery

_LIVE = {State.QUEUED: QUEUED, State.SENDING: SENDING, State.UNSURE: UNSURE}
"""These have indexes of their own."""
_REST = tuple(state for state in State if state not in _LIVE)
_FEW = 10_000
_PAUSE = 0.002
"""Seconds for each row until the rows without an index are counted again, where they are more than a few."""
_DUE = delivery.c.due.type


class Circuit(StrEnum):
    """Whether an account's posts go out: what stops them where they do not."""

    CLOSED = "closed"
    OPEN = "open"
    REFUSED = "refused"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class View:
    """How an outbox stands at a moment `at` of its own clock.

    `counts` says how many posts are in each state, as far as that is known; `due` when the first was due of those that
    wait and are not paused; `doubted` since when the first is unsure; `schema` which migration was the last.
    """

    at: datetime
    counts: Mapping[State, int]
    due: datetime | None
    doubted: datetime | None
    standings: Mapping[str, Standing]
    schema: str | None


class Census:
    """Looks at an outbox, again and again. One thread at a time."""

    def __init__(self, outbox: Accounts) -> None:
        self._outbox = outbox
        self._rest: dict[State, int] = {}
        self._again = 0.0

    def view(self) -> View:
        """Look. Raises StoreError."""
        if time.monotonic() >= self._again:
            with suppress(StoreError):  # too many for the time that a statement gets; the rest is told all the same
                self._count_rest()
        standings = self._outbox.standings()
        with self._outbox.reading() as connection:
            due = connection.execute(_FIRST).scalar()
            doubted = connection.execute(_DOUBTED).scalar()
            schema = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return View(self._outbox.clock(), _live(connection) | self._rest, due, doubted, standings, schema)

    def _count_rest(self) -> None:
        self._again = time.monotonic() + _FEW * _PAUSE
        with self._outbox.reading() as connection:
            counts = {State(state): count for state, count in connection.execute(_OTHERS)}
        self._rest = {state: counts.get(state, 0) for state in _REST}
        rows = sum(counts.values())
        self._again = time.monotonic() + rows * _PAUSE if rows > _FEW else 0.0


def circuit(view: View, name: str) -> Circuit:
    """Say whether an account's posts go out."""
    mine, everyone = view.standings.get(name), view.standings.get(EVERYONE)
    if everyone and everyone.paused:
        return Circuit.PAUSED
    if mine and mine.paused:
        return Circuit.REFUSED if mine.probe_at else Circuit.PAUSED
    opened = mine and mine.not_before and mine.not_before > view.at and retry.breaker(mine.failures, 0)
    return Circuit.OPEN if opened else Circuit.CLOSED


def _live(connection: Connection) -> dict[State, int]:
    return {state: connection.execute(count).scalar_one() for state, count in _COUNTS.items()}


_COUNTS = {
    state: select(func.count()).select_from(delivery).where(delivery.c.state == it) for state, it in _LIVE.items()
}
_NOT_LIVE: ColumnElement[bool] = literal_column("delivery.state NOT IN ('queued', 'sending', 'unsure')")
_OTHERS = select(delivery.c.state, func.count()).where(_NOT_LIVE).group_by(delivery.c.state)
_DOUBTED = select(func.min(delivery.c.doubted, type_=_DUE)).where(delivery.c.state == UNSURE)
_ITS_FIRST = (
    select(func.min(delivery.c.due, type_=_DUE))
    .where(delivery.c.account == account.c.name, delivery.c.state == QUEUED)
    .scalar_subquery()
)
_FIRSTS = select(_ITS_FIRST.label("due")).where(account.c.wake.is_not(None), working()).subquery()
_FIRST = select(func.min(_FIRSTS.c.due, type_=_DUE))
