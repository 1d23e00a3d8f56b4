"""How far behind its slot a post comes out: by its key, so that a plan tells what will happen."""

from datetime import datetime, time, timedelta
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
        most = min(most, _steps_before(following - at, length))
    wall, last = local(at, zone), local(at + most * length, zone)
    if last - wall == most * length:
        return min(most, _steps_before(_closes(schedule, wall) - wall, length))
    walls = (local(at + number * length, zone) for number in range(1, most + 1))
    ends = (number for number, each in enumerate(walls) if each.date() != wall.date() or not is_open(schedule, each))
    return next(ends, most)


def _steps_before(end: timedelta, length: timedelta) -> int:
    return -(-end // length) - 1


def _closes(schedule: Schedule, wall: datetime) -> datetime:
    """Return when the day, or the time until the quiet hours, is over on a clock that nobody changes."""
    if schedule.quiet and schedule.quiet[0] > wall.time():
        return datetime.combine(wall.date(), schedule.quiet[0])
    return datetime.combine(wall.date() + timedelta(days=1), time())


def turn(key: str, steps: int) -> int:
    """Choose 0 to `steps`, always the same for the same key."""
    return int.from_bytes(sha256(key.encode()).digest()) % (steps + 1) if steps else 0
