"""The real ledger and publisher: workers die and freeze between any steps, and people act on what they once saw."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import delete, select

from sharebot.errors import HELD_BY
from sharebot.model import Delivery, Post, Receipt, State
from sharebot.outbox.codec import from_row
from sharebot.outbox.leases import LEASE, START_WITHIN
from sharebot.outbox.ledger import Change, Ledger
from sharebot.outbox.settling import Settlement
from sharebot.outbox.statements import EVERYONE
from sharebot.outbox.tables import account, delivery, event, metadata
from sharebot.publisher import Publisher
from sharebot.retry import ATTEMPTS
from tests.outbox.events import ALL, FROZEN, HAPPENINGS, LIVES, PERSONS, TEMPERS
from tests.outbox.network import HOUR, KINDS, LATE, SHOWN, Network, Worker
from tests.outbox.truths import (
    Rows,
    accounts_wake_when_there_is_something_to_do,
    each_change_is_in_the_history,
    what_is_being_sent_is_under_its_accounts_lease,
)

START = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
LASTS = {"keyed": HOUR, "readable": timedelta(days=7), "blind": timedelta()}
"""How long after its first attempt a lost post may be sent again."""
SECOND = timedelta(seconds=1)
ENDED = {State.PUBLISHED, State.FAILED, State.MISSED, State.SKIPPED, State.HELD, State.DRAFT}


class World(RuleBasedStateMachine):
    ledger: Ledger

    def __init__(self) -> None:
        super().__init__()
        self.time = START
        self.networks = {kind: Network(kind, lambda: self.time) for kind in KINDS}
        self.publisher = Publisher(self.networks, lambda: self.time)
        self.workers: list[Worker | None] = [None, None, None]
        self.kinds: tuple[str, ...] = ()
        self.moods = ["takes"]
        self.added, self.seen = 0, list[Delivery]()
        self._clock = patch("sharebot.fence.steady", self._steady)
        self._clock.start()
        with self.ledger.writing() as connection:
            for table in metadata.tables.values():
                connection.execute(delete(table))

    def _steady(self) -> float:
        return self.time.timestamp()

    @initialize(kinds=LIVES, moods=TEMPERS)
    def some_posts(self, kinds: tuple[str, ...], moods: list[str]) -> None:
        self.kinds, self.moods = kinds, moods
        for number in range(len(kinds)):
            self.add(number, 1, 0, expires=False)
            self.add(number, 2, 0, expires=False)

    @rule(event=HAPPENINGS)
    def something_happens(self, event: tuple[str, dict[str, Any]]) -> None:
        name, how = event
        getattr(self, name)(**how)

    # ── what comes in, and what people do ────────────────────────────────────────────────────────────────────────

    def _kind(self, number: int) -> str:
        return self.kinds[number % len(self.kinds)]

    def add(self, number: int, parts: int, wait: int, *, expires: bool) -> None:
        self.added, kind = self.added + 1, self._kind(number)
        posts = tuple(Post(f"{self.added}: {number}") for number in range(parts))
        due = self.time + wait * SECOND
        it = (f"k{self.added}", "weekly", "articles", kind, kind, "7", self.added, "Ferry", posts, due, "UTC", "w")
        new = Delivery(*it, expires=due + HOUR if expires else None)
        assert self.ledger.add([new], "pipeline", "read", self.time) == 1

    def somebody_looks(self, number: int) -> None:
        rows = self.ledger.deliveries()
        self.seen.append(rows[number % len(rows)])

    def somebody_decides(self, number: int, after: State) -> None:
        """Act on what was seen some time ago."""
        if not self.seen:
            return
        old = self.seen.pop(number % len(self.seen))
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

    def somebody_pauses_or_resumes(self, number: int, *, stops: bool) -> None:
        name = self._kind(number) if number else EVERYONE
        if stops:
            self.ledger.pause(name, "breaking news")
            return
        for network in self.networks.values():
            network.signed_in = network.signed_in or name in {network.kind, EVERYONE}
        self.ledger.resume(name, "ann", self.time)

    # ── what workers do ──────────────────────────────────────────────────────────────────────────────────────────

    def somebody_works(self, hand: int, mood: int, steps: int) -> None:
        """Go on for some steps with what is in hand, or with what is due."""
        self.work(hand, None, [self.moods[mood % len(self.moods)]] * steps)

    def it_is_time(self, hand: int, mood: int, steps: int) -> None:
        """Do what comes next when its time has come: the next attempt, or the next look for a lost post."""
        self.time = max(self.time, self.ledger.next_due() or self.time)
        self.somebody_works(hand, mood, steps)

    def work(self, hand: int, kind: str | None, moods: list[str]) -> None:
        if self.workers[hand] is None:
            self._claim(hand, kind)
        for mood in moods:
            self._step(hand, mood)

    def _claim(self, hand: int, kind: str | None) -> None:
        before = {d.key: d for d in self.ledger.deliveries()}
        rows = self._accounts()
        claimed = self.ledger.claim(self.time, 1, [kind] if kind else None)
        for taken in claimed:
            assert not rows[taken.account]["paused"]
            assert EVERYONE not in rows or not rows[EVERYONE]["paused"]
            self._is_its_turn(taken, before)
            self._nobody_else_has(taken)
            self.workers[hand] = Worker(taken, self._steady())
        self.time += SECOND / 1_000_000  # no two claims are made at one instant

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
            counts = self._counts(worker.settlement)
            assert self.ledger.settle([worker.settlement], self.time) == counts, "whose answer counts"
            self.workers[hand] = None

    def _counts(self, settled: Settlement) -> bool:
        """Whether a worker's answer counts: nobody took its post, or it is late and proves that the post is out."""
        was, now = settled.delivery, next(d for d in self.ledger.deliveries() if d.key == settled.delivery.key)
        proof = settled.receipt is not None and (now.state, now.token) == (State.UNSURE, None)
        same = proof or (now.state, now.token) == (was.state, was.token)
        return same and now.first_attempt == was.first_attempt

    def _retake(self, worker: Worker, asked: Delivery) -> Delivery | None:
        worker.pause("absent")
        again = self.ledger.retake(asked, self.time)
        worker.pause("retaken")
        return again

    def workers_are_killed(self, hands: tuple[int, ...]) -> None:
        for hand in hands:
            if worker := self.workers[hand]:
                worker.die()
            self.workers[hand] = None
        if hands == ALL:  # and one starts, who knows that
            self.ledger.doubt(self.time)

    def a_moment_comes(self, number: int, more: int, *, notices: bool) -> None:
        """Let time pass to one of the next moments that matter, or just beyond it."""
        moment = (self._moments() or [self.time + HOUR])[: number + 1][-1]
        self.time_passes((moment - self.time) / SECOND + more, notices=notices)

    def _moments(self) -> list[datetime]:
        held = [datetime.fromtimestamp(worker.begun, UTC) for worker in self.workers if worker]
        posts = self.ledger.deliveries()
        moments = [self.ledger.next_due(), *(row["probe_at"] for row in self._accounts().values())]
        moments += [begun + after for begun in held for after in (START_WITHIN * SECOND, LEASE)]
        moments += [d.doubted + after for d in posts if d.doubted for after in (LATE, SHOWN)]
        moments += [d.first_attempt + HOUR for d in posts if d.first_attempt and d.state not in ENDED]
        return sorted({moment for moment in moments if moment and moment > self.time})

    def a_worker_freezes(self, hand: int) -> None:
        """Let its lease be over, and others take over, before it goes on."""
        frozen = self.workers[hand]
        if frozen and not self.workers[FROZEN]:
            self.workers[hand], self.workers[FROZEN] = None, frozen
            self.time = max(self.time, datetime.fromtimestamp(frozen.begun, UTC) + LEASE)
            self._leader_looks()

    def it_thaws(self, mood: int) -> None:
        while self.workers[FROZEN]:
            self._step(FROZEN, self.moods[mood % len(self.moods)])

    def time_passes(self, span: float, *, notices: bool) -> None:
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
            rows = [from_row(row) for row in connection.execute(select(delivery))]
            lines = connection.execute(select(event.c.key, event.c.before, event.c.after).order_by(event.c.id)).all()
        accounts = self._accounts()
        self._nothing_is_doubled()
        self._nothing_is_lost(rows)
        what_is_being_sent_is_under_its_accounts_lease(rows, accounts)
        each_change_is_in_the_history(rows, lines)
        accounts_wake_when_there_is_something_to_do(rows, accounts)

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
            self.workers_are_killed(ALL)
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
            if due is None or (due > self.time and all(map(self._is_ended, self.ledger.deliveries()))):
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
