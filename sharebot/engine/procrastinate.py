"""The engine of many hosts: Procrastinate, on the same PostgreSQL, hands accounts that have something to do to workers.

One host leads and hands over: the job "drain account N" is deferred in the transaction that marks the account as
handed. Workers on any host drain it: claim, send, settle, claim … by the ledger's own leases, which alone decide; what
the threads of one host settle and claim at the same moment is one transaction. So a job may be lost, repeated or late
without any harm; none is scheduled, locked or tried again by Procrastinate.
"""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from queue import SimpleQueue

from sharebot import fence, logs
from sharebot.engine import jobs
from sharebot.engine.loop import STORE_RETRY, Engine, settlement, taken
from sharebot.errors import StoreError
from sharebot.model import Delivery
from sharebot.outbox.leases import HANDING, START_WITHIN
from sharebot.outbox.settling import Settlement

_HANDED = timedelta(seconds=60)
"""How long a job may wait for a worker; after that it counts as lost, and its account is handed over again."""
_OUT = 256
"""How many jobs wait for a worker at most: what is due beyond that waits in the ledger, in its order."""
_CROWDED = 0.05
"""Seconds between two turns while so many wait."""
_TIDY = 30.0
"""Seconds between two looks for jobs whose worker is gone."""


class Cluster(Engine):
    """Hands over while this host leads, and drains with `workers` threads of its own whoever leads."""

    name = "procrastinate"
    longest = HANDING.total_seconds()

    def _set_up(self) -> None:
        self._over = threading.Event()
        self._wishes: SimpleQueue[_Wish] = SimpleQueue()
        self._clerk = ThreadPoolExecutor(1, thread_name_prefix="clerk")
        self._tidied = 0.0
        self._worker = jobs.Worker(self._outbox.url, self._drain, self._workers)

    @property
    def silent(self) -> float:
        """How many seconds ago a turn last went well, or the worker was last seen to work."""
        return max(super().silent, self._worker.silent)

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is in hand has been settled."""
        super().stop()
        self._worker.stop()

    def finish(self, seconds: float) -> bool:
        """Wait at most so long for what is in hand, and settle it. False: some answer is still out."""
        ended = self._worker.ended(seconds)
        self._over.set()
        return ended

    def _take_turn(self) -> float:
        if not self._worker.started:
            with self._outbox.writing() as connection:
                jobs.install(connection)
            self._worker.start()
        if not self.leads:
            return self.longest
        now = self._now()
        self._lapse(now)
        self._prepare(now)
        room = self._room()
        handed = self._outbox.hand(now, now + _HANDED, room, jobs.defer) if room else []
        return _CROWDED if len(handed) == room else self._sleep()

    def _room(self) -> int:
        if time.monotonic() >= self._tidied + _TIDY:
            with self._outbox.writing() as connection:
                jobs.tidy(connection)
            self._tidied = time.monotonic()
        with self._outbox.reading() as connection:
            return max(_OUT - jobs.waiting(connection), 0)

    # ── in the worker's threads ──────────────────────────────────────────────────────────────────────────────────

    def _drain(self, account: str) -> None:
        """Send what is due of an account, one post after the other, until nothing is or `stop`."""
        done: list[Settlement] = []
        try:
            while claimed := self._next(done, account):
                delivery, until = claimed
                done = [settlement(self.work, delivery, self._retake, until)]
        except StoreError as error:
            logs.warn("outbox.unusable", error=str(error))

    def _next(self, done: list[Settlement], account: str) -> tuple[Delivery, float] | None:
        """Settle what was sent and claim what comes after it. Raises StoreError, but never where that would be lost."""
        while True:
            wish = _Wish(account, done, Future())
            self._wishes.put(wish)
            self._clerk.submit(self._grant)
            try:
                return wish.granted.result()
            except StoreError as error:
                if not done or self._over.is_set():
                    raise
                logs.warn("outbox.unusable", error=str(error))
                self._over.wait(STORE_RETRY)

    # ── in the clerk's thread ────────────────────────────────────────────────────────────────────────────────────

    def _grant(self) -> None:
        """Do in one transaction what all threads wish for that have come since the last one."""
        wishes = list(taken(self._wishes))
        if not wishes:
            return
        done, begun = [settled for wish in wishes for settled in wish.done], fence.steady()
        try:
            limit = 0 if self._stopping else len(wishes)
            claimed = self._outbox.turn(done, self._now(), limit, *(wish.account for wish in wishes))
            self._tell(done)
        except Exception as error:  # noqa: BLE001 — it is raised again where the wish was made
            for wish in wishes:
                wish.granted.set_exception(error)
            return
        mine = {delivery.account: (delivery, begun + START_WITHIN) for delivery in claimed}
        for wish in wishes:  # of two who drain the same account, one alone gets its post
            wish.granted.set_result(mine.pop(wish.account, None))


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a thread that drains an account waits for: that its last post is settled, and to have the next one."""

    account: str
    done: list[Settlement]
    granted: Future[tuple[Delivery, float] | None]
