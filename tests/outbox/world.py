"""The real ledger and publisher: workers die and freeze between any steps, and people act on what they once saw."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule
from sqlalchemy import RowMapping, delete, select

from sharebot.errors import HELD_BY
from sharebot.model import Delivery, Post, Receipt, State
from sharebot.outbox import states
from sharebot.outbox.codec import from_row
from sharebot.outbox.leases import EVERYONE, LEASE, START_WITHIN
from sharebot.outbox.ledger import Change, Ledger
from sharebot.outbox.settling import Settlement
from sharebot.outbox.tables import account, delivery, event, metadata
from sharebot.publisher import Publisher
from sharebot.retry import ATTEMPTS
from tests.outbox.network import HOUR, KINDS, MOODS, Network, Worker

START = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
LASTS = {"keyed": HOUR, "readable": timedelta(days=7), "blind": timedelta()}
"""How long after its first attempt a lost post may be sent again."""
SECOND = timedelta(seconds=1)
ENDED = {State.PUBLISHED, State.FAILED, State.MISSED, State.SKIPPED, State.HELD, State.DRAFT}
PERSONS = {
    State.HELD: {State.DRAFT, State.QUEUED, State.FAILED},
    State.SKIPPED: {State.DRAFT, State.QUEUED, State.HELD, State.FAILED, State.MISSED, State.UNSURE},
    State.QUEUED: {State.DRAFT, State.HELD, State.FAILED, State.MISSED, State.SKIPPED},
}
"""What people may make of what stands how: hold, skip, send again or approve."""
_networks = st.sampled_from(sorted(KINDS))
_names = st.sampled_from([*sorted(KINDS), EVERYONE])
_hands = st.integers(0, 1)
_spans = st.sampled_from([1, 3, 11, 65, 130, 600, 4000, 30_000])


Rows = Mapping[str, RowMapping]


@dataclass(frozen=True)
class Seen:
    """A post as somebody saw it, who acts on that later."""

    row: Delivery

    def __repr__(self) -> str:
        return f"{self.row.key} {self.row.state}"


class World(RuleBasedStateMachine):
    ledger: Ledger
    seen = Bundle("seen")

    def __init__(self) -> None:
        super().__init__()
        self.time = START
        self.networks = {kind: Network(kind, lambda: self.time) for kind in KINDS}
        self.publisher = Publisher(self.networks, lambda: self.time)
        self.workers: list[Worker | None] = [None, None]
        self.added = 0
        self._clock = patch("sharebot.fence.steady", self._steady)
        self._clock.start()
        with self.ledger.writing() as connection:
            for table in metadata.tables.values():
                connection.execute(delete(table))

    def _steady(self) -> float:
        return self.time.timestamp()

    @initialize()
    def some_posts(self) -> None:
        for kind in KINDS:
            self.add(kind, 1, 0, expires=False)
            self.add(kind, 2, 0, expires=False)

    # ── what comes in, and what people do ────────────────────────────────────────────────────────────────────────

    @rule(kind=_networks, parts=st.integers(1, 3), wait=st.sampled_from([0, 5, 600]), expires=st.booleans())
    def add(self, kind: str, parts: int, wait: int, *, expires: bool) -> None:
        self.added += 1
        posts = tuple(Post(f"{self.added}: {number}") for number in range(parts))
        due = self.time + wait * SECOND
        it = (f"k{self.added}", "weekly", "articles", kind, kind, "7", self.added, "Ferry", posts, due, "UTC", "w")
        new = Delivery(*it, expires=due + HOUR if expires else None)
        assert self.ledger.add([new], "pipeline", "read", self.time) == 1

    @rule(target=seen, number=st.integers(0, 9))
    def somebody_looks(self, number: int) -> "Seen":
        rows = self.ledger.deliveries()
        return Seen(rows[number % len(rows)])

    @rule(post=consumes(seen), after=st.sampled_from(sorted(PERSONS)))
    def somebody_decides(self, post: "Seen", after: State) -> None:
        old = post.row
        if old.state is State.UNSURE:
            self._looks_at_the_network(old)
        elif old.state in PERSONS[after]:
            error = f"{HELD_BY}ann" if after is State.HELD else None
            new = replace(old, state=after, error=error, due=self.time, attempts=0)
            self.ledger.change([Change(old, new, "by a person")], "ann", self.time)
        elif old.state in {State.DRAFT, State.QUEUED, State.HELD}:
            new = replace(old, posts=(*old.posts[:-1], Post(f"{self.time}")))
            self.ledger.change([Change(old, new, "its text changed")], "pipeline", self.time)

    def _looks_at_the_network(self, old: Delivery) -> None:
        key, network = f"{old.key}-{len(old.receipts) + 1}", self.networks[old.account]
        if network.has(key):
            after = State.QUEUED if len(old.posts) - len(old.receipts) > 1 else State.PUBLISHED
            out = Settlement(old, after, "seen", Receipt(key, f"https://network.example/{key}"))
            self.ledger.settle([out], self.time, "ann")
        elif not network.expects(key):
            self.ledger.change([Change(old, replace(old, state=State.QUEUED), "not there")], "ann", self.time)

    @rule(name=_names, stops=st.sampled_from([False, False, True]))
    def somebody_pauses_or_resumes(self, name: str, *, stops: bool) -> None:
        if stops:
            self.ledger.pause(name, "breaking news")
            return
        for network in self.networks.values():
            network.signed_in = network.signed_in or name in {network.kind, EVERYONE}
        self.ledger.resume(name, "ann", self.time)

    # ── what workers do ──────────────────────────────────────────────────────────────────────────────────────────

    @rule(hand=_hands, moods=st.lists(st.sampled_from(MOODS), min_size=1, max_size=8), kind=st.none() | _networks)
    def work(self, hand: int, kind: str | None, moods: list[str]) -> None:
        """Go on for some steps with what is in hand, or with what is due (of one account)."""
        if self.workers[hand] is None:
            self._claim(hand, kind)
        for mood in moods:
            self._step(hand, mood)

    def _claim(self, hand: int, kind: str | None) -> None:
        before = {d.key: d for d in self.ledger.deliveries()}
        rows = self._accounts()
        claimed = self.ledger.claim(self.time, 1, kind)
        for taken in claimed:
            assert not rows[taken.account]["paused"]
            assert EVERYONE not in rows or not rows[EVERYONE]["paused"]
            self._is_its_turn(taken, before)
            self._nobody_else_has(taken)
            self.workers[hand] = Worker(taken, self._steady())

    def _is_its_turn(self, taken: Delivery, before: dict[str, Delivery]) -> None:
        mine = [d for d in before.values() if d.account == taken.account]
        doubts = sorted(d.look_at for d in mine if d.state is State.UNSURE and d.look_at and d.look_at <= self.time)
        if doubts:
            assert (taken.state, before[taken.key].look_at) == (State.UNSURE, doubts[0])
            assert taken.look_at
            assert taken.look_at > self.time
            return
        ready = [d for d in mine if d.state is State.QUEUED and d.due <= self.time]
        first = min(ready, key=lambda d: (d.first_attempt is None, d.due, int(d.key[1:])))
        assert (taken.key, taken.state, taken.attempts) == (first.key, State.SENDING, first.attempts + 1)

    def _nobody_else_has(self, taken: Delivery) -> None:
        for worker in self.workers:
            if worker and worker.claimed.account == taken.account:
                assert self.time >= datetime.fromtimestamp(worker.begun, UTC) + LEASE, "two posts of an account in hand"

    def _step(self, hand: int, mood: str) -> None:
        worker = self.workers[hand]
        if worker is None:
            return
        if worker.at == "claimed":
            worker.start(self.publisher, lambda asked: self._retake(worker, asked), worker.begun + START_WITHIN)
        elif worker.at != "done":
            worker.step(mood)
        elif worker.settlement:
            self.ledger.settle([worker.settlement], self.time)
            self.workers[hand] = None

    def _retake(self, worker: Worker, asked: Delivery) -> Delivery | None:
        worker.pause("absent")
        again = self.ledger.retake(asked, self.time)
        worker.pause("retaken")
        return again

    @rule(hands=st.sampled_from([(0,), (1,), (0, 1)]))
    def workers_are_killed(self, hands: tuple[int, ...]) -> None:
        for hand in hands:
            if worker := self.workers[hand]:
                worker.die()
            self.workers[hand] = None
        if hands == (0, 1):  # and one starts, who knows that
            self.ledger.doubt(self.time)

    @rule(span=_spans, notices=st.booleans())
    def time_passes(self, span: int, *, notices: bool) -> None:
        self.time += span * SECOND
        if notices:
            self._leader_looks()

    def _leader_looks(self) -> None:
        self.ledger.lapse(self.time)
        for name in self.ledger.probes(self.time):
            if self.networks[name].signed_in:
                self.ledger.resume(name, "sharebot", self.time)
            else:
                self.ledger.refused(name, self.time)
                self.networks[name].signed_in = True  # somebody mends it

    # ── what always holds ────────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def all_is_well(self) -> None:
        with self.ledger.reading() as connection:
            accounts = {row["name"]: row for row in connection.execute(select(account)).mappings()}
            rows = [from_row(row) for row in connection.execute(select(delivery)).mappings()]
            lines = connection.execute(select(event.c.key, event.c.before, event.c.after).order_by(event.c.id)).all()
        self._nothing_is_doubled()
        self._nothing_is_lost(rows)
        _what_is_being_sent_is_under_its_accounts_lease(rows, accounts)
        _each_change_is_in_the_history(rows, lines)
        _accounts_wake_when_there_is_something_to_do(rows, accounts)

    def _nothing_is_doubled(self) -> None:
        for network in self.networks.values():
            keys = [taken.key for taken in network.books]
            assert len(keys) == len(set(keys)), f"doubled on the {network.kind} network"

    def _nothing_is_lost(self, rows: list[Delivery]) -> None:
        for d in rows:
            for part in range(len(d.posts) if d.state is State.PUBLISHED else len(d.receipts)):
                assert self.networks[d.account].expects(f"{d.key}-{part + 1}"), "it is said to be out, and is not"

    def _accounts(self) -> Rows:
        with self.ledger.reading() as connection:
            return {row["name"]: row for row in connection.execute(select(account)).mappings()}

    def teardown(self) -> None:
        try:
            self.workers_are_killed((0, 1))
            self._all_goes_well()
            self._nothing_is_stranded()
        finally:
            self._clock.stop()

    def _all_goes_well(self) -> None:
        for kind in KINDS:
            self.networks[kind].signed_in = True
        self.ledger.resume(EVERYONE, "ann", self.time)
        for _ in range(60 * max(self.added, 1)):
            due = self.ledger.next_due()
            if due is None or all(self._is_ended(d) for d in self.ledger.deliveries()):
                break
            self.time = max(self.time, due)
            self.ledger.lapse(self.time)
            self._claim(0, None)
            while self.workers[0]:
                self._step(0, "takes")

    def _nothing_is_stranded(self) -> None:
        self.all_is_well()
        for d in self.ledger.deliveries():
            assert self._is_ended(d), f"{d.key} is left {d.state}: {d.error}"

    def _is_ended(self, d: Delivery) -> bool:
        """Whether nothing is left to do, or nothing tells a program what became of a lost post."""
        if d.state is not State.UNSURE or d.first_attempt is None:
            return d.state in ENDED
        late = min(d.expires or self.time + HOUR, d.first_attempt + LASTS[d.account])
        poison = d.attempts >= ATTEMPTS or "has it already" in (d.error or "")
        return poison or late <= self.time


def _what_is_being_sent_is_under_its_accounts_lease(rows: list[Delivery], accounts: Rows) -> None:
    assert all((row["token"] is None) == (row["lease_until"] is None) for row in accounts.values())
    sending = [d for d in rows if d.state is State.SENDING]
    assert all(d.token and d.token == accounts[d.account]["token"] for d in sending)
    assert len({d.account for d in sending}) == len(sending)


def _each_change_is_in_the_history(rows: list[Delivery], lines: Iterable[Any]) -> None:
    now: dict[str, str | None] = {d.key: None for d in rows}
    for key, before, after in lines:
        assert now[key] == before
        states.check(State(before) if before else None, State(after))
        now[key] = after
    assert now == {d.key: d.state for d in rows}


def _accounts_wake_when_there_is_something_to_do(rows: list[Delivery], accounts: Rows) -> None:
    free = {name: row for name, row in accounts.items() if row["token"] is None}
    assert {name: row["wake"] for name, row in free.items()} == {name: wake_of(row, rows) for name, row in free.items()}


def wake_of(row: RowMapping, rows: Iterable[Delivery]) -> datetime | None:
    """Compute from all deliveries when there is something to do for the account of this row."""
    mine = [d for d in rows if d.account == row["name"]]
    due = min((d.due for d in mine if d.state is State.QUEUED), default=None)
    looks = [d.look_at for d in mine if d.state is State.UNSURE and d.look_at]
    return min(looks + ([max(due, row["not_before"] or due)] if due else []), default=None)
