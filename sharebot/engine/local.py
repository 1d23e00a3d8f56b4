"""The engine of one host: a dispatcher that sleeps until the next post is due, and a small pool that sends.

Only the dispatcher's thread writes what was claimed and what came of it, many at a time; the pool talks to networks.
"""

import time
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import partial
from queue import SimpleQueue

from sharebot import fence, logs
from sharebot.engine.crew import Crew
from sharebot.engine.loop import Engine, Work, settlement, taken
from sharebot.errors import StoreError
from sharebot.model import Delivery
from sharebot.outbox.leases import START_WITHIN
from sharebot.outbox.settling import FIRST_LOOK, Settlement, given_back

_SOON = 1.0
_BATCH = 0.025
"""Seconds at most that what came back waits for more to share its commit, where many posts are in hand."""
_LATE = timedelta(seconds=0.25)
"""Then nobody looks more often for what is late; meanwhile nothing is claimed that could be."""
_SHARE = 4
"""Then a turn is for at least a quarter of what may be in hand: it costs one look at everything, whatever came back."""


def ahead(workers: int) -> int:
    """Return how many posts more may be claimed than are sent at once, where answers come fast.

    They begin while the turn that settles those before them goes on; otherwise threads wait for a third of the time
    (measured). What is not begun when the process is asked to end is given back.
    """
    return workers // _SHARE


class Dispatcher(Engine):
    """Claims what is due, hands it to the pool, settles what comes back."""

    name = "local"

    def _set_up(self) -> None:
        self._crew = Crew(self._workers)
        self._results: SimpleQueue[Settlement] = SimpleQueue()
        self._unsettled: list[Settlement] = []
        self._in_hand: list[str] = []  # whose posts are: a name for each
        self._asking = 0.0
        self._looked = datetime.min.replace(tzinfo=UTC)
        self._grace: timedelta | None = None

    def run(self) -> None:
        """Work until `stop`."""
        while self._goes_on():
            self._bell.wait(self._turn())
            self._gather()

    def _gather(self) -> None:
        end = time.monotonic() + _BATCH
        while self._is_crowded() and self._workers > _SHARE * self._results.qsize() and time.monotonic() < end:
            time.sleep(_BATCH / 10)

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
        self._crew.dismiss()
        return done

    def _take_turn(self) -> float:
        self._work()
        return self._sleep() if len(self._in_hand) < self._workers else self.longest

    def _work(self) -> int:
        self._collect()
        begun = fence.steady()  # before `now`, from which the lease counts: who is frozen in between sends too late
        now = self._now()
        if not self._unsettled:  # what the database could not take for longer than a lease is known, and no doubt
            self._lapse(now)
        since = self._prepared(now)
        claimed = self._commit(now, 0 if self._stopping else self._room(), since)
        for delivery in claimed:
            self._in_hand.append(delivery.account)
            self._crew.give(partial(self._publish, self.work, delivery, begun + START_WITHIN), len(self._in_hand))
        return len(claimed)

    def _prepared(self, now: datetime) -> datetime | None:
        """See to what is late, and return None; or when all was due that may be claimed without that.

        Each look is a question to the database, and where many posts are in hand there are many turns a second.
        """
        if self._grace and self._is_crowded() and self._looked <= now < self._looked + _LATE:
            return now - self._grace
        self._grace, self._looked = self._prepare(now), now
        return None

    def _room(self) -> int:
        fast = self._is_crowded() and min(len(self._unsettled), ahead(self._workers))
        return max(self._workers + fast - len(self._in_hand), 0)

    def _is_crowded(self) -> bool:
        return 2 * len(self._in_hand) > self._workers

    def _publish(self, work: Work, delivery: Delivery, until: float) -> None:
        if self._stopping:
            self._results.put(given_back(delivery, "the process was asked to end before it was begun"))
        else:
            self._results.put(settlement(work, delivery, self._retake, until))
        self._bell.set()

    def _settled(self) -> bool:
        """Settle what came back. True: nothing is in hand any more."""
        self._collect()
        try:
            self._commit(self._now(), 0)
        except StoreError as error:
            logs.warn("outbox.unusable", error=str(error))
        return not (self._in_hand or self._unsettled)

    def _collect(self) -> None:
        for settled in taken(self._results):
            self._unsettled.append(settled)
            self._in_hand.remove(settled.delivery.account)

    def _commit(
        self, now: datetime, limit: int, since: datetime | None = None, among: Collection[str] | None = None
    ) -> list[Delivery]:
        """Settle what came back, and claim: of all accounts that have something to do, or `among` some."""
        if not (self._unsettled or limit):
            return []
        claimed = self._outbox.turn(self._unsettled, now, limit, among, since)
        if any(settled.is_doubt and settled.tells for settled in self._unsettled):
            self._asking = time.monotonic() + FIRST_LOOK.total_seconds() + _SOON
        self._tell(self._unsettled)
        self._unsettled = []
        return claimed
