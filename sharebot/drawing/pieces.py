"""A post's text cut into plain stretches, links, hashtags and mentions, as a network makes them live."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from sharebot.model import Facet
from sharebot.text import links

Kind = Literal["text", "link", "tag", "mention"]

_MENTION = re.compile(r"(?<![\w@/.])@\w+(?:@[\w-]+(?:\.[\w-]+)+)?")
_SHOWN = 30
"""How much of an address Mastodon shows: https://github.com/mastodon/mastodon/blob/main/app/lib/text_formatter.rb"""


class Mark(NamedTuple):
    """Where something in a text is live, and where it leads, if anywhere."""

    start: int
    end: int
    kind: Kind
    href: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a post's text; the pieces one after the other are the text. Only a link has an `href`."""

    kind: Kind
    text: str
    href: str = ""

    @property
    def shown(self) -> str:
        """How X and Mastodon draw a link: without scheme, cut."""
        bare = re.sub(r"(?i)^https?://(www\.)?", "", self.text)
        return bare if len(bare) <= _SHOWN else bare[:_SHOWN] + "…"


def cut(text: str, marks: Iterable[Mark]) -> list[Stretch]:
    """Cut a text at its marks. Of two that overlap the first counts, and what leads nowhere on the web is plain."""
    return list(_cut(text, marks))


def autolinked(text: str) -> list[Mark]:
    """Mark what X and Mastodon make live by themselves: whole addresses, hashtags and mentions."""
    return [
        *(Mark(span.start, span.end, "link", span.text) for span in links.urls(text)),
        *(Mark(span.start, span.end, "tag") for span in links.hashtags(text)),
        *(Mark(*found.span(), "mention") for found in _MENTION.finditer(text)),
    ]


def by_bytes(text: str, marks: Iterable[Mark]) -> list[Mark]:
    """Make marks that count UTF-8 bytes count characters.

    https://docs.bsky.app/docs/advanced-guides/post-richtext
    """
    data = text.encode()
    return [Mark(_characters(data, mark.start), _characters(data, mark.end), mark.kind, mark.href) for mark in marks]


def from_facets(text: str, facets: Sequence[Facet]) -> list[Mark]:
    """Mark what the sender of a post made live."""
    return by_bytes(text, (Mark(each.start, each.end, each.kind, each.value) for each in facets))


def is_web(url: str) -> bool:
    """Whether an address may be made clickable: http and https only, never `javascript:`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _characters(data: bytes, count: int) -> int:
    return len(data[:count].decode(errors="ignore"))


def _cut(text: str, marks: Iterable[Mark]) -> Iterator[Stretch]:
    at = 0
    for mark in sorted(marks):
        if mark.start < at:
            continue
        if mark.start > at:
            yield Stretch("text", text[at : mark.start])
        yield _stretch(mark, text[mark.start : mark.end])
        at = mark.end
    if at < len(text):
        yield Stretch("text", text[at:])


def _stretch(mark: Mark, text: str) -> Stretch:
    if mark.kind != "link":
        return Stretch(mark.kind, text)
    return Stretch("link", text, mark.href) if is_web(mark.href) else Stretch("text", text)
