"""Markdown issues: front matter, and CommonMark with HTML in it, which is read as the page that it makes."""

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from sharebot.errors import SourceError
from sharebot.model import NO_HINTS, Document, Hints, Issue
from sharebot.sources.readers import frontmatter, html
from sharebot.sources.readers.articles import name_without_ending
from sharebot.sources.readers.blocks import Block
from sharebot.sources.readers.decode import decode
from sharebot.sources.readers.issues import Facts, issue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

MOST_LINES = 20_000
_FOOTNOTE = re.compile(r"^\[\^[^\]\s]{1,100}\]:(?:.*\S.*(?:\n|\Z))+|\[\^[^\]\s]{1,100}\]", re.MULTILINE)
"""A footnote with all its lines, and its mark in the text; a post has no foot."""
_MACHINERY = re.compile(
    r"\{%[^\n]{0,500}?%\}|\{\{[^\n]{0,500}?\}\}|(?<=\s)\{[:#.][^{}\n]*\}[ \t]*$|\{:[^{}\n]*\}"
    r"|^(?:import\s.+\sfrom\s+['\"].+['\"];?|export\s+(?:const|default|let)\s.*)$|^:::.*$",
    re.MULTILINE,
)
"""Liquid, Handlebars and Hugo tags, kramdown's attributes, MDX' imports, containers: for the site's generator alone."""
_FENCED = re.compile(r"^(?P<fence>`{3,}|~{3,}).*?(?:^(?P=fence)[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ANCHOR = re.compile(r"<a\s[^<>]*/>", re.IGNORECASE)
"""A self-closed anchor, which HTML takes for an opening one, so that all the rest would be a link."""
_FRAME = re.compile(r"<iframe\b[^<]{0,3000}(?:</iframe>|/>)", re.IGNORECASE)
"""A film; where its tag lacks the > it would swallow all that follows."""
_ASIAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"


@cache
def _strong() -> re.Pattern[str]:
    """Bold words beside Chinese, Japanese or Korean ones, which CommonMark misses without a space between."""
    return re.compile(rf"(?<=[{_ASIAN}])\*\*([^*\n]{{1,200}})\*\*|\*\*([^*\n]{{1,200}})\*\*(?=[{_ASIAN}])")


@cache
def _reference() -> re.Pattern[str]:
    return re.compile(r"\[((?:[^\[\]\\\n]|\\.|\n(?!\n)){1,300})\]\[((?:[^\[\]\n]|\n(?!\n)){0,300})\]")


_DEFINED = re.compile(r"^ {0,3}\[([^\]\n]{1,300})\]:\s*\S", re.MULTILINE)


def read(document: Document, hints: Hints = NO_HINTS) -> Issue:
    """Read a Markdown issue. Raises SourceError."""
    front, body = frontmatter.split(decode(document), document.name)
    facts = Facts(
        name=document.name,
        id=name_without_ending(document.name),
        title=front.title,
        day=front.day,
        language=front.language,
        url=front.url,
        image=front.image,
        image_alt=front.image_alt,
        author=front.author,
        tags=front.tags,
        modified=document.modified,
        single=front.is_canonical,
    )
    return issue(facts, blocks(body, front.url or document.url or "", document.name), hints)


def blocks(body: str, base: str = "", name: str = "") -> list[Block]:
    """Return the blocks of Markdown text. Tables of data and code blocks hold no prose and are left out.

    Raises SourceError for what is too much to be an issue; `name` is for its message.
    """
    from markdown_it import MarkdownIt

    if body.count("\n") > MOST_LINES:
        raise SourceError(name, f"it has more than {MOST_LINES:,} lines; no newsletter has, so look at what made it")
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    known: dict[str, Any] = {}
    tokens = parser.parse(_defined(_plain(body)), known)
    rendered: str = parser.renderer.render(list(_without_tables(tokens)), parser.options, known)
    return html.blocks(rendered, base, name)


def _without_tables(tokens: "Sequence[Token]") -> "Iterator[Token]":
    inside = 0
    for token in tokens:
        table = token.type in {"table_open", "table_close"}
        inside += token.nesting if table else 0
        if not inside and not table:
            yield token


def _plain(body: str) -> str:
    """Take out what is for machines. Code goes first: what looks like markup in it is none."""
    for pattern in (_COMMENT, _FENCED, _MACHINERY, _FOOTNOTE, _ANCHOR, _FRAME):
        body = pattern.sub("", body)
    return _strong().sub(lambda bold: f"<strong>{bold[1] or bold[2]}</strong>", body)


def _defined(body: str) -> str:
    """Define the references that lack an address, so that at least their words read well."""
    known = {" ".join(label.casefold().split()) for label in _DEFINED.findall(body)}
    labels = {" ".join((label or words).split()) for words, label in _reference().findall(body)}
    missing = sorted(label for label in labels if label.casefold() not in known)
    return f"{body}\n\n" + "".join(f"[{label}]: #\n" for label in missing)
