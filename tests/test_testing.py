import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from sharebot import testing
from sharebot.errors import Refused, SignInAgain, SourceError, TryLater, Unsure
from sharebot.model import Reading
from sharebot.testing import FakeClock, FakePlatform, FakeSource, LostAnswer, PlatformConformance

SCRIPTS = {
    "drop_before": Unsure("the connection broke off"),
    "error_before": Unsure("500"),
    "reset_before": Unsure("the connection broke off"),
    "gateway_before": Unsure("502"),
    "drop_after": LostAnswer("the connection broke off"),
    "reset_after": LostAnswer("the connection broke off"),
    "gateway_after": LostAnswer("502"),
    "half_head": LostAnswer("the connection broke off"),
    "half_body": LostAnswer("the connection broke off"),
    "silence": LostAnswer("no answer in time"),
    "error_after": LostAnswer("500"),
    "garbage": LostAnswer("not JSON"),
    "slow": LostAnswer("no answer in time"),
    "unavailable": TryLater("503"),
}


class FakeHarness:
    settings: object = "no settings"
    secrets: tuple[str, ...] = ("s3cret",)
    patience = 1.0

    def __init__(self, platform, readable):
        self._platform, self.readable = platform, readable

    def platform(self):
        return self._platform

    def stranger(self):
        return self.down(SignInAgain("the token is no good"))

    def nowhere(self):
        return self.down(TryLater("cannot be reached"))

    def down(self, error):
        other = FakePlatform()
        other.down = error
        return other

    def fault(self, kind, seconds=0.0):
        self._platform.script.append(SCRIPTS.get(kind) or TryLater("429", timedelta(seconds=seconds)))

    def arrived(self):
        return self._platform.arrived

    def delete(self, receipt):
        self._platform.delete(receipt)


class Doors(FakeHarness):
    """Opens another door than asked for."""

    def __init__(self, other):
        super().__init__(FakePlatform(), readable=True)
        self.other = other

    def stranger(self):
        return self.other

    nowhere = stranger


class TestKeyedPlatform(PlatformConformance):
    @pytest.fixture
    def harness(self):
        return FakeHarness(FakePlatform(key_lasts=timedelta(hours=1)), readable=True)


class TestReadablePlatform(PlatformConformance):
    @pytest.fixture
    def harness(self):
        return FakeHarness(FakePlatform(), readable=True)


class TestBlindPlatform(PlatformConformance):
    @pytest.fixture
    def harness(self):
        return FakeHarness(FakePlatform(readable=False), readable=False)


class Doubling(FakePlatform):
    """Promises that keys last, and forgets them."""

    def publish(self, post, key, thread=()):
        return super().publish(post, testing.sample_key(f"{key.value}.{len(self.calls)}"), thread)


class Mangling(FakePlatform):
    def publish(self, post, key, thread=()):
        return super().publish(testing.sample_post(text=post.text.replace("“", '"')), key, thread)


class Guessing(FakePlatform):
    """Takes a lost answer for a post that was not taken."""

    def publish(self, post, key, thread=()):
        try:
            return super().publish(post, key, thread)
        except Unsure as error:
            raise TryLater(str(error)) from None


class Talking(FakePlatform):
    def who(self):
        raise SignInAgain("the token s3cret is no good")


class Going(FakePlatform):
    """Sends the rest of a thread whatever became of its beginning."""

    def publish(self, post, key, thread=()):
        return super().publish(post, key, thread[-1:])


class Blaming(FakePlatform):
    """Says that a text is too long for now."""

    def publish(self, post, key, thread=()):
        try:
            return super().publish(post, key, thread)
        except Refused as error:
            raise TryLater(str(error)) from None


class Waiting(FakePlatform):
    """Keeps back for how long a limit lasts."""

    def publish(self, post, key, thread=()):
        try:
            return super().publish(post, key, thread)
        except TryLater as error:
            raise TryLater(str(error)) from None


@pytest.mark.parametrize(
    ("platform", "check"),
    [
        (Doubling, "test_the_same_key_does_not_double_a_post_where_keys_last"),
        (Mangling, "test_a_post_arrives_as_it_was_sent_and_is_answered_with_its_id_and_address"),
        (Guessing, "test_an_answer_lost_after_the_post_was_taken_is_unsure_and_the_post_is_found"),
        (Guessing, "test_a_connection_lost_before_the_post_was_taken_is_unsure_too"),
        (Guessing, "test_an_answer_that_cannot_be_understood_is_unsure"),
        (Guessing, "test_a_gateway_s_502_is_unsure_whether_the_post_was_taken"),
        (Guessing, "test_an_answer_that_breaks_off_in_its_body_is_unsure"),
        (Doubling, "test_what_was_lost_and_is_not_found_is_sent_again_without_harm_where_keys_last"),
        (Going, "test_a_thread_whose_first_post_was_deleted_ends_with_a_clear_word"),
        (Blaming, "test_a_text_over_the_limit_is_refused"),
        (Waiting, "test_a_rate_limit_means_try_later_after_the_time_that_the_network_names"),
    ],
)
def test_the_kit_catches_a_platform_that_breaks_the_contract(platform, check):
    harness = FakeHarness(platform(key_lasts=timedelta(hours=1)), readable=True)
    with pytest.raises(AssertionError):
        getattr(PlatformConformance(), check)(harness)


def test_the_kit_catches_a_platform_that_shows_a_secret():
    with pytest.raises(AssertionError, match="shows a secret"):
        PlatformConformance().test_no_secret_is_ever_shown(Doors(Talking()))


def test_the_kit_catches_a_platform_that_takes_not_looking_for_not_finding():
    with pytest.raises(AssertionError, match="an error was due, not None"):
        PlatformConformance().test_not_being_able_to_look_is_not_the_same_as_not_finding(Doors(FakePlatform()))


def test_a_fake_platform_notes_all_that_it_was_asked():
    platform, key, post = FakePlatform([TryLater("503"), None]), testing.sample_key(), testing.sample_post()
    with pytest.raises(TryLater):
        platform.publish(post, key)
    receipt = platform.publish(post, key)
    platform.publish(post, key, (receipt,))
    assert platform.calls == [(post, key, ()), (post, key, ()), (post, key, (receipt,))]
    assert [arrived.above for arrived in platform.arrived] == [None, post.text]


def test_a_fake_clock_stands_until_it_is_moved():
    clock = FakeClock(datetime(2026, 1, 1, tzinfo=UTC))
    assert clock() == clock() == datetime(2026, 1, 1, tzinfo=UTC)
    assert clock.advance(hours=1, minutes=30) == clock() == datetime(2026, 1, 1, 1, 30, tzinfo=UTC)


def test_a_fake_source_gives_one_reading_after_the_other_and_then_the_last_again():
    first = Reading(issues=(testing.sample_issue(),))
    last = Reading(problems=(SourceError("2026-04.md", "it is empty"),))
    source, clock = FakeSource(first, last), FakeClock()
    assert [source.read(clock.advance(hours=1)) for _ in range(3)] == [first, last, last]
    assert len(set(source.looked)) == 3


def test_samples_may_be_changed():
    article = testing.sample_article(headline="Another")
    assert (article.headline, article.number) == ("Another", 1)
    assert testing.sample_issue(articles=(article,)).articles == (article,)


def test_it_can_be_imported_where_there_is_no_pytest():
    code = "import sys, sharebot.testing; sys.exit('pytest' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
