"""Whether a status on Mastodon is a post of ours whose answer was lost."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Any
from unicodedata import category, normalize

from sharebot.model import Post

_TAG = re.compile(r"<[^>]*>")
_LOOKS = frozenset(map(chr, range(0xFE00, 0xFE10)))
_ANCHOR = re.compile(r'<a\b[^>]*?\bhref="([^"]*)".*?</a>', re.DOTALL)


def is_since(status: Mapping[str, Any], since: datetime) -> bool:
    """Whether a status was made from that moment on; one that does not say when may have been."""
    created = status.get("created_at")
    if not isinstance(created, datetime):
        return True
    return (created if created.tzinfo else created.replace(tzinfo=UTC)) >= since


def is_same(post: Post, status: Mapping[str, Any]) -> bool:
    """Whether the status says what the post does: all of it, or the same words before its first link, and all links.

    Servers rewrite: mentions lose their server, addresses their scheme, Markdown its signs, and smileys become emoji
    (https://codeberg.org/grunfink/snac2/src/branch/master/format.c). An article's link alone may stand in two posts.
    """
    content = str(status.get("content") or "")
    if _bare(_plain(content)) == _bare(post.text):
        return True
    if not post.links:
        return _words(_plain(content)) == _words(post.text) != ""
    first = post.links[0]
    anchors = {unescape(anchor[1]): anchor for anchor in reversed([*_ANCHOR.finditer(content)])}
    if not anchors.keys() >= set(post.links):
        return False
    before, _, after = map(_words, post.text.partition(first))
    link = anchors[first]
    there = _words(_plain(content[: link.start()]))
    return there == before != "" or (there == before and _words(_plain(content[link.end() :])) == after != "")


def _plain(content: str) -> str:
    return unescape(_TAG.sub("", content))


def _bare(text: str) -> str:
    return "".join(normalize("NFC", text).split())


def _words(text: str) -> str:
    """Return letters with their marks, and numbers; the marks that only choose how an emoji looks are none."""
    return "".join(sign for sign in normalize("NFC", text) if category(sign)[0] in "LMN" and sign not in _LOOKS)
