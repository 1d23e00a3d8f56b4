"""A queue, workers that live and die as ordered, and the count of what became of it all by the network's books."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Self

from sharebot.errors import StoreError
from sharebot.model import Delivery, Post, Receipt, State
from sharebot.outbox.ledger import Change, Ledger
from sharebot.outbox.settling import Settlement
from sharebot.retry import ATTEMPTS
from tests.chaos.network import Call, Control, posts
from tests.chaos.worker import Orders, live

PATIENCE = 120.0
"""Seconds until a condition that must come true is given up: a shared machine may be slow, and nothing hangs on it."""
ROUNDS = int(os.environ.get("SHAREBOT_CHAOS_ROUNDS", "1"))
"""How many times as long the proofs by chance are: `make chaos`."""
_MOMENT = 0.05
_OPEN = (State.QUEUED, State.SENDING, State.UNSURE)
_FORK = get_context("forkserver")
_FORK.set_forkserver_preload(["pytest", "psycopg", "sharebot.platforms.answers", "tests.chaos.worker"])


def eventually(check: Callable[[], object], why: str = "what was waited for never came") -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + PATIENCE
    while not check():
        assert time.monotonic() < end, why
        time.sleep(_MOMENT)


class Life:
    """A worker's process, which works already."""

    def __init__(self, orders: Orders) -> None:
        self._teller, there = _FORK.Pipe(duplex=False)
        self.process = _FORK.Process(target=live, args=(orders, there), daemon=True)
        self.process.start()
        there.close()
        self._heard()

    def _heard(self) -> Any:
        """Return its next word; None where it died instead."""
        assert self._teller.poll(PATIENCE), "a worker neither works nor dies"
        try:
            return self._teller.recv()
        except EOFError:
            return None

    def at_work(self) -> bool:
        """Wait for the moment that it was to tell of. False: it came to its end before."""
        return bool(self._heard() == "there")

    def over(self) -> dict[str, int] | None:
        """Wait for its end. Returns how often it passed each moment; None where it was killed."""
        passed: dict[str, int] | str | None = self._heard()
        self.process.join(PATIENCE)
        assert not isinstance(passed, str), passed
        return passed

    def signal(self, number: int) -> None:
        assert self.process.pid
        os.kill(self.process.pid, number)

    def frozen(self) -> bool:
        return Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    def kill(self) -> None:
        if self.process.is_alive():
            self.process.kill()
        self.process.join(PATIENCE)


@dataclass
class Count:
    """What became of the posts, by the network's books alone. All but `made` are texts that are amiss."""

    made: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    """Sent more than once to a network that is blind, whether it took them or not."""
    disorder: list[str] = field(default_factory=list)
    """Made after a post of their account that was due later."""


class Stage:
    """A queue in a database, and its network."""

    def __init__(self, url: str, network: Control, name: str, **orders: Any) -> None:
        self.ledger = Ledger(url)
        self._network = network
        self._since = len(network.calls())
        self._name = name
        self._lives: list[Life] = []
        self._orders = Orders(url, network.url, {}, **orders)
        self._asked: set[str] = set()
        self._late: set[str] = set()
        self.texts: dict[str, list[str]] = {}
        self.wronged: list[Delivery] = []
        """Doubts that a person had to end although the network could have told, and that were no poison."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for life in self._lives:
            life.kill()
        self.ledger.close()

    # ── posts ────────────────────────────────────────────────────────────────────────────────────────────────────

    def account(self, kind: str, number: int = 0) -> str:
        """Return the name of an account on a network of a kind."""
        name = f"{self._name}-{kind}-{number}"
        self._orders = replace(self._orders, accounts={**self._orders.accounts, name: kind})
        return name

    def add(self, account: str, *parts: int, due: datetime | None = None) -> None:
        """Queue a delivery for each number, of so many posts, behind all that the account has."""
        now = datetime.now(UTC)
        mine = self.texts.setdefault(account, [])
        new = []
        for count in parts:
            texts = [f"{account} {len(mine) + part}" for part in range(count)]
            new.append(_delivery(account, texts, due or now - timedelta(days=1) + timedelta(seconds=len(mine))))
            mine += texts
        self.ledger.add(new, "test", "queued", now)

    def waiting(self) -> int:
        """Return how many deliveries are still to be sent or asked about, those for a person left out."""
        return sum(not _poor(delivery) for delivery in self.ledger.deliveries(*_OPEN))

    def worked_off(self) -> None:
        """Wait until workers have left nothing to do but for a person."""

        def done() -> bool:
            with suppress(StoreError):  # the database was ended meanwhile
                return not self.waiting()
            return False

        eventually(done)

    def more_made(self) -> None:
        """Wait until workers have made another post."""
        before = self.count().made
        eventually(lambda: self.count().made > before)

    # ── workers ──────────────────────────────────────────────────────────────────────────────────────────────────

    def queued(self) -> int:
        return len(self.ledger.deliveries(State.QUEUED))

    def life(self, **orders: Any) -> Life:
        life = Life(replace(self._orders, **orders))
        self._lives.append(life)
        return life

    def quiet(self) -> None:
        """Wait until the network has dealt with all that it was sent, by the dead, too."""
        eventually(self._network.quiet)

    def person(self) -> int:
        """End all doubts as a person does: by a look at the network. Returns how many there were."""
        self.quiet()
        there = {call.text for call in self._calls() if call.id}
        doubts = self.ledger.deliveries(State.UNSURE)
        self.wronged += (doubt for doubt in doubts if not _poor(doubt))
        for doubt in doubts:
            self._resolve(doubt, there)
        return len(doubts)

    def _resolve(self, doubt: Delivery, there: set[str]) -> None:
        """Say whether a lost post is there. What its thread goes on with is later than what came behind it."""
        now, (text, *more) = datetime.now(UTC), (post.text for post in doubt.posts[len(doubt.receipts) :])
        self._late |= {text, *more}
        if text in there:
            after = State.QUEUED if more else State.PUBLISHED
            receipt = Receipt("seen", "https://example.com/seen")
            assert self.ledger.settle([Settlement(doubt, after, "a person looked", receipt=receipt)], now, "person")
        else:
            self._asked.add(text)
            after_ = replace(doubt, state=State.QUEUED, attempts=0, error=None, due=now)
            assert self.ledger.change([Change(doubt, after_, "a person looked")], "person", now)

    def story(self, text: str) -> list[str]:
        """Return what the ledger and the network know of a post, for whoever has to understand a count."""
        (mine,) = (d for d in self.ledger.deliveries() if text in {post.text for post in d.posts})
        told = [(e.at.timestamp(), f"{e.who}: {e.before} → {e.after}: {e.why}") for e in self.ledger.history(mine.key)]
        seen = [(c.at, f"network: {c.fault or 'fine'}, id {c.id}") for c in self._calls() if c.text == text]
        return [f"{at:.3f} {words}" for at, words in sorted(told + seen)]

    # ── the count ────────────────────────────────────────────────────────────────────────────────────────────────

    def count(self) -> Count:
        calls, wanted = self._calls(), [text for texts in self.texts.values() for text in texts]
        made = posts(calls)
        assert made.keys() <= set(wanted)
        blind = {name for name, kind in self._orders.accounts.items() if kind == "blind"}
        return Count(
            made.total(),
            lost=[text for text in wanted if not made[text]],
            doubled=[text for text in wanted if made[text] > 1],
            again=_again([call for call in calls if call.account in blind], self._asked),
            disorder=[text for account in self.texts for text in self._disorder(account, calls)],
        )

    def _disorder(self, account: str, calls: Iterable[Call]) -> list[str]:
        mine = self.texts[account]
        made = [c.text for c in calls if c.account == account and c.id and not c.repeat and c.text not in self._late]
        return [after for before, after in pairwise(made) if mine.index(after) < mine.index(before)]

    def _calls(self) -> list[Call]:
        return [call for call in self._network.calls(self._since) if call.account.startswith(f"{self._name}-")]


def _poor(delivery: Delivery) -> bool:
    """Whether only a person can help: nothing is known, or it has cost too many attempts."""
    return delivery.state is State.UNSURE and (delivery.look_at is None or delivery.attempts >= ATTEMPTS)


def _again(calls: Sequence[Call], asked: set[str]) -> list[str]:
    return [text for text, sent in Counter(call.text for call in calls).items() if sent > 1 + (text in asked)]


def _delivery(account: str, texts: Sequence[str], due: datetime) -> Delivery:
    return Delivery(
        key=texts[0].replace(" ", "."),
        newsletter="chaos",
        stream="articles",
        account=account,
        platform="stand-in",
        issue="chaos",
        article=1,
        headline=texts[0],
        posts=tuple(Post(text) for text in texts),
        due=due,
        zone="UTC",
        wall=due.isoformat(),
    )
