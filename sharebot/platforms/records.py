"""Looking through a repository of the AT Protocol for a post of ours whose record key is not known."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sharebot.errors import TryLater, Unsure
from sharebot.model import Key, Post
from sharebot.platforms.answers import field, inside
from sharebot.platforms.tid import tid

PAGE = 100
"""The most that a server lists at once: https://docs.bsky.app/docs/api/com-atproto-repo-list-records ."""
_PAGES = 10
_SLACK = timedelta(minutes=10)
"""How far the clock by which a record's key was made may differ from ours."""


def searched(listed: Callable[[str | None], Any], post: Post, key: Key) -> Mapping[str, Any] | None:
    """Find the record with a post's words, made at its key's moment or later; None where there is none.

    `listed` answers with the records before a key, the newest first.
    """
    oldest, before = tid(replace(key, at=key.at - _SLACK)), None
    for _ in range(_PAGES):
        page = _records(listed(before))
        found = next((each for each in page if each["value"].get("text") == post.text), None)
        before = field(page[-1], "uri").rpartition("/")[2] if page else ""
        if found or before < oldest:
            return found
    raise TryLater(f"there are more posts since {key.at:%Y-%m-%d %H:%M} UTC than can be looked through")


def _records(answer: Any) -> list[Mapping[str, Any]]:
    page = inside(answer, "records")
    if not isinstance(page, list) or not all(isinstance(inside(each, "value"), Mapping) for each in page):
        raise Unsure("a list of records was answered with something else")
    return page
