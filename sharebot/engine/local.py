"""The engine of one host: a dispatcher that sleeps until the next post is due, and a small pool that sends.

Only the dispatcher's thread writes what was claimed and what came of it, many at a time; the pool talks to networks.
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue

from sharebot import fence, logs
from sharebot.errors import StoreError
from sharebot.model import Delivery, State
from sharebot.outbox.leases import START_WITHIN
from sharebot.outbox.settling import FIRST_LOOK, Settlement
from sharebot.outbox.store import Outbox

WORKERS = 8
Retake = Callable[[Delivery], Delivery | None]
Work = Callable[[Delivery, Retake], Settlement]
"""What is done with a claimed delivery (`Publisher.work`)."""
_STORE_RETRY = 5.0
"""Seconds between two tries when the database cannot be used."""
LONGEST_SLEEP = 30.0
"""A clock that was set, a machine that slept or a bell that could not ring is noticed after so many seconds."""
_SOON = 1.0
_LAPSES = 1.0
"""Seconds between two looks for leases that are over."""
_BATCH = 0.004
"""Seconds between two turns where many posts are in hand: what came back meanwhile shares one commit."""


class Dispatcher:
    """Claims what is due, hands it to the pool, settles what comes back.

    `work` is called in the pool, and may be replaced `between` two turns; `prepare` runs in the dispatcher's thread
    before each claim (late posts get their new times there); `tell` hears what was settled; `now` is the outbox's
    clock.
    """

    def __init__(
        self,
        outbox: Outbox,
        work: Work,
        now: Callable[[], datetime],
        *,
        prepare: Callable[[datetime], None] = lambda _: None,
        tell: Callable[[Sequence[Settlement]], None] = lambda _: None,
        workers: int = WORKERS,
    ) -> None:
        self.work = work
        self._outbox = outbox
        self._now = now
        self._prepare = prepare
        self._workers = workers
        self._tell = tell
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="publish")
        self._results: SimpleQueue[Settlement] = SimpleQueue()
        self._acts: SimpleQueue[tuple[Callable[[], object], Future[None]]] = SimpleQueue()
        self._unsettled: list[Settlement] = []
        self._in_hand = 0
        self._bell = threading.Event()
        self._stopping = False
        self._turned = time.monotonic()
        self._lapsed = 0.0
        self._asking = 0.0

    @property
    def silent(self) -> float:
        """How many seconds ago a turn last went well. Idle, there is one every `LONGEST_SLEEP`."""
        return time.monotonic() - self._turned

    def wake(self) -> None:
        """Look at the queue now: something was added, resumed, or is to stop. Safe from any thread."""
        self._bell.set()

    def between(self, act: Callable[[], object]) -> "Future[None]":
        """Have `act` done in the dispatcher's thread between two turns: nothing is claimed meanwhile.

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
            if 2 * self._in_hand > self._workers:
                time.sleep(max(self._turned + _BATCH - time.monotonic(), 0))

    def drain(self) -> None:
        """Work until nothing is due any more and lost posts were asked about, or until `stop`. Raises StoreError."""
        while self._goes_on() and (self._work() or self._in_hand or time.monotonic() < self._asking):
            self._bell.wait(None if self._in_hand else min(self._sleep(), _SOON))

    def finish(self, seconds: float) -> bool:
        """Wait at most so long for what is in hand, and settle it. False: some answer is still out."""
        end = time.monotonic() + seconds
        self._bell.clear()
        while not (done := self._settled()) and (left := end - time.monotonic()) > 0:
            self._bell.wait(min(left, 1) if self._unsettled else left)
            self._bell.clear()
        self._pool.shutdown(wait=done, cancel_futures=True)
        return done

    def _goes_on(self) -> bool:
        # In this order: whoever stops between the two has rung the bell, and the wait that follows ends at once.
        self._bell.clear()
        return not self._stopping

    def _turn(self) -> float:
        self._act()
        try:
            self._work()
            self._turned = time.monotonic()
            return self._sleep() if self._in_hand < self._workers else LONGEST_SLEEP
        except StoreError as error:
            logs.warn("outbox.unusable", error=str(error))
        except Exception:  # noqa: BLE001 — the outermost loop: a fault in one turn must not end the daemon
            logs.crash("engine.fault")
        return _STORE_RETRY

    def _act(self) -> None:
        with suppress(Empty):
            while True:
                act, done = self._acts.get_nowait()
                try:
                    act()
                except Exception as error:  # noqa: BLE001 — it is raised again where the act was asked for
                    done.set_exception(error)
                else:
                    done.set_result(None)

    def _sleep(self) -> float:
        due = self._outbox.next_due()
        if due is None:
            return LONGEST_SLEEP
        return min(max((due - self._now()) / timedelta(seconds=1), 0.001), LONGEST_SLEEP)

    def _work(self) -> int:
        self._collect()
        now = self._now()
        if time.monotonic() >= self._lapsed + _LAPSES:
            self._lapse(now)
        self._prepare(now)
        begun = fence.steady()
        claimed = self._commit(now, 0 if self._stopping else self._workers - self._in_hand)
        self._in_hand += len(claimed)
        for delivery in claimed:
            self._pool.submit(self._publish, self.work, delivery, begun + START_WITHIN)
        return len(claimed)

    def _lapse(self, now: datetime) -> None:
        lost = self._outbox.lapse(now)
        self._lapsed = time.monotonic()
        if lost:
            logs.warn("posts.unsure", count=lost, why="their worker was lost before the network's answer came")

    def _publish(self, work: Work, delivery: Delivery, until: float) -> None:
        try:
            with fence.fenced(until):
                settlement = work(delivery, self._retake)
        except Exception:  # noqa: BLE001 — a platform's own fault: whether the post is out cannot be known
            logs.crash("platform.fault", key=delivery.key, account=delivery.account)
            settlement = Settlement(delivery, State.UNSURE, "the platform's program failed while sending; see the log")
        self._results.put(settlement)
        self._bell.set()

    def _retake(self, delivery: Delivery) -> Delivery | None:
        return None if self._stopping else self._outbox.retake(delivery, self._now())

    def _settled(self) -> bool:
        """Settle what came back. True: nothing is in hand any more."""
        self._collect()
        try:
            self._commit(self._now(), 0)
        except StoreError as error:
            logs.warn("outbox.unusable", error=str(error))
        return not (self._in_hand or self._unsettled)

    def _collect(self) -> None:
        while True:
            try:
                self._unsettled.append(self._results.get_nowait())
            except Empty:
                break
            self._in_hand -= 1

    def _commit(self, now: datetime, limit: int) -> list[Delivery]:
        if not (self._unsettled or limit):
            return []
        claimed = self._outbox.turn(self._unsettled, now, limit)
        if any(settled.is_doubt and settled.tells for settled in self._unsettled):
            self._asking = time.monotonic() + FIRST_LOOK.total_seconds() + _SOON
        self._tell(self._unsettled)
        self._unsettled = []
        return claimed
