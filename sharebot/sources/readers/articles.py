"""Blocks to articles: which headings open one, and what in it is its text, link, picture, author and tags."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from sharebot.model import Article
from sharebot.sources.readers.blocks import Block, Image, is_web, read_on
from sharebot.sources.readers.boilerplate import ends_article, is_boilerplate
from sharebot.text.ways_out import way_out
from sharebot.text.wrappers import per_recipient, unwrap


@cache
def _number() -> re.Pattern[str]:
    return re.compile(
        r"#(\d{1,3})[.):]?\s+(?=\S)|(\d\d)(?:\s*[.):|–—-])?\s+(?=\S)|\(?(\d{1,3})(?:[.):]\s+(?=\S)|[、．]\s*(?=\S))"
        r"|(?:第)?([一二三四五六七八九十]{1,3})(?:[、．.]|[)）])\s*(?=\S)"
    )


_CHINESE = {sign: number for number, sign in enumerate("一二三四五六七八九", 1)}
_NAME = r"(?:[^\W\d_a-z][\w.’'-]*|van|von|de[nrls]?|da|di|du|la|le|el|al|bin|ten|ter|and|und|et|e|y|en|&)"


@cache
def _byline() -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?i:by|von|par|por|di|door|text|author|autor|autora|autore|auteur):?\s+|(?:作者|文|著者|撰文)\s*[:：/]\s*)"
        rf"({_NAME}(?:[ ,]{{1,2}}{_NAME}){{0,8}})"
    )


_TAGS = re.compile(
    r"(?:tags?|topics?|themen|schlagw[oö]rter|stichw[oö]rter|mots[- ]cl[eé]s|[eé]tiquettes|etiquetas|标签|標籤|タグ)"
    r"\s*[:：]\s*(\S.*)",
    re.IGNORECASE,
)
_SHARES = re.compile(
    r"(?:twitter|x)\.com/(?:intent|share)|facebook\.com/(?:sharer|share\.php|dialog)|linkedin\.com/(?:share|cws)"
    r"|reddit\.com/submit|(?:t|telegram)\.me/share|wa\.me/|api\.whatsapp\.com|pinterest\.com/pin/create"
    r"|service\.weibo\.com/share|news\.ycombinator\.com/submitlink|bsky\.app/intent|addtoany\.com",
    re.IGNORECASE,
)
"""Addresses of networks' share buttons."""
_PROFILE = re.compile(
    r"https?://(?:www\.|m\.)?(?:(?:twitter|x|github|gitlab|weibo|instagram|facebook)\.com/(?:n/)?@?[\w.-]+"
    r"|linkedin\.com/in/[\w%-]+|(?:medium\.com|[\w-]+(?:\.[\w-]+)+)/@[\w.@-]+|bsky\.app/profile/[\w.:-]+"
    r"|[\w.-]+/u/[\w-]+)/?",
    re.IGNORECASE,
)
_LONGEST_SPECIAL_LINE = 200
_LONGEST_LABEL = 30
_ROW = 3
_LONGEST_ROW = 80


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a document says of all its articles; an article's own word comes first. `url` is for a single article."""

    url: str | None = None
    image: str | None = None
    author: str | None = None
    tags: tuple[str, ...] = ()
    image_alt: str = ""


NO_DEFAULTS = Defaults()


def number_of(line: str) -> int | None:
    """Return the number that a headline opens with ("01 ", "1. ", "#1 ", "一、"), None where there is none."""
    match = _number().match(line)
    return _value(next(filter(None, match.groups()))) if match else None


def _value(digits: str) -> int:
    """Return the number that digits of any script write, or 一 to 九十九."""
    if digits.isdecimal():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    return (_CHINESE.get(tens, 1) * 10 if ten else 0) + _CHINESE.get(ones, 0)


def without_number(line: str) -> str:
    """Return the headline behind its number."""
    return _number().sub("", line, count=1) if _number().match(line) else line


def is_special(line: str) -> bool:
    """Whether a line of its own holds an author or tags and no sentence."""
    return len(line) <= _LONGEST_SPECIAL_LINE and bool(_byline().fullmatch(line) or _TAGS.fullmatch(line))


def article_level(levels: Sequence[int]) -> int:
    """Return the level of heading that opens articles, 0 where there is no heading.

    It is the outermost that repeats; where none does, the outermost below a single first-level title.
    """
    counts = Counter(levels)
    repeated = [level for level, count in counts.items() if count > 1]
    return min(repeated or [level for level in counts if level > 1] or counts or [0])


def sections(blocks: Sequence[Block]) -> tuple[list[Block], list[list[Block]]]:
    """Divide blocks into the introduction and the articles' blocks, each with its heading first.

    A heading further out ends an article, and what follows it introduces the next one: it is left out.
    """
    level = article_level([block.level for block in blocks if block.level])
    introduction: list[Block] = []
    found: list[list[Block]] = []
    current = introduction
    for block in blocks:
        if level and block.level == level:
            current = [block]
            found.append(current)
        elif 0 < block.level < level and found:
            current = []
        elif block.level <= level:
            current.append(block)
    return introduction, found


def articles(found: Sequence[Sequence[Block]], defaults: Defaults = NO_DEFAULTS) -> tuple[Article, ...]:
    """Make numbered articles of sections; leading numbers leave the headlines where they count from 1 on."""
    numbers = [number for section in found if (number := number_of(section[0].text))]
    counted = numbers == list(range(1, len(numbers) + 1)) and (len(numbers) > 1 or found[0][0].text.startswith("0"))
    whole = defaults.url if len(found) == 1 else None
    return tuple(
        _article(position, without_number(section[0].text) if counted else section[0].text, section, whole, defaults)
        for position, section in enumerate(found, 1)
    )


def has_substance(section: Sequence[Block]) -> bool:
    """Whether anything stands below or behind a heading; a heading alone is a section's title, not an article."""
    return bool(section[0].links) or any(
        (block.text or block.links) and not is_boilerplate(block.text) for block in section[1:]
    )


def name_without_ending(name: str) -> str:
    """Return a document's id: "2026/07.md" is "2026/07"."""
    return name.removesuffix(PurePosixPath(name).suffix)


def _article(number: int, headline: str, section: Sequence[Block], whole: str | None, defaults: Defaults) -> Article:
    heading, body = section[0], _own(section[1:])
    author, body = _author(body)
    tags, body = _tags(body)
    link, body = _link(body)
    own = _first(heading.links) or link or whole
    found = own or _first([address for block in body for address in block.links])
    true = unwrap(found) if found else None
    private = true is not None and bool(per_recipient(true))
    images = [image for block in section for image in block.images]
    image = images[0] if images else Image(defaults.image or "", defaults.image_alt)
    return Article(
        number=number,
        headline=headline,
        paragraphs=tuple(block.text for block in _told(body)),
        url=None if private else true,
        image=image.url or None,
        author=author or defaults.author,
        tags=tags or defaults.tags,
        redirect=true if private else None,
        image_alt=image.alt,
    )


def _told(body: Sequence[Block]) -> list[Block]:
    """Return the article's text. Links of a word or two are none, unless there is no other."""
    said = [block for block in body if says_something(block)]
    prose = [block for block in said if not (block.only_link and len(block.text) < _LONGEST_LABEL)]
    return prose or said


def _is_own(link: str) -> bool:
    """Whether an address may be an article's: no share button, and no way out of a list."""
    return not _SHARES.search(link) and not way_out(link)


def says_something(block: Block) -> bool:
    """Whether a block holds words of the article: no address alone, no share buttons, no row of links."""
    if not block.text or block.text in block.links:
        return False
    if block.links and len(block.text) <= _LONGEST_ROW and not any(map(_is_own, block.links)):
        return False
    if not _ROW <= len(block.labels) <= _LONGEST_ROW:
        return True
    rest = block.text
    for label in block.labels:
        rest = rest.replace(label, " ", 1)
    return bool(re.search(r"\w", rest))


def _own(body: Sequence[Block]) -> list[Block]:
    """Drop boilerplate, and with the letter's last lines all that follows them."""
    kept: list[Block] = []
    for block in body:
        if kept and ends_article(block.text):
            break
        if not is_boilerplate(block.text):
            kept.append(block)
    return kept


def _author(body: list[Block]) -> tuple[str | None, list[Block]]:
    first = next((block for block in body if block.text), None)
    match = _byline().fullmatch(first.text) if first and is_special(first.text) else None
    return (match[1], [block for block in body if block is not first]) if match else (None, body)


def _tags(body: list[Block]) -> tuple[tuple[str, ...], list[Block]]:
    lines = [match for block in body if is_special(block.text) and (match := _TAGS.fullmatch(block.text))]
    if not lines:
        return (), body
    words = (word.strip(" #") for word in re.split("[,;、，]", lines[0][1]))
    return tuple(filter(None, words)), [block for block in body if not _TAGS.fullmatch(block.text)]


def _link(body: list[Block]) -> tuple[str | None, list[Block]]:
    """Take the article's own link out of its text: links on lines of their own, below the headline or at the end."""
    first = 1 if len(body) > 1 and body[0].only_link and not body[1].only_link else 0
    last = len(body)
    while last > first and (body[last - 1].only_link or not body[last - 1].text):
        last -= 1
    if last == 0 and not any(read_on().search(block.text) for block in body):  # links alone are the article's text
        return None, body
    at_the_end = sorted(body[last:], key=lambda block: not read_on().search(block.text))
    return _first([address for block in (*body[:first], *at_the_end) for address in block.links]), body[first:last]


def _first(links: Sequence[str]) -> str | None:
    """Return the first link that is the article's; somebody's profile only where there is no other."""
    own = [link for link in links if is_web(link) and _is_own(link)]
    return next((link for link in own if not _PROFILE.fullmatch(link)), own[0] if own else None)
