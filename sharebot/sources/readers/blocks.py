"""The shape that every reader makes of its document before articles are looked for: a flat run of blocks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"https?://[^\s<>\"“”«»‹›\u3000-\u303f\uff00-\uff60]+")
_ONLY_LINK = re.compile(r"(?:[^.!?:：]{0,40}[:：→»>(]\s*)?[<(\[]?(https?://[^\s<>]+?)[>)\]]?[.。]?")
_GLUED = ".,;:!?'’*_"
_LONGEST_ADDRESS = 2048
"""Beyond this, servers refuse an address. https://www.rfc-editor.org/rfc/rfc9110.html#section-4.1"""


@cache
def read_on() -> re.Pattern[str]:
    """Return what finds the words of links that lead on to the article."""
    return re.compile(
        r"\b(?:read|more|continue|full (?:story|article)|weiter|mehr|lire|suite|leer|leggi|ler|lees|meer)\b"
        # "Zum Artikel" leads on, "Zum Adler schließt" is a headline.
        r"|\bzum (?:(?:ganzen|kompletten) )?(?:artikel|beitrag|bericht|interview|blog|video|podcast)"
        r"|\bzur (?:(?:ganzen|kompletten) )?(?:meldung|nachricht|seite|website|webseite|quelle|studie)"
        r"|阅读|閱讀|全文|原文|続き|もっと|더 ?보기|자세히|читать|подробнее|далее"
        r"|اقرأ|المزيد|ادامه|مطالعه|بیشتر|להמשך|קרא|مزید|पढ़ें",
        re.IGNORECASE,
    )


@cache
def _chinese_or_japanese() -> re.Pattern[str]:
    return re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\U00020000-\U0003ffff]")


class Image(NamedTuple):
    """A picture's address, and what is said for those who do not see it: its alternative text, else its caption."""

    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (`level` from 1) or a paragraph (`level` 0) as plain text on one line; empty for a picture or a rule.

    `links` are the addresses in it and `images` the pictures, in order; `labels` are the words of each link.
    `only_link` tells that it says nothing beside its one link. `lead` is what it opens with in bold (`lead_bold`) or as
    a link: a headline, perhaps. `strong` tells that all of it is bold or large, `size` is the size of its letters in
    pixels (0: not known). `depth` is how many lists it stands in; `opens` tells that an entry of the innermost begins
    with it. `quote` tells that it is quoted, `rule` that it only divides.
    """

    text: str
    level: int = 0
    links: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    only_link: bool = False
    labels: tuple[str, ...] = ()
    lead: str = ""
    lead_bold: bool = False
    strong: bool = False
    size: float = 0
    depth: int = 0
    opens: bool = False
    quote: bool = False
    rule: bool = False


def from_text(text: str, level: int = 0) -> Block:
    """Make a block of plain text, in which addresses stand as they are."""
    links = addresses(text)
    return Block(text, level, links, only_link=len(links) == 1 and is_link_line(text), labels=links)


def addresses(text: str) -> tuple[str, ...]:
    """Return the web addresses in a text, without the punctuation that is glued to them."""
    if "://" not in text:
        return ()
    found = (_trim(match) for match in _ADDRESS.findall(text) if len(match) <= _LONGEST_ADDRESS)
    return tuple(address for address in found if address)


def is_web(address: str) -> bool:
    """Whether this is a whole web address, which can be taken apart without an error further on."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "%", parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "%" not in host and port != 0


def is_link_line(line: str) -> bool:
    """Whether a line is an address, with at most a few words before it ("Read more: https://…")."""
    return "://" in line and len(line) <= _LONGEST_ADDRESS and _ONLY_LINK.fullmatch(line) is not None


def join_lines(lines: Iterable[str]) -> str:
    """Join the hard-wrapped lines of one paragraph: by a space, in Chinese and Japanese by nothing."""
    joined: list[str] = []
    for line in filter(None, lines):
        if joined and not (_is_spaceless(joined[-1][-1]) and _is_spaceless(line[0])):
            joined.append(" ")
        joined.append(line)
    return "".join(joined)


def _is_spaceless(character: str) -> bool:
    return _chinese_or_japanese().match(character) is not None


def _trim(address: str) -> str:
    bare = address.rstrip(_GLUED)
    for opening, closing in ("()", "[]"):
        if bare.endswith(closing) and bare.count(opening) < bare.count(closing):
            bare = bare[:-1].rstrip(_GLUED)
    return bare if len(bare) > len("https://") else ""
