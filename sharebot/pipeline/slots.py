"""When: the free times of each account, shared by all streams of one plan."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sharebot import schedule as times
from sharebot.config.values import Account, Stream
from sharebot.model import Delivery
from sharebot.outbox.ledger import Ledger
from sharebot.schedule import Most, Slot

_MEMORY = timedelta(days=40)
"""How far back an account's posts count towards its caps; the longest period is a month."""
_LATE_APART = timedelta(minutes=10)
"""What piled up while nothing could be sent comes out one by one, also where the editor asked for no gap."""


class Free:
    """The free times of one stream on one account. A time that was looked at and not taken is given back by `close`."""

    def __init__(self, slots: Iterator[Slot], taken: list[datetime]) -> None:
        self._slots = slots
        self._taken = taken
        self._next: Slot | None = None

    def peek(self) -> Slot | None:
        """Look at the next free time; None where there is none."""
        self._next = self._next or next(self._slots, None)
        return self._next

    def take(self) -> Slot | None:
        """Take the next free time."""
        slot, self._next = self.peek(), None
        return slot

    def close(self) -> None:
        """Give back what was only looked at."""
        if self._next:
            self._taken.remove(self._next.at)
            self._next = None


class Slots:
    """Gives out times, and remembers what it gave. `without` are deliveries that are about to get another time."""

    def __init__(self, ledger: Ledger, now: datetime, without: Sequence[Delivery] = ()) -> None:
        self.now = now
        self._ledger = ledger
        self._taken: dict[str, list[datetime]] = {}
        self._without = defaultdict(list)
        for delivery in without:
            self._without[delivery.account].append(delivery.due)

    def free(self, stream: Stream, account: Account, caps: tuple[Most, ...]) -> Free:
        """Return the free times of a stream on an account."""
        return Free(self._free(stream, account, caps), self._of(account.name))

    def _free(self, stream: Stream, account: Account, caps: tuple[Most, ...]) -> Iterator[Slot]:
        taken = self._of(account.name)
        for slot in times.place(stream.schedule, self.now, tuple(taken), caps):
            taken.append(slot.at)
            yield slot

    def relate(self, stream: Stream, account: Account, caps: tuple[Most, ...], due: datetime) -> Slot | None:
        """Take the new time of what was due and was missed. None: its schedule says to skip it."""
        taken, schedule = self._of(account.name), stream.schedule
        if not schedule.now:
            schedule = replace(schedule, gap=max(schedule.gap, _LATE_APART))
        slot = times.relate(schedule, due, self.now, tuple(taken), caps)
        if slot:
            taken.append(slot.at)
        return slot

    def _of(self, account: str) -> list[datetime]:
        if account not in self._taken:
            taken = self._ledger.taken(account, self.now - _MEMORY)
            for due in self._without[account]:
                if due in taken:
                    taken.remove(due)
            self._taken[account] = taken
        return self._taken[account]
