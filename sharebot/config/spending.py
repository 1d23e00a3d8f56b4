"""What a month of a schedule comes to, against what the editor would pay and what the network takes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from math import ceil
from typing import Any

from sharebot.config.document import Document, Way
from sharebot.config.values import Account, Config, Stream
from sharebot.model import Quota, Rules
from sharebot.schedule import Schedule, place
from sharebot.schedule.cron import Cron
from sharebot.text.template import uses

_DAY = timedelta(days=1)
_HORIZON = 30 * _DAY


@dataclass(frozen=True, slots=True)
class _Line:
    """A stream that goes to the account, and where it stands."""

    way: Way
    stream: Stream

    @property
    def a_day(self) -> int:
        """How many posts a day can have at the most."""
        schedule = self.stream.schedule
        return len(Cron.parse(schedule.cron).times if schedule.cron else set(schedule.at))

    def price(self, rules: Rules) -> float:
        has_link = self.stream.text is None or uses(self.stream.text, "link")
        return rules.per_link_post if has_link else rules.per_post


def advise(document: Document, config: Config, networks: Mapping[str, Any], now: datetime) -> None:
    """Warn of each budget and quota that the coming 30 days could overrun, were every slot used."""
    for account in config.accounts.values():
        if rules := getattr(networks[account.platform], "rules", None):
            _advise(document, account, [*_lines(config, account)], rules, now)


def _advise(document: Document, account: Account, lines: Sequence[_Line], rules: Rules, now: datetime) -> None:
    budget = _may_cost(account, lines, rules)
    quotas = [quota for quota in rules.quotas if _may_exceed(quota, lines)]
    posts = [*_posts(account, lines, now)] if budget or quotas else []
    if budget:
        _spent(document, account, [line.price(rules) for line, _ in posts])
    for quota in quotas:
        _peak(document, account, lines, sorted(at for _, at in posts), quota)


def _lines(config: Config, account: Account) -> Iterator[_Line]:
    """Yield the streams with times of their own; how often `now` posts, the issues decide."""
    for newsletter in config.newsletters.values():
        for number, stream in enumerate(newsletter.posts):
            if account.name in stream.to and not stream.schedule.now:
                yield _Line(("newsletters", newsletter.name, "posts", number), stream)


def _may_cost(account: Account, lines: Sequence[_Line], rules: Rules) -> bool:
    """Whether it is worth counting, as `_may_exceed`: most schedules are far below."""
    most = sum(line.a_day * line.price(rules) for line in lines) * (_HORIZON / _DAY + 1)
    return account.budget is not None and most > account.budget.amount


def _may_exceed(quota: Quota, lines: Sequence[_Line]) -> bool:
    return sum(line.a_day for line in lines) * (ceil(quota.within / _DAY) + 1) * quota.per_post > quota.count


def _posts(account: Account, lines: Sequence[_Line], now: datetime) -> Iterator[tuple[_Line, datetime]]:
    """Give each stream, in order, the slots that gaps, caps and the streams before leave it.

    Of streams with one schedule the first takes them all: an account posts one thing at a time.
    """
    taken: list[datetime] = []
    first: dict[Schedule, _Line] = {}
    for line in lines:
        first.setdefault(line.stream.schedule, line)
    for line in first.values():
        slots = place(line.stream.schedule, now, taken, account.most)
        own = [slot.at for slot in takewhile(lambda slot: slot.at < now + _HORIZON, slots)]
        yield from ((line, at) for at in own)
        taken += own


def _spent(document: Document, account: Account, prices: Sequence[float]) -> None:
    assert account.budget is not None, "asked only where there is one"
    if sum(prices) > account.budget.amount:
        message = f"up to {len(prices)} posts in 30 days would cost {sum(prices):.2f} USD"
        fitting = int(account.budget.amount / max(prices))
        hint = f"posts beyond the budget wait; raise it, or write most: {fitting} per month" if fitting else "raise it"
        document.warn(("accounts", account.name, "budget"), message, hint)


def _peak(
    document: Document, account: Account, lines: Sequence[_Line], times: Sequence[datetime], quota: Quota
) -> None:
    most = _most_within(times, quota.within)
    if most * quota.per_post > quota.count:
        points = "" if quota.per_post == 1 else f" come to {most * quota.per_post} {quota.unit}"
        takes = f"{account.platform} takes {quota.count} from an account"
        hours = quota.within / timedelta(hours=1)
        message = f"up to {most} posts in {f'{hours:g} hours' if hours > 1 else 'an hour'}{points}; {takes}"
        own = ("accounts", account.name, "most")
        way = own if own in document.places else (*lines[0].way, "schedule")
        document.warn(way, message, f"posts beyond it wait; write fewer times, or most: for {account.name}")


def _most_within(times: Sequence[datetime], within: timedelta) -> int:
    """Count the posts in the fullest stretch of time of this length; `times` are in order."""
    most = start = 0
    for end, at in enumerate(times):
        while at - times[start] >= within:
            start += 1
        most = max(most, end - start + 1)
    return most
