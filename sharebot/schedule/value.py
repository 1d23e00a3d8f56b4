"""What an editor can ask of time, as values: a `Schedule`, its caps, and the `Slot`s that come of it."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Self, get_args
from zoneinfo import ZoneInfo

from sharebot.schedule.near import did_you_mean

Period = Literal["hour", "day", "week", "month"]
Late = Literal["post", "next slot", "skip"]

_MOST = re.compile(r"([0-9]{1,6}) +per +(\w+)")


@dataclass(frozen=True, slots=True)
class Most:
    """At most `count` posts in each calendar period of the schedule's zone.

    Weeks start on Monday (ISO 8601). An hour is a clock hour, 09:00 to 10:00, not any sixty minutes; the doubled hour
    of autumn counts as two.
    """

    count: int
    per: Period

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "4 per day". Raises ValueError with the cure."""
        match = _MOST.fullmatch(text.strip())
        if not match:
            raise ValueError(f"{text!r} is no cap; write a number and a period, such as 4 per day")
        for per in get_args(Period):
            if match[2].casefold() == per:
                return cls(_at_least_one(int(match[1])), per)
        raise ValueError(f"{match[2]!r} is no period; {did_you_mean(match[2], get_args(Period))}")


def _at_least_one(count: int) -> int:
    if not count:
        raise ValueError("a cap of 0 would never post; to post nothing, hold the account with `sharebot pause`")
    return count


@dataclass(frozen=True, slots=True)
class Repost:
    """Post an article again: `times` times more, each at least `after` later than the time before."""

    after: timedelta
    times: int = 1


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an editor wants posts to go out. Times are the wall clock of `zone`.

    Exactly one of `now`, `cron` or `at` gives the times; without any there are no slots. `days` (ISO weekdays, 1 is
    Monday; None: every day) and `on` ("1" to "31", "last", "first monday" to "fourth monday", "last friday"; any of
    them in each month; none: every date) choose the days on which `at` applies, `weeks` of those only the ones in each
    so many-th week, counted by ISO weeks from that of the date `start`, before which there is nothing; `cron` stands
    instead of all of these. Nothing is posted from the first to before the second time of `quiet`, nor on the dates of
    `not_on`, nor on the public holidays of the places in `holidays` ("FR", "DE-BY"). `gap` is the least time between
    two posts, `expires` how long after the issue's publication a post is of use, `late` what a post gets that missed
    its slot.

    `spread` is how far behind its slot a post may come out, by its key. `after` is how long after the issue's
    publication a post comes out at the earliest; without `at` and `cron` it is posted then, like `now`. `repost` says
    how an article is posted again.
    """

    zone: str
    now: bool = False
    days: frozenset[int] | None = None
    on: tuple[str, ...] = ()
    at: tuple[time, ...] = ()
    cron: str | None = None
    quiet: tuple[time, time] | None = None
    not_on: frozenset[date] = frozenset()
    holidays: frozenset[str] = frozenset()
    gap: timedelta = timedelta()
    most: tuple[Most, ...] = ()
    expires: timedelta | None = None
    late: Late = "post"
    weeks: int = 1
    start: date | None = None
    spread: timedelta = timedelta()
    after: timedelta | None = None
    repost: Repost | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """An instant to post at: `at` in UTC, and `wall`, what the clock in `zone` shows then ("2026-11-24T09:00")."""

    at: datetime
    wall: str
    zone: str

    @classmethod
    def of(cls, at: datetime, zone: str) -> Self:
        """Make the slot at an aware instant."""
        return cls.showing(at.astimezone(UTC), at.astimezone(ZoneInfo(zone)).replace(tzinfo=None), zone)

    @classmethod
    def showing(cls, at: datetime, wall: datetime, zone: str) -> Self:
        """Make the slot at an instant in UTC, at which the clock in `zone` is known to show `wall`."""
        return cls(at, wall.isoformat(timespec="seconds" if wall.second else "minutes"), zone)
