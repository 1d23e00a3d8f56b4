"""Where an account still has room: slots that keep the gap and the caps among all its posts."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import repeat
from zoneinfo import ZoneInfo

from sharebot.schedule.clock import next_open, period, period_end
from sharebot.schedule.slots import slots
from sharebot.schedule.value import Most, Schedule, Slot

_LOOK_AHEAD = timedelta(days=366 * 5)
_INSTANT = timedelta(microseconds=1)
"""The resolution of `datetime`: a gap of this much only keeps instants apart."""


class Places:
    """The slots later than `after` that are free for one account; each one that is taken is free no more.

    `taken` holds the aware instants of the account's other posts, past and to come, in any order. A free slot is at
    least `gap` away from each of them, and with it no period holds more posts than `most` and `caps` allow; without a
    gap, two posts still do not share a slot. A `now` schedule begins at `after` itself and leaves it only for quiet
    hours, `not_on`, gap and caps. Ends with the schedule's slots, at the latest five years after `after`.
    """

    def __init__(
        self, schedule: Schedule, after: datetime, taken: Sequence[datetime], caps: tuple[Most, ...] = ()
    ) -> None:
        self._schedule = schedule
        self._after = after
        self._book = _Book(schedule, taken, caps)
        self._from = after + _INSTANT

    def peek(self, key: str = "", not_before: datetime | None = None) -> Slot | None:  # noqa: ARG002
        """Look at the next free slot for what has this key, None where there is none."""
        asked = not_before is not None and not_before > self._from
        start, first = (not_before, not_before) if asked and not_before else (self._after, self._from)
        offers = _offers(self._schedule, first if asked else self._after, first)
        while (slot := next(offers, None)) and slot.at - start <= _LOOK_AHEAD:
            until = self._book.blocked(slot.at)
            if not until:
                return slot
            offers = _offers(self._schedule, until, until)
            self._from = self._from if asked else until
        return None

    def take(self, key: str = "", not_before: datetime | None = None) -> Slot | None:
        """Take it."""
        slot = self.peek(key, not_before)
        if slot:
            self._book.add(slot.at)
        return slot


def place(
    schedule: Schedule, after: datetime, taken: Sequence[datetime], caps: tuple[Most, ...] = ()
) -> Iterator[Slot]:
    """Give the free slots of `Places` in order, each counted as taken when it is given."""
    places = Places(schedule, after, taken, caps)
    while slot := places.take():
        yield slot


def _offers(schedule: Schedule, now: datetime, first: datetime) -> Iterator[Slot]:
    if schedule.now:
        return repeat(Slot.of(next_open(schedule, now), schedule.zone))
    return slots(schedule, first - _INSTANT)


class _Book:
    """An account's posts: what is taken, counted by period."""

    def __init__(self, schedule: Schedule, taken: Sequence[datetime], caps: tuple[Most, ...]) -> None:
        self._zone = ZoneInfo(schedule.zone)
        self._gap = schedule.gap or (timedelta() if schedule.now else _INSTANT)
        self._most = {*schedule.most, *caps}
        self._taken: list[datetime] = []
        self._counts: Counter[tuple[object, ...]] = Counter()
        for at in sorted(at.astimezone(UTC) for at in taken):
            self.add(at)

    def add(self, at: datetime) -> None:
        insort(self._taken, at)
        self._counts.update({(most.per, *period(at, self._zone, most.per)) for most in self._most})

    def blocked(self, at: datetime) -> datetime | None:
        """Say until when `at` is surely not free; None: it is free."""
        return self._too_close(at) or self._too_many(at)

    def _too_close(self, at: datetime) -> datetime | None:
        place = bisect_left(self._taken, at)
        for other in reversed(self._taken[max(place - 1, 0) : place + 1]):
            if abs(other - at) < self._gap:
                return other + self._gap
        return None

    def _too_many(self, at: datetime) -> datetime | None:
        ends = [
            period_end(at, self._zone, most.per)
            for most in self._most
            if self._counts[most.per, *period(at, self._zone, most.per)] >= most.count
        ]
        return max(ends, default=None)


def relate(
    schedule: Schedule, due: datetime, now: datetime, taken: Sequence[datetime], caps: tuple[Most, ...] = ()
) -> Slot | None:
    """Give a new slot to a delivery whose time passed unused, by the schedule's `late`. None: let it go.

    "post" is the soonest instant from `now` on that quiet hours, `not_on`, gap and caps allow, "next slot" the next
    free slot, "skip" None. What is not late (`due` is still to come) keeps its time. When several are late, give each
    the times of the others as they are found: `taken` holds what is out and what is to come, never the passed times of
    the late. So a daemon that was down does not post in a burst.
    """
    if due >= now:
        return Slot.of(due, schedule.zone)
    if schedule.late == "skip":
        return None
    soonest = replace(schedule, now=True) if schedule.late == "post" else schedule
    return next(place(soonest, now, taken, caps), None)
