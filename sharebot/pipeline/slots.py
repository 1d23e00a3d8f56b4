"""When: the free times of each account, shared by all streams of one plan."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sharebot import schedule as times
from sharebot.config.values import Account, Stream
from sharebot.model import Delivery
from sharebot.outbox.ledger import Ledger
from sharebot.schedule import Most, Places, Slot

MEMORY = timedelta(days=40)
"""How far back an account's posts count towards its caps and its budget; the longest period is a month."""
_LATE_APART = timedelta(minutes=10)
"""What piled up while nothing could be sent comes out one by one, also where the editor asked for no gap."""


class Free:
    """The free times of one stream on one account; what is taken here is taken for the account's other streams, too."""

    def __init__(self, places: Places, taken: list[datetime], now: datetime) -> None:
        self._places = places
        self._now = now
        self._taken = taken

    def peek(self, key: str, not_before: datetime | None = None) -> Slot | None:
        """Look at the time that a delivery would get; None where there is none."""
        return self._places.peek(key, not_before)

    def take(self, key: str, not_before: datetime | None = None) -> Slot | None:
        """Take it."""
        slot = self._places.take(key, not_before)
        if slot:
            self._taken.append(slot.at)
        return slot

    def near(self, at: datetime, gap: timedelta) -> datetime:
        """Return the first instant from `at` on that keeps the gap to all others: what a person chose knows no caps.

        What is over by now is now.
        """
        at = max(at, self._now)
        for other in sorted(self._taken):
            if abs(other - at) < gap:
                at = other + gap
        return at

    def put(self, at: datetime) -> None:
        """Take an instant that is no slot of the stream."""
        self._taken.append(at)
        self._places.put(at)


class Slots:
    """Gives out times, and remembers what it gave. `without` are deliveries that are about to get another time."""

    def __init__(self, ledger: Ledger, now: datetime, without: Sequence[Delivery] = ()) -> None:
        self.now = now
        self._ledger = ledger
        self._taken: dict[str, list[datetime]] = {}
        self._without = defaultdict(list)
        for delivery in without:
            self._without[delivery.account].append(delivery.due)

    def free(
        self, name: str, stream: Stream, account: Account, caps: tuple[Most, ...], without: Sequence[datetime] = ()
    ) -> Free:
        """Return the free times of a stream of the newsletter `name` on an account.

        The times `without` are about to be given up.
        """
        taken = self._of(account.name)
        _leave_out(taken, without)
        own = self._ledger.taken(account.name, self.now - MEMORY, (name, stream.name)) if stream.schedule.spread else []
        _leave_out(own, without)
        return Free(Places(stream.schedule, self.now, tuple(taken), caps, own), taken, self.now)

    def relate(self, stream: Stream, account: Account, caps: tuple[Most, ...], late: Delivery) -> Slot | None:
        """Take the new time of what was due and was missed. None: its schedule says to skip it."""
        taken, schedule = self._of(account.name), stream.schedule
        if not schedule.now:
            schedule = replace(schedule, gap=max(schedule.gap, _LATE_APART))
        slot = times.relate(schedule, late.due, self.now, tuple(taken), caps, late.key)
        if slot:
            taken.append(slot.at)
        return slot

    def _of(self, account: str) -> list[datetime]:
        if account not in self._taken:
            self._taken[account] = self._ledger.taken(account, self.now - MEMORY)
            _leave_out(self._taken[account], self._without[account])
        return self._taken[account]


def _leave_out(taken: list[datetime], without: Sequence[datetime]) -> None:
    for due in without:
        if due in taken:
            taken.remove(due)
