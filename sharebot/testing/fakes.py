"""Stand-ins for the clock, a source and a network."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from sharebot.errors import ORPHANED, PublishError, Refused, Unsure
from sharebot.model import Key, Length, Post, Reading, Receipt, Rules
from sharebot.testing.samples import NOON


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
        shown_after = timedelta() if readable else None
        self.rules = Rules(_measure, "https://docs.example/limits", key_lasts=key_lasts, shown_after=shown_after)
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

    def delete(self, receipt: Receipt) -> None:
        """Delete a post: it is shown and found no more, and nothing can reply to it."""
        gone = [receipt == made for *_, made in self._taken].index(True)
        del self._taken[gone], self.arrived[gone]

    def _up(self) -> None:
        if self.down:
            raise self.down

    def _take(self, post: Post, key: Key, thread: tuple[Receipt, ...]) -> Receipt:
        if not self.rules.measure(post.text).fits:
            raise Refused("the text is too long")
        for _, by, receipt in self._taken if self.rules.key_lasts else ():
            if by.value == key.value:
                return receipt
        if not {*thread[:1], *thread[-1:]} <= {made for *_, made in self._taken}:
            raise Refused(ORPHANED)
        above = next((taken.text for taken, _, receipt in self._taken if receipt in thread[-1:]), None)
        number = len(self.calls)
        receipt = Receipt(str(number), f"https://fake.example/{number}")
        self._taken.append((post, key, receipt))
        self.arrived.append(Arrived(post.text, above))
        return receipt


def _measure(text: str, content_warning: str = "", limit: int | None = None) -> Length:
    length = len(content_warning) + len(text)
    return Length(length, limit or 280, length <= (limit or 280))
