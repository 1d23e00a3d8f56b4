"""Words for a time that is told from the day of writing: "yesterday" is true for a day, "this week" for a week.

In a queue they grow false. What a text says stays true while the day of posting lies in the same day, week (from Monday
on), month or year as the day of writing.
"""

import datetime as dt
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache

from sharebot.text import languages
from sharebot.text.vocabulary import Language

_MONTHS = 12
_DAY = re.compile(
    r"\s*[,،(（]?\s*(?:(?:the|dem|den|le|el|il|dia|día)\s+)?\d{1,2}(?:st|nd|rd|th|er|[.º°])?"
    r"(?:[)）]|\s*(?:of|de|di|من)?\s*)"
)
_NUMBERS = re.compile(r"\s*[,(（]?\s*\d{1,2}[./]\d{1,2}(?!\d)")
_MONTH_FIRST = re.compile(r",?\s+")
_DAY_OF_MONTH = re.compile(r"\.?\s+\d{1,2}(?!\d)")
_DAY_BEFORE = re.compile(r"\d日\s*[（(]?(?:星期|礼拜)?$")
_BEFORE = 8


@dataclass(frozen=True, slots=True)
class Times:
    """When a text was written and when readers will see it, by the newsletter's calendar; None where nobody knows."""

    written: dt.date | None = None
    posted: dt.date | None = None


def _week(day: dt.date) -> tuple[dt.date, dt.date]:
    start = day - dt.timedelta(days=day.weekday())
    return start, start + dt.timedelta(weeks=1)


def _month(day: dt.date) -> tuple[dt.date, dt.date]:
    start = day.replace(day=1)
    return start, dt.date(start.year + start.month // _MONTHS, start.month % _MONTHS + 1, 1)


SCOPES: dict[str, Callable[[dt.date], tuple[dt.date, dt.date]]] = {
    "today": lambda day: (day, day + dt.timedelta(days=1)),
    "this_week": _week,
    "this_month": _month,
    "this_year": lambda day: (day.replace(month=1, day=1), dt.date(day.year + 1, 1, 1)),
}
"""From the name of a vocabulary's field to the first day of its time and the first day after it."""
HEADLINES = ("today",)
"""Scopes that a headline is held for; "this week" in one is seldom meant to the day."""


def stale(text: str, language: Language, times: Times, scopes: Collection[str] = SCOPES) -> str | None:
    """Return the first words of `text` that are false on the day of posting, None where all holds.

    Where one of the days is not known, every such word is. Only words of these `scopes` are looked for.
    """
    found = relative(text, language)
    return next((words for words, scope in found if scope in scopes and not _holds(scope, times)), None)


def true_until(
    text: str, language: Language, written: dt.date | None, scopes: Collection[str] = SCOPES
) -> dt.date | None:
    """Return the first day on which a text is false; None where it says nothing of the kind in these `scopes`."""
    if written is None:
        return None
    found = (scope for _, scope in relative(text, language) if scope in scopes)
    return min((SCOPES[scope](written)[1] for scope in found), default=None)


def nameless(title: str, name: str) -> str:
    """Return a title without the newsletter's own name: an issue of "Harbour Today" speaks of no day."""
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", title, flags=re.IGNORECASE) if name else title


@lru_cache(maxsize=1024)
def relative(text: str, language: Language) -> tuple[tuple[str, str], ...]:
    """Return the words of a text for a time that is told from the day of writing, each with its scope."""
    return tuple(
        (match[0], scope)
        for scope in SCOPES
        for match in languages.pattern(language, scope).finditer(text)
        if scope != "this_week" or not _dated(text, match, language)
    )


def _dated(text: str, day: re.Match[str], language: Language) -> bool:
    """Tell whether a day of the week is a date: "on Monday, 3 March", "on Monday, March 3", "3月3日（周一）"."""
    if _NUMBERS.match(text, day.end()) or _DAY_BEFORE.search(text[max(0, day.start() - _BEFORE) : day.start()]):
        return True
    months = languages.pattern(language, "months")
    number, gap = _DAY.match(text, day.end()), _MONTH_FIRST.match(text, day.end())
    if number and (number[0].rstrip().endswith((")", "）")) or months.match(text, number.end())):
        return True
    month = months.match(text, gap.end()) if gap else None
    return bool(month and _DAY_OF_MONTH.match(text, month.end()))


def _holds(scope: str, times: Times) -> bool:
    if times.written is None or times.posted is None:
        return False
    start, end = SCOPES[scope](times.written)
    return start <= times.posted < end
