import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sharebot import retry
from sharebot.config.values import Approval
from sharebot.errors import Refused, SignInAgain, TryLater, Unsure
from sharebot.model import Key, Length, Post, Receipt, Rules, Signature, State
from sharebot.outbox.codec import signed
from sharebot.publisher import Doubts, Publisher

RECEIPT = Receipt("7", "https://mastodon.example/@weekly/7")


class Scripted:
    """A network that answers as told and remembers what it was asked."""

    def __init__(self, answer=RECEIPT, found=None, key_lasts=None):
        self.answer, self.found = answer, found
        self.sent: list[tuple[Post, Key, tuple[Receipt, ...]]] = []
        self.looked: list[tuple[Post, Key]] = []
        self.rules = Rules(lambda text, *_: Length(len(text), 500, fits=True), "test", key_lasts=key_lasts)

    def publish(self, post: Post, key: Key, thread: tuple[Receipt, ...] = ()) -> Any:
        self.sent.append((post, key, thread))
        return _give(self.answer)

    def find(self, post: Post, key: Key) -> Any:
        self.looked.append((post, key))
        return _give(self.found)

    def who(self) -> str:
        return "@weekly"


def _give(answer: Any) -> Any:
    if isinstance(answer, Exception):
        raise answer
    return answer


@pytest.fixture
def claimed(delivery, now):
    return delivery(state=State.SENDING, attempts=1, token="t", first_attempt=now)


def settle(platform, delivery, now):
    return Publisher({"mastodon": platform}, lambda: now).send(delivery)


def test_a_receipt_means_published(claimed, now):
    settled = settle(Scripted(), claimed, now)
    assert (settled.after, settled.receipt) == (State.PUBLISHED, RECEIPT)


def test_a_post_whose_today_is_over_is_held_and_not_sent(claimed, now):
    platform = Scripted()
    old = replace(claimed, posts=(replace(claimed.posts[0], true_until=now),))
    settled = settle(platform, old, now)
    assert (settled.after, settled.pause, settled.spent) == (State.HELD, False, False)
    assert settled.why.startswith("no longer true: ")
    assert platform.sent == []
    assert settle(platform, old, now - timedelta(seconds=1)).after is State.PUBLISHED


def test_a_lost_answer_means_unsure_and_never_queued(claimed, now):
    settled = settle(Scripted(Unsure("connection closed")), claimed, now)
    assert (settled.after, settled.due) == (State.UNSURE, None)


def test_a_refusal_fails_at_once(claimed, now):
    assert settle(Scripted(Refused("too long")), claimed, now).after is State.FAILED


def test_a_dead_token_pauses_the_account_and_holds_the_post_without_spending_an_attempt(claimed, now):
    settled = settle(Scripted(SignInAgain("revoked")), claimed, now)
    assert (settled.after, settled.pause, settled.spent) == (State.HELD, True, False)


def test_what_was_surely_not_taken_is_tried_again_within_the_hour(claimed, now):
    settled = settle(Scripted(TryLater("503")), claimed, now)
    assert settled.after is State.QUEUED
    assert settled.due is not None
    assert now < settled.due <= now + timedelta(hours=1)
    assert settled.wait is None
    assert settled.spent


def test_a_network_that_asks_for_time_rests_the_whole_account(claimed, now):
    settled = settle(Scripted(TryLater("429", timedelta(minutes=3))), claimed, now)
    assert settled.wait == settled.due == now + timedelta(minutes=3)
    assert not settled.spent


def test_after_the_last_attempt_a_person_has_to_look(claimed, now):
    settled = settle(Scripted(TryLater("503")), replace(claimed, attempts=retry.ATTEMPTS), now)
    assert settled.after is State.FAILED
    assert "given up" in settled.why


def test_a_post_whose_deadline_comes_first_is_missed_and_not_failed(claimed, now):
    late = replace(claimed, expires=now + timedelta(seconds=30))
    settled = settle(Scripted(TryLater("429", timedelta(minutes=3))), late, now)
    assert settled.after is State.MISSED
    assert settled.wait == now + timedelta(minutes=3)


def test_a_post_after_its_deadline_never_reaches_the_network(claimed, now):
    platform = Scripted()
    assert settle(platform, replace(claimed, expires=now), now).after is State.MISSED
    assert not platform.sent


def test_an_account_that_left_the_configuration_holds_its_post(claimed, now):
    settled = Publisher({}, lambda: now).send(claimed)
    assert (settled.after, settled.pause) == (State.HELD, True)


def test_the_key_is_the_same_at_every_attempt(claimed, now):
    platform = Scripted(TryLater("503"))
    for attempt in (1, 2):
        settle(platform, replace(claimed, attempts=attempt), now + timedelta(minutes=attempt))
    first, second = (key for _, key, _ in platform.sent)
    assert first == second


def test_a_thread_sends_one_part_after_the_other_each_with_its_own_key_below_the_last(claimed, now):
    thread = replace(claimed, posts=(Post("one"), Post("two")))
    platform = Scripted()
    first = settle(platform, thread, now)
    assert (first.after, first.receipt) == (State.QUEUED, RECEIPT)

    second = settle(platform, replace(thread, receipts=(RECEIPT,)), now)
    assert second.after is State.PUBLISHED
    assert [post.text for post, _, _ in platform.sent] == ["one", "two"]
    assert [above for _, _, above in platform.sent] == [(), (RECEIPT,)]
    assert len({key.value for _, key, _ in platform.sent}) == 2


def test_a_post_does_not_wait_in_hand_while_its_account_is_asked_about_another(claimed, now):
    asked, answered = threading.Event(), threading.Event()

    class Slow(Scripted):
        def find(self, post, key):
            asked.set()
            answered.wait(10)
            return super().find(post, key)

    platform = Slow(found=RECEIPT)
    publisher = Publisher({"mastodon": platform}, lambda: now)
    looking = threading.Thread(target=publisher.reconcile, args=[replace(claimed, state=State.UNSURE), print])
    looking.start()
    asked.wait(5)
    begun = time.monotonic()
    settled = publisher.send(claimed)
    assert time.monotonic() - begun < 2
    assert (settled.after, settled.due, settled.spent) == (State.QUEUED, None, False)
    assert settled.wait == now + timedelta(seconds=10)
    assert not platform.sent
    answered.set()
    looking.join(5)
    assert publisher.send(claimed).after is State.PUBLISHED


@pytest.fixture
def doubt(claimed):
    return replace(claimed, state=State.UNSURE, token=None)


def reconcile(platform, delivery, now, *, may_send=True):
    return Publisher({"mastodon": platform}, lambda: now).reconcile(delivery, lambda _: may_send)


def test_an_unsure_post_that_is_found_is_published_without_sending_again(doubt, now):
    platform = Scripted(found=RECEIPT, key_lasts=timedelta(days=1))
    settled = reconcile(platform, doubt, now)
    assert settled is not None
    assert settled.after is State.PUBLISHED
    assert not platform.sent


def test_an_unsure_post_that_is_not_found_is_sent_again_in_one_go_with_its_key(doubt, now):
    platform = Scripted(key_lasts=timedelta(minutes=55))
    settled = reconcile(platform, doubt, now + timedelta(minutes=54))
    assert settled is not None
    assert (settled.after, settled.receipt) == (State.PUBLISHED, RECEIPT)
    assert [key for _, key, _ in platform.sent] == [key for _, key in platform.looked]


def test_an_unsure_part_of_a_thread_is_sent_again_below_the_last_and_the_next_part_follows(doubt, now):
    thread = replace(doubt, posts=(Post("one"), Post("two"), Post("three")), receipts=(RECEIPT,))
    platform = Scripted(key_lasts=timedelta(minutes=55))
    settled = reconcile(platform, thread, now)
    assert settled is not None
    assert settled.after is State.QUEUED
    ((post, _, above),) = platform.sent
    assert (post.text, above) == ("two", (RECEIPT,))


@pytest.mark.parametrize("later", [timedelta(minutes=55), timedelta(days=1)])
def test_an_unsure_post_that_outlived_its_key_is_not_sent_again(doubt, now, later):
    platform = Scripted(key_lasts=timedelta(minutes=55))
    assert reconcile(platform, doubt, now + later) is None
    assert not platform.sent


def test_an_unsure_post_on_a_network_without_keys_waits_for_a_person(doubt, now):
    platform = Scripted()
    assert reconcile(platform, doubt, now) is None
    assert not platform.sent


def test_an_unsure_post_is_not_sent_for_ever(doubt, now):
    platform = Scripted(key_lasts=timedelta(days=3650))
    assert reconcile(platform, doubt, now + timedelta(days=7)) is None
    assert not platform.sent


def test_an_unsure_post_after_its_deadline_is_not_sent_again(doubt, now):
    platform = Scripted(key_lasts=timedelta(days=3650))
    assert reconcile(platform, replace(doubt, expires=now), now) is None
    assert not platform.sent


def test_an_unsure_post_is_not_sent_again_where_nothing_may_be_sent(doubt, now):
    platform = Scripted(key_lasts=timedelta(days=3650))
    assert reconcile(platform, doubt, now, may_send=False) is None
    assert not platform.sent


@pytest.mark.parametrize("error", [TryLater("503"), SignInAgain("401"), Unsure("lost")])
def test_a_look_that_fails_proves_nothing(doubt, now, error):
    platform = Scripted(found=error, key_lasts=timedelta(days=1))
    assert reconcile(platform, doubt, now) is None
    assert not platform.sent


@pytest.mark.parametrize("error", [TryLater("503"), SignInAgain("401"), Unsure("lost"), Refused("too long")])
def test_an_unsure_post_whose_repeat_fails_stays_unsure(doubt, now, error):
    assert reconcile(Scripted(error, key_lasts=timedelta(days=1)), doubt, now) is None


def test_a_doubt_about_an_account_that_is_gone_stays(doubt, now):
    assert Publisher({}, lambda: now).reconcile(doubt, lambda _: True) is None


def test_a_doubt_is_asked_about_at_once_and_then_ever_more_rarely(doubt, now):
    doubts = Doubts()
    asked = [minute for minute in range(600) if doubts.due([doubt], now + timedelta(minutes=minute))]
    assert asked[:5] == [0, 1, 2, 4, 8]
    assert len(asked) < 12


def test_a_doubt_that_ended_and_came_back_is_asked_about_at_once(doubt, now):
    doubts = Doubts()
    assert doubts.due([doubt], now)
    assert not doubts.due([], now)
    assert doubts.due([doubt], now)


ASKED = {"weekly": Approval(required=True)}


def signed_by(delivery, who="jo"):
    return replace(delivery, signature=Signature(signed(delivery.posts), who, delivery.due))


def gated(platform, delivery, now, approvals=ASKED):
    return Publisher({"mastodon": platform}, lambda: now, approvals).send(delivery)


def test_what_nobody_approved_goes_back_to_its_draft_and_touches_no_network(claimed, now):
    platform = Scripted()
    settled = gated(platform, claimed, now)
    assert (settled.after, settled.why, settled.spent) == (State.DRAFT, "nobody has approved it", False)
    assert platform.sent == []


def test_what_was_approved_in_other_words_is_not_sent(claimed, now):
    platform = Scripted()
    mine = replace(signed_by(claimed), posts=(Post("Words that nobody saw"),))
    settled = gated(platform, mine, now)
    assert (settled.after, settled.why) == (State.DRAFT, "its text changed after jo approved it")
    assert platform.sent == []


def test_what_was_approved_as_it_stands_is_sent(claimed, now):
    assert gated(Scripted(), signed_by(claimed), now).after is State.PUBLISHED


def test_the_signature_of_somebody_who_may_not_approve_counts_for_nothing(claimed, now):
    platform = Scripted()
    approvals = {"weekly": Approval(required=True, by=("ann",), two_people=True)}
    assert gated(platform, signed_by(claimed, "jo"), now, approvals).after is State.DRAFT
    assert gated(platform, replace(signed_by(claimed, "ann"), edited="ann"), now, approvals).after is State.DRAFT
    assert platform.sent == []
    assert gated(platform, signed_by(claimed, "ann"), now, approvals).after is State.PUBLISHED


def test_a_doubtful_post_is_not_sent_again_without_approval(claimed, now):
    platform = Scripted(key_lasts=timedelta(hours=1))
    doubt = replace(claimed, state=State.UNSURE)
    publisher = Publisher({"mastodon": platform}, lambda: now, ASKED)
    assert publisher.reconcile(doubt, lambda _: True) is None
    assert (len(platform.looked), platform.sent) == (1, [])


class Editing(Scripted):
    """A network that can change what is out."""

    def __init__(self, answer=RECEIPT):
        super().__init__(answer)
        self.edited: list[tuple[Post, Receipt]] = []

    def edit(self, post: Post, receipt: Receipt) -> Any:
        self.edited.append((post, receipt))
        return _give(self.answer)


@pytest.fixture
def correction(claimed):
    return signed_by(replace(claimed, corrects="k0", follows=(Receipt("3", "https://mastodon.example/3"),)))


def test_a_correction_that_nobody_approved_is_never_sent(correction, now):
    platform = Editing()
    for edits in (True, False):
        settled = gated(platform, replace(correction, signature=None, edits=edits), now, None)
        assert settled.after is State.DRAFT
    assert (platform.sent, platform.edited) == ([], [])


def test_a_correction_replies_to_the_post_that_it_corrects(correction, now):
    platform = Scripted()
    assert gated(platform, correction, now, None).after is State.PUBLISHED
    assert [thread for _, _, thread in platform.sent] == [correction.follows]


def test_where_the_network_can_a_correction_changes_the_post_in_its_place(correction, now):
    platform = Editing()
    assert gated(platform, replace(correction, edits=True), now, None).after is State.PUBLISHED
    assert platform.edited == [(correction.posts[0], correction.follows[0])]
    assert platform.sent == []


def test_an_edit_whose_answer_was_lost_is_made_again_and_not_looked_for(correction, now):
    platform = Editing()
    doubt = replace(correction, edits=True, state=State.UNSURE)
    settled = Publisher({"mastodon": platform}, lambda: now).reconcile(doubt, lambda _: True)
    assert settled is not None
    assert settled.after is State.PUBLISHED
    assert (platform.looked, len(platform.edited)) == ([], 1)


def test_a_post_of_a_newsletter_that_is_gone_is_held_and_not_sent(claimed, now):
    platform = Scripted()
    settled = gated(platform, claimed, now, {"other": Approval()})
    assert (settled.after, settled.pause, settled.spent) == (State.HELD, False, False)
    assert settled.why == "the configuration no longer has its newsletter: weekly"
    assert platform.sent == []
