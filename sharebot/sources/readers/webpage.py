"""What a web page says of itself to programs, and whether it is an archive, whose links are a newsletter's issues."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

from sharebot.sources.readers import html, runs
from sharebot.sources.readers.decode import visible
from sharebot.text.alt import spoken

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/json")
_ARCHIVE = re.compile(
    r"archiv|\b(?:back|past|all|previous)[-_ ]?(?:issues|editions|newsletters)|^/(?:issues|newsletters?|editions)/?$"
    r"|ausgaben|num[eé]ros|ediciones|edizioni|uitgaven|выпуск|往期|歷期|バックナンバー",
    re.IGNORECASE,
)
"""What archives are called, in addresses and titles."""
_DIGITS = re.compile(r"\d+")
_HOUSES = frozenset({"mailchi.mp", "campaign-archive.com"})
"""Where one service keeps the issues that another of its hosts lists."""
_FEWEST = 4
_MOST_WORDS = 60
_MOST_TEASER = 400
"""Letters beside each link: a date, or where all else says that it is an archive, a teaser."""
_SITE_PARTS = 2


@dataclass(frozen=True, slots=True)
class About:
    """What a page says for cards (https://ogp.me): empty or None where it says nothing."""

    title: str = ""
    description: str = ""
    image: str | None = None
    image_alt: str = ""


@dataclass(frozen=True, slots=True)
class _Link:
    url: str
    label: str


def about(markup: str, base: str) -> About:
    """Return what a page says of itself, by Open Graph, by Twitter's cards or plainly. Raises SourceError."""
    tree = html.parse(markup, base)
    return About(
        title=_said(tree, "og:title", "twitter:title")
        or _line(node.text() if (node := tree.css_first("title")) else ""),
        description=_said(tree, "og:description", "twitter:description", "description"),
        image=runs.absolute(base, image)
        if (image := _said(tree, "og:image:secure_url", "og:image", "twitter:image"))
        else None,
        image_alt=spoken(_said(tree, "og:image:alt", "twitter:image:alt")),
    )


def feeds(markup: str, base: str) -> tuple[str, ...]:
    """Return the addresses of the feeds that a page names, in its order. Raises SourceError.

    Feeds of comments come last, as https://www.rssboard.org/rss-autodiscovery has no word for them.
    """
    found: dict[str, bool] = {}
    for node in html.parse(markup, base).css("link[rel][type][href]"):
        said = {name: (node.attributes.get(name) or "").strip().lower() for name in ("rel", "type", "title")}
        address = runs.absolute(base, node.attributes.get("href") or "")
        if address and "alternate" in said["rel"].split() and said["type"].partition(";")[0].strip() in _FEEDS:
            found.setdefault(address, "comment" in f"{said['title']} {address}".lower())
    return tuple(sorted(found, key=lambda address: found[address]))


def issue_links(markup: str, url: str, *, forced: bool = False) -> tuple[str, ...]:
    """Return the addresses of the issues that an archive lists, the newest first; none where a page is no archive.

    An archive is many links of one shape on one site beside little text. `forced` tells that it is one for sure.
    Raises SourceError.
    """
    tree = html.parse(markup, url)
    links = _links(tree, url)
    group = max(_alike(links), key=len, default=[])
    if not group or not (forced or _is_archive(tree, url, group)):
        return ()
    addresses = [link.url for link in group]
    return tuple(addresses[::-1] if _ascends(addresses) else addresses)


def _links(tree: "LexborHTMLParser", url: str) -> list[_Link]:
    """Return a page's links to others of its site, each address once and with all of its words."""
    here, labels = urldefrag(url).url, dict[str, list[str]]()
    for node in tree.css("body a[href]"):
        address = urldefrag(runs.absolute(url, node.attributes.get("href") or "") or "").url
        if address and address != here and _is_near(address, here):
            labels.setdefault(address, []).append(_line(node.text()))
    return [_Link(address, " ".join(filter(None, words))) for address, words in labels.items()]


def _is_near(address: str, here: str) -> bool:
    sites = {_site(address), _site(here)}
    return len(sites) == 1 or sites <= _HOUSES


def _site(url: str) -> str:
    return ".".join((urlsplit(url).hostname or "").split(".")[-_SITE_PARTS:])


def _alike(links: Iterable[_Link]) -> list[list[_Link]]:
    """Group links by shape: those in one folder, or at the root those that are alike but for their numbers."""
    groups: dict[tuple[str, ...], list[_Link]] = {}
    for link in links:
        parts = urlsplit(link.url)
        *folder, last = parts.path.rstrip("/").split("/")[1:] or [""]
        names = sorted(pair.partition("=")[0] for pair in parts.query.split("&")) if parts.query else []
        root = "" if any(folder) else _numbered(last)
        shape = (parts.netloc, *(_DIGITS.sub("0", part) for part in folder), root, *names)
        if link.label and (root != last or folder or names):
            groups.setdefault(shape, []).append(link)
    return list(groups.values())


def _numbered(last: str) -> str:
    """Return the name of a page at the root without its number and what follows: "issue-12-boats" is "issue-0"."""
    number = _DIGITS.search(last)
    return f"{last[: number.start()]}0" if number else last


def _is_archive(tree: "LexborHTMLParser", url: str, group: Sequence[_Link]) -> bool:
    if len(group) < _FEWEST:
        return False
    words = sum(len(block.text) for block in html.walk(tree.body, url)) - sum(len(link.label) for link in group)
    title = _line(node.text() if (node := tree.css_first("title")) else "")
    called = bool(_ARCHIVE.search(urlsplit(url).path) or _ARCHIVE.search(title))
    return words <= len(group) * (_MOST_TEASER if called or _counts(group) else _MOST_WORDS)


def _counts(group: Sequence[_Link]) -> bool:
    """Whether most of the links count issues: their addresses end in numbers that go up or down without a break."""
    numbers = [int(found[-1][:9]) for link in group if (found := _DIGITS.findall(link.url.rpartition("/")[2]))]
    steps = {abs(after - before) for before, after in pairwise(numbers)}
    return len(numbers) * 2 > len(group) and steps == {1}


def _ascends(addresses: Sequence[str]) -> bool:
    """Whether the oldest comes first, as the numbers in the addresses say."""
    numbers = [[int(number[:18]) for number in _DIGITS.findall(urlsplit(address).path)] for address in addresses]
    return all(numbers) and numbers[0] < numbers[-1]


def _said(tree: "LexborHTMLParser", *names: str) -> str:
    for name in names:
        for key in ("property", "name"):
            node = tree.css_first(f'meta[{key}="{name}"]')
            if node and (words := _line(node.attributes.get("content") or "")):
                return words
    return ""


def _line(words: str) -> str:
    return " ".join(visible(words).split())
