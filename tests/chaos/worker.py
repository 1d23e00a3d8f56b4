"""One life of a worker: the real ledger, publisher and dispatcher in a process that may die at any moment.

It is forked from a server that has imported everything, because a proof needs hundreds of lives.
"""

import mmap
import os
import signal
import struct
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from traceback import format_exc
from typing import Any

from sqlalchemy import Engine, event, text

from sharebot import faults
from sharebot.engine.local import Dispatcher
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.lock import Lock
from sharebot.publisher import Publisher
from tests.chaos.network import Network

Moment = tuple[str, int]
"""A fault point or a boundary of a statement by its name, and which of its passings is meant: 1 is the first."""

_RESTART = timedelta(minutes=1)
_ON_DOUBT = (
    "UPDATE delivery SET state = 'queued', token = NULL, attempts = 0 WHERE state = 'unsure'",
    "UPDATE account SET wake = '2000-01-01', not_before = NULL",
)


@dataclass(frozen=True)
class Orders:
    """What a life is to be. It dies at the moment `die`, and freezes at `freeze`."""

    database: str
    network: str
    accounts: Mapping[str, str]
    """Names, and of which kind the network of each is."""
    die: Moment | None = None
    freeze: Moment | None = None
    naive: bool = False
    """Whether it is the worker that everybody writes first: it sends again what it has no answer to."""
    clock: Path | None = None
    """The file of a clock that jumps over idle times until nothing is left to do; None: it works until it is ended."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Values for the program's own constants, each by its module's name and its own."""


def live(orders: Orders, teller: Connection) -> None:
    """Work, and tell at a natural end how often each moment was passed; at any other that is not ordered, why."""
    try:
        _live(orders, teller)
    except BaseException:
        teller.send(format_exc())
        raise


def _live(orders: Orders, teller: Connection) -> None:
    for name, value in orders.settings.items():
        module, _, constant = name.rpartition(".")
        setattr(import_module(module), constant, value)
    watch = _Watch({orders.die: signal.SIGKILL, orders.freeze: signal.SIGSTOP})
    with Ledger(orders.database) as ledger:
        watch.begin()
        teller.send("living")
        if ledger.path:
            with Lock(ledger.path):
                _hurry(ledger, orders)
        else:
            _dispatcher(ledger, orders, ledger.clock).run()
    teller.send(watch.passed)


def _dispatcher(ledger: Ledger, orders: Orders, now: Callable[[], datetime]) -> Dispatcher:
    networks = {name: Network(orders.network, kind, name) for name, kind in orders.accounts.items()}
    p = Publisher(networks, now)
    return Dispatcher(ledger, getattr(p, "work", p.send), now)


def _hurry(ledger: Ledger, orders: Orders) -> None:
    """Work as after a start until nothing is left to do, and let the clock jump to whatever comes next."""
    assert orders.clock
    clock = Clock(orders.clock)
    clock.reach(clock() + _RESTART)
    ledger.doubt(clock())
    dispatcher = _dispatcher(ledger, orders, clock)
    while True:
        if orders.naive:
            _retry_on_doubt(ledger)
        dispatcher.drain()
        due = ledger.next_due()
        if due is None and not (orders.naive and _retry_on_doubt(ledger)):
            break
        clock.reach(due)
    dispatcher.finish(60)


def _retry_on_doubt(ledger: Ledger) -> int:
    with ledger.writing() as connection:
        doubtful, _ = (connection.execute(text(statement)).rowcount for statement in _ON_DOUBT)
    return doubtful


class Clock:
    """The wall clock, set forward. It is kept in a file, for it must never go back when a life ends."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._ahead = mmap.mmap(file.fileno(), 8)

    @staticmethod
    def make(path: Path) -> None:
        path.write_bytes(bytes(8))

    def __call__(self) -> datetime:
        (ahead,) = struct.unpack("d", self._ahead[:])
        return datetime.now(UTC) + timedelta(seconds=ahead)

    def reach(self, moment: datetime | None) -> None:
        """Set it forward to a moment, unless that is over."""
        ahead = moment and (moment - datetime.now(UTC)) / timedelta(seconds=1)
        (before,) = struct.unpack("d", self._ahead[:])
        self._ahead[:] = struct.pack("d", max(before, ahead or before))


class _Watch:
    """Counts fault points and the boundaries of statements that change something, and ends the process at one."""

    def __init__(self, ends: Mapping[Moment | None, int]) -> None:
        self.passed: Counter[str] = Counter()
        self._ends = ends
        self._lock = threading.Lock()

    def begin(self) -> None:
        faults.hook(self.passing)
        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "after_cursor_execute", self._after)
        event.listen(Engine, "commit", lambda _: self.passing("before COMMIT"))

    def passing(self, name: str) -> None:
        with self._lock:
            self.passed[name] += 1
            end = self._ends.get((name, self.passed[name]))
        if end:
            os.kill(os.getpid(), end)

    def _before(self, connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self._statement("before", connection, statement)

    def _after(self, connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self._statement("after", connection, statement)

    def _statement(self, when: str, connection: Any, statement: str) -> None:
        if not connection.get_execution_options().get("reads"):
            self.passing(f"{when} {' '.join(statement.split())}")
