"""A post's text cut into plain stretches, links, hashtags and mentions, as each network would make them live."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from sharebot.sandbox.store import Entry
from sharebot.text import entities, links
from sharebot.text.tables import TLDS_NOW

Kind = Literal["text", "link", "tag", "mention"]

_MENTION = re.compile(r"(?<![\w@/.])@\w+(?:@[\w-]+(?:\.[\w-]+)+)?")
_SHOWN = 30
"""How much of an address Mastodon shows: https://github.com/mastodon/mastodon/blob/main/app/lib/text_formatter.rb"""


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


def stretches(entry: Entry) -> list[Stretch]:
    """Cut a post's text as its network would. Bluesky makes live only what the sender's facets name.

    Addresses of reserved domains such as news.example are links here, so that rehearsals can use them; X, which knows
    every real top-level domain, would leave them plain, and counts them so.
    """
    if entry.network == "bluesky":
        return _by_bytes(entry.text, entry.record or {})
    marks: list[tuple[int, int, Kind]] = [(span.start, span.end, "link") for span in links.urls(entry.text)]
    marks += [(start, end, "link") for start, end in _bare_domains(entry.text)] if entry.network == "x" else []
    marks += [(span.start, span.end, "tag") for span in links.hashtags(entry.text)]
    marks += [(*match.span(), "mention") for match in _MENTION.finditer(entry.text)]
    return list(_cut(entry.text, marks))


def addresses(entry: Entry) -> list[str]:
    """Return where the post's links lead, in their order."""
    return [stretch.href for stretch in stretches(entry) if stretch.href]


def is_web(url: str) -> bool:
    """Whether an address may be made clickable: http and https only, never `javascript:`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _cut(text: str, marks: Iterable[tuple[int, int, Kind]]) -> Iterator[Stretch]:
    at = 0
    for start, end, kind in sorted(marks):
        if start < at:
            continue
        if start > at:
            yield Stretch("text", text[at:start])
        yield _stretch(kind, text[start:end], _href(text[start:end]) if kind == "link" else "")
        at = end
    if at < len(text):
        yield Stretch("text", text[at:])


def _bare_domains(text: str) -> Iterator[tuple[int, int]]:
    """Find what X links without a scheme: https://docs.x.com/fundamentals/counting-characters ."""
    for address in entities.addresses(text, entities.X, TLDS_NOW):
        if address.start == address.domain and address.before not in {"-", "_", ".", "/"}:
            yield address.start, address.end


def _href(text: str) -> str:
    return text if "://" in text else f"https://{text}"


def _stretch(kind: Kind, text: str, href: str) -> Stretch:
    return Stretch("text", text) if kind == "link" and not is_web(href) else Stretch(kind, text, href)


def _by_bytes(text: str, record: dict[str, Any]) -> list[Stretch]:
    """Cut along the facets' byte offsets, which were checked when the record came; overlapping ones are left out.

    https://docs.bsky.app/docs/advanced-guides/post-richtext
    """
    data = text.encode()
    pieces = []
    at = 0
    for start, end, kind, href in sorted(_facets(record)):
        if start >= at:
            pieces += [Stretch("text", data[at:start].decode())] if start > at else []
            pieces.append(_stretch(kind, data[start:end].decode(), href))
            at = end
    return [*pieces, Stretch("text", data[at:].decode())] if at < len(data) else pieces


def _facets(record: dict[str, Any]) -> Iterator[tuple[int, int, Kind, str]]:
    kinds: dict[str, Kind] = {"link": "link", "tag": "tag", "mention": "mention"}
    for facet in record.get("facets") or []:
        for feature in facet["features"][:1]:
            kind = kinds.get(feature["$type"].rpartition("#")[2])
            if kind:
                yield facet["index"]["byteStart"], facet["index"]["byteEnd"], kind, feature.get("uri", "")
