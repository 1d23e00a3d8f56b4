"""An article, an issue, a post and a key to test with."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sharebot.model import Article, Issue, Key, Post

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_LINK = "https://news.example/ferry"
_POST = Post(f"“The ferry runs again” — after 3 years 🛳️\n\n{_LINK} #ferry", language="en", links=(_LINK,))
_PARAGRAPHS = ("The ferry to the island runs again.", "It had stood still for 3 years.")
_ARTICLE = Article(1, "The ferry runs again", _PARAGRAPHS, _LINK, tags=("ferry",))
_ISSUE = Issue(id="2026-03", title="Harbour News", articles=(_ARTICLE,), date=date(2026, 3, 2), language="en")


def sample_article(**changes: Any) -> Article:
    """Return an article with a headline, two paragraphs and an address."""
    return replace(_ARTICLE, **changes)


def sample_issue(**changes: Any) -> Issue:
    """Return an issue with one article."""
    return replace(_ISSUE, **changes)


def sample_post(**changes: Any) -> Post:
    """Return a post with curly quotes, an emoji, a line break and a link: what is easily mangled."""
    return replace(_POST, **changes)


def sample_key(value: str = "sample.0", at: datetime | None = None) -> Key:
    """Return a post's key, first attempted now unless `at` says otherwise."""
    return Key(value, at or datetime.now(UTC))
