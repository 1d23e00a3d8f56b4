# ruff: noqa: D102 - the names of the contract's checks are its sentences
"""The contract that the publisher relies on, as checks of a network."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import Literal, Protocol

from sharebot.errors import ORPHANED, PublishError, Refused, SignInAgain, TryLater, Unsure
from sharebot.model import Picture, Platform, Receipt
from sharebot.testing.fakes import Arrived
from sharebot.testing.samples import sample_key, sample_post

Fault = Literal[
    "drop_before",
    "drop_after",
    "error_before",
    "error_after",
    "reset_before",
    "reset_after",
    "gateway_before",
    "gateway_after",
    "half_head",
    "half_body",
    "silence",
    "slow",
    "garbage",
    "rate_limit",
    "unavailable",
]
"""What the next posting call meets: the connection closes, a 500 comes, the connection is reset, or a gateway answers
502 for the server, before or after the post is taken; the post is taken and its answer breaks off in its head or its
body, or never comes (silence), or cannot be understood (garbage, with 2xx); it is taken only after a silence (slow);
429 or 503, not taken."""


class Harness(Protocol):
    """What `PlatformConformance` needs: a network with nothing posted yet, and faults on order.

    `settings` and `secrets` are those of the signed-in account; `readable` tells whether `find` can find; a call to a
    silent network must end within `patience` seconds.
    """

    settings: object
    secrets: tuple[str, ...]
    readable: bool
    patience: float

    def platform(self) -> Platform:
        """Sign in."""

    def stranger(self) -> Platform:
        """Sign in with a wrong token or password."""

    def nowhere(self) -> Platform:
        """Sign in where nothing listens."""

    def fault(self, kind: Fault, seconds: float = 0.0) -> None:
        """Let the next posting call meet a fault; `seconds` is how long silence or a rate limit lasts."""

    def arrived(self) -> list[Arrived]:
        """Return what the network shows, the oldest first."""

    def delete(self, receipt: Receipt) -> None:
        """Delete a post as its author would; `arrived` shows it no more."""


class PlatformConformance:
    """The contract of a network. Derive a test class and give it a fixture `harness`."""

    def test_a_post_arrives_as_it_was_sent_and_is_answered_with_its_id_and_address(self, harness: Harness) -> None:
        receipt = harness.platform().publish(sample_post(), sample_key())
        assert harness.arrived() == [Arrived(sample_post().text)]
        assert receipt.id
        assert receipt.url.startswith(("https://", "http://"))

    def test_pictures_warnings_labels_and_visibility_go_with_a_post_or_are_passed_over(self, harness: Harness) -> None:
        picture = Picture("“It runs.” — Maria", quotation="“It runs.”", speaker="Maria")
        post = sample_post(
            pictures=(picture,),
            content_warning="Sea",
            sensitive=True,
            labels=("graphic-media",),
            visibility="unlisted",
        )
        platform, key = harness.platform(), sample_key()
        assert platform.publish(post, key).id
        assert harness.arrived() == [Arrived(post.text)]
        assert (platform.find(post, key) is not None) == harness.readable

    def test_a_picture_that_cannot_be_had_does_not_hold_a_post_back(self, harness: Harness) -> None:
        post = sample_post(pictures=(Picture("A ferry", "http://127.0.0.1:9/ferry.jpg"),))
        assert harness.platform().publish(post, sample_key()).id
        assert harness.arrived() == [Arrived(post.text)]

    def test_the_next_part_of_a_thread_replies_to_the_one_before(self, harness: Harness) -> None:
        platform, receipts = harness.platform(), list[Receipt]()
        for number in ("1", "2", "3"):
            receipts.append(platform.publish(sample_post(text=number), sample_key(number), tuple(receipts)))
        assert harness.arrived() == [Arrived("1"), Arrived("2", above="1"), Arrived("3", above="2")]

    def test_a_thread_whose_first_post_was_deleted_ends_with_a_clear_word(self, harness: Harness) -> None:
        if harness.readable:  # else only the answer to a reply tells it, and that is about the last one
            self._orphaned(harness, parts=2, gone=0)

    def test_a_thread_whose_last_post_was_deleted_ends_with_a_clear_word(self, harness: Harness) -> None:
        self._orphaned(harness, parts=2, gone=1)

    def test_a_reply_to_the_only_post_of_a_thread_that_was_deleted_is_refused(self, harness: Harness) -> None:
        self._orphaned(harness, parts=1, gone=0)

    def test_the_same_key_does_not_double_a_post_where_keys_last(self, harness: Harness) -> None:
        key, lasts = sample_key(), harness.platform().rules.key_lasts
        receipts = {harness.platform().publish(sample_post(), key) for _ in range(2 if lasts else 1)}
        assert len(harness.arrived()) == len(receipts) == 1

    def test_two_posts_with_keys_of_one_moment_are_two(self, harness: Harness) -> None:
        platform, at = harness.platform(), datetime.now(UTC)
        for number in ("1", "2"):
            platform.publish(sample_post(text=number), sample_key(number, at))
        assert sorted(post.text for post in harness.arrived()) == ["1", "2"]

    def test_what_is_out_is_edited_in_its_place_exactly_where_the_rules_say_so(self, harness: Harness) -> None:
        platform = harness.platform()
        edit = getattr(platform, "edit", None)
        assert (edit is not None) == platform.rules.edits, "a network has `edit` where its rules say `edits`"
        receipt = platform.publish(sample_post(), sample_key())
        changed = sample_post(text=sample_post().text.replace("3", "4"))
        again = [edit(changed, receipt).id for _ in range(2)] if edit else []
        assert set(again) <= {receipt.id}, "an edited post keeps its id, and the same words again do no harm"
        assert harness.arrived() == [Arrived(changed.text if edit else sample_post().text)]

    def test_an_edit_fails_as_a_post_does(self, harness: Harness) -> None:
        receipt = harness.platform().publish(sample_post(), sample_key())
        for platform, fault, expected in (
            (harness.stranger(), False, SignInAgain),
            (harness.nowhere(), False, TryLater),
            (harness.platform(), True, Unsure),
        ):
            if edit := getattr(platform, "edit", None):
                if fault:
                    harness.fault("drop_before")
                assert isinstance(_error(partial(edit, sample_post(text="Other"), receipt)), expected)
        assert harness.arrived() == [Arrived(sample_post().text)]

    def test_a_wrong_secret_means_sign_in_again(self, harness: Harness) -> None:
        stranger = harness.stranger()
        assert isinstance(_error(lambda: stranger.publish(sample_post(), sample_key())), SignInAgain)
        assert isinstance(_error(stranger.who), SignInAgain)
        assert harness.arrived() == []

    def test_a_text_over_the_limit_is_refused(self, harness: Harness) -> None:
        platform = harness.platform()
        text = "long " * platform.rules.measure("x").limit
        assert not platform.rules.measure(text).fits
        assert isinstance(_error(lambda: platform.publish(sample_post(text=text, links=()), sample_key())), Refused)
        assert harness.arrived() == []

    def test_a_rate_limit_means_try_later_after_the_time_that_the_network_names(self, harness: Harness) -> None:
        error = self._fails(harness, "rate_limit", TryLater, taken=False, seconds=120)
        assert timedelta() < (getattr(error, "after", None) or timedelta()) <= timedelta(seconds=121)

    def test_a_network_that_is_unavailable_means_try_later(self, harness: Harness) -> None:
        self._fails(harness, "unavailable", TryLater, taken=False)

    def test_a_network_that_cannot_be_reached_means_try_later(self, harness: Harness) -> None:
        assert isinstance(_error(lambda: harness.nowhere().publish(sample_post(), sample_key())), TryLater)

    def test_not_being_able_to_look_is_not_the_same_as_not_finding(self, harness: Harness) -> None:
        assert isinstance(_error(lambda: harness.nowhere().find(sample_post(), sample_key())), TryLater)

    def test_an_answer_lost_after_the_post_was_taken_is_unsure_and_the_post_is_found(self, harness: Harness) -> None:
        self._fails(harness, "drop_after", Unsure, taken=True)

    def test_a_connection_lost_before_the_post_was_taken_is_unsure_too(self, harness: Harness) -> None:
        self._fails(harness, "drop_before", Unsure, taken=False)

    def test_a_server_error_is_unsure_whether_the_post_was_taken(self, harness: Harness) -> None:
        self._fails(harness, "error_after", Unsure, taken=True)

    def test_a_server_error_is_unsure_even_if_the_post_was_not_taken(self, harness: Harness) -> None:
        self._fails(harness, "error_before", Unsure, taken=False)

    def test_a_gateway_s_502_is_unsure_whether_the_post_was_taken(self, harness: Harness) -> None:
        self._fails(harness, "gateway_after", Unsure, taken=True)

    def test_a_gateway_s_502_is_unsure_even_if_the_post_was_not_taken(self, harness: Harness) -> None:
        self._fails(harness, "gateway_before", Unsure, taken=False)

    def test_a_connection_reset_after_the_post_was_taken_is_unsure(self, harness: Harness) -> None:
        self._fails(harness, "reset_after", Unsure, taken=True)

    def test_a_connection_reset_before_the_post_was_taken_is_unsure(self, harness: Harness) -> None:
        self._fails(harness, "reset_before", Unsure, taken=False)

    def test_an_answer_that_breaks_off_in_its_head_is_unsure(self, harness: Harness) -> None:
        self._fails(harness, "half_head", Unsure, taken=True)

    def test_an_answer_that_breaks_off_in_its_body_is_unsure(self, harness: Harness) -> None:
        self._fails(harness, "half_body", Unsure, taken=True)

    def test_a_network_that_takes_a_post_and_is_silent_is_unsure_in_the_end(self, harness: Harness) -> None:
        self._fails(harness, "silence", Unsure, taken=True, seconds=2 * harness.patience)

    def test_what_was_lost_and_is_not_found_is_sent_again_without_harm_where_keys_last(self, harness: Harness) -> None:
        platform, key = harness.platform(), sample_key()
        for fault in ("drop_before", "drop_after", "half_body") if platform.rules.key_lasts else ():
            harness.fault(fault)
            assert isinstance(_error(lambda: platform.publish(sample_post(), key)), Unsure)
        platform.publish(sample_post(), key)
        assert harness.arrived() == [Arrived(sample_post().text)]

    def test_its_rules_say_how_soon_a_lost_post_is_found_exactly_where_it_can_be(self, harness: Harness) -> None:
        assert (harness.platform().rules.shown_after is not None) == harness.readable

    def test_an_answer_that_cannot_be_understood_is_unsure(self, harness: Harness) -> None:
        self._fails(harness, "garbage", Unsure, taken=True)

    def test_a_silent_network_is_unsure_in_the_end(self, harness: Harness) -> None:
        began = monotonic()
        harness.fault("slow", 2 * harness.patience)
        platform = harness.platform()
        assert isinstance(_error(lambda: platform.publish(sample_post(), sample_key())), Unsure)
        assert monotonic() - began < harness.patience

    def test_what_was_never_sent_is_not_found(self, harness: Harness) -> None:
        harness.platform().publish(sample_post(text="another"), sample_key("another"))
        assert harness.platform().find(sample_post(), sample_key()) is None

    def test_a_post_that_a_restored_backup_does_not_know_of_is_found_by_its_words(self, harness: Harness) -> None:
        platform, key = harness.platform(), sample_key()
        there = platform.publish(sample_post(), key)
        guess = replace(key, at=key.at - timedelta(hours=1), guessed=True)
        found = platform.find(sample_post(), guess)
        assert (found and found.id) == (there.id if harness.readable else None)
        assert platform.find(sample_post(text="another"), guess) is None

    def test_signing_in_says_as_whom(self, harness: Harness) -> None:
        assert harness.platform().who().startswith("@")

    def test_no_secret_is_ever_shown(self, harness: Harness) -> None:
        platform, errors = harness.platform(), []
        for fault in ("drop_before", "error_before", "unavailable", "rate_limit", "garbage"):
            harness.fault(fault)
            errors.append(_error(lambda: platform.publish(sample_post(), sample_key())))
        errors += [_error(other.who) for other in (harness.stranger(), harness.nowhere())]
        shown = " ".join(map(repr, (harness.settings, platform, *errors, *(error.__dict__ for error in errors))))
        assert not any(secret in shown for secret in harness.secrets), "an error or a representation shows a secret"

    @staticmethod
    def _orphaned(harness: Harness, *, parts: int, gone: int) -> None:
        """Send a thread's parts, delete one, and see that the next part is refused and does not go out on its own."""
        platform, receipts = harness.platform(), list[Receipt]()
        for number in map(str, range(parts)):
            receipts.append(platform.publish(sample_post(text=number), sample_key(number), tuple(receipts)))
        harness.delete(receipts[gone])
        error = _error(lambda: platform.publish(sample_post(), sample_key(), tuple(receipts)))
        assert isinstance(error, Refused), f"a reply to a deleted post must be Refused, not {error!r}"
        assert ORPHANED in str(error)
        assert sample_post().text not in [post.text for post in harness.arrived()]

    @staticmethod
    def _fails(
        harness: Harness, fault: Fault, expected: type[PublishError], *, taken: bool, seconds: float = 0.0
    ) -> PublishError:
        """Publish into a fault; see that it means what it must, and that `find` tells whether the post was taken."""
        platform, key = harness.platform(), sample_key()
        harness.fault(fault, seconds)
        error = _error(lambda: platform.publish(sample_post(), key))
        assert isinstance(error, expected), f"{fault} must mean {expected.__name__}, not {error!r}"
        assert [post.text for post in harness.arrived()] == [sample_post().text] * taken
        assert (platform.find(sample_post(), key) is not None) == (taken and harness.readable)
        return error


def _error(call: Callable[[], object]) -> PublishError:
    try:
        answer = call()
    except PublishError as error:
        return error
    raise AssertionError(f"an error was due, not {answer!r}")
