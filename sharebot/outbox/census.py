"""What is told of an outbox to who watches it, cheap enough to be asked every few seconds for months."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Executable, func, literal_column, select, text

from sharebot import retry
from sharebot.errors import StoreError
from sharebot.model import State
from sharebot.outbox.accounts import Accounts, Standing
from sharebot.outbox.statements import EVERYONE, QUEUED, SENDING, UNSURE, working
from sharebot.outbox.tables import account, delivery

_FEW = 10_000
_BY_INDEX, _BY_READING = 0.0005, 0.002
"""Seconds for each row until rows are counted again, where they are more than a few: a thousandth of the time."""
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
        others = tuple(state for state in State if state not in _LIVE)
        queued = _Count((State.QUEUED,), _IN[State.QUEUED], _BY_INDEX)
        self._rarely = (queued, _Count(others, _IN_OTHERS, _BY_READING))

    def view(self) -> View:
        """Look. Raises StoreError."""
        counts = dict.fromkeys((State.SENDING, State.UNSURE), 0)
        for count in self._rarely:
            with suppress(StoreError):  # too many for the time that a statement gets; the rest is told all the same
                count.renew(self._outbox)
            counts |= count.known
        standings = self._outbox.standings()
        with self._outbox.reading() as connection:
            for state in (State.SENDING, State.UNSURE):
                counts |= _states(connection, _IN[state])
            due = connection.execute(_FIRST).scalar()
            doubted = connection.execute(_DOUBTED).scalar()
            schema = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return View(self._outbox.clock(), counts, due, doubted, standings, schema)


@dataclass(slots=True)
class _Count:
    """Rows by state, as they were when they were last counted: after `pause` seconds for each, they are again."""

    states: tuple[State, ...]
    statement: Executable
    pause: float
    known: Mapping[State, int] = field(default_factory=dict)
    again: float = 0.0

    def renew(self, outbox: Accounts) -> None:
        """Count anew where it is time to. Raises StoreError."""
        if time.monotonic() < self.again:
            return
        self.again = time.monotonic() + _FEW * self.pause
        with outbox.reading() as connection:
            self.known = dict.fromkeys(self.states, 0) | _states(connection, self.statement)
        rows = sum(self.known.values())
        self.again = time.monotonic() + rows * self.pause if rows > _FEW else 0.0


def circuit(view: View, name: str) -> Circuit:
    """Say whether an account's posts go out."""
    mine, everyone = view.standings.get(name), view.standings.get(EVERYONE)
    if everyone and everyone.paused:
        return Circuit.PAUSED
    if mine and mine.paused:
        return Circuit.REFUSED if mine.probe_at else Circuit.PAUSED
    opened = mine and mine.not_before and mine.not_before > view.at and retry.breaker(mine.failures, 0)
    return Circuit.OPEN if opened else Circuit.CLOSED


def _states(connection: Connection, statement: Executable) -> dict[State, int]:
    return {State(state): count for state, count in connection.execute(statement)}


_LIVE = {State.QUEUED: QUEUED, State.SENDING: SENDING, State.UNSURE: UNSURE}
"""These have indexes of their own."""
_IN = {state: select(its, func.count(delivery.c.id)).where(delivery.c.state == its) for state, its in _LIVE.items()}
_OTHERS: ColumnElement[bool] = literal_column("delivery.state NOT IN ('queued', 'sending', 'unsure')")
_IN_OTHERS = select(delivery.c.state, func.count()).where(_OTHERS).group_by(delivery.c.state)
_DOUBTED = select(func.min(delivery.c.doubted, type_=_DUE)).where(delivery.c.state == UNSURE)
_ITS_FIRST = (
    select(func.min(delivery.c.due, type_=_DUE))
    .where(delivery.c.account == account.c.name, delivery.c.state == QUEUED)
    .scalar_subquery()
)
_FIRSTS = select(_ITS_FIRST.label("due")).where(account.c.wake.is_not(None), working()).subquery()
_FIRST = select(func.min(_FIRSTS.c.due, type_=_DUE))
