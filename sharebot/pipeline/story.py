"""The story, top to bottom: what was read, held against what is queued, and written down.

`Pipeline.plan` answers what would be queued and changes nothing; `Pipeline.enqueue` writes exactly that.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from functools import cache
from typing import Literal

from sharebot import schedule as times
from sharebot.config.values import Account, Config, Newsletter, Stream
from sharebot.errors import NoPost, Unlinked
from sharebot.identity import delivery_key, issue_identity
from sharebot.model import Delivery, Issue, Post, Reading, Rules, State
from sharebot.outbox.ledger import Change, Ledger
from sharebot.pipeline import age
from sharebot.pipeline.items import Item, choose, identities, posts_for
from sharebot.pipeline.slots import Slots
from sharebot.recurring import Recurring, Trace, traces
from sharebot.schedule import Most, Slot

_WAITING = frozenset({State.DRAFT, State.QUEUED, State.FAILED})
"""States in which a delivery still takes a new wording, unless a part of it is out."""
_GRACE = timedelta(minutes=2)
"""What is later than this missed its slot, and its schedule's rule for lateness holds."""
_ALIKE = 0.6
"""From this likeness on, two wordings at the same place of the same issue are one article, corrected."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One delivery of a plan, and what applying the plan does to it. `before` is the row as it stands."""

    delivery: Delivery
    change: Literal["new", "changed", "gone", "kept"]
    why: str
    before: Delivery | None = None


@dataclass(slots=True)
class Plan:
    """What one reading asks for, and what to remember of its issues.

    `seeds` are articles from before a newsletter's first reading, never to be posted.
    """

    entries: list[Entry] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seeds: dict[str, set[str]] = field(default_factory=dict)
    traces: dict[str, list[Trace]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Lane:
    """One stream of one newsletter on one account, and the times that are free on it.

    `known` are the keys of all deliveries that the newsletter's lanes have asked for so far. `shown` gives an issue
    without what recurs in every one.
    """

    newsletter: Newsletter
    known: set[str]
    stream: Stream
    account: Account
    rules: Rules
    free: Iterator[Slot]
    shown: Callable[[Issue], Issue]


class Pipeline:
    """Turns readings into deliveries. `rules` are the networks' limits by account name."""

    def __init__(self, config: Config, rules: Mapping[str, Rules], ledger: Ledger) -> None:
        self._config = config
        self._rules = rules
        self._ledger = ledger
        self._placing = threading.Lock()

    def plan(self, readings: Mapping[str, Reading], now: datetime) -> Plan:
        """Compare what was read with what is queued."""
        plan, slots = Plan(), Slots(self._ledger, now)
        for name, reading in readings.items():
            plan.warnings += [str(problem) for problem in reading.problems]
            plan.warnings += [f"{place}: is still being written; it is read when it rests" for place in reading.waiting]
            newsletter = self._config.newsletters[name]
            issues, old = self._fresh(newsletter, reading, plan, now)
            plan.traces[name] = traces(reading.issues, self._ledger.traces(name), now.date())
            shown = cache(Recurring(plan.traces[name]).leave_out)
            known: set[str] = set()
            for stream in newsletter.posts:
                for account in map(self._config.accounts.__getitem__, stream.to):
                    free = slots.free(stream, account, self._caps(account))
                    lane = _Lane(newsletter, known, stream, account, self._rules[account.name], free, shown)
                    for issue in issues:
                        self._plan_issue(lane, issue, old, plan, now)
            rows = (row for issue in issues for row in self._ledger.of_issue(name, issue.id))
            plan.entries += [_gone(row) for row in rows if row.key not in known and _waits(row)]
        return plan

    def enqueue(self, readings: Mapping[str, Reading], now: datetime) -> Plan:
        """Plan and write it down, with nobody else placing posts in between. Raises StoreError."""
        with self._placing:
            plan = self.plan(readings, now)
            for newsletter, seen in plan.seeds.items():
                self._ledger.seed(newsletter, seen, now)
            for newsletter, said in plan.traces.items():
                self._ledger.remember(newsletter, said)
            self._ledger.add([e.delivery for e in plan.entries if e.change == "new"], "pipeline", "read", now)
            self._ledger.change([_change(e) for e in plan.entries if e.change in {"changed", "gone"}], "pipeline", now)
            return plan

    def catch_up(self, now: datetime) -> None:
        """Give what missed its slot the time that its schedule's `late` asks for: never a burst. Raises StoreError."""
        with self._placing:
            late = self._ledger.overdue(now - _GRACE, now)
            slots = Slots(self._ledger, now, without=late)
            changes = [change for delivery in late if (change := self._late(delivery, slots, now))]
            if changes:
                self._ledger.change(changes, "catch-up", now)

    def _fresh(
        self, newsletter: Newsletter, reading: Reading, plan: Plan, now: datetime
    ) -> tuple[list[Issue], set[str]]:
        zone = newsletter.timezone or self._config.timezone
        first = self._ledger.first_reading(newsletter.name)
        old = self._ledger.seen(newsletter.name)
        issues = []
        if first is None and reading.problems and not reading.issues:
            return [], old  # nothing was seen, so nothing can be told from what comes later
        for issue in sorted(reading.issues, key=lambda i: (age.published(i, zone) or now, i.id)):
            if age.is_new(newsletter, issue, zone, first, now) and not age.was_unreadable(issue, old):
                issues.append(issue)
            else:
                old.update([*identities(issue), issue_identity(issue)])
        if first is None:
            plan.seeds[newsletter.name] = old | age.unreadable(newsletter, reading)
            left = len(reading.issues) - len(issues)
            plan.warnings += [age.seeded(newsletter.name, left)] if left else []
        return issues, old

    def _plan_issue(self, lane: _Lane, issue: Issue, old: set[str], plan: Plan, now: datetime) -> None:
        wanted = _wanted(lane, issue, old, plan)
        rows = self._ledger.named(list(wanted))
        lane.known.update(wanted)
        orphans = [row for row in self._ledger.of_issue(lane.newsletter.name, issue.id) if _is_orphan(row, lane)]
        for key, item in wanted.items():
            fresh = _delivery(lane, item, key)
            before = rows.get(key) or _adopt(orphans, fresh, lane.known)
            entry = _compared(before, fresh, lane.newsletter) if before else _placed(lane, fresh, now)
            plan.entries.append(entry)
            if entry.delivery.state in {State.FAILED, State.HELD, State.MISSED}:
                plan.warnings.append(f"{issue.id}: {entry.delivery.headline}: {entry.delivery.error}")

    def _caps(self, account: Account) -> tuple[Most, ...]:
        price = self._rules[account.name].per_link_post
        if not account.budget or not price:
            return account.most
        return (*account.most, Most(int(account.budget.amount / price), "month"))

    def _late(self, delivery: Delivery, slots: Slots, now: datetime) -> Change | None:
        newsletter = self._config.newsletters.get(delivery.newsletter)
        stream = next((s for s in newsletter.posts if s.name == delivery.stream), None) if newsletter else None
        account = self._config.accounts.get(delivery.account)
        if stream is None or account is None or delivery.receipts:  # a thread that has begun goes on at once
            return None
        slot = slots.relate(stream, account, self._caps(account), delivery.due)
        if slot is None:
            why = f"missed its slot at {delivery.wall}, and its schedule says to skip what is late"
            return Change(delivery, State.MISSED, why, error=why)
        why = f"late for {delivery.wall}; moved to {slot.wall}"
        return Change(delivery, State.QUEUED, why, due=max(slot.at, now), wall=slot.wall)


# ── one delivery ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _wanted(lane: _Lane, issue: Issue, old: set[str], plan: Plan) -> dict[str, Item]:
    chosen = choose(lane.newsletter, lane.stream, issue, lane.shown(issue))
    items = [item for item in chosen if item.identity not in old]
    names = (lane.account.name, lane.stream.name)
    wanted = {delivery_key(lane.newsletter.name, item.identity, *names): item for item in items}
    if len(wanted) < len(items):
        plan.warnings.append(f"{lane.newsletter.name}: {issue.id}: an article stands there twice; it is posted once")
    return wanted


def _delivery(lane: _Lane, item: Item, key: str) -> Delivery:
    schedule, published = lane.stream.schedule, age.published(item.issue, lane.stream.schedule.zone)
    error: str | None = None
    posts: tuple[Post, ...] = ()
    state = _start(lane.newsletter)
    try:
        posts = posts_for(lane.newsletter, lane.stream, item, lane.rules, lane.account.platform)
    except NoPost as fault:
        error, state = str(fault), State.HELD if isinstance(fault, Unlinked) else State.FAILED
    return Delivery(
        key=key,
        newsletter=lane.newsletter.name,
        stream=lane.stream.name,
        account=lane.account.name,
        platform=lane.account.platform,
        issue=item.issue.id,
        article=item.article.number if item.article else 0,
        headline=item.article.headline if item.article else item.issue.title,
        posts=posts,
        due=datetime.max.replace(tzinfo=UTC),
        zone=schedule.zone,
        wall="",
        state=state,
        expires=published + schedule.expires if published and schedule.expires else None,
        error=error,
    )


def _start(newsletter: Newsletter) -> State:
    return State.DRAFT if newsletter.approval == "required" else State.QUEUED


def _placed(lane: _Lane, fresh: Delivery, now: datetime) -> Entry:
    asked = times.words(lane.stream.schedule)
    slot = None if fresh.error else next(lane.free, None)
    if slot is None:
        why = fresh.error or f"no free time is left for it ({asked})"
        here = Slot.of(now, fresh.zone)
        state = fresh.state if fresh.error else State.FAILED
        return Entry(replace(fresh, due=here.at, wall=here.wall, state=state, error=why), "new", why)
    placed = replace(fresh, due=slot.at, wall=slot.wall)
    if placed.expires and slot.at >= placed.expires:
        why = f"its first free time {slot.wall} is after its deadline"
        return Entry(replace(placed, state=State.MISSED, error=why), "new", why)
    return Entry(placed, "new", "waits for approval" if fresh.state is State.DRAFT else asked)


def _is_orphan(row: Delivery, lane: _Lane) -> bool:
    """Whether nothing asks for a row any more by its key, and it may be this lane's under another name."""
    others = {stream.name for stream in lane.newsletter.posts} - {lane.stream.name}
    return row.account == lane.account.name and row.stream not in others and row.key not in lane.known


def _adopt(orphans: list[Delivery], fresh: Delivery, known: set[str]) -> Delivery | None:
    """Find the row of the same article from before it was corrected, or its stream renamed, and take it."""
    for row in orphans:
        if (
            row.key not in known
            and (row.posts or row.state is State.HELD)
            and row.article == fresh.article
            and _alike(row, fresh)
        ):
            known.add(row.key)
            return row
    return None


def _alike(row: Delivery, fresh: Delivery) -> bool:
    if row.headline.casefold() == fresh.headline.casefold():
        return True
    if not fresh.posts:
        return False
    return SequenceMatcher(None, row.posts[0].text, fresh.posts[0].text).ratio() >= _ALIKE


def _waits(row: Delivery) -> bool:
    unlinked = row.state is State.HELD and not row.posts
    return (row.state in _WAITING or unlinked) and not row.receipts


def _compared(before: Delivery, fresh: Delivery, newsletter: Newsletter) -> Entry:
    if not _waits(before) or before.posts == fresh.posts:
        return Entry(before, "kept", before.error or before.state, before)
    state = fresh.state if fresh.error else _start(newsletter)
    why = fresh.error or "its text changed"
    return Entry(replace(before, posts=fresh.posts, state=state, error=fresh.error), "changed", why, before)


def _gone(row: Delivery) -> Entry:
    why = "no longer in the issue, or no longer asked for"
    return Entry(replace(row, state=State.SKIPPED, error=why), "gone", why, row)


def _change(entry: Entry) -> Change:
    assert entry.before is not None, "only what is there changes"
    posts = entry.delivery.posts if entry.change == "changed" else None
    return Change(entry.before, entry.delivery.state, entry.why, posts=posts, error=entry.delivery.error)
