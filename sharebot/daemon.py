"""The life of the process: what it does at its start, at its times, and at its end."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sharebot import logs
from sharebot.app import PATIENCE, App, build
from sharebot.config.values import Config
from sharebot.engine.local import LONGEST_SLEEP, Dispatcher
from sharebot.errors import PublishError, StoreError
from sharebot.model import Reading, Source, State
from sharebot.outbox.lock import Lock
from sharebot.outbox.settling import Settlement
from sharebot.pipeline import Pipeline
from sharebot.reloading import Reloader, Standing
from sharebot.signals import heeding

_HOUSEKEEPING = timedelta(seconds=30)
_MOMENT = 0.5
FINISH_WITHIN = 6.5
"""Seconds that a post in hand gets to end after SIGTERM. Containers are killed after 10, we promise 8."""


class Daemon:
    """Reads, queues and publishes: for ever, or once.

    `outcomes` counts what came of each sending, and `posts` the same by network. `problems` tell of the documents that
    could not be used when it last planned. `stopping` is set once the process was asked to end.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self.stopping = threading.Event()
        self._known: dict[str, Any] = {}
        self._planning = threading.Lock()
        self.outcomes: Counter[State] = Counter()
        self.posts: Counter[tuple[str, str]] = Counter()
        self._lost: set[str] = set()
        self.problems: list[str] = []
        self._dispatcher = Dispatcher(app.ledger, app.publisher.work, app.now, prepare=self._catch_up, tell=self._tell)

    # ── once ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def once(self) -> list[Reading]:
        """Read, queue, publish all that is due, and return what was read. Raises StoreError."""
        with self._alone({}, late=os.EX_TEMPFAIL):
            self._doubt()
            readings = self._app.read(patience=PATIENCE)
            self._enqueue(self._app, readings)
            try:
                self._dispatcher.drain()
            finally:
                self._finish(FINISH_WITHIN)
            return list(readings.values())

    # ── for ever ─────────────────────────────────────────────────────────────────────────────────────────────────

    def run(self, listen: tuple[str, int] | None = None) -> None:
        """Work until SIGTERM or SIGINT. A post whose answer is still out then is left as `unsure`.

        Health and metrics are told at the address `listen`; raises SharebotError where nothing can be, and StoreError
        where another daemon works.
        """
        app = self._app
        reloader = Reloader(app.config, self._adopt, app.now)
        with self._monitored(listen, reloader), self._alone({signal.SIGHUP: reloader.ask}) as lock:
            self._doubt()
            loop = threading.Thread(target=self._dispatcher.run, name="dispatcher", daemon=True)
            loop.start()
            self._scheduler = self._calendar(lock)
            tell = partial(_note, lock)
            tell(reloader.standing)
            threading.Thread(target=reloader.run, args=(self.stopping, tell), name="reloader", daemon=True).start()
            logs.info("daemon.started", newsletters=len(app.sources), accounts=len(app.platforms))
            self.stopping.wait()
            logs.info("daemon.stopping")
            end = time.monotonic() + FINISH_WITHIN
            self._scheduler.shutdown(wait=False)
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
    def _alone(self, others: Mapping[int, Callable[[], None]], late: int = 0) -> Iterator[Lock | None]:
        path = self._app.ledger.path
        # Listening comes first: other commands ring whoever holds the lock, and a ring that is not heard kills.
        with heeding(self._stop, {signal.SIGUSR1: self._dispatcher.wake, **others}, late):
            if path is None:
                yield None
                return
            with Lock(path) as lock:
                yield lock

    @contextmanager
    def _monitored(self, listen: tuple[str, int] | None, reloader: Reloader) -> Iterator[None]:
        if listen is None:
            yield
            return
        from sharebot.monitor import Monitor, listening

        app, silent = self._app, lambda: self._dispatcher.silent
        monitor = Monitor(app.ledger, silent, lambda: reloader.standing, self.posts, app.now)
        with listening(listen, monitor.answer):
            yield

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
        for name, source in self._app.sources.items():
            self._look_after(scheduler, name, source)
        period = {"seconds": _HOUSEKEEPING.total_seconds(), "next_run_time": now}
        scheduler.add_job(self._probe, "interval", id="probe", executor="network", **period)
        scheduler.add_job(self._beat, "interval", [lock], id="beat", **period)
        scheduler.start()
        return scheduler

    def _look_after(self, scheduler: Any, name: str, source: Source) -> None:
        """Read a source now and at its times from now on; the job that was there for it goes."""
        when = {"seconds": source.every.total_seconds(), "next_run_time": self._app.now(), "replace_existing": True}
        scheduler.add_job(self._read, "interval", [name], id=_job(name), **when)

    # ── another configuration ────────────────────────────────────────────────────────────────────────────────────

    def _adopt(self, config: Config) -> bool:
        """Put a configuration in force, and all that it asks for into the queue. False: the process ends before.

        Raises StoreError, and whatever the class of a network or source raises; then the old one stays in force.
        """
        new = build(config, self._app.ledger, self._app.now, self._app)
        with self._planning:
            done = self._dispatcher.between(partial(self._swap, new))
            while not self.stopping.is_set():
                with suppress(TimeoutError):
                    done.result(_MOMENT)
                    return True
        return False

    def _swap(self, new: App) -> None:
        """Do it in the dispatcher's thread: no post is claimed that the old one queued and the new one has not seen.

        What takes a look at a source or a question to a language model comes after, for it takes its time.
        """
        old, letters = self._app, new.config.newsletters
        known = {
            name: gist
            for name, gist in self._known.items()
            if new.sources.get(name) is old.sources[name] and letters[name].ranking == "none"
        }
        self._plan(new.pipeline, {name: Reading(issues) for name, (issues, *_) in known.items()})
        self._known, self._app, self._dispatcher.work = known, new, new.publisher.work
        changed = [name for name, network in new.platforms.items() if network is not old.platforms.get(name)]
        new.ledger.probe_soon(changed, new.now())
        for name in old.sources.keys() - new.sources.keys():
            self._scheduler.remove_job(_job(name))
        for name in new.sources.keys() - known.keys():
            self._look_after(self._scheduler, name, new.sources[name])

    # ── what is done at its times ────────────────────────────────────────────────────────────────────────────────

    def _doubt(self) -> None:
        left = self._app.ledger.doubt(self._app.now())
        if left:
            logs.warn("posts.unsure", count=left, why="the process ended before the network's answer came")

    def _catch_up(self, now: datetime) -> None:
        self._app.pipeline.catch_up(now)

    def _read(self, name: str) -> None:
        app = self._app
        try:
            self._enqueue(app, app.read(name) if name in app.sources else {})
        except StoreError as error:
            logs.warn("outbox.unusable", error=str(error))

    def _enqueue(self, app: App, readings: dict[str, Reading]) -> None:
        """Queue what was read by `app`, but for sources that the configuration has not, or not so, any more."""
        with self._planning:
            fresh = {
                name: reading
                for name, reading in readings.items()
                if self._known.get(name) != _gist(reading) and self._app.sources.get(name) is app.sources[name]
            }
            if fresh:
                self._plan(self._app.pipeline, fresh)
                self._known |= {name: _gist(reading) for name, reading in fresh.items()}

    def _plan(self, pipeline: Pipeline, readings: Mapping[str, Reading]) -> None:
        plan = pipeline.enqueue(readings, self._app.now())
        self.problems = plan.problems
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

    def _probe(self) -> None:
        """Try sign-ins again that were refused; where one works now, its account goes on."""
        _give_back()
        app = self._app
        try:
            for name in app.ledger.probes(app.now()):
                self._try_sign_in(app, name)
        except StoreError as error:
            logs.warn("outbox.unusable", error=str(error))

    def _try_sign_in(self, app: App, name: str) -> None:
        try:
            app.platforms[name].who()
        except (PublishError, KeyError) as error:
            app.ledger.refused(name, app.now())
            logs.warn("account.refused", account=name, why=str(error))
        else:
            app.ledger.resume(name, "probe", app.now())
            logs.info("account.resumed", account=name)
            self._dispatcher.wake()

    def _beat(self, lock: Lock | None) -> None:
        if lock and self._dispatcher.silent < 2 * LONGEST_SLEEP:
            lock.beat()

    def _tell(self, settlements: Sequence[Settlement]) -> None:
        for settled in (each for each in settlements if each.is_news):
            delivery, good = settled.delivery, settled.receipt is not None
            outcome = State.PUBLISHED if good else settled.after
            self.outcomes[outcome] += 1
            self.posts[delivery.platform, outcome.value] += 1
            # What was lost and found has come to one end, not to two.
            self.outcomes[State.UNSURE] -= delivery.key in self._lost
            (self._lost.add if settled.is_doubt else self._lost.discard)(delivery.key)
            (logs.info if good else logs.warn)(
                f"post.{settled.after}",
                key=delivery.key,
                account=delivery.account,
                issue=delivery.issue,
                attempt=delivery.attempts,
                why=settled.why,
                **({"due": settled.due.isoformat()} if settled.due else {}),
            )


def _job(newsletter: str) -> str:
    return f"read {newsletter}"


def _note(lock: Lock | None, standing: Standing) -> None:
    if lock:
        lock.note(standing.note())


def _give_back() -> None:
    """Give back the memory that reading and sending took; glibc keeps it for later, and later may be days."""
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def _gist(reading: Reading) -> tuple[Any, ...]:
    """Return what makes a reading differ from the last one; the same fault is a new exception each time."""
    return reading.issues, tuple(map(str, reading.problems)), reading.waiting
