"""What an editor writes beside an issue, in `2026-07.sharebot.yaml`: words, times and what is not to be posted.

The most specific word wins: of an article on an account, of an article, of an account, of the issue.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, ValidationError

from sharebot.config import document as yaml
from sharebot.config import kinds
from sharebot.config.explain import explain
from sharebot.config.json_schema import DRAFT, without_null
from sharebot.config.reading import of_bytes
from sharebot.errors import Problem, SourceError
from sharebot.model import Document, Issue
from sharebot.pipeline.items import Item
from sharebot.schedule.moment import MOMENT, moment
from sharebot.schedule.near import did_you_mean
from sharebot.settings import Settings

_START = "begin with skip:, when:, accounts: or articles:"


def _when(value: object) -> str:
    moment(str(value), "UTC")
    return str(value)


_When = Annotated[str | None, kinds.Written(_when, {"type": "string", "pattern": f"^({MOMENT})$"})]


class _Words(Settings):
    skip: bool = Field(default=False, description="Whether nothing of it is posted.", examples=[True])
    when: _When = Field(
        None,
        description="When it is posted, by the schedule's clock or with an offset, whatever the schedule says.",
        examples=["2026-12-01 09:00", "2026-12-01T09:00:00+01:00"],
    )
    text: kinds.Template = Field(
        None,
        description="The text instead of the stream's, with the same fields in braces.",
        examples=["My own words {link}"],
    )


class OnAccount(_Words):
    """What holds on one account."""


class OfArticle(_Words):
    """What holds for one article."""

    accounts: Mapping[str, OnAccount] = Field(
        default_factory=dict,
        description="What holds on one account, by its name.",
        examples=[{"x": {"text": "Shorter {link}"}}],
    )


class Beside(_Words):
    """What is different about one issue: a file beside it, with its name and the ending .sharebot.yaml."""

    accounts: Mapping[str, OnAccount] = Field(
        default_factory=dict,
        description="What holds for the whole issue on one account, by its name.",
        examples=[{"mastodon": {"skip": True}}],
    )
    articles: Mapping[str, OfArticle] = Field(
        default_factory=dict,
        description="What holds for one article, by its number or the beginning of its headline.",
        examples=[{"2": {"skip": True}}],
    )


@dataclass(frozen=True, slots=True)
class Override:
    """What an editor wants of one delivery. `text` is a template, `when` a wall time or RFC 3339; None: the usual."""

    text: str | None = None
    skip: bool = False
    when: str | None = None

    def due(self, zone: str) -> datetime | None:
        """Return the moment that `when` means by the clocks of `zone`."""
        return moment(self.when, zone) if self.when else None


@dataclass(frozen=True, slots=True)
class Overrides:
    """The whole file."""

    _form: Beside
    _document: yaml.Document

    def of(self, article_number: int, headline: str, account: str) -> Override:
        """Return what holds for an article (number 0: the whole issue, as a thread or digest) on an account."""
        articles = [form for key, form in self._form.articles.items() if _means(key, article_number, headline)]
        layers: list[_Words] = [form.accounts[account] for form in articles if account in form.accounts]
        layers += [*articles, *([self._form.accounts[account]] if account in self._form.accounts else []), self._form]
        said: dict[str, Any] = {}
        for layer in reversed(layers):
            said |= {name: getattr(layer, name) for name in layer.model_fields_set - {"accounts", "articles"}}
        return Override(**said)

    def apply(self, item: Item, account: str, zone: str) -> Item | None:
        """Give an item the editor's words and time; None where it is not to be posted on this account.

        Of a thread or a digest, the articles that are skipped are left out.
        """
        own = self.of(item.number, item.headline, account)
        issue = item.issue
        if item.article is None:
            left = (a for a in issue.articles if not self.of(a.number, a.headline, account).skip)
            issue = replace(issue, articles=tuple(left))
        if own.skip or not issue.articles:
            return None
        return replace(item, issue=issue, text=own.text, when=own.due(zone))

    def unused(self, issue: Issue, accounts: Collection[str]) -> list[str]:
        """Say what means no article of the issue, or more than one, and which names are none of the `accounts`."""
        return [str(problem) for problem in (*self._articles(issue), *self._accounts(accounts))]

    def _articles(self, issue: Issue) -> Iterator[Problem]:
        for key in self._form.articles:
            meant = [article for article in issue.articles if _means(key, article.number, article.headline)]
            if not meant:
                headlines = [article.headline for article in issue.articles]
                hint = f"it has 1 to {len(headlines)}" if key.isdecimal() else did_you_mean(key, headlines)
                yield self._problem(("articles", key), f"{issue.id} has no such article", hint)
            elif len(meant) > 1:
                numbers = " or ".join(str(article.number) for article in meant)
                yield self._problem(("articles", key), "means more than one article", f"write {numbers}")

    def _accounts(self, accounts: Collection[str]) -> Iterator[Problem]:
        ways: list[tuple[str, ...]] = [("accounts", name) for name in self._form.accounts]
        ways += [
            ("articles", key, "accounts", name) for key, form in self._form.articles.items() for name in form.accounts
        ]
        for way in ways:
            if way[-1] not in accounts:
                yield self._problem(way, "no account of this name gets the newsletter", did_you_mean(way[-1], accounts))

    def _problem(self, way: tuple[str, ...], message: str, hint: str) -> Problem:
        return Problem(self._document.pages[0].file, *self._document.places[way].key[:2], ".".join(way), message, hint)


def beside(issue: Issue) -> Overrides | None:
    """Return what an editor wrote beside an issue, None for nothing. Raises SourceError as `parse` does."""
    return parse(issue.beside, issue.id) if issue.beside else None


def parse(document: Document, issue: str | None = None) -> Overrides:
    """Read the file beside the issue of this id. Raises SourceError that tells all that is wrong with it."""
    found = of_bytes(document.name, document.data, _START)
    if () not in found.places:
        raise _broken(found.problems, issue)
    try:
        form = Beside.model_validate_json(json.dumps(found.places[()].value), strict=True)
    except ValidationError as error:
        explain(found, error, Beside)
    if found.problems:
        raise _broken(found.problems, issue)
    return Overrides(form, found)


def _broken(problems: tuple[Problem, ...], issue: str | None) -> SourceError:
    first, *others = [replace(problem, excerpt="") for problem in problems]
    place = f"{first.file}:{first.line}:{first.column}" if first.line else first.file
    told = "\n".join(map(str, (first, *others)))
    return SourceError(place, told.removeprefix(f"{place}: "), issue)


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the file."""
    return {"$schema": DRAFT, **without_null(Beside.model_json_schema()), "title": "sharebot override"}


def _means(key: str, number: int, headline: str) -> bool:
    if key.isdecimal():
        return int(key) == number
    return bool(number) and " ".join(headline.split()).casefold().startswith(" ".join(key.split()).casefold())
