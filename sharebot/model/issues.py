"""What is read: issues of newsletters, their articles, and the sources that they come from."""

import datetime as dt
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from sharebot.errors import SourceError


@dataclass(frozen=True, slots=True)
class Article:
    """One piece of an issue. `number` counts from 1; `paragraphs` are plain text without boilerplate or headline.

    `image_alt` is what the issue says for those who do not see the image, empty where it says nothing.

    `redirect` stands in for a missing `url` where a mail has only an address made for one recipient, which must never
    be posted; a source may follow it to the true address.
    """

    number: int
    headline: str
    paragraphs: tuple[str, ...]
    url: str | None = None
    image: str | None = None
    author: str | None = None
    tags: tuple[str, ...] = ()
    redirect: str | None = None
    image_alt: str = ""

    @property
    def text(self) -> str:
        """The paragraphs with an empty line between them; summaries' spans point into this string."""
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A piece of an issue that is in no article, and why: "sponsor", "the way out of the list"."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue of a newsletter. `id` is its name within its source (a file's name without ending).

    `language` is a BCP 47 tag or None where neither the document says it nor its words tell. `modified` is when the
    document was last changed, which stands in for a missing `date`; it is aware. `how` says in one line how the
    articles were found, `left_out` what is in none of them. `redirect` stands in for a missing `url` as an article's
    does. `beside` is the file of an editor's corrections that lies beside the issue, where there is one.
    """

    id: str
    title: str
    articles: tuple[Article, ...]
    date: dt.date | None = None
    language: str | None = None
    url: str | None = None
    modified: datetime | None = None
    how: str = ""
    left_out: tuple[LeftOut, ...] = ()
    redirect: str | None = None
    beside: "Document | None" = None


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes from a source and what is known of them before they are read. `name` is for messages and for the id.

    `url` is where they were fetched, from which relative links begin. `media` is the Content-Type that came with them
    ("text/html; charset=koi8-r"), empty where the name's ending tells.
    """

    name: str
    data: bytes
    modified: datetime | None = None
    url: str | None = None
    media: str = ""


BESIDE = ".sharebot.yaml"
"""How the name of a file ends that says what is different about the issue beside it: 2026-07.sharebot.yaml ."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What an editor says of how issues are to be read; where nothing is said, readers look for themselves.

    `split` is how articles are told apart, in the form that `SPLIT` describes: "headings 2", "numbers", "items".
    `include` and `exclude` are patterns of the headlines (of sections or articles) to take or to leave out. `items`
    tells whether each item of a feed is an issue or an article. `language` is that of issues that do not say theirs.
    """

    split: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    items: Literal["issues", "articles"] | None = None
    language: str | None = None


NO_HINTS = Hints()
SPLIT = r"headings( [1-6])?|numbers|items|bold|rules|paragraphs|whole"
"""The ways to tell articles apart, as a pattern."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at a source found: issues, documents that could not be read, documents still being written."""

    issues: tuple[Issue, ...] = ()
    problems: tuple[SourceError, ...] = ()
    waiting: tuple[str, ...] = ()


class Source(Protocol):
    """Where issues come from. Found by the entry point group `sharebot.sources`.

    The class also has `Settings`, a pydantic model of the newsletter's `source:`, and is built as
    `Source(settings, base, hints)`, where relative paths begin at the folder `base`, and `hints` are for the readers.
    `every` is how often to look.
    """

    every: timedelta

    def read(self, now: datetime) -> Reading:
        """Look once. What is wrong with one document is a problem in the answer, never an exception."""
        ...
