"""How far behind its slot a post comes out: by its key, so that a plan tells what will happen."""

from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sharebot.schedule.clock import is_open, local
from sharebot.schedule.value import Schedule

_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)


def step(schedule: Schedule) -> timedelta:
    """Return the unit that posts are spread by: whole minutes, or seconds where the spread is less than one."""
    return _MINUTE if schedule.spread >= _MINUTE else _SECOND


def reach(schedule: Schedule, at: datetime, following: datetime | None) -> int:
    """Say how many steps behind its slot `at` a post may come: as far as its day and its opening hours go.

    It comes before `following`, the schedule's next slot.
    """
    length, zone = step(schedule), ZoneInfo(schedule.zone)
    most = schedule.spread // length
    if following:
        most = min(most, -((at - following) // length) - 1)
    day = local(at, zone).date()
    walls = (local(at + number * length, zone) for number in range(1, most + 1))
    ends = (number for number, wall in enumerate(walls) if wall.date() != day or not is_open(schedule, wall))
    return next(ends, most)


def turn(key: str, steps: int) -> int:
    """Choose 0 to `steps`, always the same for the same key."""
    return int.from_bytes(sha256(key.encode()).digest()) % (steps + 1) if steps else 0
