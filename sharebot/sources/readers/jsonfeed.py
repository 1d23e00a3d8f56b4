"""JSON Feed, versions 1.0 and 1.1 (jsonfeed.org)."""

import json
from collections.abc import Mapping
from typing import Any

from sharebot.errors import SourceError
from sharebot.model import Document
from sharebot.sources.readers.decode import visible
from sharebot.sources.readers.entries import Entry, Feed, from_plain, joined, language, line, moment, web

_VERSION = "jsonfeed.org/version"


def parse(document: Document) -> Feed:
    """Read a JSON Feed. Raises SourceError."""
    try:
        feed = json.loads(document.data)
    except (ValueError, RecursionError) as error:
        at = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        why = f"its JSON cannot be read{at}; it is broken, or was broken off: look at it in a browser"
        raise SourceError(document.name, why) from None
    if not isinstance(feed, Mapping) or _VERSION not in line(feed.get("version")):
        raise SourceError(document.name, "it is JSON but no JSON Feed; look for the address of the feed")
    base = web(document.url or "", feed.get("home_page_url"), feed.get("feed_url")) or document.url or ""
    return Feed(line(feed.get("title")), tuple(_entry(item, feed, base) for item in _mappings(feed.get("items"))))


def _entry(item: Mapping[str, Any], feed: Mapping[str, Any], base: str) -> Entry:
    url = web(base, item.get("url"), item.get("external_url"), item.get("id"))
    written = moment(item.get("date_published"), item.get("date_modified"))
    return Entry(
        key=line(str(item["id"])) if isinstance(item.get("id"), str | int) else "",
        title=line(item.get("title")),
        markup=_markup(item),
        base=url or base,
        url=url,
        image=web(base, item.get("image"), item.get("banner_image"), *_pictures(item)),
        author=_author(item) or _author(feed),
        tags=tuple(dict.fromkeys(filter(None, map(line, _list(item.get("tags")))))),
        language=language(item.get("language"), feed.get("language")),
        day=written.date() if written else None,
        modified=moment(item.get("date_modified"), item.get("date_published")),
    )


def _markup(item: Mapping[str, Any]) -> str:
    html, text, summary = (item.get(name) for name in ("content_html", "content_text", "summary"))
    if isinstance(html, str) and html.strip():
        return visible(html)
    return next((from_plain(words) for words in (text, summary) if isinstance(words, str) and words.strip()), "")


def _author(said: Mapping[str, Any]) -> str | None:
    """Version 1.0 has one `author`, 1.1 a list of `authors`."""
    return joined(line(person.get("name")) for person in _mappings([*_list(said.get("authors")), said.get("author")]))


def _pictures(item: Mapping[str, Any]) -> list[object]:
    attached = _mappings(item.get("attachments"))
    return [one.get("url") for one in attached if line(one.get("mime_type")).startswith("image/")]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [item for item in _list(value) if isinstance(item, Mapping)]
