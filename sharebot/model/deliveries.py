"""The deliveries that wait for their time, and their history."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sharebot.errors import RESTORED
from sharebot.model.networks import Receipt
from sharebot.model.posts import Post


class State(StrEnum):
    """Where a delivery stands. What may follow what is in `outbox.states.TRANSITIONS`."""

    DRAFT = "draft"
    QUEUED = "queued"
    SENDING = "sending"
    PUBLISHED = "published"
    FAILED = "failed"
    UNSURE = "unsure"
    HELD = "held"
    MISSED = "missed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Signature:
    """A person's word that exactly these posts may be sent: their hash (see `outbox.codec.signed`), who, and when."""

    hash: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One article (or thread, or digest) for one account: what, when and what became of it.

    `key` is unique for ever (see `identity.delivery_key`). `due` and `expires` are aware instants in UTC; `zone` and
    `wall` keep the place's name and clock from which `due` was computed. `article` is its number in the issue, 0 for
    a whole issue. `first_attempt` and `receipts` (one for each post already out) make a repeat safe.

    `turn` counts reposts: 0 is the first time that the article goes out. `link` is the article's own address in
    canonical form. `placed` is a hash of the schedule that chose the time, `content` one of what the article said, and
    `made` one of all that the posts were made from: while it stays the same, so do they. `signature` is the approval,
    `edited` who gave the posts words of their own, `moved` who chose the time.

    Once an answer was lost, `doubted` says when; the network has been asked `looks` times since, and is asked again at
    `look_at` (None: it cannot tell, a person has to).

    A correction `corrects` the delivery of that key, whose receipts are `follows`: it replaces them where `edits`, and
    else replies to the last of them.
    """

    key: str
    newsletter: str
    stream: str
    account: str
    platform: str
    issue: str
    article: int
    headline: str
    posts: tuple[Post, ...]
    due: datetime
    zone: str
    wall: str
    state: State = State.QUEUED
    expires: datetime | None = None
    error: str | None = None
    attempts: int = 0
    token: str | None = None
    first_attempt: datetime | None = None
    receipts: tuple[Receipt, ...] = ()
    turn: int = 0
    link: str | None = None
    placed: str | None = None
    content: str | None = None
    made: str | None = None
    signature: Signature | None = None
    edited: str | None = None
    moved: str | None = None
    corrects: str | None = None
    follows: tuple[Receipt, ...] = ()
    edits: bool = False
    doubted: datetime | None = None
    looks: int = 0
    look_at: datetime | None = None

    @property
    def is_restored(self) -> bool:
        """Whether a restored backup has brought it, so that any part of it may be out."""
        return (self.error or "").startswith(RESTORED)

    @property
    def is_guessed(self) -> bool:
        """Whether its first attempt is only a guess, for the restored backup knows of none."""
        return self.is_restored and not self.attempts

    @property
    def url(self) -> str | None:
        """The address of the (first) post, once it is out and its network has told where."""
        return self.receipts[0].url or None if self.receipts else None


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a delivery's history: who changed it, when, from what to what, and why."""

    key: str
    at: datetime
    who: str
    before: State | None
    after: State
    why: str
