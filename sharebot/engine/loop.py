"""What both engines are made of: a thread that takes turns, and a sending that never fails its engine."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import TypeVar

from sharebot import fence, logs
from sharebot.engine import WORKERS
from sharebot.errors import StoreError
from sharebot.model import Delivery, State
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.settling import Settlement

LONGEST_SLEEP = 30.0
"""A clock that was set, a machine that slept or a bell that could not ring is noticed after so many seconds."""
SILENT = 2 * LONGEST_SLEEP
"""An engine that took no turn for so many seconds does not work."""
AT_ONCE = 0.001
"""Seconds that a turn is put off where something is due already."""
STORE_RETRY = 5.0
"""Seconds between two tries when the database cannot be used."""
_LAPSES = 1.0
"""Seconds between two looks for leases that are over."""

Retake = Callable[[Delivery], Delivery | None]
Work = Callable[[Delivery, Retake], Settlement]
"""What is done with a claimed delivery (`Publisher.work`)."""
Prepare = Callable[[datetime], timedelta | None]
Tell = Callable[[Sequence[Settlement]], None]
_Thing = TypeVar("_Thing")


class Engine(ABC):
    """Takes turns in one thread, each when something is due or it was rung for.

    `work` is called by other threads, and may be replaced `between` two turns; `prepare` runs in this one before
    anything is claimed or handed over (late posts get their new times there), and returns how late what is claimed may
    be without another look just before (None: it always needs one); `tell` hears what was settled; `now` is
    the outbox's clock. While it `leads`, this host does what one host at a time does.
    """

    name: str
    longest = LONGEST_SLEEP
    leads = True

    def __init__(
        self,
        outbox: Ledger,
        work: Work,
        now: Callable[[], datetime],
        *,
        prepare: Prepare = lambda _: None,
        tell: Tell = lambda _: None,
        workers: int = WORKERS,
    ) -> None:
        self.work = work
        self._outbox = outbox
        self._now = now
        self._prepare = prepare
        self._tell = tell
        self._workers = workers
        self._acts: SimpleQueue[tuple[Callable[[], object], Future[None]]] = SimpleQueue()
        self._bell = threading.Event()
        self._stopping = False
        self._turned = self._ticked = time.monotonic()
        self._lapsed = 0.0
        self._set_up()

    @property
    def silent(self) -> float:
        """How many seconds ago a turn last went well. Idle, there is one every `longest`."""
        return time.monotonic() - self._turned

    @property
    def stuck(self) -> float:
        """How many seconds ago it last came round, be it in vain because a database's server is gone."""
        return time.monotonic() - self._ticked

    def wake(self) -> None:
        """Look at the queue now: something was added, resumed, or is to stop. Safe from any thread."""
        self._bell.set()

    def between(self, act: Callable[[], object]) -> "Future[None]":
        """Have `act` done in the engine's thread between two turns: nothing is claimed or handed over meanwhile.

        Safe from any thread. The future tells when it is done, or what it raised.
        """
        done = Future[None]()
        self._acts.put((act, done))
        self._bell.set()
        return done

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is in hand has been settled."""
        self._stopping = True
        self._bell.set()

    def run(self) -> None:
        """Work until `stop`."""
        while self._goes_on():
            self._bell.wait(self._turn())

    @abstractmethod
    def finish(self, seconds: float) -> bool:
        """Wait at most so long for what is in hand, and settle it. False: some answer is still out."""

    @abstractmethod
    def _set_up(self) -> None:
        """Make what this engine alone needs."""

    @abstractmethod
    def _take_turn(self) -> float:
        """Do what is due. Returns the seconds until the next turn. Raises StoreError."""

    def _goes_on(self) -> bool:
        # In this order: whoever stops between the two has rung the bell, and the wait that follows ends at once.
        self._bell.clear()
        return not self._stopping

    def _turn(self) -> float:
        self._act()
        try:
            pause = self._take_turn()
        except StoreError as error:
            if self._outbox.shared:  # a restart brings no server back; what was done to a file, it may cure
                self._ticked = time.monotonic()
            logs.warn("outbox.unusable", error=str(error))
        except Exception:  # noqa: BLE001 — the outermost loop: a fault in one turn must not end the daemon
            logs.crash("engine.fault")
        else:
            self._turned = self._ticked = time.monotonic()
            return pause
        return STORE_RETRY

    def _act(self) -> None:
        for act, done in taken(self._acts):
            try:
                act()
            except Exception as error:  # noqa: BLE001 — it is raised again where the act was asked for
                done.set_exception(error)
            else:
                done.set_result(None)

    def _sleep(self) -> float:
        due = self._outbox.next_due()
        if due is None:
            return self.longest
        return min(max((due - self._now()) / timedelta(seconds=1), AT_ONCE), self.longest)

    def _lapse(self, now: datetime) -> None:
        if time.monotonic() < self._lapsed + _LAPSES:
            return
        lost = self._outbox.lapse(now)
        self._lapsed = time.monotonic()
        if lost:
            logs.warn("posts.unsure", count=lost, why="their worker was lost before the network's answer came")

    def _retake(self, delivery: Delivery) -> Delivery | None:
        return None if self._stopping else self._outbox.retake(delivery, self._now())


def taken(queue: SimpleQueue[_Thing]) -> Iterator[_Thing]:
    """Take out of a queue what is in it now."""
    with suppress(Empty):
        while True:
            yield queue.get_nowait()


def settlement(work: Work, delivery: Delivery, retake: Retake, until: float) -> Settlement:
    """Do what a delivery is claimed for; no request begins after `until` on the steady clock. Never raises."""
    try:
        with fence.fenced(until):
            return work(delivery, retake)
    except Exception:  # noqa: BLE001 — a platform's own fault: whether the post is out cannot be known
        logs.crash("platform.fault", **logs.about(delivery))
        return Settlement(delivery, State.UNSURE, "the platform's program failed while sending; see the log")
