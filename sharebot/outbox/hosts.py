"""Which hosts work on a database, and how they are: what the lock's file tells of the one on a file."""

import os
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from sqlalchemy import delete, select

from sharebot.errors import StoreError
from sharebot.outbox import bell, lock
from sharebot.outbox.accounts import Accounts
from sharebot.outbox.tables import host

if TYPE_CHECKING:
    from sharebot.outbox.leading import Lead

_GONE = timedelta(minutes=10)
"""A host that gave no sign of life for so long is not told of any more."""


@dataclass(frozen=True, slots=True)
class Host:
    """A process that works on the outbox. `words` are what it left by `Presence.note`."""

    name: str
    engine: str
    leads: bool
    beaten: datetime
    words: str

    @property
    def is_here(self) -> bool:
        """Whether it is of this machine, or of this container."""
        return self.name.rpartition("/")[0] == socket.gethostname()


class Presence:
    """This process among the hosts; the like of `lock.Lock` where several work at once."""

    def __init__(self, outbox: Accounts, engine: str, leads: Callable[[], bool], now: Callable[[], datetime]) -> None:
        self._outbox, self._engine, self._leads, self._now = outbox, engine, leads, now
        self._name, self._words = f"{socket.gethostname()}/{os.getpid()}", ""

    def note(self, words: str) -> None:
        """Leave words for who asks how the daemon is doing; they take the place of those before."""
        self._words = words
        with suppress(StoreError):  # the next sign of life brings them
            self.beat()

    def beat(self) -> None:
        """Leave a sign of life. Raises StoreError."""
        now = self._now()
        row = {"engine": self._engine, "leads": self._leads(), "beaten": now, "words": self._words}
        with self._outbox.writing() as connection:
            connection.execute(delete(host).where((host.c.name == self._name) | (host.c.beaten < now - _GONE)))
            connection.execute(host.insert().values(name=self._name, **row))

    def close(self) -> None:
        """Say that this process ends."""
        with suppress(StoreError), self._outbox.writing() as connection:
            connection.execute(delete(host).where(host.c.name == self._name))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def hosts(outbox: Accounts) -> list[Host]:
    """Return who works on an outbox, who leads first. Raises StoreError."""
    with outbox.reading() as connection:
        rows = connection.execute(select(host).order_by(host.c.leads.desc(), host.c.name))
        return [Host(**row) for row in rows.mappings()]


def lead(outbox: Accounts) -> "Lead | None":
    """Return what one host at a time holds; None where there is only one."""
    if not outbox.shared:
        return None
    from sharebot.outbox.leading import Lead

    return Lead(outbox.url)


def listening(outbox: Accounts, heard: Callable[[], None]) -> AbstractContextManager[object]:
    """Call `heard` whenever somebody rings on a database that is shared."""
    return bell.Listener(outbox.url, heard)


def wake(outbox: Accounts) -> None:
    """Let whoever works on an outbox know that there may be something to do; who does not hear it looks before long."""
    if outbox.path:
        lock.wake(outbox.path)
    elif outbox.shared:
        with suppress(StoreError), outbox.writing() as connection:
            bell.ring(connection)
