"""Markdown issues: front matter in YAML, and articles under the level of heading that repeats (CommonMark)."""

import html
import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from sharebot.errors import SourceError
from sharebot.model import NO_HINTS, Document, Hints, Issue
from sharebot.sources.readers import dates, frontmatter
from sharebot.sources.readers.articles import Defaults, articles, has_substance, name_without_ending, sections
from sharebot.sources.readers.blocks import Block, addresses, is_link_line, is_web, join_lines
from sharebot.sources.readers.decode import decode, visible

if TYPE_CHECKING:
    from markdown_it.token import Token

_NO_ARTICLE = "no article was found: put a heading (## Headline) above each article and its text below"
_NO_PROSE = ("<script", "<style", "<pre", "<textarea")
_BLOCK_TAG = re.compile(r"</?(?:p|div|br|hr|li|[uo]l|h[1-6]|t[dhr]|blockquote)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"[^\W_]")
_FOOTNOTE = re.compile(r"^\[\^[^\]\s]+\]:(?:.*\S.*(?:\n|\Z))+|\[\^[^\]\s]+\]", re.MULTILINE)
"""A footnote with all its lines, and its mark in the text; a post has no foot."""
_TITLE, _ARTICLE = 1, 2


def read(document: Document, hints: Hints = NO_HINTS) -> Issue:  # noqa: ARG001
    """Read a Markdown issue. Raises SourceError."""
    front, body = frontmatter.split(decode(document), document.name)
    above, found = _divide(list(_blocks(body, front.url or "")), front.title)
    if not found:
        raise SourceError(document.name, _NO_ARTICLE)
    made = articles(found, Defaults(front.url, front.image, front.author, front.tags))
    title = front.title or _title(above) or _stand_in([article.headline for article in made], document.name)
    return Issue(
        id=name_without_ending(document.name),
        title=title,
        articles=made,
        date=front.day or _date(above) or dates.find(title) or dates.find(document.name),
        language=front.language,
        url=front.url,
        modified=document.modified,
    )


def _divide(blocks: list[Block], title: str) -> tuple[list[Block], list[list[Block]]]:
    """Return the introduction and the articles' blocks; without headings the front matter's title is the headline."""
    above, found = sections(blocks)
    if not found and title:
        above, found = [], [[Block(title, _ARTICLE), *above]]
    return above, [section for section in found if section[0].text and has_substance(section)]


def _title(above: Sequence[Block]) -> str:
    return next((block.text for block in above if block.level == _TITLE), "")


def _stand_in(headlines: Sequence[str], name: str) -> str:
    return headlines[0] if len(headlines) == 1 else PurePosixPath(name).stem


def _date(above: Sequence[Block]) -> date | None:
    return next((found for block in above if (found := dates.only(block.text))), None)


def _blocks(body: str, base: str) -> Iterator[Block]:
    """Walk the parsed document; code blocks and tables hold no prose and are left out."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(_FOOTNOTE.sub("", body))
    for before, token in pairwise(tokens):
        if token.type == "inline" and before.type == "paragraph_open":
            yield _inline(token.children or [], 0, base)
        elif token.type == "inline" and before.type == "heading_open" and before.level == 0:
            yield _inline(token.children or [], int(before.tag[1]), base)
        elif token.type == "html_block":
            yield from _html(token.content)


def _inline(children: Sequence["Token"], level: int, base: str) -> Block:
    words = list(_words(children))
    written = visible("".join(word for word, _ in words))
    text = join_lines(re.sub(r"[ \t]+", " ", line).strip(" ") for line in written.split("\n"))
    marked = [str(child.attrs["href"]) for child in children if child.type == "link_open"]
    sources = (str(child.attrs["src"]) for child in children if child.type == "image")
    links = tuple(dict.fromkeys([*marked, *addresses(text)]))
    beside = any(_WORD.search(word) for word, linked in words if not linked)
    return Block(
        text,
        level,
        links,
        images=tuple(image for source in sources if (image := _absolute(base, source))),
        only_link=bool(text) and len(links) == 1 and (not beside or is_link_line(text)),
    )


def _words(children: Sequence["Token"]) -> Iterator[tuple[str, bool]]:
    """Yield each stretch of text and whether it is within a link. What is struck out was taken back: it is no text."""
    linked = struck = 0
    for child in children:
        if child.type in {"s_open", "s_close"}:
            struck += child.nesting
        elif child.type in {"link_open", "link_close"}:
            linked += child.nesting
        elif child.type in {"softbreak", "hardbreak"}:
            yield "\n", bool(linked)
        elif child.type in {"text", "text_special", "code_inline"} and not struck:
            yield child.content, bool(linked)


def _html(content: str) -> Iterator[Block]:
    """Keep the words of raw HTML; comments, scripts and preformatted code have none."""
    if content.lstrip().lower().startswith(_NO_PROSE):
        return
    opening, *rest = content.split("<!--")
    shown = opening + "".join(part.partition("-->")[2] for part in rest)
    for part in _BLOCK_TAG.split(shown):
        text = " ".join(visible(html.unescape(_TAG.sub("", part))).split())
        if text:
            yield Block(text, links=addresses(text))


def _absolute(base: str, source: str) -> str | None:
    """Return a picture's web address; a path that hangs on no address is of no use to a network."""
    try:
        address = urljoin(base, source)
    except ValueError:  # brackets that hold no IPv6 address
        return None
    return address if is_web(address) else None
