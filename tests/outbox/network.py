"""Networks whose books are open, and workers that go one step at a time: one thread runs, the others stand still."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import SimpleQueue
from threading import Thread, local
from typing import TYPE_CHECKING, Any

from sharebot import fence
from sharebot.errors import Duplicate, PublishError, Refused, SignInAgain, TryLater, Unsure
from sharebot.model import Delivery, Key, Length, Post, Receipt, Rules
from sharebot.outbox.leases import LEASE
from sharebot.publisher import Publisher

if TYPE_CHECKING:
    from sharebot.outbox.settling import Settlement

HOUR = timedelta(hours=1)
LATE = timedelta(seconds=45)
"""How long after its answer was lost a network may still take a post."""
SHOWN = timedelta(minutes=1)
"""After so long what a readable network took can be looked up."""
KINDS = {"keyed": {"key_lasts": HOUR}, "readable": {"shown_after": SHOWN}, "blind": {}}
"""What each kind of network promises: that a key does not double, that what is there is found, nothing."""
LATER = {"503": None, "429": timedelta(minutes=3), "429 for hours": 3 * HOUR}
OFTEN = ("takes", "loses", "takes late")
MOODS = (*OFTEN, *OFTEN, "drops", "knows it", "sign in", "refuses", *LATER)
"""How a network takes what comes to it."""


_world = local()


class Died(BaseException):
    """The worker's process was killed."""


@dataclass(frozen=True)
class Taken:
    """A post in a network's books, and from when it is there."""

    key: str
    at: datetime


@dataclass
class Network:
    """One account on a network of one kind. `books` holds all that it took, however often."""

    kind: str
    now: Callable[[], datetime]
    books: list[Taken] = field(default_factory=list)
    signed_in: bool = True

    def __post_init__(self) -> None:
        promises: dict[str, Any] = KINDS[self.kind]
        self.rules = Rules(lambda text, *_: Length(len(text), 500, fits=True), "test", **promises)

    def publish(self, _: Post, key: Key, thread: tuple[Receipt, ...] = ()) -> Receipt:
        mood = _world.goes_on("request")
        fence.check()
        if mood == "knows it" and self.has(key.value):
            raise Duplicate("it was posted before")
        if error := self._refusal(mood):
            raise error
        assert self.now().timestamp() < _world.lease_ends, "a post was sent under a lease that is over"
        if mood != "drops":
            self._take(key.value, thread, self.now() + (LATE if mood == "takes late" else timedelta()))
        if mood in {"loses", "takes late", "drops"}:
            raise Unsure("the answer was lost")
        _world.goes_on("taken")
        return _receipt(key.value)

    def _refusal(self, mood: str) -> PublishError | None:
        self.signed_in = self.signed_in and mood != "sign in"
        if not self.signed_in:
            return SignInAgain("the token was revoked")
        return Refused("too rude") if mood == "refuses" else TryLater(mood, LATER[mood]) if mood in LATER else None

    def _take(self, key: str, thread: tuple[Receipt, ...], at: datetime) -> None:
        root, _, part = key.rpartition("-")
        above = [_receipt(f"{root}-{number}") for number in range(1, int(part))]
        assert list(thread) == above, "a part of a thread stands below another one than the part before it"
        assert all(self.has(receipt.id) for receipt in above), "a part of a thread is out before the one above it"
        known = [taken for taken in self.books if self.kind == "keyed" and taken.key == key and at < taken.at + HOUR]
        for taken in known:
            self.books.remove(taken)
        self.books.append(Taken(key, min([at, *(taken.at for taken in known)])))

    def find(self, _: Post, key: Key) -> Receipt | None:
        mood = _world.goes_on("look")
        if error := self._refusal("takes" if mood in {"refuses", "sign in"} else mood):
            raise error
        found = self.kind == "readable" and self.has(key.value)
        _world.goes_on("looked")
        return _receipt(key.value) if found else None

    def who(self) -> str:
        return "@weekly"

    def has(self, key: str) -> bool:
        """Whether it is there to be seen."""
        return any(taken.key == key and taken.at <= self.now() for taken in self.books)

    def expects(self, key: str) -> bool:
        """Whether it is there, or will be although nobody sends it again."""
        return any(taken.key == key for taken in self.books)


def _receipt(key: str) -> Receipt:
    return Receipt(key, f"https://network.example/{key}")


class Worker:
    """Does what one delivery was claimed for, in a thread that stands still at each step until it is told to go on."""

    def __init__(self, claimed: Delivery, begun: float) -> None:
        self.claimed, self.begun = claimed, begun
        self.settlement: Settlement | None = None
        self.at = "claimed"
        self._words, self._places = SimpleQueue[str](), SimpleQueue[str]()
        self._fault: BaseException | None = None
        self._thread: Thread | None = None

    def start(self, publisher: Publisher, retake: Callable[[Delivery], Delivery | None], until: float) -> None:
        """Begin, as far as the first step."""
        self._thread = Thread(target=self._run, args=(publisher, retake, until), daemon=True)
        self._thread.start()
        self._wait()

    def step(self, mood: str) -> None:
        """Go on to the next step; `mood` is how the network takes what comes to it now."""
        self._words.put(mood)
        self._wait()

    def die(self) -> None:
        """End as if killed: nothing of it goes on."""
        if self._thread and self._thread.is_alive():
            self.step("dies")

    def pause(self, where: str) -> str:
        """Stand still, in its thread."""
        self._places.put(where)
        word = self._words.get()
        if word == "dies":
            raise Died
        return word

    def _wait(self) -> None:
        self.at = self._places.get()
        if self._fault:
            raise self._fault

    def _run(self, publisher: Publisher, retake: Callable[[Delivery], Delivery | None], until: float) -> None:
        _world.goes_on, _world.lease_ends = self.pause, self.begun + LEASE.total_seconds()
        try:
            with fence.fenced(until):
                self.settlement = publisher.work(self.claimed, retake)
        except Died:
            pass
        except BaseException as fault:  # noqa: BLE001 — it is raised again where the step was asked for
            self._fault = fault
        self._places.put("done")
