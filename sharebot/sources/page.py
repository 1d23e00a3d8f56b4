"""A web page: the newest issue itself, or an archive whose links are the issues."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import Field

from sharebot import fetch
from sharebot.errors import SourceError
from sharebot.identity import issue_identity
from sharebot.model import NO_HINTS, Document, Hints, Issue, Reading
from sharebot.sources import readers
from sharebot.sources.cards import Cards
from sharebot.sources.readers import decode, feed, webpage
from sharebot.sources.readers.entries import Entry, names
from sharebot.sources.resolving import Resolver
from sharebot.sources.visits import Visits, VisitSettings, WebAddress

_ENDINGS = {"text/plain": ".txt", "text/markdown": ".md"}
"""What is read in another way than as a page, by its Content-Type."""


class PageSettings(VisitSettings):
    """What an editor writes under `source:`."""

    url: WebAddress = Field(
        description="The address of the newest issue, or of the archive that lists the issues.",
        examples=["https://news.example/archive"],
    )
    page: Literal["issue", "archive"] | None = Field(
        default=None,
        description="Whether the page is an issue or an archive; where nothing is said, its links tell.",
        examples=["archive"],
    )
    newest: int = Field(
        default=5,
        ge=1,
        le=100,
        description="How many of an archive's issues are read, the newest first; 5 where nothing is said.",
        examples=[5],
    )


class Page:
    """A source of issues on the web. Built once: it remembers what it has read, and fetches no issue again."""

    Settings = PageSettings

    def __init__(self, settings: PageSettings, base: Path, hints: Hints = NO_HINTS) -> None:  # noqa: ARG002
        """Take what all sources are given; a page has no path that would begin at `base`."""
        self.every = settings.every
        self._settings = settings
        self._hints = hints
        self._visits = Visits(settings.url, settings.every, settings.allow_private)
        self._resolver = Resolver(settings.allow_private)
        self._known: dict[str, tuple[Issue, ...]] = {}
        self._problems: tuple[SourceError, ...] = ()
        self._cards = Cards(settings.allow_private) if settings.pages else None
        self._issues: tuple[Issue, ...] = ()

    @property
    def place(self) -> str:
        """The address, for messages."""
        return fetch.shown(self._settings.url)

    def read(self, now: datetime) -> Reading:
        """Look once, unless that was done a moment ago. While the page fails, what it brought so far stays."""
        if self._visits.is_due(now):
            problems = tuple(self._look(now))
            unique = {issue.id: issue for issues in self._known.values() for issue in issues}
            resolved, waiting = self._resolver.resolve_all(unique.values(), now)
            self._issues = self._cards.fill(resolved, now) if self._cards else resolved
            self._problems = problems + waiting
        elif self._visits.gone:
            self._problems = ()  # it has been told
        return Reading(self._issues, self._problems)

    def _look(self, now: datetime) -> Iterator[SourceError]:
        """Read what is new, and yield what is wrong with it."""
        try:
            found = self._visits.visit(now)
            if found is None:
                return
            listed = self._listed(found)
            if not listed:
                self._known = {found.url: _read(found, self._hints, at_the_same_place=True)}
        except SourceError as error:
            yield error
            return
        problems = list(self._follow(listed, now)) if listed else []
        if not problems:  # else the list is looked at again, also where it has not changed
            self._visits.learn(found)
        yield from problems

    def _listed(self, found: fetch.Fetched) -> tuple[str, ...]:
        """Return the addresses of the issues that the page lists, none where it is an issue itself."""
        if self._settings.page == "issue" or not _is_html(found):
            return ()
        markup = decode.markup(_document(found))
        forced = self._settings.page == "archive"
        listed = webpage.issue_links(markup, found.url, forced=forced)[: self._settings.newest]
        if forced and not listed:
            why = "it lists no issues: no links of one shape to pages of this site; look at the address"
            raise SourceError(self.place, why)
        return listed

    def _follow(self, listed: tuple[str, ...], now: datetime) -> Iterator[SourceError]:
        """Fetch the issues that are not known yet, and forget those that are listed no more."""
        known = {url: self._known[url] for url in listed if url in self._known}
        for url in listed:
            if url not in known:
                try:
                    found = fetch.get(url, now, allow_private=self._settings.allow_private)
                    known[url] = _read(found, self._hints)
                except SourceError as error:
                    yield error
        self._known = {url: known[url] for url in listed if url in known}


def _read(found: fetch.Fetched, hints: Hints, *, at_the_same_place: bool = False) -> tuple[Issue, ...]:
    """Read what was fetched. Raises SourceError.

    Where one issue after the other stands at the same place, each needs a name of its own: were it the address, the
    next issue would be taken for the last one with other articles, and what waits of that would be dropped.
    """
    if not _is_html(found) and feed.looks_like_one(found.data):
        return feed.read(_document(found), hints)
    try:
        made = readers.read(_document(found), hints)
    except SourceError as error:
        raise SourceError(fetch.shown(found.url), error.why) from None
    return tuple(_named(issue, found.url, moves=at_the_same_place) for issue in made)


def _named(issue: Issue, place: str, *, moves: bool) -> Issue:
    """Name an issue by its address, with a mark behind it where that is not its own."""
    if issue.url and issue.url != place:
        moves = False
    url = issue.url or place
    if moves:
        url = f"{place}#{issue.date or _mark(issue, place)}"
        marked = (replace(article, url=url) if article.url == place else article for article in issue.articles)
        issue = replace(issue, url=url, articles=tuple(marked))
    (name,) = names([Entry(key=url, title=issue.title)])
    return replace(issue, id=name)


def _mark(issue: Issue, place: str) -> str:
    """Tell an issue without a date from the one that stood there before, whatever is corrected in it."""
    first = issue.articles[0]
    own = replace(first, url=None) if first.url == place else first
    return sha256(issue_identity(replace(issue, url=None, articles=(own,))).encode()).hexdigest()[:8]


def _document(found: fetch.Fetched) -> Document:
    kind = found.media.partition(";")[0].strip().lower()
    return Document(f"page{_ENDINGS.get(kind, '.html')}", found.data, url=found.url, media=found.media)


def _is_html(found: fetch.Fetched) -> bool:
    kind = found.media.partition(";")[0].strip().lower()
    return kind in {"text/html", "application/xhtml+xml"} or (
        kind not in _ENDINGS and not feed.looks_like_one(found.data)
    )
