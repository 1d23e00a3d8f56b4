"""HTML pages and files: a newsletter's page on the web, or what an editor saved or exported."""

import re
from datetime import date
from typing import TYPE_CHECKING

from sharebot.model import NO_HINTS, Document, Hints, Issue
from sharebot.sources.readers import dates, frontmatter, html, markdown, runs
from sharebot.sources.readers.articles import name_without_ending
from sharebot.sources.readers.decode import markup, visible
from sharebot.sources.readers.issues import Facts, issue

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_TAG = re.compile(r"<(?:html|body|head|div|p|table|h[1-6]|ul|ol|article|section|br)\b", re.IGNORECASE)
_MAIN = ("article", "main", "[role=main]", "#content", ".post-content", ".entry-content")
_ENOUGH = 0.5
"""The part of a page that calls itself its main one must hold so much of the text to be taken at its word."""
_SITE = re.compile(r"\s+[|–—·•»]\s+")


def read(document: Document, hints: Hints = NO_HINTS) -> Issue:
    """Read a page. Raises SourceError. What is Markdown under the name of a page is read as Markdown."""
    text = markup(document)
    if not _TAG.search(text):
        front, body = frontmatter.split(text, document.name)
        facts = Facts(document.name, name_without_ending(document.name), front.title, front.day, front.language)
        return issue(facts, markdown.blocks(body, document.url or "", document.name), hints)
    front, text = frontmatter.split(text, document.name)
    tree = html.parse(text, document.name)
    base = front.url or document.url or ""
    canonical = runs.absolute(base, _attribute(tree, "link[rel=canonical]", "href"))
    facts = Facts(
        name=document.name,
        id=name_without_ending(document.name),
        title=front.title or _title(tree),
        day=front.day or _day(tree),
        language=front.language or _attribute(tree, "html", "lang").replace("_", "-") or None,
        url=front.url or canonical or document.url,
        author=front.author,
        tags=front.tags,
        modified=document.modified,
    )
    return issue(facts, html.walk(_main(tree), base), hints)


def _main(tree: "LexborHTMLParser") -> "LexborNode | None":
    body = tree.body
    if body is None:
        return None
    whole = len(body.text())
    for selector in _MAIN:
        found = tree.css(selector)
        if len(found) == 1 and len(found[0].text()) > whole * _ENOUGH:
            return found[0]
    return body


def _attribute(tree: "LexborHTMLParser", selector: str, name: str) -> str:
    node = tree.css_first(selector)
    return visible((node.attributes.get(name) or "").strip()) if node else ""


def _title(tree: "LexborHTMLParser") -> str:
    """Return the page's title without the site's name: the only first-level heading, else what the page says."""
    first = tree.css("h1")
    if len(first) == 1 and (words := " ".join(visible(first[0].text()).split())):
        return words
    node = tree.css_first("title")
    said = _attribute(tree, "meta[property='og:title']", "content") or (node.text() if node else "")
    return _SITE.split(" ".join(visible(said).split()))[0]


def _day(tree: "LexborHTMLParser") -> date | None:
    for selector, name in _DATED:
        if found := dates.find(_attribute(tree, selector, name)):
            return found
    return None


_DATED = (
    ("meta[property='article:published_time']", "content"),
    ("meta[name=date]", "content"),
    ("time[datetime]", "datetime"),
)
