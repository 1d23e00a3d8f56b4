"""One life of a worker: the real ledger, publisher and dispatcher in a process that may die at any moment.

It is forked from a server that has imported everything, because a proof needs hundreds of lives.
"""

import mmap
import os
import signal
import struct
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from pkgutil import resolve_name
from traceback import format_exc
from typing import Any

from sqlalchemy import engine as alchemy
from sqlalchemy import event, text

from sharebot import faults
from sharebot.engine.local import Dispatcher
from sharebot.engine.loop import Engine
from sharebot.engine.procrastinate import Cluster
from sharebot.model import Platform
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.lock import Lock
from sharebot.publisher import Publisher
from tests.chaos.cut import enter
from tests.chaos.network import Network

Moment = tuple[str, int]
"""A fault point, or just before a statement that changes something, and which of its passings: 1 is the first."""

ENGINES: dict[str, type[Engine]] = {kind.name: kind for kind in (Dispatcher, Cluster)}
HURRIED = {
    "sharebot.engine.local.FIRST_LOOK": timedelta(),
    "sharebot.engine.local._SOON": 0.0,
    "sharebot.engine.loop._LAPSES": 3600.0,
}
"""Where a clock jumps, no time is to be waited for, and each life passes the same moments."""
_RESTART = timedelta(minutes=1)
_AT_THE_END = 60.0
_LONG = timedelta(hours=1)
"""A network that has to be asked again after so long has told nothing often enough."""
_ON_DOUBT = (
    "UPDATE delivery SET state = 'queued', token = NULL, attempts = 0 WHERE state = 'unsure'",
    "UPDATE account SET wake = '2000-01-01', not_before = NULL",
)


@dataclass(frozen=True)
class Orders:
    """What a life is to be. It dies at the moment `die`, freezes at `freeze`, and tells of `tell`."""

    database: str
    network: str
    accounts: Mapping[str, str]
    """Names, and of which kind the network of each is."""
    die: Moment | None = None
    freeze: Moment | None = None
    tell: Moment | None = None
    namespace: Path | None = None
    """The network namespace that it lives in."""
    ahead: float = 0.0
    """Seconds by which its host's clock is ahead of all others."""
    engine: str = "local"
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
        place, _, constant = name.rpartition(".")
        setattr(resolve_name(place), constant, value)
    if orders.namespace:
        enter(orders.namespace)
    if orders.ahead:
        _set_clock(timedelta(seconds=orders.ahead))
    watch = _Watch(
        {
            orders.die: partial(os.kill, os.getpid(), signal.SIGKILL),
            orders.freeze: partial(os.kill, os.getpid(), signal.SIGSTOP),
            orders.tell: partial(teller.send, "there"),
        }
    )
    with Ledger(orders.database) as ledger:
        watch.begin()
        teller.send("living")
        networks = {name: Network(orders.network, kind, name) for name, kind in orders.accounts.items()}
        if ledger.path and orders.clock:
            clock = Clock(orders.clock)
            clock.reach(clock() + _RESTART)
            with Lock(ledger.path):
                ledger.doubt(clock())
                look = partial(_retry_on_doubt, ledger) if orders.naive else int
                look()
                hurry(ledger, dispatcher(ledger, networks, clock), clock, look)
        else:
            _run(ledger, networks, orders.engine)
    teller.send(watch.passed)


def _set_clock(ahead: timedelta) -> None:
    """Let the program see a host's clock that is wrong, wherever it looks at it."""

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # it need not be a Wrong one
            return datetime.now(tz) + ahead

    for name, module in list(sys.modules.items()):
        if name.startswith("sharebot.") and getattr(module, "datetime", None) is datetime:
            module.datetime = Wrong  # type: ignore[attr-defined]


def dispatcher(ledger: Ledger, networks: Mapping[str, Platform], now: Callable[[], datetime]) -> Dispatcher:
    """Wire it as the daemon does."""
    return Dispatcher(ledger, Publisher(networks, now).work, now)


def _run(ledger: Ledger, networks: Mapping[str, Platform], engine: str) -> None:
    kind = ENGINES[engine]
    kind(ledger, Publisher(networks, ledger.clock).work, ledger.clock).run()


def hurry(ledger: Ledger, works: Dispatcher, clock: "Clock", look: Callable[[], int] = int) -> None:
    """Work until nothing is left to do for long, and let the clock jump to whatever comes next.

    `look` is what is done whenever nothing more is due; it returns whether there is something now.
    """
    while True:
        works.drain()
        due = ledger.next_due()
        if due and due < clock() + _LONG:
            clock.reach(due)
        elif not look():
            break
    assert works.finish(_AT_THE_END)


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
    """Counts what is passed, and acts at some moments."""

    def __init__(self, acts: Mapping[Moment | None, Callable[[], object]]) -> None:
        self.passed: Counter[str] = Counter()
        self._acts = acts
        self._lock = threading.Lock()

    def begin(self) -> None:
        faults.hook(self.passing)
        event.listen(alchemy.Engine, "before_cursor_execute", self._statement)
        event.listen(alchemy.Engine, "commit", lambda _: self.passing("COMMIT"))

    def passing(self, name: str) -> None:
        with self._lock:
            self.passed[name] += 1
            act = self._acts.get((name, self.passed[name]))
        if act:
            act()

    def _statement(self, connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not connection.get_execution_options().get("reads"):
            self.passing(" ".join(statement.split()))
