"""claim → publish → settle → reconcile: what a network's answer means for a delivery.

`send` and `reconcile` touch the network and no database; the engine commits the claim before and the settlement after.
"""

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from sharebot import retry
from sharebot.approval import unapproved
from sharebot.config.values import Approval
from sharebot.errors import NO_NEWSLETTER, UNTRUE, PublishError, Refused, SignInAgain, Unsure
from sharebot.model import Delivery, Editor, Key, Platform, Post, Receipt, State
from sharebot.outbox.store import Settlement

_PART_APART = timedelta(milliseconds=1)
"""Parts of a thread differ in time so that networks which sort by it keep their order."""
_LOOK = timedelta(seconds=30)
_RARELY = timedelta(hours=6)
_WEEK = timedelta(days=7)
"""After so long a person has to look, even where a key would hold for ever."""
_TURN = 0.5
"""Seconds that a post waits for its account; were they more, a pause or the end would come too late for it."""
_REST = timedelta(seconds=10)
_UNASKED = Approval()


class Publisher:
    """Sends claimed deliveries. `platforms` are the signed-in networks by account name; `now` is the clock.

    `approvals` says by newsletter what must be approved: what is not goes back to its draft, whoever queued it. What is
    of none of these newsletters is held (None: all are sent).
    `before` is whom it takes over from, and who may still have posts in hand.
    """

    def __init__(
        self,
        platforms: Mapping[str, Platform],
        now: Callable[[], datetime],
        approvals: Mapping[str, Approval] | None = None,
        before: "Publisher | None" = None,
    ) -> None:
        self._platforms = platforms
        self._now = now
        self._approvals = approvals
        # Client libraries are not safe for two threads at once: sending and looking take turns, an account each.
        self.turns: dict[str, threading.Lock] = {name: threading.Lock() for name in platforms} | (
            before.turns if before else {}
        )

    def send(self, delivery: Delivery) -> Settlement:
        """Send the next post of a claimed delivery: one call to the network, one settlement. Never raises."""
        if barred := self._barred(delivery):
            return barred
        platform = self._platforms.get(delivery.account)
        if platform is None:
            why = f"the configuration has no account {delivery.account!r} any more"
            return Settlement(delivery, State.HELD, why, pause=True, spent=False)
        turn = self.turns[delivery.account]
        if not turn.acquire(timeout=_TURN):
            why = "its account is just being asked about another post"
            return Settlement(delivery, State.QUEUED, why, wait=self._now() + _REST, spent=False)
        try:
            receipt = _sent(platform, delivery)
        except PublishError as error:
            return self._settlement(delivery, error)
        finally:
            turn.release()
        return self._out(delivery, receipt, "published")

    def reconcile(self, delivery: Delivery, may_send: Callable[[Delivery], bool]) -> Settlement | None:
        """Ask the network whether an unsure post is there; where it is not and its key cannot double it, send it again.

        That is done in one go: a post that waits once more in the queue may outlive its key. `may_send` is asked just
        before. None: no evidence yet, it stays unsure. Never raises a PublishError.
        """
        platform = self._platforms.get(delivery.account)
        if platform is None:
            return None
        post, key = _next(delivery)
        try:
            with self.turns[delivery.account]:
                receipt, why = None if delivery.edits else platform.find(post, key), "found on the network"
                if receipt is None and self._may_repeat(delivery, platform, key) and may_send(delivery):
                    receipt = _sent(platform, delivery)
                    why = "not found on the network; sent again with the same key, which cannot double it"
        except PublishError:
            return None
        return self._out(delivery, receipt, why) if receipt else None

    def _barred(self, delivery: Delivery) -> Settlement | None:
        """Settle what must not be sent, whatever its network would say."""
        if waits := self._unapproved(delivery):
            return Settlement(delivery, State.DRAFT, waits, spent=False)
        if delivery.expires and self._now() >= delivery.expires:
            return Settlement(delivery, State.MISSED, f"its deadline {delivery.expires:%Y-%m-%d %H:%M} UTC is over")
        until = delivery.posts[len(delivery.receipts)].true_until
        if until and self._now() >= until:
            why = f"{UNTRUE}its words speak of a time that ended at {until:%Y-%m-%d %H:%M} UTC"
            return Settlement(delivery, State.HELD, why, spent=False)
        if self._approvals is not None and delivery.newsletter not in self._approvals:
            return Settlement(delivery, State.HELD, f"{NO_NEWSLETTER}{delivery.newsletter}", spent=False)
        return None

    def _unapproved(self, delivery: Delivery) -> str | None:
        asked = (self._approvals or {}).get(delivery.newsletter, _UNASKED)
        return unapproved(asked, delivery)

    def _may_repeat(self, delivery: Delivery, platform: Platform, key: Key) -> bool:
        """Whether sending it again is wanted and cannot double it: what is written anew in its place never does."""
        lasts, now = _WEEK if delivery.edits else platform.rules.key_lasts, self._now()
        if lasts is None or (delivery.expires and now >= delivery.expires) or self._unapproved(delivery):
            return False
        return now < key.at + min(lasts, _WEEK)

    def _out(self, delivery: Delivery, receipt: Receipt, why: str) -> Settlement:
        left = len(delivery.posts) - len(delivery.receipts) - 1
        if left:
            return Settlement(delivery, State.QUEUED, f"{why}; {left} more of its thread to come", receipt=receipt)
        return Settlement(delivery, State.PUBLISHED, f"{why}: {receipt.url}", receipt=receipt)

    def _settlement(self, delivery: Delivery, error: PublishError) -> Settlement:
        why = str(error)
        if isinstance(error, Unsure):
            return Settlement(delivery, State.UNSURE, why)
        if isinstance(error, SignInAgain):
            return Settlement(delivery, State.HELD, why, pause=True, spent=False)
        if isinstance(error, Refused):
            return Settlement(delivery, State.FAILED, why)
        return self._later(delivery, error)

    def _later(self, delivery: Delivery, error: PublishError) -> Settlement:
        # Chance spreads retries over time so that many posts do not knock again at one instant; it guards no secret.
        chance = random.random()  # noqa: S311
        now, why = self._now(), str(error)
        asked = retry.account_wait(error)
        wait = now + asked if asked else None
        again = retry.again(error, delivery.attempts, now, chance, delivery.expires)
        if again:
            return Settlement(delivery, State.QUEUED, why, due=again.at, wait=wait, spent=again.counts)
        if asked or delivery.attempts < retry.ATTEMPTS:
            why = f"its deadline comes before the network takes it: {why}"
            return Settlement(delivery, State.MISSED, why, wait=wait)
        return Settlement(delivery, State.FAILED, f"given up after {delivery.attempts} attempts: {why}")


class Doubts:
    """When to ask about an unsure post: at once, then at growing distances, for looking costs quota and money."""

    def __init__(self) -> None:
        self._looks: dict[str, tuple[int, datetime]] = {}

    def due(self, unsure: Sequence[Delivery], now: datetime) -> list[Delivery]:
        """Return those to ask about now, and count that as done."""
        self._looks = {d.key: self._looks.get(d.key, (0, now)) for d in unsure}
        ready = [delivery for delivery in unsure if self._looks[delivery.key][1] <= now]
        for delivery in ready:
            looks = self._looks[delivery.key][0]
            self._looks[delivery.key] = looks + 1, now + min(_LOOK * 2**looks, _RARELY)
        return ready


def _sent(platform: Platform, delivery: Delivery) -> Receipt:
    post, key = _next(delivery)
    if delivery.edits:
        return cast("Editor", platform).edit(post, delivery.follows[len(delivery.receipts)])
    return platform.publish(post, key, delivery.follows + delivery.receipts)


def _next(delivery: Delivery) -> tuple[Post, Key]:
    number = len(delivery.receipts)
    if delivery.first_attempt is None:
        raise ValueError(f"{delivery.key} was never claimed")
    return delivery.posts[number], Key(f"{delivery.key}-{number + 1}", delivery.first_attempt + number * _PART_APART)
