"""RSS 2.0, RSS 1.0 and Atom, parsed by feedparser, which is lenient and asks the network for nothing here.

It is given a stream, for a string may be an address or a file to it, and neither cleans HTML nor completes links in
it: that is done once, where blocks are made.
"""

import io
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from sharebot.errors import SourceError
from sharebot.model import Document
from sharebot.sources.readers import html
from sharebot.sources.readers.decode import visible
from sharebot.sources.readers.entries import Entry, Feed, from_plain, joined, language, line, moment, web
from sharebot.sources.readers.feedxml import sound

_WEB_PAGE = re.compile(r"(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_END = re.compile(r"</\s*(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>\s*(?:<!--.*)?\Z", re.IGNORECASE | re.DOTALL)
_TAIL = 2000
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_CUT_MAIL = re.compile(r"\.[a-zA-Z]{4}$")
_REST_OF_MAIL = re.compile(r"^[a-z]+(?:$|(?=\s*\())")
_MAIL = re.compile(r"\S+@\S+")


def parse(document: Document) -> Feed:
    """Read a feed in XML. Raises SourceError."""
    # Only its bytes are kept, and its ends to look at: of a large feed each copy takes its room.
    data = sound(document).encode("utf-8", "replace")
    head, tail = (part.decode("utf-8", "ignore") for part in (data[:_TAIL], data[-_TAIL:]))
    if _WEB_PAGE.match(head):
        why = "it is a web page and no feed; write `url:` instead of `feed:`, or look for the feed's address in it"
        raise SourceError(document.name, why)
    found = _parsed(data, document)
    if not found.get("version") and not found["entries"]:
        raise SourceError(document.name, "it is no feed: neither RSS nor Atom nor JSON Feed; look at the address")
    if found["bozo"] and not _END.search(tail):
        # A parser that forgives would make half an item of where it ends.
        raise SourceError(document.name, "it breaks off in the middle; look at it in a browser")
    feed = found["feed"]
    return Feed(line(feed.get("title")), tuple(_entry(entry, feed, document.url or "") for entry in found["entries"]))


def _parsed(data: bytes, document: Document) -> Any:
    import feedparser

    headers = {"content-type": "application/xml; charset=utf-8"}
    headers |= {"content-location": document.url} if document.url else {}
    try:
        return feedparser.parse(
            io.BytesIO(data),
            response_headers=headers,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception:  # noqa: BLE001 -- KeyError, IndexError, OverflowError …: whatever its guesses run into
        why = "it is so broken that nothing can be made of it; look at it in a browser"
        raise SourceError(document.name, why) from None


def _entry(entry: dict[str, Any], feed: Mapping[str, Any], place: str) -> Entry:
    base = web(place, feed.get("link")) or place
    key = line(entry.get("id"))
    url = web(base, entry.get("feedburner_origlink"), entry.get("link"), key)
    body, inner, spoken = _body(entry)
    # Asked the usual way, feedparser takes `published` for a missing `updated`, and warns.
    published, updated, created = (dict.get(entry, name) for name in ("published", "updated", "created"))
    written = moment(published, updated, created)
    return Entry(
        key=key,
        title=_title(entry),
        markup=body,
        base=web(base, inner) or url or base,
        url=url,
        image=web(base, *_pictures(entry)),
        author=_author(entry) or _author(feed),
        tags=_tags(entry),
        language=language(spoken, entry.get("language"), feed.get("language")),
        day=written.date() if written else None,
        modified=moment(updated, published, created),
    )


def _title(entry: Mapping[str, Any]) -> str:
    return _plain(entry.get("title"), entry.get("title_detail") or {})


def _plain(words: object, detail: Mapping[str, Any]) -> str:
    """Return text without markup, where it is said or seen to hold some."""
    said = words if isinstance(words, str) else ""
    if "html" in line(detail.get("type")) and ("<" in said or "&" in said):
        return " ".join(block.text for block in html.blocks(said, "") if block.text)
    return line(said)


def _body(entry: Mapping[str, Any]) -> tuple[str, object, object]:
    """Return the longest that an entry says as HTML, and the base and language that were said for it.

    Mostly it has an excerpt as well; a few have the text in the excerpt, and only a picture in the content.
    """
    summary = [{"value": entry.get("summary"), **(entry.get("summary_detail") or {})}]
    said = [part for part in [*(entry.get("content") or []), *summary] if isinstance(part.get("value"), str)]
    written = [part for part in said if "html" in line(part.get("type")) or line(part.get("type")).startswith("text/")]
    best: Mapping[str, Any] = max(written or said, key=lambda part: len(part["value"]), default={})
    value = visible(best.get("value", ""))
    if not _TAG.search(value):  # whatever was said of it
        value = from_plain(unescape(value) if "html" in line(best.get("type")) else value)
    return value, best.get("base"), best.get("language")


def _pictures(entry: Mapping[str, Any]) -> list[object]:
    media = [*(entry.get("media_content") or []), *(entry.get("media_thumbnail") or [])]
    shown = [one.get("url") for one in media if isinstance(one, Mapping) and _is_picture(one)]
    attached = [one.get("href") for one in entry.get("enclosures") or [] if line(one.get("type")).startswith("image/")]
    itunes = entry.get("image")
    return [*shown, *attached, itunes.get("href") if isinstance(itunes, Mapping) else None]


def _is_picture(media: Mapping[str, Any]) -> bool:
    """https://www.rssboard.org/media-rss#media-content."""
    kind, medium = line(media.get("type")), line(media.get("medium"))
    return medium == "image" or kind.startswith("image/") or not (medium or kind)


def _author(said: Mapping[str, Any]) -> str | None:
    """Name the authors; a mail address alone is nobody's name and nobody else's business."""
    people = [one for one in said.get("authors") or [] if isinstance(one, Mapping)]
    return joined(_named(line(one.get("name")), line(one.get("email"))) for one in people)


def _named(name: str, mail: str) -> str:
    """Return a name without what belongs to the address: feedparser takes "anna@a.example" apart at "anna@a.exam"."""
    rest = _REST_OF_MAIL.sub("", name) if _CUT_MAIL.search(mail) else name
    return _MAIL.sub("", rest).strip(" ()<>,")


def _tags(entry: Mapping[str, Any]) -> tuple[str, ...]:
    tags = [one for one in entry.get("tags") or [] if isinstance(one, Mapping)]
    return tuple(dict.fromkeys(filter(None, (line(one.get("label")) or line(one.get("term")) for one in tags))))
