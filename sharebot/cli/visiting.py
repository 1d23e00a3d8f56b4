"""Where the links of the newest issues lead: visited once each, before a reader meets a dead one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from sharebot import fetch
from sharebot.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sharebot.config.values import Newsletter
    from sharebot.model import Issue, Reading

MOST = 50
"""Links that are visited; an issue seldom has more."""
_AT_ONCE = 4
_TOLD = {"dead": "is dead:", "error": "cannot be opened:", "leads_to": "leads on to"}


@dataclass(frozen=True, slots=True)
class _Link:
    newsletter: str
    issue: str
    article: int
    url: str
    allow_private: bool


def visit(newsletters: "Mapping[str, Newsletter]", readings: "Mapping[str, Reading]") -> list[dict[str, Any]]:
    """Visit each article's link in each newsletter's newest issue; return those that are dead or lead elsewhere.

    Of one that is `dead`, and of one that cannot be opened for another reason (`error`), that is what its server says;
    of one that leads elsewhere, `leads_to` is where.
    """
    import requests  # noqa: F401 — here, since threads that import it all at once may find half of it

    found = {link.url: link for name, reading in readings.items() for link in _links(newsletters[name], reading)}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(_answer, islice(found.values(), MOST)))
    return [answer for answer in answers if answer.keys() & _TOLD.keys()]


def words(answer: "Mapping[str, Any]") -> str:
    """Return an answer of `visit` as a line for people."""
    place = f"{answer['newsletter']}, {answer['issue']}, article {answer['article']}: {answer['url']}"
    return next(f"{place} {told} {answer[key]}" for key, told in _TOLD.items() if key in answer)


def _links(newsletter: "Newsletter", reading: "Reading") -> Iterator[_Link]:
    from sharebot.pipeline.items import resolve

    if reading.issues:
        issue = resolve(newsletter, max(reading.issues, key=age))
        private = bool(getattr(newsletter.source, "allow_private", False))
        for article in issue.articles:
            if article.url and fetch.is_web(article.url):
                yield _Link(newsletter.name, issue.id, article.number, article.url, private)


def age(issue: "Issue") -> tuple[date, datetime, str]:
    """Return what orders issues, the oldest first."""
    return issue.date or date.min, issue.modified or datetime.min.replace(tzinfo=UTC), issue.id


def _answer(link: _Link) -> dict[str, Any]:
    place = {"newsletter": link.newsletter, "issue": link.issue, "article": link.article, "url": link.url}
    try:
        end = fetch.end_of(link.url, datetime.now(UTC), allow_private=link.allow_private)
    except fetch.Missing as error:
        return place | {"dead": error.why}
    except SourceError as error:
        return place | {"error": error.why}
    return place | ({"leads_to": end} if end.partition("#")[0] != link.url.partition("#")[0] else {})
