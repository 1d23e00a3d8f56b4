"""The story, top to bottom: what was read, held against what is queued, and written down.

`Pipeline.plan` answers what would be queued and changes nothing; `Pipeline.enqueue` writes exactly that.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import product

from sharebot.config.values import Account, Config, Newsletter, Stream
from sharebot.identity import delivery_key, issue_identity
from sharebot.model import Delivery, Issue, Reading, Rules, State
from sharebot.outbox.ledger import Change, Ledger
from sharebot.pipeline import age
from sharebot.pipeline.caps import caps
from sharebot.pipeline.items import Item, choose, identities, rank_of, unkind
from sharebot.pipeline.rows import Entry, Lane, change_of, gone, waits
from sharebot.pipeline.slots import Slots
from sharebot.ranking import Ranker, Rankings
from sharebot.recurring import Recurring, Trace, traces
from sharebot.schedule import Most
from sharebot.text.compose import forget
from sharebot.text.occasion import Rank

_GRACE = timedelta(minutes=2)
"""What is later than this missed its slot, and its schedule's rule for lateness holds."""


@dataclass(slots=True)
class Plan:
    """What one reading asks for, and what to remember of its issues.

    `seeds` are articles from before a newsletter's first reading, never to be posted.
    """

    entries: list[Entry] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seeds: dict[str, set[str]] = field(default_factory=dict)
    traces: dict[str, list[Trace]] = field(default_factory=dict)


class Pipeline:
    """Turns readings into deliveries. `rules` are the networks' limits by account name.

    `ranker` is the language model that newsletters may ask which sentences are best.
    """

    def __init__(
        self, config: Config, rules: Mapping[str, Rules], ledger: Ledger, ranker: Ranker | None = None
    ) -> None:
        self._ranker = ranker
        self._config = config
        self._rules = rules
        self._ledger = ledger
        self._placing = threading.Lock()

    def plan(self, readings: Mapping[str, Reading], now: datetime, rankings: Rankings | None = None) -> Plan:
        """Compare what was read with what is queued. `rankings` are those that another look has asked for already."""
        plan, slots = Plan(), Slots(self._ledger, now)
        rankings = rankings or self._rankings()
        for name, reading in readings.items():
            plan.warnings += [str(problem) for problem in reading.problems]
            plan.warnings += [f"{place}: is still being written; it is read when it rests" for place in reading.waiting]
            newsletter = self._config.newsletters[name]
            issues, old = self._fresh(newsletter, reading, plan, now)
            plan.traces[name] = traces(reading.issues, self._ledger.traces(name), now.date())
            shown = cache(Recurring(plan.traces[name]).leave_out)
            known: set[str] = set()
            for stream in newsletter.posts:
                rank = rank_of(newsletter, rankings)
                lanes = [self._lane(newsletter, known, stream, name, slots, rank) for name in stream.to]
                # Issue by issue, for what was found out about an article's sentences serves all of its accounts.
                for issue, lane in product(issues, lanes):
                    self._plan_issue(lane, issue, shown(issue), old, plan, now)
                for lane in lanes:
                    lane.free.close()
            rows = (row for issue in issues for row in self._ledger.of_issue(name, issue.id))
            plan.entries += [gone(row) for row in rows if row.key not in known and waits(row)]
        plan.warnings += rankings.warnings if rankings else []
        forget()
        return plan

    def _lane(
        self, newsletter: Newsletter, known: set[str], stream: Stream, name: str, slots: Slots, rank: Rank
    ) -> Lane:
        account = self._config.accounts[name]
        free = slots.free(stream, account, self._caps(account))
        return Lane(newsletter, known, stream, account, self._rules[name], free, rank)

    def enqueue(self, readings: Mapping[str, Reading], now: datetime) -> Plan:
        """Plan and write it down, with nobody else placing posts in between. Raises StoreError."""
        if rankings := self._rankings():
            self.plan(readings, now, rankings)  # asks the model while nobody waits for a place in the queue
        with self._placing:
            plan = self.plan(readings, now, rankings)
            if rankings:
                self._ledger.keep_rankings(rankings.used, now)
            for newsletter, seen in plan.seeds.items():
                self._ledger.seed(newsletter, seen, now)
            for newsletter, said in plan.traces.items():
                self._ledger.remember(newsletter, said)
            self._ledger.add([e.delivery for e in plan.entries if e.change == "new"], "pipeline", "read", now)
            self._ledger.change(
                [change_of(e) for e in plan.entries if e.change in {"changed", "gone"}], "pipeline", now
            )
            return plan

    def _rankings(self) -> Rankings | None:
        return Rankings(self._ranker, self._ledger.rankings) if self._ranker else None

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

    def _plan_issue(self, lane: Lane, issue: Issue, shown: Issue, old: set[str], plan: Plan, now: datetime) -> None:
        wanted = _wanted(lane, issue, shown, old, plan)
        _leave_to_others(wanted, lane, plan)
        rows = self._ledger.named(list(wanted))
        lane.known.update(wanted)
        orphans = [row for row in self._ledger.of_issue(lane.newsletter.name, issue.id) if _is_orphan(row, lane)]
        for key, item in wanted.items():
            entry = lane.entry(item, key, rows.get(key), orphans, now)
            plan.entries.append(replace(entry, warnings=_warnings(lane, item, entry)))
            plan.warnings += _new(plan)

    def _caps(self, account: Account) -> tuple[Most, ...]:
        return caps(account, self._rules[account.name])

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


def _wanted(lane: Lane, issue: Issue, shown: Issue, old: set[str], plan: Plan) -> dict[str, Item]:
    chosen = choose(lane.newsletter, lane.stream, issue, shown, threads=lane.rules.threads)
    items = [item for item in chosen if item.identity not in old]
    names = (lane.account.name, lane.stream.name)
    wanted = {delivery_key(lane.newsletter.name, item.identity, *names): item for item in items}
    if len(wanted) < len(items):
        plan.warnings.append(f"{lane.newsletter.name}: {issue.id}: an article stands there twice; it is posted once")
    return wanted


def _leave_to_others(wanted: dict[str, Item], lane: Lane, plan: Plan) -> None:
    """Take out what an earlier issue asks for already: one address is posted once. Tell where it is another article."""
    twins = wanted.keys() & lane.known
    if not twins:
        return
    there = {entry.delivery.key: entry.delivery for entry in plan.entries if entry.delivery.key in twins}
    for key, first in there.items():
        item = wanted.pop(key)
        if item.article and item.article.headline.casefold() != first.headline.casefold():
            plan.warnings.append(
                f"{item.issue.id}: {item.article.headline}: has the same address as “{first.headline}” in"
                f" {first.issue}, and only that is posted"
            )


def _is_orphan(row: Delivery, lane: Lane) -> bool:
    """Whether nothing asks for a row any more by its key, and it may be this lane's under another name."""
    others = {stream.name for stream in lane.newsletter.posts} - {lane.stream.name}
    return row.account == lane.account.name and row.stream not in others and row.key not in lane.known


def _warnings(lane: Lane, item: Item, entry: Entry) -> tuple[str, ...]:
    """Say what a person should know of a delivery: why it stays, and what would be kinder to those who follow."""
    delivery = entry.delivery
    told = [delivery.error or ""] if delivery.state in {State.FAILED, State.HELD, State.MISSED} else []
    if entry.change in {"new", "changed"} and delivery.posts:
        told += unkind(lane.stream, item, delivery.posts, lane.rules)
    return tuple(dict.fromkeys(told))


def _new(plan: Plan) -> list[str]:
    """Return what is told of the last entry, without what was told of the same article elsewhere."""
    return [words for words in plan.entries[-1].told() if words not in plan.warnings]
