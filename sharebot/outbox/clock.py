"""Which time counts: where several hosts share a database it is the database's, for their own may be apart."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from sharebot.errors import StoreError
from sharebot.fence import steady
from sharebot.outbox.database import guarded, place_of

_RENEW = 5.0
"""Seconds after which the database is asked again. Meanwhile, and while it is away, a steady clock goes on."""


def clock_of(engine: Engine) -> Callable[[], datetime]:
    """Return what tells the time, aware and in UTC. Raises StoreError where the database cannot be asked at first."""
    return _Clock(engine) if engine.dialect.name == "postgresql" else _wall


def _wall() -> datetime:
    return datetime.now(UTC)


class _Clock:
    """The database's clock, to half of the time that a question takes. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT", reads=True)
        self._asking = threading.Lock()
        self._due = 0.0
        self._known = self._ask()

    def __call__(self) -> datetime:
        if steady() >= self._due and self._asking.acquire(blocking=False):  # the others go on with what is known
            try:
                with suppress(StoreError):
                    self._known = self._ask()
            finally:
                self._asking.release()
        told, at = self._known
        return told + timedelta(seconds=steady() - at)

    def _ask(self) -> tuple[datetime, float]:
        """Return the database's time, and when on the steady clock that was."""
        with guarded(place_of(self._engine.url)):
            try:
                with self._engine.connect() as connection:
                    before = steady()
                    told: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
                    return told.astimezone(UTC), (before + steady()) / 2
            finally:
                self._due = steady() + _RENEW
