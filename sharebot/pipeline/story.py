"""The story, top to bottom: what was read, held against what is queued, and written down.

`Pipeline.plan` answers what would be queued and changes nothing; `Pipeline.enqueue` writes exactly that.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

from sharebot.config.values import Account, Config, Newsletter, Stream
from sharebot.errors import SourceError
from sharebot.identity import address_of, issue_identity
from sharebot.model import Delivery, Issue, Reading, Rules, State
from sharebot.outbox.doubting import marked
from sharebot.outbox.ledger import Ledger
from sharebot.pipeline import age, overrides
from sharebot.pipeline.again import Made, corrections, reposts
from sharebot.pipeline.asked import chosen, keyed, leave_to_others
from sharebot.pipeline.caps import caps
from sharebot.pipeline.doubles import Doubles
from sharebot.pipeline.entries import Entry, change_of, gone, waits
from sharebot.pipeline.items import Item, identities, rank_of, unkind
from sharebot.pipeline.late import Late
from sharebot.pipeline.overrides import Overrides
from sharebot.pipeline.restored import doubted, is_read
from sharebot.pipeline.rows import Lane, Words
from sharebot.pipeline.slots import Slots
from sharebot.pipeline.standing import Standing
from sharebot.ranking import Ranker, Rankings
from sharebot.recurring import Recurring, Trace, traces
from sharebot.schedule import Most, digest
from sharebot.text.compose import forget

_PROBE = f"https://news.example/{'a' * 200} … €"
"""A text whose length tells one way to count from another."""


@dataclass(slots=True)
class Plan:
    """What one reading asks for, and what to remember of its issues.

    `problems` tell of documents that cannot be used as they are; they are among the `warnings`. `seeds` are articles
    from before a newsletter's first reading, never to be posted. `anew` are newsletters that were read for the first
    time since a backup was restored.
    """

    entries: list[Entry] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seeds: dict[str, set[str]] = field(default_factory=dict)
    traces: dict[str, list[Trace]] = field(default_factory=dict)
    anew: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What all of one plan's work shares."""

    plan: Plan
    slots: Slots
    doubles: Doubles
    rankings: Rankings | None
    now: datetime
    said: set[str] = field(default_factory=set)
    composed: dict[str, Words] = field(default_factory=dict)


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

    def plan(self, readings: Mapping[str, Reading], now: datetime, rankings: Rankings | None = None) -> Plan:
        """Compare what was read with what is queued. `rankings` are those that another look has asked for already."""
        rankings = rankings or self._rankings()
        desk = _Desk(Plan(), Slots(self._ledger, now), Doubles(self._ledger, now), rankings, now)
        for name, reading in readings.items():
            self._plan_newsletter(desk, self._config.newsletters[name], reading)
        desk.plan.warnings[:0] = desk.plan.problems
        desk.plan.warnings += rankings.warnings if rankings else []
        forget()
        return desk.plan

    def enqueue(self, readings: Mapping[str, Reading], now: datetime) -> Plan:
        """Plan and write it down, with nobody else placing posts in between. Raises StoreError."""
        if rankings := self._rankings():
            self.plan(readings, now, rankings)  # asks the model while nobody waits for a place in the queue
        with self._ledger.placing():
            plan = self.plan(readings, now, rankings)
            if rankings:
                self._ledger.keep_rankings(rankings.used, now)
            for newsletter, seen in plan.seeds.items():
                self._ledger.seed(newsletter, seen, now)
            for newsletter, said in plan.traces.items():
                self._ledger.remember(newsletter, said)
            self._ledger.add([e.delivery for e in plan.entries if e.change == "new"], "pipeline", "read", now)
            self._ledger.change([change for e in plan.entries if (change := change_of(e))], "pipeline", now)
            for newsletter in plan.anew:
                self._ledger.read_anew(newsletter)
            return plan

    def _rankings(self) -> Rankings | None:
        return Rankings(self._ranker, self._ledger.rankings) if self._ranker else None

    def catch_up(self, now: datetime) -> timedelta | None:
        """Give what is due and missed its slot, or repeats an article too soon, another time: never a burst.

        Returns how late a post may be that needs no such look before it is claimed, None where any may need one.
        Raises StoreError.
        """
        late = Late(self._config, self._caps, self._ledger, now)
        # Before each claim: that nothing is late is seen without keeping other hosts from giving times.
        if late.changes():
            with self._ledger.placing():
                self._ledger.change(late.changes(), "catch-up", now)
        return late.grace()

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

    def _plan_newsletter(self, desk: _Desk, newsletter: Newsletter, reading: Reading) -> None:
        plan, name = desk.plan, newsletter.name
        plan.problems += [str(problem) for problem in reading.problems]
        plan.warnings += [f"{place}: is still being written; it is read when it rests" for place in reading.waiting]
        fresh, old = self._fresh(newsletter, reading, plan, desk.now)
        before = len(plan.entries)
        beside = _beside(desk, newsletter, fresh)
        issues = [issue for issue in fresh if issue.id in beside]
        plan.traces[name] = traces(reading.issues, self._ledger.traces(name), desk.now.date())
        shown = cache(Recurring(plan.traces[name]).leave_out)
        standing = Standing(self._ledger, name, list(beside))
        known: set[str] = set()
        for stream in newsletter.posts:
            accounts = map(self._config.accounts.__getitem__, stream.to)
            lanes = [self._lane(desk, newsletter, stream, account, known, beside.keys()) for account in accounts]
            # Issue by issue, for what was found out about an article's sentences serves all of its accounts.
            work = [
                (lane, issue.id, keyed(lane, items, beside[issue.id], plan.warnings))
                for issue in issues
                for lane, items in chosen(lanes, issue, shown(issue), old, desk.now)
            ]
            there = standing.named(key for _, _, wanted in work for key in wanted)  # all at once
            asked = (pair for _, _, wanted in work for pair in wanted.items())
            desk.doubles.expect(address_of(item.identity) for key, item in asked if there[key] is None)
            for lane, issue_id, wanted in work:
                _plan_issue(desk, lane, wanted, issue_id, standing)
        plan.entries += [gone(row) for row in standing if row.key not in known and waits(row)]
        if since := marked(old):
            plan.entries[before:] = [doubted(entry, since, desk.now) for entry in plan.entries[before:]]
            plan.anew += [name] if is_read(reading) else []

    def _lane(
        self,
        desk: _Desk,
        newsletter: Newsletter,
        stream: Stream,
        account: Account,
        known: set[str],
        issues: Container[str],
    ) -> Lane:
        rules, placed = self._rules[account.name], digest(stream.schedule)
        misplaced = self._ledger.misplaced(newsletter.name, stream.name, account.name, placed)
        leaving = [due for issue, due in misplaced if issue in issues]
        return Lane(
            newsletter=newsletter,
            known=known,
            stream=stream,
            account=account,
            rules=rules,
            free=desk.slots.free(newsletter.name, stream, account, self._caps(account), leaving),
            rank=rank_of(newsletter, desk.rankings),
            doubles=desk.doubles,
            placed=placed,
            limits=_limits(rules),
            composed=desk.composed,
        )

    def _caps(self, account: Account) -> tuple[Most, ...]:
        return caps(account, self._rules[account.name])


def _limits(rules: Rules) -> str:
    """Say how a network counts and what it can show; its counter itself has no words."""
    shown = (rules.facets, rules.cards, rules.hashtags, rules.pictures, rules.alt, rules.threads, rules.warnings)
    return repr((rules.measure(_PROBE), shown, sorted(rules.visibilities)))


def _beside(desk: _Desk, newsletter: Newsletter, issues: Sequence[Issue]) -> dict[str, Overrides | None]:
    """Read what lies beside the issues. One whose file is broken is left out: it must not go out without it."""
    accounts = [name for stream in newsletter.posts for name in stream.to]
    found: dict[str, Overrides | None] = {}
    for issue in issues:
        try:
            found[issue.id] = own = overrides.beside(issue)
        except SourceError as error:
            why = "until it is mended, the issue stays as it is"
            desk.plan.problems.append(f"{error}; {why}")
        else:
            desk.plan.warnings += own.unused(issue, accounts) if own else []
    return found


def _plan_issue(desk: _Desk, lane: Lane, wanted: dict[str, Item], issue: str, standing: Standing) -> None:
    leave_to_others(wanted, lane, desk.plan.entries, desk.plan.warnings)
    made = first = _enter(desk, lane, wanted, issue, standing)
    turn = 1
    while again := reposts(lane, made, turn):
        made, turn = _enter(desk, lane, again, issue, standing), turn + 1
        first += made
    for item, entry in corrections(lane, first, standing.of(issue), desk.now):
        _note(desk, lane, item, entry)


def _enter(desk: _Desk, lane: Lane, wanted: dict[str, Item], issue: str, standing: Standing) -> Made:
    there = standing.named(wanted)
    lane.known.update(wanted)
    orphans = [row for row in standing.of(issue) if _is_orphan(row, lane)]
    made = []
    for key, item in wanted.items():
        entry = lane.entry(item, key, there[key], orphans, desk.now)
        _note(desk, lane, item, entry)
        made.append((item, entry))
    return made


def _is_orphan(row: Delivery, lane: Lane) -> bool:
    """Whether nothing asks for a row any more by its key, and it may be this lane's under another name."""
    others = {stream.name for stream in lane.newsletter.posts} - {lane.stream.name}
    return row.account == lane.account.name and row.stream not in others and row.key not in lane.known


def _note(desk: _Desk, lane: Lane, item: Item, entry: Entry) -> None:
    """Add an entry, and what is told of it, named; what was told of the same article elsewhere is told once."""
    told = (*entry.warnings, *_warnings(lane, item, entry))
    entry = replace(entry, warnings=told) if told else entry
    desk.plan.entries.append(entry)
    said = entry.told()
    desk.plan.warnings += [words for words in said if words not in desk.said]
    desk.said.update(said)


def _warnings(lane: Lane, item: Item, entry: Entry) -> tuple[str, ...]:
    """Say what a person should know of a delivery: why it stays, and what would be kinder to those who follow."""
    delivery = entry.delivery
    told = [delivery.error or ""] if delivery.state in {State.FAILED, State.HELD, State.MISSED} else []
    composed = delivery.posts and not (delivery.edited or delivery.corrects)
    if entry.change in {"new", "changed"} and composed:
        told += unkind(lane.stream, item, delivery.posts, lane.rules)
    return tuple(dict.fromkeys(told))
