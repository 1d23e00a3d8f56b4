"""The life of the process: what it does at its start, at its times, and at its end."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from sharebot import logs
from sharebot.app import PATIENCE, App
from sharebot.engine.local import LONGEST_SLEEP, Dispatcher
from sharebot.errors import StoreError
from sharebot.model import Reading, State
from sharebot.outbox.lock import Lock
from sharebot.outbox.store import Settlement
from sharebot.publisher import Doubts

_HOUSEKEEPING = timedelta(seconds=30)
FINISH_WITHIN = 6.5
"""Seconds that a post in hand gets to end after SIGTERM. Containers are killed after 10, we promise 8."""


class Daemon:
    """Reads, queues and publishes: for ever, or once. `outcomes` counts what came of each sending."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._known: dict[str, Any] = {}
        self._doubts = Doubts()
        self.outcomes: Counter[State] = Counter()
        self._dispatcher = Dispatcher(
            app.ledger, app.publisher.send, app.now, prepare=app.pipeline.catch_up, tell=self._tell
        )

    # ── once ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def once(self) -> list[Reading]:
        """Read, queue, publish all that is due, and return what was read. Raises StoreError."""
        with self._alone():
            self._doubt()
            self._reconcile()
            readings = self._app.read(patience=PATIENCE)
            self._enqueue(readings)
            self._dispatcher.drain()
            self._dispatcher.finish(FINISH_WITHIN)
            return list(readings.values())

    # ── for ever ─────────────────────────────────────────────────────────────────────────────────────────────────

    def run(self) -> None:
        """Work until SIGTERM or SIGINT. A post whose answer is still out then is left as `unsure`."""
        with self._alone() as lock:
            stop = threading.Event()
            self._listen(stop)
            self._doubt()
            loop = threading.Thread(target=self._dispatcher.run, name="dispatcher", daemon=True)
            loop.start()
            scheduler = self._calendar(lock)
            logs.info("daemon.started", newsletters=len(self._app.sources), accounts=len(self._app.platforms))
            stop.wait()
            logs.info("daemon.stopping")
            scheduler.shutdown(wait=False)
            self._finish(loop)
            logs.info("daemon.stopped")

    def _finish(self, loop: threading.Thread) -> None:
        end = time.monotonic() + FINISH_WITHIN
        self._dispatcher.stop()
        loop.join(FINISH_WITHIN)
        if not self._dispatcher.finish(end - time.monotonic()):
            # Found in `sending` at the next start it would become unsure anyway; told now, nobody wonders until then.
            self._doubt()

    def _alone(self) -> "ExitStack | Lock":
        path = self._app.ledger.path
        return Lock(path) if path else ExitStack()

    def _listen(self, stop: threading.Event) -> None:
        def end(*_: object) -> None:
            if stop.is_set():
                os._exit(1)  # asked twice: at once; what is in `sending` becomes `unsure` at the next start
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        signal.signal(signal.SIGUSR1, lambda *_: self._dispatcher.wake())

    def _calendar(self, lock: Any) -> Any:
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
        self.outcomes.update(e.delivery.state for e in plan.entries if e.change == "new" and e.delivery.error)
        if changes.keys() - {"kept"}:
            logs.info("plan.applied", new=changes["new"], changed=changes["changed"], gone=changes["gone"])
            self._dispatcher.wake()

    def _reconcile(self) -> None:
        try:
            for delivery in self._doubts.due(self._app.ledger.deliveries(State.UNSURE), self._app.now()):
                settlement = self._app.publisher.reconcile(delivery)
                if settlement:
                    self._app.ledger.settle([settlement], self._app.now())
                    self._tell([settlement])
                    self._dispatcher.wake()
        except StoreError as error:
            logs.warn("outbox.unusable", error=str(error))

    def _beat(self, lock: Any) -> None:
        if self._dispatcher.silent < 2 * LONGEST_SLEEP and isinstance(lock, Lock):
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


def _gist(reading: Reading) -> tuple[Any, ...]:
    """Return what makes a reading differ from the last one; the same fault is a new exception each time."""
    return reading.issues, tuple(map(str, reading.problems)), reading.waiting
