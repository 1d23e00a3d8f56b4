# ruff: noqa: D102 - the names of the contract's checks are its sentences
"""Stand-ins and checks for whoever tests sharebot, or a network or source of their own. Needs no pytest to import.

A new network derives a test class from `PlatformConformance` and gives it a fixture `harness`; the checks are the
contract that the publisher relies on. `pytest.register_assert_rewrite("sharebot.testing")` lets them explain more.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from threading import Lock
from time import monotonic
from typing import Any, Literal, Protocol

from sharebot.errors import PublishError, Refused, SignInAgain, TryLater, Unsure
from sharebot.model import Article, Issue, Key, Length, Picture, Platform, Post, Reading, Receipt, Rules

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_LINK = "https://news.example/ferry"
_POST = Post(f"“The ferry runs again” — after 3 years 🛳️\n\n{_LINK} #ferry", language="en", links=(_LINK,))
_PARAGRAPHS = ("The ferry to the island runs again.", "It had stood still for 3 years.")
_ARTICLE = Article(1, "The ferry runs again", _PARAGRAPHS, _LINK, tags=("ferry",))
_ISSUE = Issue(id="2026-03", title="Harbour News", articles=(_ARTICLE,), date=date(2026, 3, 2), language="en")


def sample_article(**changes: Any) -> Article:
    """Return an article with a headline, two paragraphs and an address."""
    return replace(_ARTICLE, **changes)


def sample_issue(**changes: Any) -> Issue:
    """Return an issue with one article."""
    return replace(_ISSUE, **changes)


def sample_post(**changes: Any) -> Post:
    """Return a post with curly quotes, an emoji, a line break and a link: what is easily mangled."""
    return replace(_POST, **changes)


def sample_key(value: str = "sample.0", at: datetime | None = None) -> Key:
    """Return a post's key, first attempted now unless `at` says otherwise."""
    return Key(value, at or datetime.now(UTC))


class FakeClock:
    """A clock that stands until it is moved. Call it for the time."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def advance(self, **parts: float) -> datetime:
        """Move by `hours=1, minutes=30` and so on, and return the new time."""
        self.now += timedelta(**parts)
        return self.now


class FakeSource:
    """A source that finds one given reading after the other, and the last one again and again."""

    every = timedelta(seconds=10)

    def __init__(self, *readings: Reading) -> None:
        self._readings = list(readings) or [Reading()]
        self.looked: list[datetime] = []

    def read(self, now: datetime) -> Reading:
        """Give the next reading and note when it was asked for."""
        self.looked.append(now)
        return self._readings.pop(0) if len(self._readings) > 1 else self._readings[0]


class LostAnswer(Unsure):
    """In a `FakePlatform`'s script: the post is taken, and the answer to it is lost."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A post as a network shows it. `above` is the text of the post that it replies to."""

    text: str
    above: str | None = None


class FakePlatform:
    """A network in memory.

    Each call to `publish` meets the next entry of `script`: an error is raised (the post is taken only where it is a
    `LostAnswer`), None lets it pass. `down` is raised by every call as long as it is set. `key_lasts` tells whether
    the network knows keys, `readable` whether lost posts can be looked for. `calls` notes all that was asked.
    """

    def __init__(
        self, script: Iterable[PublishError | None] = (), *, key_lasts: timedelta | None = None, readable: bool = True
    ) -> None:
        self.rules = Rules(_measure, "https://docs.example/limits", key_lasts=key_lasts)
        self.script = list(script)
        self.down: PublishError | None = None
        self.calls: list[tuple[Post, Key, tuple[Receipt, ...]]] = []
        self.arrived: list[Arrived] = []
        self._readable = readable
        self._taken: list[tuple[Post, Key, Receipt]] = []
        self._lock = Lock()

    def publish(self, post: Post, key: Key, thread: tuple[Receipt, ...] = ()) -> Receipt:
        """Take the post as the script says."""
        with self._lock:
            self.calls.append((post, key, thread))
            self._up()
            error = self.script.pop(0) if self.script else None
            if error and not isinstance(error, LostAnswer):
                raise error
            receipt = self._take(post, key, thread)
            if error:
                raise error
            return receipt

    def find(self, post: Post, key: Key) -> Receipt | None:
        """Find the post by its text and the key's value."""
        self._up()
        found = (receipt for taken, by, receipt in self._taken if (taken.text, by.value) == (post.text, key.value))
        return next(found, None) if self._readable else None

    def who(self) -> str:
        """Name the account."""
        self._up()
        return "@fake"

    def _up(self) -> None:
        if self.down:
            raise self.down

    def _take(self, post: Post, key: Key, thread: tuple[Receipt, ...]) -> Receipt:
        if not self.rules.measure(post.text).fits:
            raise Refused("the text is too long")
        for _, by, receipt in self._taken if self.rules.key_lasts else ():
            if by.value == key.value:
                return receipt
        above = next((taken.text for taken, _, receipt in self._taken if receipt in thread[-1:]), None)
        receipt = Receipt(str(len(self._taken) + 1), f"https://fake.example/{len(self._taken) + 1}")
        self._taken.append((post, key, receipt))
        self.arrived.append(Arrived(post.text, above))
        return receipt


def _measure(text: str, content_warning: str = "", limit: int | None = None) -> Length:
    length = len(content_warning) + len(text)
    return Length(length, limit or 280, length <= (limit or 280))


Fault = Literal[
    "drop_before", "drop_after", "error_before", "error_after", "garbage", "rate_limit", "slow", "unavailable"
]
"""What the next posting call meets: the connection closes or a 500 comes, before or after the post is taken; 503 or
429, not taken; silence; an answer of 2xx that cannot be understood, with the post taken."""


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
