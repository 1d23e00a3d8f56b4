"""From blocks to an issue: what a document says of itself, and the articles that are found in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import takewhile

from sharebot.errors import SourceError
from sharebot.model import NO_HINTS, Hints, Issue
from sharebot.sources.readers import dates
from sharebot.sources.readers.articles import Defaults, articles
from sharebot.sources.readers.blocks import Block
from sharebot.sources.readers.languages import detect
from sharebot.sources.readers.splitting import Split, split

_NO_ARTICLE = (
    "no article was found: put a heading (## Headline) above each, or say how they are told apart"
    " (split: numbers, items, bold, rules or whole)"
)
_SHOWN = 60
_FEW = 5
_HEADER = 6
"""Blocks at the top among which a date may stand."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an issue beside its text. `name` is its document's, for messages; `id` names it in its source.

    `image` (with `image_alt`, its words), `author` and `tags` are for articles that have none of their own. `single`
    tells that the document presents itself as one article.
    """

    name: str
    id: str
    title: str = ""
    day: date | None = None
    language: str | None = None
    url: str | None = None
    image: str | None = None
    author: str | None = None
    tags: tuple[str, ...] = ()
    modified: datetime | None = None
    single: bool = False
    image_alt: str = ""


def issue(facts: Facts, blocks: Sequence[Block], hints: Hints = NO_HINTS) -> Issue:
    """Find the articles in a document's blocks. Raises SourceError where there is none."""
    title, rest = _title(facts, blocks)
    found = split(rest, hints, title, single=facts.single)
    if not found.units:
        raise SourceError(facts.name, _why_none(found, hints))
    day = facts.day or _date(blocks)
    return of(replace(facts, title=title, day=day), found, " ".join(block.text for block in blocks), hints)


def of(facts: Facts, found: Split, text: str, hints: Hints) -> Issue:
    """Make the issue of articles that are found. `text` is all of its words, for its language."""
    made = articles(found.units, Defaults(facts.url, facts.image, facts.author, facts.tags, facts.image_alt))
    return Issue(
        id=facts.id,
        title=facts.title or _stand_in([article.headline for article in made], facts.id),
        articles=made,
        date=facts.day or dates.find(facts.title) or dates.find(facts.name),
        language=facts.language or hints.language or detect(text),
        url=facts.url,
        modified=facts.modified,
        how=found.how,
        left_out=tuple(found.left_out),
    )


def _why_none(found: Split, hints: Hints) -> str:
    """Say why there is no article: where an editor's hints leave none, what was left out."""
    if hints == replace(NO_HINTS, language=hints.language) or not found.left_out:
        return _NO_ARTICLE
    left = "; ".join(f"{each.text[:_SHOWN]} ({each.why})" for each in found.left_out[:_FEW])
    return f"split, include and exclude leave no article; left out were: {left}"


def _title(facts: Facts, blocks: Sequence[Block]) -> tuple[str, Sequence[Block]]:
    """Return the issue's title and what it heads; a single first-level heading at the top is one."""
    first = [block for block in blocks if block.level == 1]
    alone = first[0] if len(first) == 1 and any(0 < block.level != 1 for block in blocks) else None
    if facts.title or alone is None:
        return facts.title, blocks
    above = list(takewhile(lambda block: block is not alone, blocks))
    return (alone.text, blocks) if not any(block.level for block in above) else ("", blocks)


def _stand_in(headlines: Sequence[str], id_: str) -> str:
    return headlines[0] if len(headlines) == 1 else id_


def _date(blocks: Sequence[Block]) -> date | None:
    top = [block for block in blocks if block.text][:_HEADER]
    return next((found for block in top if (found := dates.only(block.text))), None)
