"""The life of the process: what it does at its start, at its times, and at its end."""

import math
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from socket import socket, socketpair
from typing import Any

from sharebot import logs
from sharebot.app import PATIENCE, App
from sharebot.engine.local import LONGEST_SLEEP, Dispatcher
from sharebot.errors import StoreError
from sharebot.model import Delivery, Reading, State
from sharebot.outbox.lock import Lock
from sharebot.outbox.store import EVERYONE, Settlement
from sharebot.publisher import Doubts

_HOUSEKEEPING = timedelta(seconds=30)
_SURELY_OVER = timedelta(minutes=1)
"""A request that was broken off may still be at work on the server for so long, and its key not yet be kept there."""
FINISH_WITHIN = 6.5
"""Seconds that a post in hand gets to end after SIGTERM. Containers are killed after 10, we promise 8."""
_END_WITHIN = 7.5
"""Seconds after which the process ends, whatever hangs. What is in `sending` becomes `unsure` at the next start."""


class Daemon:
    """Reads, queues and publishes: for ever, or once.

    `outcomes` counts what came of each sending. `stopping` is set once the process was asked to end.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self.stopping = threading.Event()
        self._known: dict[str, Any] = {}
        self._doubts = Doubts()
        self.outcomes: Counter[State] = Counter()
        self._dispatcher = Dispatcher(
            app.ledger, app.publisher.send, app.now, prepare=app.pipeline.catch_up, tell=self._tell
        )

    # ── once ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def once(self) -> list[Reading]:
        """Read, queue, publish all that is due, and return what was read. Raises StoreError."""
        with self._alone(late=os.EX_TEMPFAIL):
            self._doubt()
            self._reconcile()
            readings = self._app.read(patience=PATIENCE)
            self._enqueue(readings)
            try:
                self._dispatcher.drain()
            finally:
                self._finish(FINISH_WITHIN)
            return list(readings.values())

    # ── for ever ─────────────────────────────────────────────────────────────────────────────────────────────────

    def run(self) -> None:
        """Work until SIGTERM or SIGINT. A post whose answer is still out then is left as `unsure`."""
        with self._alone() as lock:
            self._doubt()
            loop = threading.Thread(target=self._dispatcher.run, name="dispatcher", daemon=True)
            loop.start()
            scheduler = self._calendar(lock)
            logs.info("daemon.started", newsletters=len(self._app.sources), accounts=len(self._app.platforms))
            self.stopping.wait()
            logs.info("daemon.stopping")
            end = time.monotonic() + FINISH_WITHIN
            scheduler.shutdown(wait=False)
            loop.join(FINISH_WITHIN)
            self._finish(end - time.monotonic())
            logs.info("daemon.stopped")

    def _finish(self, seconds: float) -> None:
        if self._dispatcher.finish(seconds):
            return
        try:
            # Found in `sending` at the next start it would become unsure anyway; told now, nobody wonders until then.
            self._doubt()
        except StoreError as error:
            logs.warn("outbox.unusable", error=str(error))

    @contextmanager
    def _alone(self, late: int = 0) -> Iterator[Lock | None]:
        path = self._app.ledger.path
        # Listening comes first: other commands ring whoever holds the lock, and a ring that is not heard kills.
        with _listening(self._stop, self._dispatcher.wake, late):
            if path is None:
                yield None
                return
            with Lock(path) as lock:
                yield lock

    def _stop(self) -> None:
        self.stopping.set()
        self._dispatcher.stop()

    def _calendar(self, lock: Lock | None) -> Any:
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        executors = {"default": ThreadPoolExecutor(1), "network": ThreadPoolExecutor(1)}
        defaults = {"coalesce": True, "misfire_grace_time": None}
        scheduler = BackgroundScheduler(executors=executors, job_defaults=defaults, timezone="UTC")
        now = self._app.now()
        for name in self._app.sources:
            every = self._app.sources[name].every.total_seconds()
            scheduler.add_job(self._read, "interval", [name], seconds=every, next_run_time=now, id=f"read {name}")
        period = {"seconds": _HOUSEKEEPING.total_seconds(), "next_run_time": now}
        scheduler.add_job(self._reconcile, "interval", id="reconcile", executor="network", **period)
        scheduler.add_job(self._beat, "interval", [lock], id="beat", **period)
        scheduler.start()
        return scheduler

    # ── what is done at its times ────────────────────────────────────────────────────────────────────────────────

    def _doubt(self) -> None:
        left = self._app.ledger.doubt(self._app.now())
        if left:
            logs.warn("posts.unsure", count=left, why="the process ended before the network's answer came")

    def _read(self, name: str) -> None:
        try:
            self._enqueue(self._app.read(name))
        except StoreError as error:
            logs.warn("outbox.unusable", error=str(error))

    def _enqueue(self, readings: dict[str, Reading]) -> None:
        fresh = {name: reading for name, reading in readings.items() if self._known.get(name) != _gist(reading)}
        if not fresh:
            return
        plan = self._app.pipeline.enqueue(fresh, self._app.now())
        self._known |= {name: _gist(reading) for name, reading in fresh.items()}
        for warning in plan.warnings:
            logs.warn("plan.warning", warning=warning)
        changes = Counter(entry.change for entry in plan.entries)
        self.outcomes.update(
            e.delivery.state for e in plan.entries if e.change in {"new", "changed"} and e.delivery.error
        )
        if changes.keys() - {"kept"}:
            logs.info("plan.applied", new=changes["new"], changed=changes["changed"], gone=changes["gone"])
            self._dispatcher.wake()
        _give_back()

    def _reconcile(self) -> None:
        _give_back()
        try:
            for delivery in self._doubts.due(self._app.ledger.deliveries(State.UNSURE), self._app.now()):
                settlement = self._app.publisher.reconcile(delivery, self._may_send)
                if settlement:
                    self._app.ledger.settle([settlement], self._app.now())
                    self._tell([settlement])
                    self._dispatcher.wake()
        except StoreError as error:
            logs.warn("outbox.unusable", error=str(error))

    def _may_send(self, delivery: Delivery) -> bool:
        if self.stopping.is_set() or not self._app.ledger.paused().keys().isdisjoint({delivery.account, EVERYONE}):
            return False
        last = self._app.ledger.history(delivery.key)[-1]
        return last.after is State.UNSURE and self._app.now() >= last.at + _SURELY_OVER

    def _beat(self, lock: Lock | None) -> None:
        if lock and self._dispatcher.silent < 2 * LONGEST_SLEEP:
            lock.beat()

    def _tell(self, settlements: Sequence[Settlement]) -> None:
        for settled in settlements:
            delivery, good = settled.delivery, settled.receipt is not None
            self.outcomes[State.PUBLISHED if good else settled.after] += 1
            (logs.info if good else logs.warn)(
                f"post.{settled.after}",
                key=delivery.key,
                account=delivery.account,
                issue=delivery.issue,
                attempt=delivery.attempts,
                why=settled.why,
                **({"due": settled.due.isoformat()} if settled.due else {}),
            )


def _give_back() -> None:
    """Give back the memory that reading and sending took; glibc keeps it for later, and later may be days."""
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


@contextmanager
def _listening(stop: Callable[[], None], ring: Callable[[], None], late: int) -> Iterator[None]:
    """Call `stop` on SIGTERM and SIGINT, `ring` on SIGUSR1. What does not end in time after `stop` ends with `late`.

    They are called in a thread: a signal's handler interrupts the main thread, which may hold the lock that they need.
    """
    ear, mouth = socketpair()
    mouth.settimeout(0)
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)
    # In this order: the other way round, a signal between the two lines would be taken and never obeyed.
    old = signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
    before = {number: signal.signal(number, lambda *_: None) for number in numbers}
    thread = threading.Thread(target=_obey, args=(ear, stop, ring, late), name="signals", daemon=True)
    thread.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(old)
        mouth.close()
        thread.join()
        ear.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def _obey(ear: socket, stop: Callable[[], None], ring: Callable[[], None], late: int) -> None:
    end = math.inf
    while heard := _hear(ear, end - time.monotonic(), late):
        if signal.SIGUSR1 in heard:
            ring()
        if end < math.inf and signal.SIGINT in heard:
            os._exit(1)  # Ctrl-C for the second time: at once
        if end == math.inf and {signal.SIGTERM, signal.SIGINT} & set(heard):
            end = time.monotonic() + _END_WITHIN
            stop()


def _hear(ear: socket, seconds: float, late: int) -> bytes:
    """Return the numbers of the signals that came, nothing once nobody listens any more."""
    ear.settimeout(None if seconds == math.inf else max(seconds, 0.001))
    try:
        return ear.recv(64)
    except TimeoutError:
        os._exit(late)


def _gist(reading: Reading) -> tuple[Any, ...]:
    """Return what makes a reading differ from the last one; the same fault is a new exception each time."""
    return reading.issues, tuple(map(str, reading.problems)), reading.waiting
