"""The engine of many hosts: Procrastinate, on the same PostgreSQL, hands accounts that have something to do to workers.

One host leads and hands over: the job "drain account N" is deferred in the transaction that marks the account as
handed. Workers on any host drain it: claim, send, settle, claim … by the ledger's own leases, which alone decide. So a
job may be lost, repeated or late without any harm; none is scheduled, locked or tried again by Procrastinate.
"""

import time
from collections.abc import Collection
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from queue import Empty, SimpleQueue
from threading import Thread

from sharebot.engine import jobs
from sharebot.engine.local import Dispatcher, ahead
from sharebot.engine.loop import AT_ONCE, Engine
from sharebot.model import Delivery
from sharebot.outbox.leases import HANDING

_HANDED = timedelta(seconds=60)
"""How long a job may wait for a worker; after that it counts as lost, and its account is handed over again."""
_OUT = 256
"""How many jobs wait for a worker at most: what is due beyond that waits in the ledger, in its order."""
_CROWDED = 0.05
"""Seconds between two turns while so many wait."""
_TIDY = 30.0
"""Seconds between two looks for jobs whose worker is gone."""


class Drainer(Dispatcher):
    """Sends what is due of the accounts that it was given, and of no other; many share a commit."""

    def _set_up(self) -> None:
        super()._set_up()
        self._given: SimpleQueue[tuple[str, Future[None]]] = SimpleQueue()
        self._open: dict[str, list[Future[None]]] = {}

    def take(self, account: str) -> "Future[None]":
        """Send what is due of an account, one post after the other. Safe from any thread.

        The future ends when nothing is due any more, or after `stop`.
        """
        done = Future[None]()
        if self._stopping:
            done.set_result(None)
        else:
            self._given.put((account, done))
            self.wake()
        return done

    def finish(self, seconds: float) -> bool:
        """Wait at most so long for what is in hand, and settle it. False: some answer is still out."""
        ended = super().finish(seconds)
        self._receive()
        self._end(tuple(self._open))
        return ended

    def _take_turn(self) -> float:
        self._receive()
        self._work()
        return self.longest  # what comes back rings, and so does what is given

    def _receive(self) -> None:
        with suppress(Empty):
            while True:
                account, done = self._given.get_nowait()
                self._open.setdefault(account, []).append(done)

    def _lapse(self, now: datetime) -> None:
        """Leave that to who leads."""

    def _commit(
        self, now: datetime, limit: int, since: datetime | None = None, among: Collection[str] | None = None
    ) -> list[Delivery]:
        if among is None:
            among = tuple(islice((name for name in self._open if name not in self._in_hand), limit))
        claimed = super()._commit(now, limit, since, among)
        served = {delivery.account for delivery in claimed}
        for account in served:  # whoever was served goes to the end: no account waits for all posts of another
            self._open[account] = self._open.pop(account)
        self._end(set(among) - served)
        return claimed

    def _end(self, accounts: Collection[str]) -> None:
        for account in accounts:
            for done in self._open.pop(account):
                if done.set_running_or_notify_cancel():
                    done.set_result(None)


class Cluster(Engine):
    """Hands over while this host leads, and drains up to `workers` accounts at once whoever leads."""

    name = "procrastinate"
    longest = HANDING.total_seconds()

    def _set_up(self) -> None:
        self._tidied = 0.0
        self._drainer = Drainer(self._outbox, self.work, self._now, tell=self._tell, workers=self._workers)
        self._drains = Thread(target=self._drainer.run, name="drainer", daemon=True)
        self._worker = jobs.Worker(self._outbox.url, self._drainer.take, self._workers + ahead(self._workers))

    @property
    def silent(self) -> float:
        """How many seconds ago a turn last went well, or the worker was last seen to work."""
        return max(super().silent, self._drainer.silent, self._worker.silent)

    @property
    def stuck(self) -> float:
        """How many seconds ago the slowest of its loops last came round, be it in vain."""
        return max(super().stuck, self._drainer.stuck, self._worker.stuck) if self._worker.started else super().stuck

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is in hand has been settled."""
        super().stop()
        self._drainer.stop()
        self._worker.stop()

    def finish(self, seconds: float) -> bool:
        """Wait at most so long for what is in hand, and settle it. False: some answer is still out."""
        end = time.monotonic() + seconds
        if self._drains.ident:
            self._drains.join(seconds)
        done = self._drainer.finish(max(end - time.monotonic(), 0))
        return self._worker.ended(end - time.monotonic()) and done

    def _take_turn(self) -> float:
        self._drainer.work = self.work
        if not self._worker.started:
            with self._outbox.writing() as connection:
                jobs.install(connection)
            self._drains.start()
            self._worker.start()
        if not self.leads:
            return self.longest
        now = self._now()
        self._lapse(now)
        pause = self._sleep()
        if pause > AT_ONCE:
            return pause
        self._prepare(now)
        room = self._room()
        handed = self._outbox.hand(now, now + _HANDED, room, jobs.defer) if room else []
        return _CROWDED if len(handed) == room else self._sleep()

    def _room(self) -> int:
        if time.monotonic() >= self._tidied + _TIDY:
            with self._outbox.writing() as connection:
                jobs.tidy(connection)
            self._tidied = time.monotonic()
        with self._outbox.looking() as connection:
            return max(_OUT - jobs.waiting(connection), 0)
