"""The plain-text newsletter: a title, a date, and articles that are numbered, underlined or divided by rules.

Lines become groups (what stands between empty lines), groups become blocks, and blocks become articles.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from sharebot.errors import SourceError
from sharebot.model import NO_HINTS, Document, Hints, Issue
from sharebot.sources.readers import dates
from sharebot.sources.readers.articles import (
    article_level,
    articles,
    has_substance,
    is_special,
    name_without_ending,
    number_of,
    sections,
)
from sharebot.sources.readers.blocks import Block, from_text, is_link_line, join_lines
from sharebot.sources.readers.boilerplate import is_boilerplate, is_rule
from sharebot.sources.readers.decode import decode

Group: TypeAlias = list[str]
Layout: TypeAlias = tuple[list[Group], list[list[Block]]]
"""The groups above the first article, and each article's blocks with its headline first."""

_ORNAMENTS = "-–—*_=~•·|/[] \u200b\u200e\u200f\u2060"
_ALONE = re.compile(
    r"{0}(?:#|№ ?|No\.? |Nr\.? )?\(?(\d{{1,3}})[.):、]?{0}".format(f"[{re.escape(_ORNAMENTS)}]*")  # "— 01 —", "[1]"
)
_SENTENCE_END = re.compile(r"[.!?。！？…][\"'”’»«“)\]」』]*$")
_NO_HEADLINE_END = (".", ",", ";", ":", "。", "，", "；", "：", "、")
_HEADLINE = 2
_UNDERLINES = {"=": 1, "-": 2}
_LONGEST_HEADLINE = 200
_WRAPPED_FROM = 45
"""A headline's first line shorter than this was not wrapped by a mail program."""
_LONGEST_WRAPPED = 120
"""No mail program lets lines grow longer; where one is, each line that ends a sentence ends a paragraph."""
_LINES_OF_HEADLINE = 3
_GROUPS_OF_HEADER = 4
_LINES_OF_HEADER = 20
_NO_ARTICLE = (
    "no article was found: put 01, 02, 03 … on a line before each headline, "
    "or a headline on a line of its own with an empty line and the text below it"
)


class _Mark(NamedTuple):
    """A number on line `at` that may open an article. `sure`: "03" on a line of its own, which is nothing else."""

    at: int
    number: int
    sure: bool = False


def read(document: Document, hints: Hints = NO_HINTS) -> Issue:  # noqa: ARG001
    """Read a plain-text issue. Raises SourceError."""
    lines = [line.strip() for line in decode(document).split("\n")]
    above, found = next(layout for look in _LAYOUTS if (layout := look(lines)))
    if not found:
        raise SourceError(document.name, _NO_ARTICLE)
    title, day, _ = _header(above)
    made = articles(found)
    return Issue(
        id=name_without_ending(document.name),
        title=title or made[0].headline,
        articles=made,
        date=day or dates.find(title) or dates.find(document.name),
        modified=document.modified,
    )


def _alone(lines: list[str]) -> Layout | None:
    """Each article has its number on a line of its own."""
    every = [(at, match[1]) for at, line in enumerate(lines) if (match := _ALONE.fullmatch(line))]
    candidates = [_Mark(at, int(number), sure=number[0] == "0") for at, number in every if _below(lines, at)]
    # Counting may begin twice: in a table of contents, and in the text.
    starts = [place for place, mark in enumerate(candidates) if mark.number == 1][:2] or [0]
    marks = max((_run(candidates[start:]) for start in reversed(starts)), key=len)
    if not marks or (len(marks) == 1 and lines[marks[0]].strip(_ORNAMENTS) == "1"):
        return None
    return _numbered(lines, marks, [at + 1 for at in marks])


def _before_headline(lines: list[str]) -> Layout | None:
    """Each article has its number before its headline. A numbered list within an article is no article."""
    numbers = ((at, number_of(line)) for at, line in enumerate(lines))
    every = [_Mark(at, number) for at, number in numbers if number is not None]
    places = {mark.at for mark in every}
    apart = [mark for mark in every if not mark.at or not lines[mark.at - 1] or _divides(lines[mark.at - 1])]
    followed = [mark for mark in apart if _below(lines, mark.at) not in places]
    close = [mark for mark in every if mark.at - 1 in places or not mark.at or not lines[mark.at - 1]]
    for candidates in (followed, apart, close):
        marks = _run(candidates)
        if len(marks) > 1 or (marks and lines[marks[0]].startswith("0")):
            return _numbered(lines, marks, marks)
    return None


def _numbered(lines: list[str], marks: list[int], starts: list[int]) -> Layout:
    ends = [*marks[1:], len(lines)]
    parts = [_groups(lines[start:end]) for start, end in zip(starts, ends, strict=True)]
    said = [part for part in parts if not all(is_boilerplate(line) for group in part for line in group)]
    return _groups(lines[: marks[0]]), [_section(part) for part in said]


def _underlined(lines: list[str]) -> Layout | None:
    """Headlines stand over a line of = or -. A single one may be the title, so it does not count."""
    groups = [group[1:] if len(group) > 1 and is_rule(group[0]) else group for group in _groups(lines)]
    levels = [_underline(group) for group in groups]
    level = article_level(list(filter(None, levels)))
    if len(levels) - levels.count(0) == 1 or not level:
        return None
    first = levels.index(level)
    blocks = [
        block
        for group, depth in zip(groups[first:], levels[first:], strict=True)
        for block in ([Block(group[0], depth), *_blocks(group[2:])] if depth else _blocks(group))
    ]
    found = [section for section in sections(blocks)[1] if has_substance(section)]
    return (groups[:first], found) if found else None


def _ruled(lines: list[str]) -> Layout | None:
    """Rules divide the articles. A part without a headline goes on with the article before it."""
    bounds = [-1, *(at for at, line in enumerate(lines) if is_rule(line)), len(lines)]
    first, *others = [_groups(lines[above + 1 : below]) for above, below in pairwise(bounds)]
    found: list[list[Block]] = []
    for part in filter(None, (_opening(first), *others)):
        if not _opens(part[0]):
            (found[-1] if found else []).extend(_paragraphs(part))
        elif has_substance(section := _section(part)):
            found.append(section)
    return (first, found) if len(found) > 1 else None


def _opening(groups: list[Group]) -> list[Group]:
    """Return the article above the first rule. A title with a date is the issue's and only introduces."""
    title, day, rest = _header(groups)
    if len(rest) > 1 and _opens(rest[0]):
        return rest
    return [[title], *rest] if rest and not day else []


def _whole(lines: list[str]) -> Layout:
    """Take the whole text as one article, under its own headline or under the issue's title."""
    groups = _groups(lines)
    title, _, rest = _header(groups)
    headed = len(rest) > 1 and _opens(rest[0])
    section = _section(rest) if headed else [Block(title, _HEADLINE), *_paragraphs(rest)]
    return groups, [section] if len(title) <= _LONGEST_HEADLINE and has_substance(section) else []


_LAYOUTS: tuple[Callable[[list[str]], Layout | None], ...] = (_alone, _before_headline, _underlined, _ruled, _whole)


def _run(candidates: Iterable[_Mark]) -> list[int]:
    """Return where 1, 2, 3 … stand, in this order. Others are none of ours, but for sure ones: editors miscount."""
    found: list[int] = []
    last = 0
    for at, number, sure in candidates:
        if sure and number < last:  # counting begins anew
            break
        if sure or number == last + 1:
            found.append(at)
            last = number
    return found


def _below(lines: list[str], at: int) -> int | None:
    """Return the place of the next line that is not empty."""
    return next((place for place in range(at + 1, len(lines)) if lines[place]), None)


def _divides(line: str) -> bool:
    return is_rule(line) or is_link_line(line)


def _underline(group: Group) -> int:
    """Return 1 for a headline over =====, 2 for one over -----, 0 for anything else."""
    if len(group) == 1 or len(group[1]) * 2 < len(group[0]) or not _opens(group[:1]):
        return 0
    return _UNDERLINES.get(group[1][0], 0) if len(set(group[1])) == 1 and is_rule(group[1]) else 0


def _groups(lines: Iterable[str]) -> list[Group]:
    groups: list[Group] = [[]]
    for line in lines:
        if line:
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return groups if groups[-1] else groups[:-1]


def _header(groups: Sequence[Group]) -> tuple[str, date | None, list[Group]]:
    """Return the title, the date and the groups below them; only the top of the text is searched."""
    top = [line for group in groups[:_GROUPS_OF_HEADER] for line in group[:_LINES_OF_HEADER]]
    days = {line: day for line in top if (day := dates.only(line))}
    idle = {line for line in top if line in days or is_boilerplate(line)}
    kept = [[line for line in group if line not in idle] for group in groups[:_GROUPS_OF_HEADER]]
    rest = [group for group in (*kept, *groups[_GROUPS_OF_HEADER:]) if group]
    if not rest:
        return "", next(iter(days.values()), None), []
    title, below = _headline(rest[0], followed=len(rest) > 1)
    return title, next(iter(days.values()), None), [group for group in (below, *rest[1:]) if group]


def _section(groups: Sequence[Group]) -> list[Block]:
    headline, below = _headline(groups[0], followed=len(groups) > 1)
    return [Block(headline, _HEADLINE), *_blocks(below), *_paragraphs(groups[1:])]


def _headline(group: Group, *, followed: bool) -> tuple[str, Group]:
    """Divide an article's first group: its first line, or all of it where a long headline was wrapped."""
    near = group[: _LINES_OF_HEADLINE + 1]
    end = next((at for at, line in enumerate(near) if at and _stands_alone(line)), len(near))
    short = len(group[0]) < _WRAPPED_FROM and not near[-1][0].islower()
    if not followed or end == 1 or end > _LINES_OF_HEADLINE or short:
        return group[0], group[1:]
    joined = join_lines(group[:end])
    wrapped = len(joined) <= _LONGEST_HEADLINE and not _ends_sentence(joined)
    return (joined, group[end:]) if wrapped else (group[0], group[1:])


def _paragraphs(groups: Iterable[Group]) -> Iterator[Block]:
    return (block for group in groups for block in _blocks(group))


def _blocks(group: Group) -> Iterator[Block]:
    """Make a group's paragraph, and blocks of their own of lines that are no part of a sentence."""
    unwrapped = any(len(line) > _LONGEST_WRAPPED and not is_link_line(line) for line in group)
    sentence: list[str] = []
    for line in group:
        alone = _stands_alone(line)
        if sentence and _ends_sentence(sentence[-1]) and (alone or unwrapped):
            yield from _block(sentence)
            sentence = []
        sentence.append(line)
        if alone and len(sentence) == 1:
            yield from _block(sentence)
            sentence = []
    yield from _block(sentence)


def _block(lines: list[str]) -> Iterator[Block]:
    if lines:
        yield from_text(join_lines(lines))


def _stands_alone(line: str) -> bool:
    return is_boilerplate(line) or is_link_line(line) or is_special(line)


def _ends_sentence(line: str) -> bool:
    return _SENTENCE_END.search(line[-8:]) is not None


def _opens(group: Group) -> bool:
    """Whether a group begins with a headline and not with a sentence."""
    headline, below = _headline(group, followed=True)
    if len(headline) > _LONGEST_HEADLINE or headline.endswith(_NO_HEADLINE_END) or _stands_alone(headline):
        return False
    return not below or len(headline) < _WRAPPED_FROM or _stands_alone(below[0])
