"""From an editor's words to the fields of a `Schedule`. Each parser raises ValueError with the cure."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import time
from zoneinfo import ZoneInfo, available_timezones

from sharebot.schedule.cron import Cron
from sharebot.schedule.near import did_you_mean, nearest

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDINALS = ("first", "second", "third", "fourth")

_ALL = frozenset(range(1, 8))
_EVERY = {
    "day": _ALL,
    "weekday": frozenset(range(1, 6)),
    "weekend": frozenset({6, 7}),
    **{name: frozenset({number}) for number, name in enumerate(WEEKDAYS, start=1)},
}
_WEEKS = re.compile("([0-9]{1,9}) +weeks?", re.IGNORECASE)
_MOST_WEEKS = 52
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_LAST_DAY = 31
# What lies beside the zones and is none: this machine's own, and copies with and without leap seconds.
_NO_ZONE = re.compile("localtime|posixrules|Factory|(posix|right)/.*")


def parse_every(value: str | Sequence[str]) -> frozenset[int] | None:
    """Read `every`: "day", "weekday", "weekend", "monday" … or a list of them, as `Schedule.days`.

    "month" also gives None: which day of the month it is stands in `on` (see `parse_on`), and the caller asks for it.
    """
    if value == "month":
        return None
    words = [value] if isinstance(value, str) else value
    if not words:
        raise ValueError("a list of days names at least one, such as [monday, thursday]")
    days = frozenset[int]().union(*(_days(word) for word in words))
    return None if days == _ALL else days


def _days(word: str) -> frozenset[int]:
    try:
        return _EVERY[word.casefold()]
    except KeyError:
        if word == "month":
            raise ValueError("month stands alone: every: month, with on: 1, last or first monday") from None
        if parse_weeks(word):
            raise ValueError(f"{word} stands alone: every: {word}, on: [monday, thursday]") from None
        raise ValueError(f"{word!r} is no day; {did_you_mean(word, [*_EVERY, 'month', '2 weeks'])}") from None


def parse_weeks(text: str) -> int | None:
    """Read "2 weeks", 1 to 52 of them. None: it is about something else."""
    match = _WEEKS.fullmatch(text.strip())
    if match and not 1 <= int(match[1]) <= _MOST_WEEKS:
        raise ValueError(f"{text!r} are too few or too many; write 1 to {_MOST_WEEKS} weeks")
    return int(match[1]) if match else None


def parse_on(value: str | int) -> str:
    """Read a day of `every: month`: 1 to 31, "last", "first monday" … "fourth sunday", "last friday".

    A month without that day has no slot, as in RFC 5545 3.3.10; "last" is the day to choose for a month's end.
    """
    text = " ".join(str(value).casefold().split())
    if re.fullmatch("[0-9]+", text):
        return _month_day(text)
    match text.split(" "):
        case ["last"]:
            return text
        case ["fifth", day]:
            raise ValueError(f"not every month has a fifth {day}; write last {day}")
        case [which, day]:
            _known(which, (*ORDINALS, "last"), "no count of a month's days")
            _known(day, WEEKDAYS, "no day of the week")
            return text
    if near := nearest(text, (*WEEKDAYS, "last")):
        raise ValueError(f"{text!r} is no day; did you mean {near!r}?")
    raise ValueError(f"{text!r} is no day of the month; write 1 to 31, last, first monday or last friday")


def _month_day(text: str) -> str:
    if not 1 <= int(text[:9]) <= _LAST_DAY:
        raise ValueError(f"a month has no day {text[:9]}; write 1 to 31, or last")
    return str(int(text))


def _known(word: str, valid: Iterable[str], what: str) -> None:
    if word not in valid:
        raise ValueError(f"{word!r} is {what}; {did_you_mean(word, valid)}")


def parse_time(text: str) -> time:
    """Read a time of day: "09:00" or "9:00"."""
    match = _TIME.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is no time of day; write hours and minutes, such as 09:00")
    try:
        return time(int(match[1]), int(match[2]))
    except ValueError:
        raise ValueError(f"{text!r} is no time of day; the day goes from 00:00 to 23:59") from None


def parse_quiet(text: str) -> tuple[time, time]:
    """Read "22:00-07:00", which may cross midnight; the second time itself is open again."""
    start, dash, end = text.replace("–", "-").partition("-")
    if not dash:
        raise ValueError(f"{text!r} are no quiet hours; write from and to, such as 22:00-07:00")
    quiet = parse_time(start), parse_time(end)
    if quiet[0] == quiet[1]:
        raise ValueError(f"{text!r} begins where it ends; leave quiet out, or write two different times")
    return quiet


def parse_zone(name: str) -> str:
    """Check that `name` is a zone of the IANA database, such as "Europe/Paris"."""
    # A folder of the database ("Europe") and a name with ".." fail each in a way of its own.
    with suppress(KeyError, ValueError, OSError):
        if not _NO_ZONE.fullmatch(name):
            return ZoneInfo(name).key
    raise ValueError(f"{name!r} is no time zone; {_zone_like(name)}")


def _zone_like(name: str) -> str:
    if any(letter.isdigit() for letter in name):  # of a fixed offset, which knows no summer time, nothing is near
        return "write it as continent and city, such as Europe/Paris"
    zones = sorted(zone for zone in available_timezones() if not _NO_ZONE.fullmatch(zone))
    cities = {zone.rpartition("/")[2]: zone for zone in zones}
    city = nearest(name.strip().replace(" ", "_").rpartition("/")[2], cities)
    zone = nearest(name, zones) if "/" in name else None
    likely = zone or (cities[city] if city else None)
    return f"did you mean {likely}?" if likely else "write it as continent and city, such as Europe/Paris"


def parse_cron(text: str) -> str:
    """Check a cron line of five fields, minute hour day month weekday, and return it with single spaces."""
    cron = Cron.parse(text)
    if not cron.has_days:
        raise ValueError(f"{text!r} names no day that exists; no month of it has a day {min(cron.days)}")
    return cron.text
