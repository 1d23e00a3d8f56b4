"""What is sent: posts with what stands beside them, and how a stream speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


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
