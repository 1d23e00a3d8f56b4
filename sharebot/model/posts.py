"""What is sent: posts, the networks that take them, and the deliveries that wait for their time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Facet:
    """A clickable stretch of a post's text. `start` and `end` count UTF-8 bytes, as the AT Protocol does.

    `kind` "link" has the address in `value`, "tag" the hashtag's word without "#".
    https://docs.bsky.app/docs/advanced-guides/post-richtext
    """

    kind: Literal["link", "tag"]
    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Card:
    """The preview of a link, for networks where the sender makes it. `alt` describes the image in words."""

    url: str
    title: str
    description: str = ""
    image: str | None = None
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that goes with a post, with its words for those who do not see it.

    It is fetched from `url`, or, where `quotation` is given, drawn: these words, and below them their `speaker`.
    """

    alt: str
    url: str = ""
    quotation: str = ""
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """What one call to a network sends: exactly these bytes. A thread is several posts.

    `content_warning` stands before the text on networks that have a place for it, `sensitive` hides the pictures, and
    `labels` are the AT Protocol's words for both. `visibility` goes before the account's. `true_until` is the moment
    (aware) from which a word such as "today" in the text is false; the post must not be sent then.
    """

    text: str
    language: str | None = None
    links: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()
    card: Card | None = None
    pictures: tuple[Picture, ...] = ()
    content_warning: str = ""
    sensitive: bool = False
    labels: tuple[str, ...] = ()
    visibility: str | None = None
    true_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Length:
    """A text's length as a network counts it, beside the limit."""

    length: int
    limit: int
    fits: bool


class Measure(Protocol):
    """Counts a text as one network does. `limit` stands in for the network's usual one."""

    def __call__(self, text: str, content_warning: str = "", limit: int | None = None) -> Length:
        """Measure `text` together with the content warning that goes with it."""
        ...


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of something a network lets an account spend in any stretch of time of the length `within`.

    A post costs `per_post`, and each part of a thread is one; `unit` names what is counted ("posts", "points"), and
    `source` is the address of the page that says so.
    """

    count: int
    within: timedelta
    source: str
    unit: str = "posts"
    per_post: int = 1


@dataclass(frozen=True, slots=True)
class Rules:
    """A network's limits, each from the page that `source` names.

    `measure` counts as the network counts and knows all its limits (Bluesky has two). `facets` and `cards` tell
    whether the sender must mark links and make the card. `key_lasts` is how long after the first attempt the same key
    surely does not double a post (None: the network knows no key). `per_post` and `per_link_post` are prices in US
    dollars, `quotas` what an account may post in a stretch of time. `edits` tells whether a post that is out can be
    changed in its place: then the network has the method `edit` (see `Editor`).
    """

    measure: Measure
    source: str
    facets: bool = False
    cards: bool = False
    hashtags: int = 3
    pictures: int = 0
    alt: int = 1000
    threads: bool = True
    warnings: bool = False
    visibilities: frozenset[str] = frozenset()
    key_lasts: timedelta | None = None
    per_post: float = 0.0
    per_link_post: float = 0.0
    quotas: tuple[Quota, ...] = ()
    edits: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """Names one post of one delivery for ever. `value` and `at` never change between attempts.

    `value` is the delivery's key with the part's number; `at` is the moment of the first attempt (aware, UTC), from
    which networks that let the client choose derive record keys and creation times.
    """

    value: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """A network's proof that a post is there: its id and address; `version` is the AT Protocol's cid."""

    id: str
    url: str
    version: str = ""


class Platform(Protocol):
    """A network, signed in to one account. One file each; found by the entry point group `sharebot.platforms`.

    The class also has `Settings`, a pydantic model of the account's configuration, and is built as
    `Platform(settings)`. It never retries, sleeps or logs a secret.
    """

    rules: Rules

    def publish(self, post: Post, key: Key, thread: tuple[Receipt, ...] = ()) -> Receipt:
        """Send one post, as a reply to the last of `thread` where there is one.

        Raises TryLater, Refused, SignInAgain or Unsure, and nothing else.
        """
        ...

    def find(self, post: Post, key: Key) -> Receipt | None:
        """Look whether a post whose answer was lost is there. None: it was not found. Raises as `publish` does."""
        ...

    def who(self) -> str:
        """Sign in and say as whom ("@weekly@mastodon.example"). Raises as `publish` does."""
        ...


class Editor(Platform, Protocol):
    """A network whose posts can be changed where they are; its rules say `edits`."""

    def edit(self, post: Post, receipt: Receipt) -> Receipt:
        """Give the post of `receipt` the words of `post`; what is there already may be written again without harm.

        Raises as `publish` does.
        """
        ...


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

    @property
    def url(self) -> str | None:
        """The address of the (first) post, once it is out."""
        return self.receipts[0].url if self.receipts else None


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a delivery's history: who changed it, when, from what to what, and why."""

    key: str
    at: datetime
    who: str
    before: State | None
    after: State
    why: str


CardKind = Literal["link", "image", "quote", "none"]
"""What is shown beside the text: the link's preview, the article's image, a picture of a quotation, or nothing."""


@dataclass(frozen=True, slots=True)
class Caution:
    """When to warn readers: an article with one of `words` in its text or one of `tags` gets what stands beside.

    `warning` is what readers see before the text, `sensitive` hides pictures, `labels` are the AT Protocol's values.
    """

    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    warning: str = ""
    sensitive: bool = False
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Voice:
    """How a stream speaks: the editor's template and what is filled in beside the article's own words.

    `utm` values may hold `{platform}` and `{issue.id}`. `hashtags` are words without "#". `newsletter` is the
    newsletter's name for readers. `card` is what is shown beside the text; `cautions` say when to warn of it.
    `opening` is the template of a thread's first post, `numbering` counts a thread's posts ("2/5"), and `replies` is
    who sees those after the first.
    """

    template: str = "{headline}\n\n{summary}\n\n{link} {hashtags}"
    language: str | None = None
    utm: Mapping[str, str] = field(default_factory=dict)
    hashtags: tuple[str, ...] = ()
    newsletter: str = ""
    card: CardKind = "link"
    cautions: tuple[Caution, ...] = ()
    opening: str = "{headline}\n\n{link}"
    numbering: bool = False
    replies: str | None = None
