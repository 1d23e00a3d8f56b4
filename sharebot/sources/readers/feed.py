"""Feeds: each item is an issue, whose articles stand in it, or each item is an article, which is an issue of one.

Which of the two, an editor may say; else the items tell, all together, for a feed is written one way.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain

from sharebot.errors import SourceError
from sharebot.model import NO_HINTS, Article, Document, Hints, Issue
from sharebot.sources.readers import html, issues, jsonfeed, rss
from sharebot.sources.readers.blocks import Block, Image
from sharebot.sources.readers.entries import Entry, Feed, names
from sharebot.text.segment import sentences

_BEGINNING = re.compile(
    rb"[^<{]{0,9}(?:\{|(?:<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>|\s)*+<(?:rss|feed|(?:\w+:)?RDF|channel)\b)",
    re.IGNORECASE | re.DOTALL,
)
_HEAD = 2000
_LOOKED_AT = 12
"""Items that are enough to tell what kind of feed this is."""
_LINKED = 3
_LINKED_IN_SERIES = 2


@cache
def _counted() -> re.Pattern[str]:
    """Return what finds a count of issues: "Issue 12", "Rundbrief #7", "第12期"."""
    return re.compile(
        r"\b(?:issue|newsletter|edition|digest|roundup|week(?:ly)?|ausgabe|rundbrief|folge|num[eé]ro|[eé]dition|lettre"
        r"|infolettre|edici[oó]n|bolet[ií]n|edizione|edi[cç][aã]o|boletim|nieuwsbrief|uitgave|выпуск|дайджест|рассылка)"
        r"\s*(?:no\.?|nr\.?|n[°º]|[#№:–—-])?\s*\d|[#№]\s?\d|\b(?:no|nr|vol)\.\s?\d|n[°º]\s?\d|第\s*[\d一二三四五六七八九十百]+\s*[期号號回]"
        r"|العدد\s*\d|شماره\s*\d|גיליון\s*\d",
        re.IGNORECASE,
    )


_VERSION = re.compile(r"\d+\.\d+")
_DIGITS = re.compile(r"\d+")
_PREFORMATTED = re.compile(r"<(/?)pre\b", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST_HEADLINE = 110


def looks_like_one(data: bytes) -> bool:
    """Whether these bytes begin as a feed does."""
    return _BEGINNING.match(data[:_HEAD].replace(b"\0", b"")) is not None


def read(document: Document, hints: Hints = NO_HINTS) -> tuple[Issue, ...]:
    """Read the items of a feed, RSS, Atom or JSON Feed, in its order. A feed without items yet has no issues.

    Raises SourceError.
    """
    is_json = document.data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    feed = jsonfeed.parse(document) if is_json else rss.parse(document)
    bodies = map(_blocks, feed.entries)  # one at a time: together they would take many times the feed's size
    looked = [] if hints.items else list(_beginning(bodies))
    kind, why = (hints.items, "as `items:` says") if hints.items else _guess(feed, looked)
    read_one = _as_issue if kind == "issues" else _as_article
    found = []
    for entry, name, blocks in zip(feed.entries, names(feed.entries), chain(looked, bodies), strict=True):
        if entry.title or entry.url or any(block.text for block in blocks):
            made = read_one(_facts(entry, name, blocks, document), blocks, hints)
            told = f"each item is an {'issue' if kind == 'issues' else 'article'}, {why}"
            found.append(replace(made, how=f"{told}; {made.how}" if made.how else told))
    return _told_apart(found)


def _blocks(entry: Entry) -> list[Block]:
    """Return the blocks of an item's body. All preformatted, as archives of lists have it, it is text."""
    try:
        blocks = html.blocks(entry.markup, entry.base)
        return blocks or html.blocks(_PREFORMATTED.sub(r"<\1div", entry.markup).replace("\n\n", "<p>"), entry.base)
    except SourceError:  # what one item does to a parser is no reason to lose the others
        return []


def _beginning(bodies: Iterator[list[Block]]) -> Iterator[list[Block]]:
    """Yield items' bodies until enough of them say something."""
    full = 0
    for blocks in bodies:
        yield blocks
        full += bool(blocks)
        if full == _LOOKED_AT:
            return


def _guess(feed: Feed, bodies: Sequence[Sequence[Block]]) -> tuple[str, str]:
    """Return "issues" or "articles", and what told so."""
    looked = [(entry.title, blocks) for entry, blocks in zip(feed.entries, bodies, strict=False) if blocks]
    series = _series([title for title, _ in looked])
    full = sum(_is_full(blocks, in_series=title in series) for title, blocks in looked)
    cure = "write `items: {}` if that is wrong"
    if full * 2 > len(looked):
        counted = ", and their titles count" if series else ""
        told = f"for {full} of the {len(looked)} looked at have several linked headlines in them{counted}"
        return "issues", f"{told} ({cure.format('articles')})"
    return "articles", f"for few of them have several linked headlines in them ({cure.format('issues')})"


def _series(titles: Sequence[str]) -> frozenset[str]:
    """Return the titles that count issues: by a word for it, or because most are alike but for their numbers."""
    numbered = [title for title in titles if _DIGITS.search(title) and not _VERSION.search(title)]
    patterns = Counter(_DIGITS.sub("0", title) for title in numbered)
    alike = {pattern for pattern, times in patterns.items() if times * 2 > len(titles) > 1 and _LETTER.search(pattern)}
    return frozenset(title for title in numbered if _counted().search(title) or _DIGITS.sub("0", title) in alike)


def _is_full(blocks: Sequence[Block], *, in_series: bool) -> bool:
    """Whether an item holds several articles. Where its title does not count, an essay may hold some links as well."""
    linked = _linked(blocks)
    candidates = sum(block.level > 0 or block.opens for block in blocks)
    return linked >= _LINKED_IN_SERIES if in_series else linked >= _LINKED and linked * 2 > candidates


def _linked(blocks: Sequence[Block]) -> int:
    """Count what may be an article's headline with its link: headings and list entries that are or begin with a link.

    A heading also counts by a "read more" line of its own below it. Several that lead to one address are one.
    """
    found: set[str] = set()
    open_heading = False
    for block in blocks:
        opens = block.level > 0 or block.opens or (block.strong and not block.level)
        if opens and block.links and (block.level > 0 or block.lead in block.labels or block.only_link):
            found.add(block.links[0])
        elif open_heading and block.only_link and not opens:
            found.add(block.links[0])
            open_heading = False
        open_heading = opens or (open_heading and not block.only_link)
    return len(found)


def _facts(entry: Entry, name: str, blocks: Sequence[Block], document: Document) -> issues.Facts:
    return issues.Facts(
        name=document.name,
        id=name,
        title=entry.title or _opening(blocks, entry.language) or entry.url or name,
        day=entry.day,
        language=entry.language,
        url=entry.url,
        image=entry.image,
        author=entry.author,
        tags=entry.tags,
        modified=entry.modified or document.modified,
    )


def _opening(blocks: Sequence[Block], language: str | None) -> str:
    """Return the first sentence of an item without a title, or as many of its first words as a headline has room for.

    Where no spaces stand between words, it ends behind the last mark that does.
    """
    text = next((block.text for block in blocks if _LETTER.search(block.text)), "")
    spans = sentences(text[: _LONGEST_HEADLINE * 4], language)
    first = text[slice(*spans[0])] if spans else ""
    if len(first) <= _LONGEST_HEADLINE:
        return first
    cut = first[:_LONGEST_HEADLINE]
    end = max(cut.rfind(mark) for mark in " ，、；：,;:")
    return f"{cut[: end if end > 0 else _LONGEST_HEADLINE].rstrip(' ，、；：,;:')}…"


def _as_issue(facts: issues.Facts, blocks: list[Block], hints: Hints) -> Issue:
    """Divide an item into its articles; one in which none is found is an article itself."""
    try:
        return issues.issue(facts, blocks, hints)
    except SourceError:
        return _as_article(facts, blocks, hints)


def _as_article(facts: issues.Facts, blocks: list[Block], hints: Hints) -> Issue:
    """Make an issue of one article; the patterns of `include` and `exclude` are for articles within an issue."""
    try:
        return issues.issue(facts, blocks, replace(hints, split="whole", include=(), exclude=()))
    except SourceError:  # there is nothing beside a title and a link, which may be posted as well
        return _bare(facts, blocks)


def _bare(facts: issues.Facts, blocks: Sequence[Block]) -> Issue:
    image = next((image for block in blocks for image in block.images), Image(facts.image or "", facts.image_alt))
    about = (facts.url, image.url or None, facts.author, facts.tags)
    article = Article(1, facts.title, (), *about, image_alt=image.alt)
    return Issue(facts.id, facts.title, (article,), facts.day, facts.language, facts.url, facts.modified)


def _told_apart(found: Sequence[Issue]) -> tuple[Issue, ...]:
    """Leave out what stands in a feed twice, word for word."""
    return tuple({issue.id: issue for issue in reversed(found)}.values())[::-1]
