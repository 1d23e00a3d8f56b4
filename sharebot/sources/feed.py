"""A feed of issues: RSS, Atom or JSON Feed, fetched politely from a web address."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from sharebot import fetch
from sharebot.errors import SourceError
from sharebot.model import NO_HINTS, Document, Hints, Issue, Reading
from sharebot.sources.visits import Visits, VisitSettings, WebAddress


class FeedSettings(VisitSettings):
    """What an editor writes under `source:`."""

    feed: WebAddress = Field(
        description="The feed's address: RSS, Atom or JSON Feed.",
        examples=["https://news.example/feed.xml"],
    )
    items: Literal["issues", "articles"] | None = Field(
        default=None,
        description="What an item of the feed is: an issue with several articles in it, or one article. "
        "Where nothing is said, the items tell; `sharebot read` says what was found.",
        examples=["articles"],
    )


class Feed:
    """A source of issues, as a feed brings them. Built once: it remembers what it has read."""

    Settings = FeedSettings

    def __init__(self, settings: FeedSettings, base: Path, hints: Hints = NO_HINTS) -> None:  # noqa: ARG002
        """Take what all sources are given; a feed has no path that would begin at `base`."""
        from sharebot.sources.cards import Cards
        from sharebot.sources.resolving import Resolver

        self.every = settings.every
        self._hints = replace(hints, items=settings.items or hints.items)
        self._visits = Visits(settings.feed, settings.every, settings.allow_private)
        self._cards = Cards(settings.allow_private) if settings.pages else None
        self._resolver = Resolver(settings.allow_private)
        self._bare: tuple[Issue, ...] = ()
        self._issues: tuple[Issue, ...] = ()
        self._problems: tuple[SourceError, ...] = ()

    @property
    def place(self) -> str:
        """The address, for messages."""
        return fetch.shown(self._visits.url)

    def read(self, now: datetime) -> Reading:
        """Look once, unless that was done a moment ago. While the feed fails, what it brought so far stays."""
        if self._visits.is_due(now):
            try:
                self._problems = self._look(now)
            except SourceError as error:
                self._problems = (error,)
        elif self._visits.gone:
            self._problems = ()  # it has been told
        return Reading(self._issues, self._problems)

    def _look(self, now: datetime) -> tuple[SourceError, ...]:
        if found := self._visits.visit(now):
            from sharebot.sources.readers import feed

            document = Document(self.place, found.data, url=found.url, media=found.media)
            self._bare = feed.read(document, self._hints)
            self._visits.learn(found)
        issues, waiting = self._resolver.resolve_all(self._bare, now)
        self._issues = self._cards.fill(issues, now) if self._cards else issues
        return waiting
