"""Where the links of a mail truly lead. Each is followed once, without cookies, and never to the way out of the list.

An issue is held back while a link may yet be followed: its articles are known by their addresses, and one that got
its address late would be taken for another article.
"""

import re
from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

from sharebot import fetch
from sharebot.errors import SourceError
from sharebot.model import Article, Issue
from sharebot.text.ways_out import way_out
from sharebot.text.wrappers import is_address, per_recipient, unwrap

PATIENCE = timedelta(days=1)
"""A link that could not be followed for so long never will be."""
PAUSE = timedelta(minutes=15)
"""Until a link is tried again, where its server does not say."""
BUDGET = 60.0
"""Seconds that one reading of a source may spend on following; what is left is for the next one."""
_WORDS = 12

Follow = Callable[..., str]
"""As `fetch.unwrap`: the first address that is no more wrapped."""


@dataclass(slots=True)
class _Try:
    """A link that could not be followed yet: since when, not again before, and why."""

    first: datetime
    again: datetime
    why: str


@dataclass(slots=True)
class Resolver:
    """Follows links and remembers where they led. `known` may outlive the program where it is given ("": nowhere)."""

    allow_private: bool = False
    follow: Follow = fetch.unwrap
    known: MutableMapping[str, str] = field(default_factory=dict)
    _tries: dict[str, _Try] = field(default_factory=dict)
    _end: float | None = None

    def begin(self) -> None:
        """Begin a reading: the time that it may take starts now."""
        self._end = monotonic() + BUDGET

    def resolve(self, issue: Issue, now: datetime) -> Issue:
        """Return the issue with true addresses; a link that leads nowhere fit becomes the issue's own page.

        Where there is no page either, the article keeps its redirect and has no address. Raises SourceError, which
        says why, while a link may yet be followed.
        """
        redirects = dict.fromkeys(filter(None, (issue.redirect, *(each.redirect for each in issue.articles))))
        waits = [why for redirect in redirects if (why := self._look(redirect, now))]
        if waits:
            links = f"{len(waits)} of its {len(redirects)} links" if len(redirects) > 1 else "its link"
            raise SourceError(issue.id, f"{links} cannot be followed yet ({waits[0]}); it is tried again by itself")
        page = issue.url or self.known.get(issue.redirect or "") or None
        articles = tuple(self._article(article, page, alone=len(issue.articles) == 1) for article in issue.articles)
        return replace(issue, url=page, articles=articles, redirect=None if page else issue.redirect)

    def resolve_all(self, issues: Iterable[Issue], now: datetime) -> tuple[tuple[Issue, ...], tuple[SourceError, ...]]:
        """Begin a reading and resolve its issues; those that are held back come as what is wrong with them."""
        self.begin()
        found: list[Issue] = []
        waiting: list[SourceError] = []
        for issue in issues:
            try:
                found.append(self.resolve(issue, now))
            except SourceError as error:
                waiting.append(error)
        return tuple(found), tuple(waiting)

    def _article(self, article: Article, page: str | None, *, alone: bool) -> Article:
        if article.url or not article.redirect:
            return article
        url = self.known.get(article.redirect) or (page and (page if alone else _within(page, article.headline)))
        return replace(article, url=url or None, redirect=None if url else article.redirect)

    def _look(self, redirect: str, now: datetime) -> str:
        """Follow a link unless that was done; return why it must wait, "" where it is known."""
        if redirect in self.known:
            return ""
        tried = self._tries.get(redirect)
        if tried and now < tried.again:
            return tried.why
        if self._end is not None and monotonic() > self._end:
            return "there are many"
        try:
            self.known[redirect] = self._true(redirect, now)
        except fetch.Missing:
            self.known[redirect] = ""
        except fetch.Later as error:
            return self._wait(redirect, now, error)
        except SourceError:
            self.known[redirect] = ""
        return ""

    def _wait(self, redirect: str, now: datetime, error: fetch.Later) -> str:
        first = self._tries[redirect].first if redirect in self._tries else now
        if now - first >= PATIENCE:
            self.known[redirect] = ""
            return ""
        self._tries[redirect] = _Try(first, now + (error.after or PAUSE), str(error))
        return str(error)

    def _true(self, redirect: str, now: datetime) -> str:
        """Return where a link leads, "" where that is nothing to post."""
        hosts = frozenset({urlsplit(redirect).hostname or ""})

        def wrapped(url: str) -> bool:
            return url == redirect or bool(per_recipient(unwrap(url), hosts))

        found = self.follow(redirect, now, wrapped=wrapped, forbidden=_forbidden, allow_private=self.allow_private)
        true = unwrap(found)
        return true if is_address(true) and not _forbidden(true) else ""


def _forbidden(url: str) -> bool:
    return way_out(url) or way_out(unwrap(url))


def _within(page: str, headline: str) -> str:
    """Return an address of its own for each article of a page, because articles are known by their addresses."""
    words = re.findall(r"[^\W_]+", headline.casefold())[:_WORDS]
    return f"{page.partition('#')[0]}#{'-'.join(words)}"
