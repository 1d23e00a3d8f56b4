"""Cron lines by the standard numbering, in which 1 is Monday and both 0 and 7 are Sunday.

https://man7.org/linux/man-pages/man5/crontab.5.html
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Self

from sharebot.schedule.near import did_you_mean

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART = re.compile(r"(?:(?P<all>\*)|(?P<low>\w+)(?:-(?P<high>\w+))?)(?:/(?P<step>[0-9]+))?")
_SUNDAY = 7
_LEAP_YEAR = 2024


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the five: its name, the least and greatest number, and words for numbers counted from `low`."""

    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()

    def read(self, text: str) -> frozenset[int]:
        return frozenset[int]().union(*(self._part(part) for part in text.casefold().split(",")))

    def _part(self, text: str) -> range:
        match = _PART.fullmatch(text)
        if not match:
            raise ValueError(f"{text!r} is no {self.name} of cron; write a number, a range 1-5, a list 1,3 or */2")
        low, high = self._bounds(match)
        if low > high:
            raise ValueError(f"{text!r} runs backwards; write two ranges with a comma for the {self.name}")
        return range(low, high + 1, self._step(match, text))

    def _bounds(self, match: re.Match[str]) -> tuple[int, int]:
        if match["all"]:
            return self.low, self.high
        low = self._number(match["low"])
        if match["high"] is None:
            return low, low
        high = self._number(match["high"])
        # "fri-sun" means the Sunday at the week's end, whose word counts as 0.
        return low, _SUNDAY if self.words == _DAYS and high == 0 < low else high

    def _step(self, match: re.Match[str], text: str) -> int:
        if match["step"] is None:
            return 1
        if match["low"] and match["high"] is None:
            raise ValueError(f"{text!r} steps from a single {self.name}; write {match['low']}-{self.high}/…")
        if not 1 <= int(match["step"][:9]) <= self.high:
            raise ValueError(f"{text!r} steps further than the {self.name} goes; write a step of 1 to {self.high}")
        return int(match["step"])

    def _number(self, text: str) -> int:
        if text in self.words:
            return self.words.index(text) + self.low
        if not re.fullmatch("[0-9]{1,9}", text):
            hint = did_you_mean(text, self.words) if self.words else f"write {self.low} to {self.high}"
            raise ValueError(f"{text!r} is no {self.name} of cron; {hint}")
        if not self.low <= int(text) <= self.high:
            raise ValueError(f"{text} is out of range for the {self.name} of cron; write {self.low} to {self.high}")
        return int(text)


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("weekday", 0, 7, _DAYS),
)


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron line, read. `times` are in order; `weekdays` are ISO; `either` says how day and weekday go together."""

    text: str
    times: tuple[time, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    @classmethod
    @lru_cache(maxsize=256)
    def parse(cls, text: str) -> Self:
        """Read five fields. Raises ValueError that names the field and the cure."""
        fields = text.split()
        if len(fields) != len(_FIELDS):
            raise ValueError(f"{text!r} is no cron line; it has five fields: minute hour day month weekday")
        minutes, hours, days, months, weekdays = (field.read(part) for field, part in zip(_FIELDS, fields, strict=True))
        return cls(
            text=" ".join(fields),
            times=tuple(time(hour, minute) for hour in sorted(hours) for minute in sorted(minutes)),
            days=days,
            months=months,
            weekdays=frozenset(day or _SUNDAY for day in weekdays),
            either=not (fields[2].startswith("*") or fields[4].startswith("*")),
        )

    @property
    def has_days(self) -> bool:
        """Whether it names any day that exists: February has no 30th."""
        return self.either or any(monthrange(_LEAP_YEAR, month)[1] >= min(self.days) for month in self.months)

    def runs_on(self, day: date) -> bool:
        """Whether the line names this date. A day and a weekday that are both restricted mean either, as in cron."""
        both = (day.day in self.days, day.isoweekday() in self.weekdays)
        return day.month in self.months and (any(both) if self.either else all(both))
