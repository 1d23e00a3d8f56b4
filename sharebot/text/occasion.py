"""When, and for the how-manieth time, a post of an article goes out."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sharebot.model import Article
from sharebot.text.stale import Times

Rank = Callable[[Article, str | None], Sequence[int]]
"""Returns numbers of an article's sentences (from 0) in its language, the best first; none where nobody ranks them."""


def unranked(_article: Article, _language: str | None) -> Sequence[int]:
    """Rank nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the words of a post depend on beside its article.

    `times` keeps out what will be false on the day of posting (None: that day is not known, and nothing is kept out),
    by the calendar of `zone`. `turn` counts the posts of an article on one account from 0, and each takes other
    sentences.
    """

    times: Times | None = None
    zone: str = "UTC"
    turn: int = 0
    rank: Rank = unranked

    def midnight(self, day: dt.date | None) -> dt.datetime | None:
        """Return the moment at which a day begins there."""
        return dt.datetime.combine(day, dt.time(), ZoneInfo(self.zone)).astimezone(dt.UTC) if day else None


ANY = Occasion()
