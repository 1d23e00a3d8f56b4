"""What cannot be saved when an issue is read: the parsing library alone, as a short script would use it.

Of HTML it takes from each node below the body what a reader must have seen: its name, its attributes, its text.
"""

import email
import io
import json
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import feedparser
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from sharebot.model import Document

Seen = tuple[int, int]
"""Letters of text, and links: what is counted, so that nothing is left undone."""


def text(data: bytes) -> Seen:
    """Divide at the ends of lines: plain text has no parser."""
    lines = [line.strip() for line in data.decode().splitlines()]
    return sum(map(len, lines)), sum(line.startswith("https://") for line in lines)


def html(markup: str) -> Seen:
    body = LexborHTMLParser(markup).body
    letters = links = 0
    for node in body.traverse(include_text=True) if body else ():
        if node.tag == "-text":
            letters += len(node.text_content or "")
        else:
            links += node.attributes.get("href") is not None
    return letters, links


def markdown(data: bytes) -> Seen:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return html(parser.render(data.decode()))


def page(data: bytes) -> Seen:
    return html(data.decode())


def mail(data: bytes) -> Seen:
    seen = []
    for part in email.message_from_bytes(data).walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            body = content.decode(part.get_content_charset() or "utf-8", "replace")
            seen.append(html(body) if part.get_content_type() == "text/html" else (len(body), 0))
    return _sum(seen)


def feed(data: bytes) -> Any:
    """Call feedparser as our reader does."""
    return feedparser.parse(io.BytesIO(data), resolve_relative_uris=False, sanitize_html=False)


def rss(data: bytes) -> Seen:
    contents = [entry.get("content") or [{"value": entry.get("summary", "")}] for entry in feed(data)["entries"]]
    return _sum([html(content[0]["value"]) for content in contents])


def json_feed(data: bytes) -> Seen:
    return _sum([html(item.get("content_html") or item.get("content_text", "")) for item in json.loads(data)["items"]])


def _sum(seen: list[Seen]) -> Seen:
    return sum(letters for letters, _ in seen), sum(links for _, links in seen)


_WAYS: dict[str, tuple[str, Callable[[bytes], Seen]]] = {
    ".txt": ("text", text),
    ".md": ("Markdown", markdown),
    ".html": ("HTML", page),
    ".eml": ("mail", mail),
    ".rss": ("RSS", rss),
    ".atom": ("Atom", rss),
    ".json": ("JSON Feed", json_feed),
}


def kind_of(name: str) -> str:
    """Return what a file of this name is; empty where it is none of these."""
    return _WAYS.get(PurePosixPath(name).suffix, ("", text))[0]


def parse(document: Document) -> Seen:
    """Do what cannot be saved, for a document of any kind."""
    return _WAYS[PurePosixPath(document.name).suffix][1](document.data)
