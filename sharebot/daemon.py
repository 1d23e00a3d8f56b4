"""The life of the process: what it does at its start, at its times, and at its end."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sharebot import expiry, logs, systemd
from sharebot.app import PATIENCE, App, build
from sharebot.config.values import Config
from sharebot.engine import WORKERS
from sharebot.engine.local import Dispatcher
from sharebot.engine.loop import SILENT, Engine, Retake, Work
from sharebot.errors import StoreError
from sharebot.leader import Leading
from sharebot.model import Delivery, Reading
from sharebot.outbox import hosts
from sharebot.outbox.hosts import Presence
from sharebot.outbox.lock import Lock
from sharebot.outbox.settling import Settlement
from sharebot.pipeline import Pipeline
from sharebot.publisher import given_back
from sharebot.reloading import Reloader, SignIns, Standing
from sharebot.rounds import HOUSEKEEPING, MENDING, Rounds, Watch, doubt, give_back, mend, probe, share_memory, works
from sharebot.signals import heeding
from sharebot.tally import Tally

_MOMENT = 0.5
FINISH_WITHIN = 6.5
"""Seconds that a post in hand gets to end after SIGTERM. Containers are killed after 10, we promise 8."""


class Daemon:
    """Reads, queues and publishes: for ever, or once.

    `outcomes` counts what came of each sending. `problems` tell of the documents that could not be used when it last
    planned. `stopping` is set once the process was asked to end. What is due is sent by an engine of that `kind` with
    so many `workers`; where it may not lead, it does nothing else.
    """

    def __init__(
        self, app: App, kind: type[Engine] = Dispatcher, *, workers: int = WORKERS, may_lead: bool = True
    ) -> None:
        self._app = app
        self.stopping = threading.Event()
        self._known: dict[str, Any] = {}
        self._planning = threading.Lock()
        self._tally, self._workers = Tally(), workers
        self.outcomes = self._tally.outcomes
        self.problems: list[str] = []
        how: dict[str, Any] = {"prepare": self._catch_up, "tell": self._tally.tell, "workers": workers}
        self._engine = kind(app.ledger, self._work_of(app), app.now, **how)
        self._may_lead = may_lead
        self._sure: Callable[[], bool] = lambda: False

    # ── once ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def once(self) -> list[Reading]:
        """Read, queue, publish all that is due, and return what was read. Raises StoreError."""
        with self._alone({}, late=os.EX_TEMPFAIL):
            doubt(self._app)
            self._app.ledger.mend()
            readings = self._app.read(patience=PATIENCE)
            self._enqueue(self._app, readings)
            try:
                assert isinstance(self._engine, Dispatcher)  # a single run is this host's alone
                self._engine.drain()
            finally:
                self._finish(FINISH_WITHIN)
            return list(readings.values())

    # ── for ever ─────────────────────────────────────────────────────────────────────────────────────────────────

    def run(self, listen: tuple[str, int] | None = None) -> None:
        """Work until SIGTERM or SIGINT. A post whose answer is still out then is left as `unsure`.

        Health and metrics are told at the address `listen`; raises SharebotError where nothing can be, and StoreError
        where another daemon works.
        """
        share_memory()
        app = self._app
        reloader = Reloader(app.config, self._adopt, app.now)
        with self._monitored(listen, reloader), self._alone({signal.SIGHUP: reloader.ask}) as presence:
            doubt(self._app)
            self._engine.leads = not app.ledger.shared  # until it is known who does
            loop = _thread("engine", self._engine.run)
            self._rounds = Rounds(self._read, app.now, self._tally.rounds)
            self._rounds.every(systemd.expected(HOUSEKEEPING), partial(self._beat, presence), "beat")
            self._rounds.every(HOUSEKEEPING, partial(self._tend, SignIns(reloader).look), "sign-ins")
            self._watch = Watch(self._rounds, self._engine, lambda: (str(reloader.standing), dict(self._known)))
            _thread("reloader", partial(reloader.run, self.stopping, partial(_note, presence)))
            if self._may_lead:
                leading = Leading(hosts.lead(app.ledger), partial(self._turn, presence))
                self._sure = leading.sure
                _thread("leading", partial(leading.run, self.stopping))
            what = {"newsletters": len(app.sources), "accounts": len(app.platforms), "engine": self._engine.name}
            logs.info("daemon.started", **what)
            self.stopping.wait()
            systemd.tell(systemd.STOPPING, status="finishing the posts in hand")
            logs.info("daemon.stopping")
            end = time.monotonic() + FINISH_WITHIN
            self._rounds.stop()
            loop.join(FINISH_WITHIN)
            self._finish(end - time.monotonic())
            logs.info("daemon.stopped")

    def _finish(self, seconds: float) -> None:
        if self._engine.finish(seconds):
            return
        try:
            # Found in `sending` at the next start it would become unsure anyway; told now, nobody wonders until then.
            doubt(self._app)
        except StoreError as error:
            logs.warn("outbox.unusable", error=str(error))

    @contextmanager
    def _alone(self, others: Mapping[int, Callable[[], None]], late: int = 0) -> Iterator[Lock | Presence | None]:
        """Hear signals and rings, and be the only one on a file, or one of the hosts on a server."""
        ledger, engine = self._app.ledger, self._engine
        # Listening comes first: other commands ring whoever holds the lock, and a ring that is not heard kills.
        with heeding(self._stop, {signal.SIGUSR1: engine.wake, **others}, late):
            if ledger.path:
                with Lock(ledger.path) as lock:
                    yield lock
            elif ledger.shared:
                presence = Presence(ledger, engine.name, lambda: engine.leads, self._app.now)
                with hosts.listening(ledger, engine.wake), presence:
                    yield presence
            else:
                yield None

    @contextmanager
    def _monitored(self, listen: tuple[str, int] | None, reloader: Reloader) -> Iterator[None]:
        if listen is None:
            yield
            return
        from sharebot.monitor import Monitor, listening

        engine, tally = self._engine, self._tally
        monitor = Monitor(engine, self._workers, tally, lambda: self._app, lambda: reloader.standing)
        with listening(listen, monitor.answer):
            yield

    def _stop(self) -> None:
        self.stopping.set()
        self._engine.stop()

    # ── one host at a time ───────────────────────────────────────────────────────────────────────────────────────

    def _turn(self, presence: Lock | Presence | None, leads: bool) -> None:  # noqa: FBT001 — told by position
        """Begin or end what one host at a time does; what another one has read before is read anew."""
        self._engine.leads = leads
        with self._planning:
            self._known = {}
            if leads:
                self._rounds.look_after(self._app.sources)
                self._rounds.every(HOUSEKEEPING, partial(self._tend, probe), "probe", "network")
                self._rounds.every(MENDING, partial(self._tend, mend), "mend")
                self._rounds.every(expiry.DAILY, partial(self._tend, expiry.look), "tokens", "network")
            else:
                self._rounds.forget(*self._app.sources)
                self._rounds.no_more("probe", "mend", "tokens")
            self._watch.over(self._app if leads else None)
        self._engine.wake()
        self._beat(presence)

    def _work_of(self, app: App) -> Work:
        """Return what is done with a claimed delivery; only who leads may hold what its configuration does not know."""

        def work(delivery: Delivery, retake: Retake) -> Settlement:
            if self._engine.leads or app.knows(delivery):
                return app.publisher.work(delivery, retake)
            return given_back(delivery, app.now())

        return self._tally.watched(work)

    # ── another configuration ────────────────────────────────────────────────────────────────────────────────────

    def _adopt(self, config: Config) -> bool:
        """Put a configuration in force, and all that it asks for into the queue. False: the process ends before.

        Raises StoreError, and whatever the class of a network or source raises; then the old one stays in force.
        """
        new = build(config, self._app.ledger, self._app.now, self._app)
        with self._planning:
            done = self._engine.between(partial(self._swap, new))
            while not self.stopping.is_set():
                with suppress(TimeoutError):
                    done.result(_MOMENT)
                    return True
        return False

    def _swap(self, new: App) -> None:
        """Do it in the engine's thread: no post is claimed that the old one queued and the new one has not seen.

        What takes a look at a source or a question to a language model comes after, for it takes its time.
        """
        old, letters = self._app, new.config.newsletters
        known = {
            name: gist
            for name, gist in self._known.items()
            if new.sources.get(name) is old.sources[name] and letters[name].ranking == "none"
        }
        if self._engine.leads:
            self._plan(new.pipeline, {name: Reading(issues) for name, (issues, *_) in known.items()})
        self._known, self._app, self._engine.work = known, new, self._work_of(new)
        changed = [name for name, network in new.platforms.items() if network is not old.platforms.get(name)]
        new.ledger.probe_soon(changed, new.now())
        if self._engine.leads:
            self._rounds.forget(*(old.sources.keys() - new.sources.keys()))
            self._rounds.look_after({name: each for name, each in new.sources.items() if name not in known})
            self._watch.over(new)

    # ── what is done at its times ────────────────────────────────────────────────────────────────────────────────

    def _catch_up(self, now: datetime) -> timedelta | None:
        return self._app.pipeline.catch_up(now)

    def _read(self, name: str) -> None:
        app = self._app
        try:
            readings = app.read(name) if name in app.sources else {}
            self._tally.looked(app.sources, readings, app.now())
            if self._sure():
                self._enqueue(app, readings)
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
            self._wake()
        give_back()

    def _tend(self, act: Callable[[App], bool]) -> None:
        """Do some housekeeping; where there is something to send after it, look at the queue."""
        try:
            if act(self._app):
                self._wake()
        except StoreError as error:
            logs.warn("outbox.unusable", error=str(error))

    def _wake(self) -> None:
        """Let this host look at the queue, and the others where there are any."""
        self._engine.wake()
        if self._app.ledger.shared:
            hosts.wake(self._app.ledger)

    def _beat(self, presence: Lock | Presence | None) -> None:
        give_back()
        if self._engine.stuck < SILENT:  # a new start would not bring a lost database back
            systemd.tell(systemd.LIVES)
        if presence and works(self._engine):
            with suppress(OSError, StoreError):  # the engine tells of it, and no sign of life is one, too
                presence.beat()


def _note(presence: Lock | Presence | None, standing: Standing) -> None:
    with suppress(OSError, StoreError):  # a full disk: the log has it all the same
        if presence:
            presence.note(standing.note())
    systemd.tell(systemd.READY, status=str(standing) or "works; `sharebot queue list` shows the posts")


def _thread(name: str, act: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=act, name=name, daemon=True)
    thread.start()
    return thread


def _gist(reading: Reading) -> tuple[Any, ...]:
    """Return what makes a reading differ from the last one; the same fault is a new exception each time."""
    return reading.issues, tuple(map(str, reading.problems)), reading.waiting
