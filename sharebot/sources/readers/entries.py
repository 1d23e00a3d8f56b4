"""The shape that every kind of feed is brought into before issues are made of it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from html import escape
from urllib.parse import unquote, urljoin, urlsplit

from sharebot.sources.readers.blocks import is_web
from sharebot.sources.readers.decode import visible

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_READABLE = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_UNREADABLE = re.compile(r"[^\w]+")
_LONGEST_ID = 60
_HASH = 6
_DIRECTIONS = "\u200e\u200f\u061c\u200b"
"""Marks that tell a direction to what stands around; at the ends of a line there is nothing."""
_PARAGRAPHS = re.compile(r"\s*\n\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of a feed. `key` is its own id in the feed, `markup` its body in HTML, where `base` is its address."""

    key: str = ""
    title: str = ""
    markup: str = ""
    base: str = ""
    url: str | None = None
    image: str | None = None
    author: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    day: date | None = None
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself, and its entries in its own order."""

    title: str = ""
    entries: tuple[Entry, ...] = ()


def names(entries: Sequence[Entry]) -> list[str]:
    """Return an id for each entry, fit for a file's name: its own where it is short and plain, else words and a hash.

    It depends on nothing but the entry, unless several have the same key; then address and title count as well.
    """
    times = Counter(entry.key or entry.url or "" for entry in entries)
    return [_name(entry, alone=times[entry.key or entry.url or ""] == 1) for entry in entries]


def line(words: object) -> str:
    """Return foreign text as one line of what can be seen; anything but text is an empty one."""
    return " ".join(visible(words).split()).strip(_DIRECTIONS) if isinstance(words, str) else ""


def web(base: str, *addresses: object) -> str | None:
    """Return the first whole web address, which may begin at `base`."""
    return next((found for address in addresses if (found := _web(base, line(address)))), None)


def language(*tags: object) -> str | None:
    """Return the first that is a BCP 47 tag; some write "en_US"."""
    words = (line(tag).replace("_", "-") for tag in tags)
    return next((word for word in words if _LANGUAGE.fullmatch(word)), None)


def moment(*written: object) -> datetime | None:
    """Return the first moment that can be read, in RFC 3339 or RFC 2822, with the offset that it was written with.

    Where none is written, it is UTC.
    """
    return next((found for words in written if (found := _moment(line(words)))), None)


def joined(people: Iterable[str]) -> str | None:
    """Name several authors as one, each once."""
    return ", ".join(dict.fromkeys(filter(None, people))) or None


def from_plain(text: str) -> str:
    """Make HTML of plain text: empty lines divide its paragraphs."""
    paragraphs = (escape(part).replace("\n", "<br>") for part in _PARAGRAPHS.split(visible(text)) if part.strip())
    return "".join(f"<p>{part}</p>" for part in paragraphs)


def _web(base: str, address: str) -> str | None:
    if not address:
        return None
    try:
        whole = urljoin(base, address)
    except ValueError:  # brackets that hold no IPv6 address
        return None
    return whole if is_web(whole) else None


def _moment(words: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(words)
    except ValueError:
        try:
            found = parsedate_to_datetime(words)
        except (ValueError, OverflowError, TypeError, IndexError):
            return None
    try:
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        aware.astimezone(UTC)
    except (OverflowError, ValueError):  # in the year 1 or 9999, and with an offset beyond it
        return None
    return aware


def _name(entry: Entry, *, alone: bool) -> str:
    key = line(entry.key or entry.url or "")
    if alone and _READABLE.fullmatch(key) and len(key) <= _LONGEST_ID and not key.startswith("-"):
        return unicodedata.normalize("NFC", key)
    parts = [key] if alone and key else [key, entry.url or "", entry.title, str(entry.day or "")]
    digest = sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:_HASH]
    words = unicodedata.normalize("NFC", _UNREADABLE.sub("-", _words(key) or entry.title)).strip("-_")
    return "-".join(filter(None, (words[:_LONGEST_ID].rstrip("-"), digest)))


def _words(key: str) -> str:
    """Return what can be read of a key: of an address what is behind its host, of `tag:a.example,2026:b` the end."""
    try:
        parts = urlsplit(key)
    except ValueError:
        return key
    said = unquote(f"{parts.path} {parts.query} {parts.fragment}") if parts.scheme else key
    return said.rpartition(":")[2]
