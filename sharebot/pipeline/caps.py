"""The editor's own caps: how much an account posts at most, and which posts wait because of that."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sharebot import schedule as times
from sharebot.config.values import Account, Config, Stream
from sharebot.model import Delivery, Rules
from sharebot.schedule import Most
from sharebot.schedule.clock import period


@dataclass(frozen=True, slots=True)
class Held:
    """Posts that come later than their schedule allows, because a cap was reached."""

    because: str
    waiting: tuple[Delivery, ...]


def caps(account: Account, rules: Rules) -> tuple[Most, ...]:
    """Return how much an account posts at most: what the editor says, and what the budget pays."""
    return tuple(most for _, most in _named(account, rules))


def held(
    config: Config, account: Account, rules: Rules, news: Sequence[Delivery], taken: Sequence[datetime], now: datetime
) -> Iterator[Held]:
    """Find which new posts of an account wait for a cap: one full period has a time that is free and not theirs.

    `taken` are the times of all its posts, and those that the plan gives up.
    """
    for newsletter in config.newsletters.values():
        for stream in newsletter.posts:
            mine = (row for row in news if (row.newsletter, row.stream) == (newsletter.name, stream.name))
            yield from _of_stream(stream, account, rules, [row for row in mine if not row.turn], taken, now)


def _of_stream(
    stream: Stream, account: Account, rules: Rules, news: Sequence[Delivery], taken: Sequence[datetime], now: datetime
) -> Iterator[Held]:
    schedule = stream.schedule
    named = [*_said(schedule.most), *_named(account, rules)]
    if not (news and named) or schedule.after:
        return
    free = next(times.place(replace(schedule, most=()), now, taken), None)
    full = _full(named, taken, free.at, schedule.zone) if free else ""
    late = [row for row in news if free and free.at < row.due]
    if full and late:
        yield Held(full, tuple(late))


def _named(account: Account, rules: Rules) -> Iterator[tuple[str, Most]]:
    yield from _said(account.most)
    if account.budget and rules.per_link_post:
        most = Most(int(account.budget.amount / rules.per_link_post), "month")
        yield f"the budget of {account.budget.amount:g} USD per month", most


def _said(most: Iterable[Most]) -> Iterator[tuple[str, Most]]:
    yield from ((f"{each.count} per {each.per}", each) for each in most)


def _full(named: Iterable[tuple[str, Most]], taken: Sequence[datetime], at: datetime, zone: str) -> str:
    """Name the caps that let no more out in the period that `at` is in; empty where there is none."""
    place = ZoneInfo(zone)
    full = [name for name, most in named if _count(taken, at, place, most) >= most.count]
    return " and ".join(dict.fromkeys(full))


def _count(taken: Sequence[datetime], at: datetime, zone: ZoneInfo, most: Most) -> int:
    here = period(at, zone, most.per)
    return sum(period(other, zone, most.per) == here for other in taken)
