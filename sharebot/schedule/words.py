"""A schedule in words, so that an editor can see what was understood."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from sharebot.schedule.cron import Cron
from sharebot.schedule.holidays import name_of
from sharebot.schedule.parse import WEEKDAYS
from sharebot.schedule.value import Schedule

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SETS = {frozenset(range(1, 8)): "every day", frozenset(range(1, 6)): "weekdays", frozenset({6, 7}): "weekends"}
_LONGEST_MONTH = 31
_FEW = 6
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_HOUR_MINUTES = 60
_DAY_MINUTES = 24 * _HOUR_MINUTES
# "in 47 h" is still counted, "in 2 days" is felt.
_HOURS_AT_MOST = 48


def words(schedule: Schedule) -> str:
    """Say a schedule in one English line: "weekdays at 09:00 and 12:30, Paris time; at most 4 per day"."""
    return "; ".join(filter(None, (_when(schedule), ", ".join(_conditions(schedule)))))


def nearing(at: datetime, now: datetime) -> str:
    """Say how long it is from `now` until `at`: "in 45 min", "in 13 h", "in 3 days"; "now" when it is over."""
    minutes = round((at - now) / _MINUTE)
    if minutes < 1:
        return "now"
    if minutes < _HOUR_MINUTES:
        return f"in {minutes} min"
    hours = round(minutes / _HOUR_MINUTES)
    if hours < _HOURS_AT_MOST:
        return f"in {hours} h"
    return f"in {round(minutes / _DAY_MINUTES)} days"


def _when(schedule: Schedule) -> str:
    if schedule.now:
        delay = schedule.after
        return "as soon as an issue is read" if delay is None else f"{_span(delay)} after publication"
    if schedule.cron is not None:
        cron = Cron.parse(schedule.cron)
        days, times = _cron_days(cron), cron.times
    else:
        days, times = _days(schedule), tuple(sorted(set(schedule.at)))
    return f"{days} {_times(times)}, {_place(schedule.zone)}" if times else "never: it names no time of day"


def _days(schedule: Schedule) -> str:
    weekdays = _weekdays(schedule.days or frozenset(range(1, 8)))
    if schedule.start:
        return f"{_weeks(schedule.weeks)} {weekdays} from {_date(schedule.start)}"
    if not schedule.on:
        return weekdays
    month_day = f"on the {_and(map(_on, schedule.on))} of every month"
    return month_day if schedule.days is None else f"{month_day}, if on {weekdays}"


def _weeks(weeks: int) -> str:
    nth = {1: "", 2: "second "}.get(weeks, f"{_ordinal(weeks)} ")
    return f"every {nth}week on"


def _on(on: str) -> str:
    if on.isdecimal():
        return _ordinal(int(on))
    return "last day" if on == "last" else " ".join(map(_capital, on.split()))


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
    if schedule.spread:
        yield f"spread over {_span(schedule.spread)}"
    if schedule.after is not None and not schedule.now:
        yield f"not before {_span(schedule.after)} after publication"
    yield from _rules(schedule)
    yield from _free_days(schedule)
    if schedule.expires is not None:
        yield f"not later than {_span(schedule.expires)} after publication"
    if schedule.late != "post":
        yield {"next slot": "if late, at the next slot", "skip": "if late, not at all"}[schedule.late]
    if schedule.repost:
        yield f"again after {_span(schedule.repost.after)}{_often(schedule.repost.times)}"


def _rules(schedule: Schedule) -> Iterator[str]:
    if schedule.gap:
        yield f"at least {_span(schedule.gap)} apart"
    yield from (f"at most {most.count} per {most.per}" for most in schedule.most)
    if schedule.quiet:
        yield f"quiet {schedule.quiet[0]:%H:%M}–{schedule.quiet[1]:%H:%M}"


def _free_days(schedule: Schedule) -> Iterator[str]:
    if schedule.not_on:
        yield f"not on {_dates(schedule.not_on)}"
    if schedule.holidays:
        yield f"not on public holidays in {_and(map(name_of, sorted(schedule.holidays)))}"


def _often(times: int) -> str:
    return {1: "", 2: ", twice"}.get(times, f", {times} times")


def _dates(dates: frozenset[date]) -> str:
    runs = list(_runs(sorted(dates)))
    if len(runs) > _FEW:
        return f"{len(dates)} dates"
    return _and(" to ".join(map(_date, dict.fromkeys(run))) for run in runs)


def _runs(dates: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Give the first and the last of each run of days."""
    first = dates[0]
    for day, following in zip(dates, (*dates[1:], None), strict=True):
        if following is None or following - day > _DAY:
            yield first, day
            first = following or day


def _date(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"


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
