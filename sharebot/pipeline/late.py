"""What is due and must not go out at its time: what missed its slot, and what would repeat an article too soon."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sharebot.config.values import Account, Config, Stream
from sharebot.model import Delivery, State
from sharebot.outbox.ledger import Change, Ledger
from sharebot.pipeline.slots import Slots
from sharebot.schedule import Most

_GRACE = timedelta(minutes=2)
"""What is later than this missed its slot, and its schedule's rule for lateness holds."""
_GOES = frozenset({State.QUEUED, State.SENDING, State.UNSURE})
"""States of what goes out with no person's help, and not before now."""


@dataclass(frozen=True, slots=True)
class _Early:
    """A repost `row` that must not go out before `earliest`, for the sake of the turn `before`."""

    row: Delivery
    before: Delivery
    earliest: datetime
    stream: Stream
    account: Account


class Late:
    """Gives other times to what is due at the moment `now`. `caps` tells how many posts an account may send."""

    def __init__(
        self, config: Config, caps: Callable[[Account], tuple[Most, ...]], ledger: Ledger, now: datetime
    ) -> None:
        self._config = config
        self._caps = caps
        self._ledger = ledger
        self._now = now

    def changes(self) -> list[Change]:
        """Return what has to change before anything is claimed."""
        early = {each.row.key: each for each in self._too_soon()}
        overdue = self._ledger.overdue(self._now - _GRACE, self._now)
        late = [row for row in overdue if row.key not in early]
        slots = Slots(self._ledger, self._now, without=[*late, *(each.row for each in early.values())])
        changes = [change for row in late if (change := self._late(row, slots))]
        return changes + [self._put_off(each, slots) for each in early.values()]

    def grace(self) -> timedelta | None:
        """Return how late a post may be that needs no look before it is claimed; None: any may need one."""
        return None if self._repeats() else _GRACE

    def _repeats(self) -> bool:
        return any(stream.schedule.repost for each in self._config.newsletters.values() for stream in each.posts)

    def _too_soon(self) -> Iterator[_Early]:
        """Give the reposts that are due too soon after the time before, which was late, or moved by a person."""
        if not self._repeats():
            return
        for row in self._ledger.overdue(self._now + timedelta.resolution, self._now, reposts=True):
            lane, before = self._lane(row), self._ledger.turn_before(row)
            repost = lane[0].schedule.repost if lane else None
            if lane and before and repost and not row.moved:
                out = max(before.due, self._now) if before.state in _GOES else before.due
                if out + repost.after > self._now:
                    yield _Early(row, before, out + repost.after, *lane)

    def _put_off(self, early: _Early, slots: Slots) -> Change:
        row, before = early.row, early.before
        free = slots.free(row.newsletter, early.stream, early.account, self._caps(early.account))
        slot = free.take(row.key, early.earliest)
        if slot is None:
            why = f"no free time is left long enough after the time before, {before.wall}"
            return Change(row, replace(row, state=State.MISSED, error=why), why)
        expires = row.expires and row.expires + (slot.at - row.due)
        moved = replace(row, due=slot.at, wall=slot.wall, expires=expires)
        return Change(row, moved, f"too soon after the time before, {before.wall}; moved to {slot.wall}")

    def _late(self, row: Delivery, slots: Slots) -> Change | None:
        lane = self._lane(row)
        if lane is None or row.receipts or row.corrects:
            return None  # a thread that has begun goes on at once, and so does a correction
        slot = slots.relate(*lane, self._caps(lane[1]), row)
        if slot is None:
            why = f"missed its slot at {row.wall}, and its schedule says to skip what is late"
            return Change(row, replace(row, state=State.MISSED, error=why), why)
        moved = replace(row, due=max(slot.at, self._now), wall=slot.wall, error=None)
        return Change(row, moved, f"late for {row.wall}; moved to {slot.wall}")

    def _lane(self, row: Delivery) -> tuple[Stream, Account] | None:
        stream = self._config.stream(row.newsletter, row.stream)
        account = self._config.accounts.get(row.account)
        return (stream, account) if stream and account else None
