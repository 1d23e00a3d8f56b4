"""A schedule's own times, without end or until nothing more can come."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sharebot.schedule.clock import has_day, is_open, local, moment
from sharebot.schedule.cron import Cron
from sharebot.schedule.parse import ORDINALS, WEEKDAYS
from sharebot.schedule.value import Schedule, Slot

# The 29th of February is the rarest day: eight years apart around the year 2100.
_LOOK_AHEAD = timedelta(days=366 * 9)
# A wall time on the calendar's very last days may have no instant in UTC that `datetime` can hold.
_LAST_DAY = date.max - timedelta(days=2)


def slots(schedule: Schedule, after: datetime) -> Iterator[Slot]:
    """Give the schedule's slots strictly later than the aware instant `after`, in order, none twice.

    Ends when nine years bring no more (cron "0 9 30 2 *"). A slot in the hour that spring skips moves behind it, and
    slots that meet there become one; in the hour that autumn repeats it comes once; a date that the zone left out has
    no slot. Quiet hours and free days are judged by what the clock shows at the slot. A `now` schedule has no times of
    its own: see `place`.
    """
    zone, start, last = ZoneInfo(schedule.zone), local(after, ZoneInfo(schedule.zone)), after
    times, runs_on = _rule(schedule)
    latest = max(start.date(), schedule.start or start.date())
    for day in _days(latest):
        if day - latest > _LOOK_AHEAD:
            return
        if runs_on(day):
            for slot in _on_day(schedule, day, times[_passed(times, day, start) :], zone):
                if slot.at > last:
                    last, latest = slot.at, day
                    yield slot


def _days(first: date) -> Iterator[date]:
    return map(date.fromordinal, range(first.toordinal(), _LAST_DAY.toordinal()))


def _passed(times: tuple[time, ...], day: date, start: datetime) -> int:
    # The laws of time keep the order of wall times, so none from before `start` can come after it.
    return bisect_right(times, start.time()) if day == start.date() else 0


def _on_day(schedule: Schedule, day: date, times: tuple[time, ...], zone: ZoneInfo) -> Iterator[Slot]:
    for wall in times:
        at, shown = moment(datetime.combine(day, wall), zone)
        if is_open(schedule, shown) and (shown.date() == day or has_day(day, zone)):
            yield Slot.showing(at, shown, schedule.zone)


def _rule(schedule: Schedule) -> tuple[tuple[time, ...], Callable[[date], bool]]:
    if schedule.cron is not None:
        cron = Cron.parse(schedule.cron)
        return cron.times, cron.runs_on
    return tuple(sorted(set(schedule.at))), lambda day: _is_day(schedule, day)


def _is_day(schedule: Schedule, day: date) -> bool:
    if schedule.now or (schedule.days is not None and day.isoweekday() not in schedule.days):
        return False
    if schedule.start and not _is_turn(schedule.start, schedule.weeks, day):
        return False
    return not schedule.on or any(_is_on(on, day) for on in schedule.on)


def _is_turn(start: date, weeks: int, day: date) -> bool:
    """Whether the date's week, of those that are counted from that of `start`, has its turn."""
    monday = start.toordinal() - start.weekday()
    return day >= start and (day.toordinal() - monday) // len(WEEKDAYS) % weeks == 0


def _is_on(on: str, day: date) -> bool:
    match on.split():
        case ["last"]:
            return (day + timedelta(days=1)).day == 1
        case ["last", weekday]:
            return _is_weekday(day, weekday) and (day + timedelta(days=7)).month != day.month
        case [which, weekday]:
            return _is_weekday(day, weekday) and (day.day - 1) // 7 == ORDINALS.index(which)
        case _:
            return day.day == int(on)


def _is_weekday(day: date, name: str) -> bool:
    return day.isoweekday() == WEEKDAYS.index(name) + 1
