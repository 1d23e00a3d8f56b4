"""A bell on PostgreSQL: whoever queues something that is due rings it, and hosts that listen look at once."""

import select
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from sqlalchemy import Connection, text

from sharebot.errors import StoreError
from sharebot.outbox.database import address, guarded, place_of

_CHANNEL = "sharebot"
_PAUSE = 1.0
"""Seconds until the server is tried again."""


def ring(connection: Connection) -> None:
    """Ring when this transaction is committed. Nobody listens on SQLite: there the daemon is woken by a signal."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"NOTIFY {_CHANNEL}"))


class Listener:
    """Calls `heard` in a thread of its own after each ring, and when it begins to listen: one may have been missed."""

    def __init__(self, url: str, heard: Callable[[], None]) -> None:
        from sharebot.outbox.postgresql import alone

        parsed = address(url)
        self._place, self._heard = place_of(parsed), heard
        self._engine = alone(parsed, idle_session_timeout="0")
        self._ending, self._end = socket.socketpair()
        self._thread = threading.Thread(target=self._work, name="bell", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Listen no more; waits for the thread, a few seconds at most."""
        self._end.close()
        self._thread.join()
        self._ending.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _work(self) -> None:
        while not self._readable(seconds=0):
            with suppress(StoreError), guarded(self._place), self._engine.connect() as session:
                self._listen(session)
            self._readable(seconds=_PAUSE)

    def _listen(self, session: Connection) -> None:
        """Return when told to end, or when the session is lost."""
        session.execute(text(f"LISTEN {_CHANNEL}"))
        self._heard()
        driver = session.connection.driver_connection
        assert driver
        try:
            while self._ending.fileno() not in self._readable(driver.fileno()):
                driver.pgconn.consume_input()
                if list(iter(driver.pgconn.notifies, None)):
                    self._heard()
        except self._engine.dialect.loaded_dbapi.Error:
            session.invalidate()

    def _readable(self, *numbers: int, seconds: float | None = None) -> list[int]:
        """Wait until there is something to read: from one of these, or that the end has come."""
        poll = select.poll()
        for number in (self._ending.fileno(), *numbers):
            poll.register(number, select.POLLIN)
        return [number for number, _ in poll.poll(None if seconds is None else seconds * 1000)]
