"""A schedule in words, so that an editor can see what was understood."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time, timedelta

from sharebot.schedule.cron import Cron
from sharebot.schedule.parse import WEEKDAYS
from sharebot.schedule.value import Schedule

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SETS = {frozenset(range(1, 8)): "every day", frozenset(range(1, 6)): "weekdays", frozenset({6, 7}): "weekends"}
_LONGEST_MONTH = 31
_FEW = 6
_DAY_MINUTES = 24 * 60


def words(schedule: Schedule) -> str:
    """Say a schedule in one English line: "weekdays at 09:00 and 12:30, Paris time; at most 4 per day"."""
    return "; ".join(filter(None, (_when(schedule), ", ".join(_conditions(schedule)))))


def _when(schedule: Schedule) -> str:
    if schedule.now:
        return "as soon as an issue is read"
    if schedule.cron is not None:
        cron = Cron.parse(schedule.cron)
        days, times = _cron_days(cron), cron.times
    else:
        days, times = _days(schedule), tuple(sorted(set(schedule.at)))
    return f"{days} {_times(times)}, {_place(schedule.zone)}" if times else "never: it names no time of day"


def _days(schedule: Schedule) -> str:
    weekdays = _weekdays(schedule.days or frozenset(range(1, 8)))
    if schedule.on is None:
        return weekdays
    month_day = f"{_on(schedule.on)} of every month"
    return month_day if schedule.days is None else f"{month_day}, if on {weekdays}"


def _on(on: str) -> str:
    if on.isdecimal():
        return f"on the {_ordinal(int(on))}"
    return "on the last day" if on == "last" else f"on the {' '.join(map(_capital, on.split()))}"


def _capital(word: str) -> str:
    return word.capitalize() if word in WEEKDAYS else word


def _weekdays(days: frozenset[int]) -> str:
    return _SETS.get(days) or _and(f"{WEEKDAYS[day - 1].capitalize()}s" for day in sorted(days))


def _cron_days(cron: Cron) -> str:
    every_month = len(cron.months) == len(_MONTHS)
    months = "every month" if every_month else _and(_MONTHS[month - 1] for month in sorted(cron.months))
    dates = f"on the {_and(_ordinal(day) for day in sorted(cron.days))} of {months}"
    ending = "" if every_month else f" in {months}"
    match len(cron.days) < _LONGEST_MONTH, len(cron.weekdays) < len(WEEKDAYS):
        case True, True:
            return f"{dates} {'and' if cron.either else 'if on'} {_weekdays(cron.weekdays)}{ending}"
        case True, False if not cron.either:
            return dates
        case False, True if not cron.either:
            return _weekdays(cron.weekdays) + ending
    return f"every day{ending}"


def _times(times: Sequence[time]) -> str:
    if len(times) <= _FEW:
        return f"at {_and(f'{at:%H:%M}' for at in times)}"
    if len(times) == _DAY_MINUTES:
        return "at every minute"
    return f"{len(times)} times from {times[0]:%H:%M} to {times[-1]:%H:%M}"


def _place(zone: str) -> str:
    area, _, city = zone.rpartition("/")
    if city.isalpha() and city.isupper():
        return city
    # The sign of Etc/GMT+5 is the reverse of what people expect, so it keeps its full name.
    return f"{zone if area == 'Etc' else city.replace('_', ' ')} time"


def _conditions(schedule: Schedule) -> Iterator[str]:
    if schedule.gap:
        yield f"at least {_span(schedule.gap)} apart"
    yield from (f"at most {most.count} per {most.per}" for most in schedule.most)
    if schedule.quiet:
        yield f"quiet {schedule.quiet[0]:%H:%M}–{schedule.quiet[1]:%H:%M}"
    if schedule.not_on:
        yield f"not on {_dates(schedule.not_on)}"
    if schedule.expires is not None:
        yield f"not later than {_span(schedule.expires)} after publication"
    if schedule.late != "post":
        yield {"next slot": "if late, at the next slot", "skip": "if late, not at all"}[schedule.late]


def _dates(dates: frozenset[date]) -> str:
    few = len(dates) <= _FEW
    return _and(day.isoformat() for day in sorted(dates)) if few else f"{len(dates)} dates"


def _span(length: timedelta) -> str:
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = ((length.days, "day" if length.days == 1 else "days"), (hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def _ordinal(number: int) -> str:
    teen = number // 10 == 1
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _and(items: Iterable[str]) -> str:
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last
