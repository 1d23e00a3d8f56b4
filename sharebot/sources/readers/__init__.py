"""Readers: pure functions from a document's bytes and an editor's hints to issues. They raise SourceError only."""

from collections.abc import Callable
from importlib import import_module
from pathlib import PurePosixPath

from sharebot.errors import SourceError
from sharebot.model import NO_HINTS, Document, Hints, Issue

Reader = Callable[[Document, Hints], Issue | tuple[Issue, ...]]

# Each kind has a module of its own, loaded by the first document of the kind: to check a configuration takes none.
_FILES: dict[str, str] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "page",
    ".htm": "page",
    ".xhtml": "page",
    ".eml": "mail",
    ".mbox": "mail",
}
_FEEDS: dict[str, str] = dict.fromkeys((".rss", ".atom", ".rdf", ".xml", ".json"), "feed")
_MEDIA: dict[str, str] = {
    "text/html": "page",
    "application/xhtml+xml": "page",
    "text/markdown": "markdown",
    "text/plain": "text",
    "message/rfc822": "mail",
    "application/mbox": "mail",
    **dict.fromkeys(("application/rss+xml", "application/atom+xml", "application/feed+json"), "feed"),
    **dict.fromkeys(("application/xml", "text/xml", "application/json", "application/rdf+xml"), "feed"),
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
    kind = seen or named or ("page" if document.url else None)
    if kind is None:
        what = f"{suffix} files" if suffix else "files without an ending"
        raise SourceError(document.name, f"{what} cannot be read; save it as one of {', '.join(SUFFIXES)}")
    found = _reader(kind)(document, hints)
    return found if isinstance(found, tuple) else (found,)


def _media(document: Document) -> str:
    return document.media.partition(";")[0].strip().lower()


def _reader(kind: str) -> Reader:
    read: Reader = import_module(f"{__name__}.{kind}").read
    return read


def _seen(document: Document) -> str | None:
    """Tell a feed or a page by how it begins."""
    from sharebot.sources.readers import feed

    if feed.looks_like_one(document.data):
        return "feed"
    head = document.data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "page" if head.startswith((b"<!doctype html", b"<html")) else None
