from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sharebot import fence, retry
from sharebot.config.values import Approval
from sharebot.errors import Duplicate, Reason, Refused, SignInAgain, TryLater, Unsure
from sharebot.model import Key, Length, Post, Receipt, Rules, Signature, State
from sharebot.outbox.codec import signed
from sharebot.publisher import Publisher

RECEIPT = Receipt("7", "https://mastodon.example/@weekly/7")


class Scripted:
    """A network that answers as told and remembers what it was asked."""

    def __init__(self, answer=RECEIPT, found=None, key_lasts=None, shown_after=None):
        self.answer, self.found = answer, found
        self.sent: list[tuple[Post, Key, tuple[Receipt, ...]]] = []
        self.looked: list[tuple[Post, Key]] = []
        self.rules = Rules(
            lambda text, *_: Length(len(text), 500, fits=True), "test", key_lasts=key_lasts, shown_after=shown_after
        )

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
    assert settled.wait == settled.due  # the whole account waits, so that its posts keep their order
    assert settled.spent


def test_a_network_that_asks_for_time_rests_the_whole_account(claimed, now):
    settled = settle(Scripted(TryLater("429", timedelta(minutes=3))), claimed, now)
    assert settled.wait == now + timedelta(minutes=3)
    assert settled.due is None  # its own time stays, and its schedule says whether that is too late
    assert not settled.spent


@pytest.mark.parametrize("doubted", [False, True])
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TryLater("503"), Reason.UNAVAILABLE),
        (TryLater("429", timedelta(0)), Reason.RATE_LIMITED),
        (Refused("too long"), Reason.REFUSED),
        (SignInAgain("revoked"), Reason.SIGN_IN),
        (Unsure("torn"), Reason.LOST_ANSWER),
    ],
)
def test_why_a_network_did_not_take_a_post_is_said_in_one_of_few_words(claimed, now, error, reason, doubted):
    settled = settle(Scripted(error), replace(claimed, doubted=now if doubted else None), now)
    assert settled.reason is reason


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


@pytest.fixture
def doubt(claimed, now):
    return replace(claimed, state=State.UNSURE, doubted=now, error="the answer was lost")


MINUTE = timedelta(minutes=1)


def reconcile(platform, delivery, now, *, may_send=True):
    """Ask about a lost post; what is written down before it is sent again is what a ledger would write."""

    def retake(asked):
        return replace(asked, state=State.SENDING, attempts=asked.attempts + 1) if may_send else None

    return Publisher({"mastodon": platform}, lambda: now).work(delivery, retake)


def stays(settled):
    return settled.after is State.UNSURE and not settled.is_news


def test_an_unsure_post_that_is_found_is_published_without_sending_again(doubt, now):
    platform = Scripted(found=RECEIPT, key_lasts=timedelta(days=1))
    assert reconcile(platform, doubt, now).after is State.PUBLISHED
    assert not platform.sent


def test_an_unsure_post_that_is_not_found_is_sent_again_in_one_go_with_its_key(doubt, now):
    platform = Scripted(shown_after=MINUTE, key_lasts=timedelta(minutes=55))
    settled = reconcile(platform, doubt, now + MINUTE)
    assert (settled.after, settled.receipt) == (State.PUBLISHED, RECEIPT)
    assert (settled.delivery.state, settled.delivery.attempts) == (State.SENDING, 2)
    assert [key for _, key, _ in platform.sent] == [key for _, key in platform.looked]


def test_an_unsure_post_is_not_sent_again_before_its_network_would_show_it(doubt, now):
    platform = Scripted(shown_after=MINUTE, key_lasts=timedelta(minutes=55))
    settled = reconcile(platform, doubt, now + MINUTE - timedelta(seconds=1))
    assert stays(settled)
    assert settled.due == now + MINUTE  # then it is asked again
    assert (len(platform.looked), platform.sent) == (1, [])


def test_a_look_that_was_held_up_tells_no_more_than_what_the_network_showed_as_it_was_asked(doubt, now):
    moments = [now + MINUTE - timedelta(seconds=1)]

    class HeldUp(Scripted):
        def find(self, post, key):
            moments.append(now + timedelta(hours=1))
            return super().find(post, key)

    platform = HeldUp(shown_after=MINUTE)
    publisher = Publisher({"mastodon": platform}, lambda: moments[-1])
    assert stays(publisher.work(doubt, lambda asked: asked))
    assert (len(platform.looked), platform.sent) == (1, [])


def test_what_the_network_would_show_by_now_and_does_not_is_not_there_with_or_without_a_key(doubt, now):
    platform = Scripted(shown_after=MINUTE)
    assert reconcile(platform, doubt, now + timedelta(days=1)).after is State.PUBLISHED
    assert len(platform.sent) == 1


def test_an_unsure_part_of_a_thread_is_sent_again_below_the_last_and_the_next_part_follows(doubt, now):
    thread = replace(doubt, posts=(Post("one"), Post("two"), Post("three")), receipts=(RECEIPT,))
    platform = Scripted(key_lasts=timedelta(minutes=55))
    assert reconcile(platform, thread, now).after is State.QUEUED
    ((post, _, above),) = platform.sent
    assert (post.text, above) == ("two", (RECEIPT,))


@pytest.mark.parametrize("later", [timedelta(minutes=55), timedelta(days=1)])
def test_an_unsure_post_that_outlived_its_key_is_not_sent_again_where_nothing_can_be_read(doubt, now, later):
    platform = Scripted(key_lasts=timedelta(minutes=55))
    assert stays(reconcile(platform, doubt, now + later))
    assert not platform.sent


def test_a_key_lasts_from_the_first_attempt_for_later_parts_of_a_thread_too(doubt, now):
    thread = replace(doubt, posts=(Post("one"), Post("two"), Post("three")), receipts=(RECEIPT, RECEIPT))
    platform = Scripted(key_lasts=timedelta(minutes=55))
    assert stays(reconcile(platform, thread, now + timedelta(minutes=55)))
    assert not platform.sent


def test_an_unsure_post_on_a_blind_network_waits_for_a_person_and_is_not_asked_about_again(doubt, now):
    platform = Scripted()
    settled = reconcile(platform, doubt, now + timedelta(hours=1))
    assert stays(settled)
    assert not settled.tells
    assert (platform.looked, platform.sent) == ([], [])


def test_a_lost_answer_of_a_blind_network_is_told_as_such_at_once(claimed, now):
    assert not settle(Scripted(Unsure("lost")), claimed, now).tells
    assert settle(Scripted(Unsure("lost"), shown_after=MINUTE), claimed, now).tells


def test_an_unsure_post_is_not_sent_for_ever(doubt, now):
    platform = Scripted(key_lasts=timedelta(days=3650))
    settled = reconcile(platform, doubt, now + timedelta(days=7))
    assert stays(settled)
    assert not settled.tells  # nor is it looked for any more
    assert not platform.sent


@pytest.mark.parametrize("attempts", [retry.ATTEMPTS, retry.ATTEMPTS + 1])
def test_a_post_that_was_lost_too_often_is_poison_and_waits_for_a_person(doubt, now, attempts):
    platform = Scripted(key_lasts=timedelta(days=3650))
    settled = reconcile(platform, replace(doubt, attempts=attempts), now)
    assert stays(settled)
    assert settled.why == "not found on the network, and not sent again after so many attempts: the answer was lost"
    assert reconcile(platform, replace(doubt, attempts=attempts, error=settled.why), now).why == settled.why
    assert not platform.sent


def test_an_unsure_post_after_its_deadline_is_not_sent_again(doubt, now):
    platform = Scripted(key_lasts=timedelta(days=3650))
    settled = reconcile(platform, replace(doubt, expires=now), now)
    assert stays(settled)
    assert "its deadline 2026-11-03 09:00 UTC is over" in settled.why
    assert not platform.sent


def test_an_unsure_post_is_not_sent_again_where_nothing_may_be_sent(doubt, now):
    platform = Scripted(key_lasts=timedelta(days=3650))
    assert stays(reconcile(platform, doubt, now, may_send=False))
    assert not platform.sent


@pytest.mark.parametrize("error", [TryLater("503"), SignInAgain("401"), Unsure("lost")])
def test_a_look_that_fails_proves_nothing(doubt, now, error):
    platform = Scripted(found=error, key_lasts=timedelta(days=1))
    assert stays(reconcile(platform, doubt, now))
    assert not platform.sent


def test_a_look_that_the_network_limits_rests_the_account(doubt, now):
    platform = Scripted(found=TryLater("429", timedelta(minutes=3)), key_lasts=timedelta(days=1))
    assert reconcile(platform, doubt, now).wait == now + timedelta(minutes=3)


@pytest.mark.parametrize(
    ("error", "after"),
    [
        (TryLater("503"), State.QUEUED),
        (SignInAgain("401"), State.HELD),
        (Unsure("lost"), State.UNSURE),
        (Refused("too long"), State.FAILED),
    ],
)
def test_an_unsure_post_whose_repeat_fails_is_what_the_repeat_came_to(doubt, now, error, after):
    settled = reconcile(Scripted(error, shown_after=MINUTE), doubt, now + MINUTE)
    assert (settled.after, settled.delivery.state) == (after, State.SENDING)


@pytest.mark.parametrize(
    ("error", "after", "look"),
    [
        (TryLater("429", timedelta(minutes=3)), State.UNSURE, timedelta(minutes=3)),
        (SignInAgain("401"), State.UNSURE, MINUTE),
        (Refused("too long"), State.FAILED, None),  # the lost request was refused, too
    ],
)
@pytest.mark.parametrize("shown_after", [None, timedelta()])
def test_a_repeat_that_was_not_taken_says_nothing_of_a_lost_request_that_may_still_arrive(
    doubt, now, error, after, look, shown_after
):
    settled = reconcile(Scripted(error, key_lasts=timedelta(days=1), shown_after=shown_after), doubt, now)
    assert (settled.after, settled.delivery.state) == (after, State.SENDING)
    assert settled.due == (now + look if look else None)
    assert settled.pause is isinstance(error, SignInAgain)


def test_a_doubt_about_an_account_that_is_gone_stays(doubt, now):
    settled = Publisher({}, lambda: now).work(doubt, lambda _: None)
    assert stays(settled)
    assert settled.why == "the configuration has no account 'mastodon' any more"


def test_a_duplicate_is_the_proof_that_a_doubted_post_is_there(claimed, now):
    again = replace(claimed, doubted=now)
    settled = settle(Scripted(Duplicate("403"), found=RECEIPT, shown_after=MINUTE), again, now)
    assert (settled.after, settled.receipt) == (State.PUBLISHED, RECEIPT)


@pytest.mark.parametrize("found", [None, TryLater("503")])
def test_a_duplicate_whose_address_cannot_be_found_is_published_all_the_same(claimed, now, found):
    settled = settle(Scripted(Duplicate("403"), found=found), replace(claimed, doubted=now), now)
    assert (settled.after, settled.receipt) == (State.PUBLISHED, Receipt("", ""))
    assert settled.why == "its network has it already (403)"
    assert replace(claimed, receipts=(Receipt("", ""),)).url is None


def test_a_thread_waits_where_a_duplicate_part_has_no_address_to_reply_to(claimed, now):
    thread = replace(claimed, posts=(Post("one"), Post("two")), doubted=now)
    settled = settle(Scripted(Duplicate("403")), thread, now)
    assert settled.after is State.UNSURE
    assert "its thread waits for `sharebot queue resolve`" in settled.why


def test_a_duplicate_without_a_doubt_is_a_refusal_for_the_same_words_were_posted_before(claimed, now):
    assert settle(Scripted(Duplicate("403"), found=RECEIPT), claimed, now).after is State.FAILED


def test_what_was_held_up_past_its_lease_is_not_sent(claimed, now):
    platform = Scripted()
    with fence.fenced(fence.steady()):
        settled = settle(platform, claimed, now)
    assert (settled.after, platform.sent) == (State.QUEUED, [])
    assert "another worker may have taken over" in settled.why


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (RECEIPT, False),
        (Unsure("lost"), True),
        (TryLater("503"), True),
        (SignInAgain("401"), True),
        (TryLater("429", MINUTE), None),
        (Refused("too long"), None),
    ],
)
def test_what_counts_against_an_account_is_what_it_did_wrong_itself(claimed, now, answer, fault):
    assert settle(Scripted(answer), claimed, now).fault is fault


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
    assert stays(Publisher({"mastodon": platform}, lambda: now, ASKED).work(doubt, lambda _: claimed))
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
    platform.rules = replace(platform.rules, shown_after=MINUTE)
    doubt = replace(correction, edits=True, state=State.UNSURE, doubted=now)
    assert reconcile(platform, doubt, now).after is State.PUBLISHED
    assert (platform.looked, len(platform.edited)) == ([], 1)


def test_a_post_of_a_newsletter_that_is_gone_is_held_and_not_sent(claimed, now):
    platform = Scripted()
    settled = gated(platform, claimed, now, {"other": Approval()})
    assert (settled.after, settled.pause, settled.spent) == (State.HELD, False, False)
    assert settled.why == "the configuration no longer has its newsletter: weekly"
    assert platform.sent == []
