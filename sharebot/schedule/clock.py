"""The laws of time: what instant a wall clock means in a zone, when some hours are missing and some come twice.

A time that the clock skips in spring means the first instant after the gap. A time that comes twice in autumn means
the first. So a later wall time never means an earlier instant. Time zones and the `fold` of PEP 495:
https://peps.python.org/pep-0495/
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sharebot.schedule.holidays import is_holiday
from sharebot.schedule.value import Period, Schedule

_SECOND = timedelta(seconds=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clock in `zone` shows at an aware instant, without the zone."""
    return at.astimezone(zone).replace(tzinfo=None)


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant in UTC that a naive wall time means in `zone`."""
    return moment(wall, zone)[0]


def moment(wall: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instant in UTC that a naive wall time means in `zone`, and what the clock shows then."""
    at = wall.replace(tzinfo=zone).astimezone(UTC)
    if local(at, zone) == wall:
        return at, wall
    at = _after_gap(wall, zone)
    return at, local(at, zone)


def _after_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    # With fold=1 a missing time is read by the offset after the gap, which puts it before the gap, and the reverse.
    before, after = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    while after - before > _SECOND:
        middle = before + (after - before) // 2 // _SECOND * _SECOND
        before, after = (before, middle) if local(middle, zone) > wall else (middle, after)
    return after


def next_instant(wall: datetime, zone: ZoneInfo, after: datetime) -> datetime:
    """Return when the clock, which shows less than `wall` at `after`, shows `wall` next, be it for the second time."""
    first = instant(wall, zone)
    return first if first > after else wall.replace(tzinfo=zone, fold=1).astimezone(UTC)


def has_day(day: date, zone: ZoneInfo) -> bool:
    """Whether the date exists in `zone`: Samoa had no 30 December 2011."""
    return local(instant(datetime.combine(day, time()), zone), zone).date() == day


def period(at: datetime, zone: ZoneInfo, per: Period) -> tuple[int, ...]:
    """Name the calendar period that `at` is in."""
    here = at.astimezone(zone)
    match per:
        case "hour":
            return here.toordinal(), here.hour, here.fold
        case "day":
            return (here.toordinal(),)
        case "week":
            return here.isocalendar()[:2]
        case _:
            return here.year, here.month


def period_end(at: datetime, zone: ZoneInfo, per: Period) -> datetime:
    """Return an instant after `at` that is no later than the next calendar period's first."""
    here = local(at, zone)
    if per == "hour":
        return at + _HOUR - (here - here.replace(minute=0, second=0, microsecond=0))
    return next_instant(datetime.combine(_next_period(here.date(), per), time()), zone, at)


def _next_period(day: date, per: Period) -> date:
    match per:
        case "week":
            return day + timedelta(days=8 - day.isoweekday())
        case "month":
            return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        case _:
            return day + _DAY


def is_open(schedule: Schedule, wall: datetime) -> bool:
    """Whether the schedule's quiet hours and dates let a post out when the clock shows `wall`."""
    return not (schedule.quiet and is_within(wall.time(), schedule.quiet)) and not _is_free(schedule, wall.date())


def _is_free(schedule: Schedule, day: date) -> bool:
    return day in schedule.not_on or any(is_holiday(day, place) for place in schedule.holidays)


def is_within(at: time, quiet: tuple[time, time]) -> bool:
    """Whether a time of day is in the quiet hours, which may cross midnight; their end is not."""
    start, end = quiet
    return start <= at < end if start < end else at >= start or at < end


def next_open(schedule: Schedule, at: datetime) -> datetime:
    """Return `at`, or else when the quiet hours or the free day that it is in, and what adjoins it, are over.

    Quiet hours that have begun go on until their end when the clock is put back during them.
    """
    zone = ZoneInfo(schedule.zone)
    while not is_open(schedule, wall := local(at, zone)):
        at = next_instant(_opens(schedule, wall), zone, at)
    return at


def _opens(schedule: Schedule, wall: datetime) -> datetime:
    if schedule.quiet is None or _is_free(schedule, wall.date()):
        return datetime.combine(wall.date() + _DAY, time())
    end = datetime.combine(wall.date(), schedule.quiet[1])
    return end if end > wall else end + _DAY
