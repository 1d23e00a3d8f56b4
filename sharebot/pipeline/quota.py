"""What a plan takes: posts, money and the networks' quotas, account by account, and which posts would have to wait."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sharebot.config.values import Account, Config
from sharebot.model import Delivery, Quota, Rules, State
from sharebot.pipeline.caps import Held, held
from sharebot.pipeline.entries import Entry

_IDLE = frozenset({State.FAILED, State.HELD, State.MISSED, State.SKIPPED})
"""States of what does not go out by itself, and so costs nothing."""
_FEW = 5
"""How many headlines a warning names."""
_CENT = 0.01
"""Less than this is no money: prices are added up in binary fractions."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a plan is shown for."""

    now: datetime
    end: datetime

    def has(self, row: Delivery) -> bool:
        """Whether a delivery comes out in it."""
        return self.now <= row.due <= self.end


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of time in which an account spends most of a quota: how much, and from when.

    `waiting` are the posts to come that the network would not take at their time, for it takes no more.
    """

    quota: Quota
    spent: int
    start: datetime
    waiting: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class Month:
    """What an account posts in a calendar month of its zone, what is out already included. `cost` is in US dollars.

    `first` is the month's first day, `beyond` are the posts to come that the budget does not pay.
    """

    first: date
    posts: int
    links: int
    cost: float
    beyond: tuple[Delivery, ...] = ()

    @property
    def name(self) -> str:
        """The month for people: "November 2026"."""
        return f"{self.first:%B %Y}"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What an account has to come within the plan's days: posts, their parts (a thread has several), and links."""

    account: Account
    zone: str
    posts: int
    parts: int
    links: int
    cost: float
    months: tuple[Month, ...]
    windows: tuple[Window, ...]
    held: tuple[Held, ...]

    def warnings(self) -> Iterator[str]:
        """Tell what the network does not allow or the budget not pay, and for which posts."""
        yield from (self._overrun(window) for window in self.windows if window.waiting)
        yield from (self._unpaid(month) for month in self.months if month.beyond)

    def notes(self) -> Iterator[str]:
        """Tell which posts wait for a later time because the editor asked for no more."""
        for each in self.held:
            yield f"{self.account.name}: because of {each.because} wait for a later time: {some(each.waiting)}"

    def _overrun(self, window: Window) -> str:
        start, quota = window.start.astimezone(ZoneInfo(self.zone)), window.quota
        return (
            f"{self.account.name}: {window.spent} {quota.unit} within {length(quota.within)} from"
            f" {start:%a %d %b %H:%M}, the network takes {quota.count}; these would wait: {some(window.waiting)}"
        )

    def _unpaid(self, month: Month) -> str:
        budget = self.account.budget.amount if self.account.budget else 0
        return (
            f"{self.account.name}: {month.name} costs {month.cost:.2f} USD of {budget:g} USD; beyond the budget are"
            f" {some(month.beyond)}"
        )


def forecasts(
    config: Config, rules: Mapping[str, Rules], entries: Sequence[Entry], standing: Iterable[Delivery], span: Span
) -> list[Forecast]:
    """Return what each account that has something to come will spend.

    `standing` are the outbox's deliveries since `slots.MEMORY`, out or still to come.
    """
    rows = {row.key: row for row in standing} | {entry.delivery.key: entry.delivery for entry in entries}
    live = sorted((row for row in rows.values() if row.state not in _IDLE), key=order)
    made = []
    for name, account in sorted(config.accounts.items()):
        mine = [row for row in live if row.account == name]
        if any(map(span.has, mine)):
            own = [entry for entry in entries if entry.delivery.account == name]
            waiting = held(config, account, rules[name], _news(own, span), _taken(own, mine), span.now)
            made.append(_forecast(account, rules[name], mine, tuple(waiting), span))
    return made


def order(row: Delivery) -> tuple[datetime, str, str, int, str]:
    """Return what deliveries are sorted by: their time, and at the same time account, issue and article."""
    return row.due, row.account, row.issue, row.article, row.key


def _news(entries: Iterable[Entry], span: Span) -> list[Delivery]:
    return [entry.delivery for entry in entries if entry.change == "new" and span.has(entry.delivery)]


def _taken(entries: Iterable[Entry], live: Iterable[Delivery]) -> list[datetime]:
    """Return the times that were not free when the plan was made, those that it gives up included."""
    given_up = {e.before.due for e in entries if e.before and e.change in {"changed", "gone"}}
    return sorted(given_up | {row.due for row in live})


def _forecast(
    account: Account, rules: Rules, rows: Sequence[Delivery], waiting: tuple[Held, ...], span: Span
) -> Forecast:
    coming = [row for row in rows if span.has(row)]
    return Forecast(
        account=account,
        zone=coming[0].zone,
        posts=len(coming),
        parts=sum(len(row.posts) for row in coming),
        links=sum(map(_links, coming)),
        cost=sum(_price(row, rules) for row in coming),
        months=tuple(_months(account, rules, rows, span)),
        windows=tuple(filter(None, (_window(quota, rows, span) for quota in rules.quotas))),
        held=waiting,
    )


def _price(row: Delivery, rules: Rules) -> float:
    """Return what a delivery costs, with the looks for it after a lost answer."""
    return row.looks * rules.per_look + sum(rules.per_link_post if post.links else rules.per_post for post in row.posts)


def _links(row: Delivery) -> int:
    return sum(1 for post in row.posts if post.links)


def _months(account: Account, rules: Rules, rows: Sequence[Delivery], span: Span) -> Iterator[Month]:
    """Give the months that the span touches, where the network wants money."""
    zone = ZoneInfo(rows[0].zone)
    for first, own in groupby(rows, key=lambda row: row.due.astimezone(zone).date().replace(day=1)):
        mine = list(own)
        cost = sum(_price(row, rules) for row in mine)
        if cost and any(map(span.has, mine)):
            parts = sum(len(row.posts) for row in mine)
            beyond = _unpaid(account, rules, mine)
            yield Month(first, parts, sum(map(_links, mine)), cost, tuple(filter(span.has, beyond)))


def _unpaid(account: Account, rules: Rules, rows: Iterable[Delivery]) -> Iterator[Delivery]:
    spent = 0.0
    for row in rows:
        spent += _price(row, rules)
        if account.budget and spent >= account.budget.amount + _CENT:
            yield row


# ── quotas of the networks: any stretch of time counts ───────────────────────────────────────────────────────────────


def _window(quota: Quota, rows: Sequence[Delivery], span: Span) -> Window | None:
    until = [row for row in rows if row.due <= span.end]
    costs = [(row.due, len(row.posts) * quota.per_post) for row in until]
    found = busiest(costs, quota.within, span.now)
    late = [until[at] for at in waiting(costs, quota.count, quota.within)]
    return Window(quota, *found, tuple(filter(span.has, late))) if found else None


def busiest(costs: Sequence[tuple[datetime, int]], within: timedelta, now: datetime) -> tuple[int, datetime] | None:
    """Return the most that is spent in a stretch of time that ends at `now` or later, and the first moment in it.

    `costs` are moments in order with what each costs. A stretch holds its first moment and not the one `within` later.
    """
    best: tuple[int, datetime] | None = None
    first = total = 0
    for at, cost in costs:
        total += cost
        while costs[first][0] <= at - within:
            total -= costs[first][1]
            first += 1
        if at >= now and (best is None or total > best[0]):
            best = total, costs[first][0]
    return best


def waiting(costs: Sequence[tuple[datetime, int]], limit: int, within: timedelta) -> list[int]:
    """Return the places of those that a network would not take at their moment; each waits for the one before it.

    What waits is taken as soon as enough of what was taken is `within` behind.
    """
    taken: deque[tuple[datetime, int]] = deque()
    late, total = [], 0
    for place, (due, cost) in enumerate(costs):
        at = max(due, taken[-1][0]) if taken else due
        while taken and (taken[0][0] <= at - within or total + cost > limit):
            at = max(at, taken[0][0] + within)
            total -= taken.popleft()[1]
        late += [place] if at > due else []
        taken.append((at, cost))
        total += cost
    return late


# ── in words ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def length(within: timedelta) -> str:
    """Say a length of time as the networks do: "15 min", "3 h", "24 h"."""
    minutes = within // timedelta(minutes=1)
    return f"{minutes} min" if minutes % 60 else f"{minutes // 60} h"


def some(deliveries: Sequence[Delivery]) -> str:
    """Name a few deliveries, and count the rest."""
    named = ", ".join(f"“{row.headline}”" for row in deliveries[:_FEW])
    more = len(deliveries) - _FEW
    return f"{named} and {more} more" if more > 0 else named
