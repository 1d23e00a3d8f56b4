"""Words for a time that is told from the day of writing: "yesterday" is true for a day, "this week" for a week.

In a queue they grow false. What a text says stays true while the day of posting lies in the same day, week (from Monday
on), month or year as the day of writing.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sharebot.text import languages
from sharebot.text.vocabulary import Language

_MONTHS = 12
_DATED = re.compile(r",?\s+(?:the\s+)?\d|,\s+[^\W\d_]+\.?\s+\d")
"""What makes a day of the week a date: "on Monday, 3 March", "on Monday, March 3"."""


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


def stale(text: str, language: Language, times: Times) -> str | None:
    """Return the first words of `text` that are false on the day of posting, None where all holds.

    Where one of the days is not known, every such word is.
    """
    return next((words for words, scope in _relative(text, language) if not _holds(scope, times)), None)


def true_until(text: str, language: Language, written: dt.date | None) -> dt.date | None:
    """Return the first day on which a text is false; None where it says nothing of the kind."""
    if written is None:
        return None
    return min((SCOPES[scope](written)[1] for _, scope in _relative(text, language)), default=None)


def _relative(text: str, language: Language) -> Iterator[tuple[str, str]]:
    for scope in SCOPES:
        for match in languages.pattern(language, scope).finditer(text):
            if not _DATED.match(text, match.end()):
                yield match[0], scope


def _holds(scope: str, times: Times) -> bool:
    if times.written is None or times.posted is None:
        return False
    start, end = SCOPES[scope](times.written)
    return start <= times.posted < end
