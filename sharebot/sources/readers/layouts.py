"""How plain-text newsletters are laid out: numbers, signs, underlines or rules tell their articles apart."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from sharebot.sources.readers.articles import article_level, has_substance, number_of, sections
from sharebot.sources.readers.blocks import Block, is_link_line
from sharebot.sources.readers.boilerplate import is_boilerplate, is_rule
from sharebot.sources.readers.furniture import GREETING, why_left_out
from sharebot.sources.readers.lines import (
    HEADLINE,
    LONGEST_HEADLINE,
    Group,
    article_of,
    blocks_of,
    grouped,
    header_of,
    opens_article,
    paragraphs_of,
)

Layout: TypeAlias = tuple[list[Group], list[list[Block]]]
"""The groups above the first article, and each article's blocks with its headline first."""
_ORNAMENTS = "-–—*_=~•·|/[] \u200b\u200e\u200f\u2060"
_ALONE = re.compile(
    r"{0}(?:#|№ ?|No\.? |Nr\.? )?\(?(\d{{1,3}})[.):、]?{0}".format(f"[{re.escape(_ORNAMENTS)}]*")  # "— 01 —", "[1]"
)
_SIGNS = "■◆●▼★□◇▶►✦❖◎☆▲"
_SEVERAL = 2
_THICK = "━═█=＝"
_UNDERLINES = {"=": 1, "-": 2}


class _Mark(NamedTuple):
    """A number on line `at` that may open an article. `sure`: "03" on a line of its own, which is nothing else."""

    at: int
    number: int
    sure: bool = False


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
    parts = [grouped(lines[start:end]) for start, end in zip(starts, ends, strict=True)]
    said = [part for part in parts if not all(is_boilerplate(line) for group in part for line in group)]
    return grouped(lines[: marks[0]]), [article_of(part) for part in said]


def _underlined(lines: list[str]) -> Layout | None:
    """Headlines stand over a line of = or -. A single one may be the title, so it does not count."""
    groups = [group[1:] if len(group) > 1 and is_rule(group[0]) else group for group in grouped(lines)]
    levels = [_underline(group) for group in groups]
    level = article_level(list(filter(None, levels)))
    if len(levels) - levels.count(0) == 1 or not level:
        return None
    first = levels.index(level)
    blocks = [
        block
        for group, depth in zip(groups[first:], levels[first:], strict=True)
        for block in ([Block(group[0], depth), *blocks_of(group[2:])] if depth else blocks_of(group))
    ]
    found = [section for section in sections(blocks)[1] if has_substance(section)]
    return (groups[:first], found) if found else None


def _ruled(lines: list[str]) -> Layout | None:
    """Rules divide the articles. A part without a headline goes on with the article before it."""
    bounds = [-1, *(at for at, line in enumerate(lines) if is_rule(line)), len(lines)]
    first, *others = [grouped(lines[above + 1 : below]) for above, below in pairwise(bounds)]
    found: list[list[Block]] = []
    for part in filter(None, (_opening(first), *others)):
        if not opens_article(part[0]):
            (found[-1] if found else []).extend(paragraphs_of(part))
        elif has_substance(section := article_of(part)):
            found.append(section)
    return (first, found) if len(found) > 1 else None


def _opening(groups: list[Group]) -> list[Group]:
    """Return the article above the first rule. A title with a date is the issue's and only introduces."""
    title, day, rest = header_of(groups)
    if len(rest) > 1 and opens_article(rest[0]):
        return rest
    return [[title], *rest] if rest and not day else []


def whole(lines: list[str], title: str = "") -> Layout:
    """Take the whole text as one article, under its own headline, or else under the `title` of the mail that it is."""
    groups = grouped(lines)
    while len(groups) > 1 and why_left_out(groups[0][0]) == GREETING:
        groups = groups[1:]
    own, _, rest = header_of(groups)
    headed = len(rest) > 1 and opens_article(rest[0])
    section = article_of(rest) if headed else [Block(own, HEADLINE), *paragraphs_of(rest)]
    if len(own) > LONGEST_HEADLINE or not has_substance(section):
        section = [Block(title, HEADLINE), *paragraphs_of(groups)] if title else []
    return groups, [section] if section else []


def _marked(lines: list[str]) -> Layout | None:
    """Headlines begin with the same sign (■, ◆, ●), which stands nowhere else."""
    signs = Counter(line[0] for line in lines if line and line[0] in _SIGNS and len(line) > 1)
    sign, count = signs.most_common(1)[0] if signs else ("", 0)
    if count < _SEVERAL:
        return None
    marks = [at for at, line in enumerate(lines) if line.startswith(sign)]
    parts = []
    for start, end in pairwise([*marks, len(lines)]):
        last = next((at for at in range(start + 1, end) if _is_end(lines[at])), end)
        parts.append(grouped([lines[start].lstrip(f"{sign} "), *lines[start + 1 : last]]))
    return grouped(lines[: marks[0]]), [article_of(_without_rules(part)) for part in parts]


def _is_end(line: str) -> bool:
    return line[:1] in _THICK and is_rule(line)


def _without_rules(groups: list[Group]) -> list[Group]:
    return [kept for group in groups if (kept := [line for line in group if not is_rule(line)])]


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
    if len(group) == 1 or len(group[1]) * 2 < len(group[0]) or not opens_article(group[:1]):
        return 0
    return _UNDERLINES.get(group[1][0], 0) if len(set(group[1])) == 1 and is_rule(group[1]) else 0


LAYOUTS: dict[str, Callable[[list[str]], Layout | None]] = {
    "numbers alone": _alone,
    "numbers": _before_headline,
    "headings marked": _marked,
    "headings": _underlined,
    "rules": _ruled,
}
