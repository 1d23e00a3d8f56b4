"""Readers: pure functions from a document's bytes and an editor's hints to issues. They raise SourceError only."""

from pathlib import PurePosixPath

from sharebot.errors import SourceError
from sharebot.model import NO_HINTS, Document, Hints, Issue
from sharebot.sources.readers import feed, mail, markdown, page, text

_READERS = {
    ".txt": text.read,
    ".text": text.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": page.read,
    ".htm": page.read,
    ".xhtml": page.read,
    ".eml": mail.read,
    ".mbox": mail.read,
    ".xml": feed.read,
    ".rss": feed.read,
    ".atom": feed.read,
    ".rdf": feed.read,
    ".json": feed.read,
}

SUFFIXES = tuple(_READERS)
"""The endings of file names that can be read."""


def read(document: Document, hints: Hints = NO_HINTS) -> tuple[Issue, ...]:
    """Read the issues in a document, one at least, by the reader that its name asks for. Raises SourceError."""
    suffix = PurePosixPath(document.name).suffix.lower()
    if suffix not in _READERS:
        kind = f"{suffix} files" if suffix else "files without an ending"
        raise SourceError(document.name, f"{kind} cannot be read; save it as one of {', '.join(SUFFIXES)}")
    found = _READERS[suffix](document, hints)
    return found if isinstance(found, tuple) else (found,)
