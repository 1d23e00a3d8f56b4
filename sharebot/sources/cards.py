"""Text and pictures for articles that come without, from what their own pages say of themselves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic

from sharebot import fetch
from sharebot.errors import SourceError
from sharebot.model import Article, Document, Issue
from sharebot.sources.readers import decode, webpage
from sharebot.sources.readers.webpage import About

_MOST = 20
"""Pages that are fetched at one look; the others wait for the next."""
_SECONDS = 60.0
"""After so long no further page is fetched at this look."""
_LARGEST = 3_000_000
_NOTHING = About()


@dataclass(slots=True)
class Cards:
    """Remembers what each page said, and that it said nothing; one that may answer later is asked at the next look.

    An article keeps its address, whatever its page calls its own: with another one it would be another article.
    """

    allow_private: bool = False
    known: dict[str, About] = field(default_factory=dict)

    def fill(self, issues: Iterable[Issue], now: datetime) -> tuple[Issue, ...]:
        """Return the issues with what could be found; an article's own text and picture come first."""
        issues = tuple(issues)
        wanted = dict.fromkeys(url for issue in issues for article in issue.articles if (url := _wanted(article)))
        self.known = {url: about for url, about in self.known.items() if url in wanted}
        end = monotonic() + _SECONDS
        for url in [url for url in wanted if url not in self.known][:_MOST]:
            if monotonic() < end:
                self.known.update(self._ask(url, now))
        return tuple(replace(issue, articles=tuple(self._filled(issue.articles))) for issue in issues)

    def _ask(self, url: str, now: datetime) -> dict[str, About]:
        try:
            found = fetch.get(url, now, allow_private=self.allow_private, most=_LARGEST)
            markup = decode.markup(Document(url, found.data, url=found.url, media=found.media))
            return {url: webpage.about(markup, found.url)}
        except fetch.Later:
            return {}
        except SourceError:  # the article is posted as it is
            return {url: _NOTHING}

    def _filled(self, articles: Iterable[Article]) -> Iterator[Article]:
        for article in articles:
            said = self.known.get(_wanted(article), _NOTHING)
            text = (said.description,) if said.description else ()
            image = (article.image, article.image_alt) if article.image else (said.image, said.image_alt)
            yield replace(article, paragraphs=article.paragraphs or text, image=image[0], image_alt=image[1])


def _wanted(article: Article) -> str:
    """Return the address of the page that an article needs, empty where it has all or none."""
    return "" if article.paragraphs and article.image else article.url or ""
