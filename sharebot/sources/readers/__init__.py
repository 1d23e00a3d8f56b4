"""Readers: pure functions from a document's bytes and an editor's hints to issues. They raise SourceError only."""

from collections.abc import Callable
from pathlib import PurePosixPath

from sharebot.errors import SourceError
from sharebot.model import NO_HINTS, Document, Hints, Issue
from sharebot.sources.readers import feed, mail, markdown, page, text

Reader = Callable[[Document, Hints], Issue | tuple[Issue, ...]]

_FILES: dict[str, Reader] = {
    ".txt": text.read,
    ".text": text.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": page.read,
    ".htm": page.read,
    ".xhtml": page.read,
    ".eml": mail.read,
    ".mbox": mail.read,
}
_FEEDS: dict[str, Reader] = dict.fromkeys((".rss", ".atom", ".rdf", ".xml", ".json"), feed.read)
_MEDIA: dict[str, Reader] = {
    "text/html": page.read,
    "application/xhtml+xml": page.read,
    "text/markdown": markdown.read,
    "text/plain": text.read,
    "message/rfc822": mail.read,
    "application/mbox": mail.read,
    **dict.fromkeys(("application/rss+xml", "application/atom+xml", "application/feed+json"), feed.read),
    **dict.fromkeys(("application/xml", "text/xml", "application/json", "application/rdf+xml"), feed.read),
}
_HEAD = 2000

SUFFIXES = tuple(_FILES)
"""The endings of files that an issue is kept in."""
READABLE = (*_FILES, *_FEEDS)
"""All endings of file names that can be read."""


def read(document: Document, hints: Hints = NO_HINTS) -> tuple[Issue, ...]:
    """Read the issues in a document, one at least, but for a feed that is empty yet. Raises SourceError.

    What came from the web is read as what it is, whatever it is called: many servers call feeds and pages plain text.
    """
    suffix = PurePosixPath(document.name).suffix.lower()
    named = _FILES.get(suffix) or _FEEDS.get(suffix)
    seen = _seen(document) or _MEDIA.get(_media(document)) if document.url else None
    reader = seen or named or (page.read if document.url else None)
    if reader is None:
        kind = f"{suffix} files" if suffix else "files without an ending"
        raise SourceError(document.name, f"{kind} cannot be read; save it as one of {', '.join(SUFFIXES)}")
    found = reader(document, hints)
    return found if isinstance(found, tuple) else (found,)


def _media(document: Document) -> str:
    return document.media.partition(";")[0].strip().lower()


def _seen(document: Document) -> Reader | None:
    """Tell a feed or a page by how it begins."""
    if feed.looks_like_one(document.data):
        return feed.read
    head = document.data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return page.read if head.startswith((b"<!doctype html", b"<html")) else None
