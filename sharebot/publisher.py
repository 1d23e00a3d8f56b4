"""claim → publish → settle → reconcile: what a network's answer means for a delivery.

This touches the network and no database; the engine commits the claim before and the settlement after.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from sharebot import faults, fence, retry
from sharebot.approval import unapproved
from sharebot.config.values import Approval
from sharebot.errors import (
    NO_NEWSLETTER,
    RESTORED,
    UNTRUE,
    Duplicate,
    PublishError,
    Refused,
    SignInAgain,
    TryLater,
    Unsure,
)
from sharebot.model import Delivery, Editor, Key, Platform, Post, Receipt, State
from sharebot.outbox import settling
from sharebot.outbox.leases import LOOK
from sharebot.outbox.settling import Settlement

_PART_APART = timedelta(milliseconds=1)
"""Parts of a thread differ in time so that networks which sort by it keep their order."""
_SPENT = "not found on the network, and not sent again after so many attempts: "
_WEEK = timedelta(days=7)
"""After so long a person has to look, even where a key would hold for ever."""
_LEFT_BEHIND = timedelta(minutes=1)
"""How long a request may still be at work that was sent before a backup was restored, by whom nobody knows."""
_FORTNIGHT = timedelta(days=14)
"""For so long a post without a deadline is tried whose network serves nobody, or not this post: others wait behind."""
_ELSEWHERE = timedelta(seconds=10)
_UNASKED = Approval()


class Publisher:
    """Sends claimed deliveries, and asks about lost ones. `platforms` are the signed-in networks by account name.

    `now` is the clock. `approvals` says by newsletter what must be approved: what is not goes back to its draft,
    whoever queued it. What is of none of these newsletters is held (None: all are sent). Nobody else may have a post of
    the same account in hand, for client libraries are not safe for two threads at once: its lease sees to that.
    """

    def __init__(
        self,
        platforms: Mapping[str, Platform],
        now: Callable[[], datetime],
        approvals: Mapping[str, Approval] | None = None,
    ) -> None:
        self._platforms = platforms
        self._now = now
        self._approvals = approvals

    def work(self, delivery: Delivery, retake: Callable[[Delivery], Delivery | None]) -> Settlement:
        """Do what a claimed delivery is claimed for. Raises StoreError where `retake` does, and nothing else."""
        return self.reconcile(delivery, retake) if delivery.state is State.UNSURE else self.send(delivery)

    def send(self, delivery: Delivery) -> Settlement:
        """Send the next post of a claimed delivery: one call to the network, one settlement. Never raises."""
        if barred := self._barred(delivery):
            return barred
        platform = self._platforms.get(delivery.account)
        if platform is None:
            return Settlement(delivery, State.HELD, _gone(delivery), pause=True, spent=False)
        return self._sent(platform, delivery, "publish", "published")

    def reconcile(self, delivery: Delivery, retake: Callable[[Delivery], Delivery | None]) -> Settlement:
        """Ask the network whether an unsure post is there; where it is not, and cannot double, send it again.

        `retake` writes down before that that it is sent again (None: it must not be). With no evidence it stays unsure.
        """
        faults.passing("reconcile.ready")
        platform = self._platforms.get(delivery.account)
        if platform is None:
            return _stays(delivery, _gone(delivery))
        if not _tells(platform):
            return _stays(delivery, delivery.error, tells=False)
        asked = self._now()  # before the look: who is held up after it knows no more than that
        try:
            receipt = None if delivery.edits else platform.find(*_next(delivery))
        except PublishError as error:
            return _stays(delivery, delivery.error, wait=self._asked_for(error))
        if receipt:
            return self._out(delivery, receipt, "found on the network")
        return self._absent(platform, delivery, retake, asked)

    def _absent(
        self, platform: Platform, delivery: Delivery, retake: Callable[[Delivery], Delivery | None], asked: datetime
    ) -> Settlement:
        faults.passing("reconcile.absent")
        if why := self._must_not_repeat(delivery, platform, asked):
            # What nobody may send any more is not looked for any more either: each look costs, on X money.
            return _stays(delivery, why, due=_shown_at(delivery, platform, asked), tells=self._is_fresh(delivery))
        if delivery.is_guessed:
            after = State.DRAFT if self._unapproved(delivery) else State.QUEUED
            why = "not found on the network: it was not sent before the backup was restored"
            return Settlement(delivery, after, why, unsent=True)
        again = retake(delivery)
        if again is None:
            return _stays(delivery, delivery.error)
        why = "not found on the network; sent again, which cannot double it"
        return self._sent(platform, again, "reconcile", why)

    def _sent(self, platform: Platform, delivery: Delivery, step: str, why: str) -> Settlement:
        try:
            fence.check()
            faults.passing(f"{step}.ready")
            receipt = _handed_over(platform, delivery)
        except PublishError as error:
            doubted = delivery.doubted is not None
            settled = self._still_doubted(platform, delivery, error) if doubted else self._settlement(delivery, error)
            return replace(settled, reason=error.reason)
        faults.passing(f"{step}.answered")
        return self._out(delivery, receipt, why)

    def _still_doubted(self, platform: Platform, delivery: Delivery, error: PublishError) -> Settlement:
        """Say what it means that a lost post was not taken when it was sent again."""
        if isinstance(error, Duplicate):
            return self._there(platform, delivery, error)
        settled = self._settlement(delivery, error)
        if isinstance(error, (Refused, Unsure)) or platform.rules.shown_after:
            return settled
        # The lost request itself may still be on its way, and its network would take that one.
        return replace(settled, after=State.UNSURE, due=settled.due or settled.wait or self._now() + LOOK)

    def _there(self, platform: Platform, delivery: Delivery, error: Duplicate) -> Settlement:
        """Settle a lost post that its network says it has: it is out, and where it is can mostly be found."""
        try:
            receipt = platform.find(*_next(delivery))
        except PublishError:
            receipt = None
        if receipt or not _left(delivery):
            return self._out(delivery, receipt or Receipt("", ""), f"its network has it already ({error})")
        why = f"its network has it already, and not where ({error}); its thread waits for `sharebot queue resolve`"
        return Settlement(delivery, State.UNSURE, why)

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

    def _must_not_repeat(self, delivery: Delivery, platform: Platform, asked: datetime) -> str | None:
        """Say why a post that was not found is not sent again; None: it may be.

        What the network would have shown when it was asked is not there; where nothing can be looked up, a key that
        lasts guards it.
        What is written anew in its place never doubles.
        """
        rules = platform.rules
        if not delivery.is_guessed and (barred := self._barred(delivery)):
            return f"not found on the network, and not sent again: {barred.why}"
        if delivery.attempts >= retry.ATTEMPTS:
            return f"{_SPENT}{(delivery.error or '').removeprefix(_SPENT)}"  # it is asked about again and again
        if rules.shown_after is not None:
            safe = _shown_at(delivery, platform, asked) is None
        else:
            safe = rules.key_lasts is not None and self._now() < _first(delivery) + rules.key_lasts
        may = (safe or delivery.edits) and self._is_fresh(delivery)
        return None if may else delivery.error or "not found on the network yet"

    def _is_fresh(self, delivery: Delivery) -> bool:
        return self._now() < _first(delivery) + _WEEK

    def _out(self, delivery: Delivery, receipt: Receipt, why: str) -> Settlement:
        if left := _left(delivery):
            why = f"{why}; {left} more of its thread to come"
            if delivery.state is State.UNSURE and delivery.is_restored:
                return Settlement(delivery, State.UNSURE, f"{RESTORED}{why}", receipt=receipt, fault=False)
            return Settlement(delivery, State.QUEUED, why, receipt=receipt, fault=False)
        why = f"{why}: {receipt.url}" if receipt.url else why
        return Settlement(delivery, State.PUBLISHED, why, receipt=receipt, fault=False)

    def _settlement(self, delivery: Delivery, error: PublishError) -> Settlement:
        why = str(error)
        if isinstance(error, Unsure):
            tells = _tells(self._platforms[delivery.account])
            return Settlement(delivery, State.UNSURE, why, fault=True, chance=_chance(), tells=tells)
        if isinstance(error, SignInAgain):
            return Settlement(delivery, State.HELD, why, pause=True, spent=False, fault=True, chance=_chance())
        if isinstance(error, TryLater):
            return self._later(delivery, error)
        return Settlement(delivery, State.FAILED, why)

    def _later(self, delivery: Delivery, error: TryLater) -> Settlement:
        """Let the whole account wait, so that its posts keep their order.

        What was no fault of the post leaves it its time: when the account goes on, its schedule says what is too late.
        """
        now, chance, why = self._now(), _chance(), str(error)
        again = retry.again(error, delivery.attempts, now, chance, delivery.expires or _first(delivery) + _FORTNIGHT)
        asked = self._asked_for(error)
        fault = None if asked else True
        if again:
            due = again.at if again.counts else None
            after = Settlement(delivery, State.QUEUED, why, due=due, wait=again.at, fault=fault, chance=chance)
            return replace(after, spent=again.counts)
        if delivery.expires and (delivery.attempts < retry.ATTEMPTS or not error.spends):
            why = f"its deadline comes before the network takes it: {why}"
            return Settlement(delivery, State.MISSED, why, wait=asked, fault=fault, chance=chance)
        tried = f"{delivery.attempts} attempts" if error.spends else f"{_FORTNIGHT.days} days"
        return Settlement(delivery, State.FAILED, f"given up after {tried}: {why}", fault=fault, chance=chance)

    def _asked_for(self, error: PublishError) -> datetime | None:
        """Return until when the network itself wants to be left alone."""
        asked = retry.account_wait(error)
        return self._now() + asked if asked else None


def given_back(delivery: Delivery, now: datetime) -> Settlement:
    """Settle what another host has to do: its account or newsletter is not in this one's configuration yet."""
    why = "the configuration of the host that took it does not have its account and newsletter"
    return settling.given_back(delivery, why, now + _ELSEWHERE)


def _chance() -> float:
    # Chance spreads retries over time so that many posts do not knock again at one instant; it guards no secret.
    return random.random()  # noqa: S311


def _stays(delivery: Delivery, why: str | None, **more: Any) -> Settlement:
    why = why or "its answer was lost"
    if delivery.is_restored and not why.startswith(RESTORED):
        why = f"{RESTORED}{why}"  # the rest of its thread is doubted, too
    return Settlement(delivery, State.UNSURE, why, **more)


def _tells(platform: Platform) -> bool:
    """Whether its network tells anything of a lost post."""
    return platform.rules.shown_after is not None or platform.rules.key_lasts is not None


def _shown_at(delivery: Delivery, platform: Platform, asked: datetime) -> datetime | None:
    """Return when its network would show a lost post at the latest; None where it would when asked, or nobody knows."""
    after, lost = platform.rules.shown_after, delivery.doubted
    if after is not None and delivery.is_guessed:
        after = max(after, _LEFT_BEHIND)
    return lost + after if after and lost and lost + after > asked else None


def _gone(delivery: Delivery) -> str:
    return f"the configuration has no account {delivery.account!r} any more"


def _left(delivery: Delivery) -> int:
    """Return how many posts of its thread come after the next one."""
    return len(delivery.posts) - len(delivery.receipts) - 1


def _handed_over(platform: Platform, delivery: Delivery) -> Receipt:
    post, key = _next(delivery)
    if delivery.edits:
        return cast("Editor", platform).edit(post, delivery.follows[len(delivery.receipts)])
    return platform.publish(post, key, delivery.follows + delivery.receipts)


def _first(delivery: Delivery) -> datetime:
    """Return when its network may first have heard of its next post."""
    if delivery.first_attempt is None:
        raise ValueError(f"{delivery.key} was never claimed")
    return delivery.first_attempt


def _next(delivery: Delivery) -> tuple[Post, Key]:
    number = len(delivery.receipts)
    at = _first(delivery) + number * _PART_APART
    return delivery.posts[number], Key(f"{delivery.key}-{number + 1}", at, delivery.is_guessed)
