"""Whether a status on Mastodon is a post of ours whose answer was lost."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Any
from unicodedata import normalize

from sharebot.model import Post

_TAG = re.compile(r"<[^>]*>")
_HREF = re.compile(r'href="([^"]*)"')


def is_since(status: Mapping[str, Any], since: datetime) -> bool:
    """Whether a status was made from that moment on; one that does not say when may have been."""
    created = status.get("created_at")
    if not isinstance(created, datetime):
        return True
    return (created if created.tzinfo else created.replace(tzinfo=UTC)) >= since


def is_same(post: Post, status: Mapping[str, Any]) -> bool:
    """Whether the status says what the post does: all of it, or the same before the first link, and all of the links.

    Servers rewrite mentions, and some rewrite Markdown; an article's link alone may stand in two different posts.
    """
    content = str(status.get("content") or "")
    there = _bare(unescape(_TAG.sub("", content)))
    if there == _bare(post.text):
        return True
    opening = _bare(post.text.partition(post.links[0])[0]) if post.links else ""
    hrefs = {unescape(href) for href in _HREF.findall(content)}
    return bool(opening) and there.startswith(opening) and hrefs.issuperset(post.links)


def _bare(text: str) -> str:
    return "".join(normalize("NFC", text).split())
