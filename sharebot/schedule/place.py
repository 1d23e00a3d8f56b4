"""Where an account still has room: slots that keep the gap and the caps among all its posts."""

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sharebot.schedule.clock import next_open, period, period_end
from sharebot.schedule.slots import slots
from sharebot.schedule.spread import reach, step, turn
from sharebot.schedule.value import Most, Schedule, Slot

_LOOK_AHEAD = timedelta(days=366 * 5)
_INSTANT = timedelta(microseconds=1)
"""The resolution of `datetime`: a gap of this much only keeps instants apart."""


class Places:
    """The slots later than `after` that are free for one account; each one that is taken is free no more.

    `taken` holds the aware instants of the account's other posts, past and to come, in any order. A free slot is at
    least `gap` away from each of them, and with it no period holds more posts than `most` and `caps` allow; without a
    gap, two posts still do not share a slot. A `now` schedule begins at `after` itself and leaves it only for quiet
    hours, free days, gap and caps. Ends with the schedule's slots, at the latest five years after `after`.

    With a `spread`, a post comes out behind its slot by its key, or else at the next instant of the slot's stretch that
    gap and caps allow; so no key decides which slot it is. A stretch holds one post of the schedule: `own` are those of
    `taken` that count for this, without it all.
    """

    def __init__(
        self,
        schedule: Schedule,
        after: datetime,
        taken: Sequence[datetime],
        caps: tuple[Most, ...] = (),
        own: Sequence[datetime] | None = None,
    ) -> None:
        self._schedule = schedule
        self._first = after if schedule.now else after + _INSTANT
        self._book = _Book(schedule, taken, caps)
        self._own = sorted(at.astimezone(UTC) for at in (taken if own is None else own))
        self._step = step(schedule)
        self._stretch = timedelta() if schedule.now else schedule.spread
        # Slots that nothing can have any more, and from when on others may be free. The book only grows, so this lasts.
        self._beyond: dict[datetime, datetime] = {}
        # What was found since the book last grew: who takes a time has mostly looked at it before.
        self._found: dict[tuple[str, datetime | None], Slot | None] = {}

    def peek(self, key: str = "", not_before: datetime | None = None) -> Slot | None:
        """Look at the instant for this key in the next free slot, from `not_before` on. None: there is none."""
        if (key, not_before) not in self._found:
            self._found[key, not_before] = self._find(key, not_before)
        return self._found[key, not_before]

    def _find(self, key: str, not_before: datetime | None) -> Slot | None:
        first = start = max(self._first, not_before or self._first)
        if self._schedule.now:
            # Spread from when it may come out, or all that quiet hours hold back would come out at their end at once.
            first = next_open(self._schedule, first) + self._step * turn(key, self._schedule.spread // self._step)
        passed: list[datetime] = []
        free: datetime | None = None
        while (at := self._slot(first)) and at - start <= _LOOK_AHEAD:
            free = None if at in self._beyond else self._free(at, key)
            if free:
                break
            passed.append(at)
            first = self._beyond[at]
        self._beyond.update(dict.fromkeys(passed, at or first))
        return Slot.of(free, self._schedule.zone) if free else None

    def take(self, key: str = "", not_before: datetime | None = None) -> Slot | None:
        """Take it."""
        slot = self.peek(key, not_before)
        if slot:
            self.put(slot.at)
            insort(self._own, slot.at)
        return slot

    def put(self, at: datetime) -> None:
        """Count a post at an instant that is none of the slots."""
        self._book.add(at.astimezone(UTC))
        self._found.clear()

    def _slot(self, first: datetime) -> datetime | None:
        if self._schedule.now:
            return next_open(self._schedule, first)
        return _following(self._schedule, first - _INSTANT)

    def _free(self, at: datetime, key: str) -> datetime | None:
        """Find the instant for a key in the stretch of the slot `at`; where no key finds one, note it."""
        steps = self._steps(at)
        until = at
        if not (steps and self._is_used(at, at + steps * self._step)):
            for start in sorted({turn(key, steps), 0}, reverse=True):
                number, until = self._sweep(at, start, steps)
                if number <= steps:
                    return at + number * self._step
        self._beyond[at] = max(at + _INSTANT, until - self._stretch)
        return None

    def _steps(self, at: datetime) -> int:
        if not self._stretch:
            return 0
        return reach(self._schedule, at, _following(self._schedule, at))

    def _is_used(self, first: datetime, last: datetime) -> bool:
        return bisect_left(self._own, first) < bisect_right(self._own, last)

    def _sweep(self, at: datetime, number: int, steps: int) -> tuple[int, datetime]:
        """Return the first free step from `number` on; past the last, there is none until the instant beside it."""
        until = at
        while number <= steps and (blocked := self._book.blocked(at + number * self._step)):
            until = blocked
            number = -((at - until) // self._step)
        return number, until


def _following(schedule: Schedule, at: datetime) -> datetime | None:
    return next((slot.at for slot in slots(schedule, at)), None)


def place(
    schedule: Schedule, after: datetime, taken: Sequence[datetime], caps: tuple[Most, ...] = ()
) -> Iterator[Slot]:
    """Give the free slots of `Places` in order, each counted as taken when it is given."""
    places = Places(schedule, after, taken, caps)
    while slot := places.take():
        yield slot


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
    schedule: Schedule,
    due: datetime,
    now: datetime,
    taken: Sequence[datetime],
    caps: tuple[Most, ...] = (),
    key: str = "",
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
    soonest = replace(schedule, now=True, spread=timedelta()) if schedule.late == "post" else schedule
    return Places(soonest, now, taken, caps).peek(key)
