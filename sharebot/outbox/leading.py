"""One host leads those on the same database: it reads, plans and hands over, and the others do what is handed over.

The lead is a lock of a PostgreSQL session. The session ends, and with it the lead, when the process dies, when it is
frozen or cut off for longer than `SILENCE`, and when the server is restarted; then another host takes over.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, TextClause, text

from sharebot.errors import StoreError
from sharebot.outbox.database import ADVISORY, Advisory, address, guarded, place_of
from sharebot.outbox.postgresql import alone

BEAT = 5.0
"""Seconds between two looks of the leader (`Lead.held`), at most; the others try to take over as often."""
SILENCE = 20.0
"""Seconds without a look after which the server ends the leader's session. Needs PostgreSQL 14."""
_LOCK = {"family": ADVISORY, "what": Advisory.LEAD}
_TAKE = text("SELECT pg_try_advisory_lock(:family, :what)")
_HELD = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    " AND classid = :family AND objid = :what AND granted)"
)


class Lead:
    """This host's part in who leads. Safe to use from several threads."""

    def __init__(self, url: str, silence: float = SILENCE) -> None:
        parsed = address(url)
        self._place, self._silence = place_of(parsed), silence
        self._engine = alone(parsed, idle_session_timeout=f"{silence * 1000:.0f}ms")
        self._session: Connection | None = None
        self._busy = threading.Lock()

    def acquire(self) -> bool:
        """Lead from now on, unless another host does. Returns at once whether this one leads; raises StoreError."""
        with self._busy:
            if self._look():
                return True
            with guarded(self._place):
                self._session = self._engine.connect()
            return self._ask(self._session, _TAKE)

    def held(self) -> bool:
        """Whether this host still leads. To be asked at least every `BEAT` seconds: that keeps the lead."""
        with self._busy:
            return self._look()

    def release(self) -> None:
        """Let another host lead."""
        with self._busy:
            self._leave()

    def _look(self) -> bool:
        with suppress(StoreError):
            return self._session is not None and self._ask(self._session, _HELD)
        return False

    def _ask(self, session: Connection, question: TextClause) -> bool:
        """Return the session's answer; leave it where that is no, or there is none."""
        yes = False
        try:
            with guarded(self._place), _no_longer_than(self._silence, session):
                yes = bool(session.execute(question, _LOCK).scalar_one())
        finally:
            if not yes:
                self._leave()
        return yes

    def _leave(self) -> None:
        if self._session is not None:
            self._session.invalidate()  # closes it without a word to a server that may not answer
            self._session.close()
            self._session = None


@contextmanager
def _no_longer_than(seconds: float, session: Connection) -> Iterator[None]:
    """Cut the session's wire where an answer takes longer: what lies between may keep it open and carry nothing."""
    driver = session.connection.driver_connection
    assert driver
    wire = socket.socket(fileno=os.dup(driver.fileno()))
    timer = threading.Timer(seconds, _cut, (wire,))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        wire.close()


def _cut(wire: socket.socket) -> None:
    with suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)
