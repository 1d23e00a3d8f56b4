"""Lines of plain text to groups (what stands between empty lines), and groups to blocks: headlines and paragraphs."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TypeAlias

from sharebot.sources.readers import dates
from sharebot.sources.readers.articles import is_special
from sharebot.sources.readers.blocks import Block, from_text, is_link_line, join_lines
from sharebot.sources.readers.boilerplate import is_boilerplate

Group: TypeAlias = list[str]
_SENTENCE_END = re.compile(r"[.!?。！？…][\"'”’»«“)\]」』]*$")
_NO_HEADLINE_END = (".", ",", ";", ":", "。", "，", "；", "：", "、")
_LONGEST_ALONE = 90
_FEW = 2
_SHORTER = 0.8
_BULLET = re.compile(r"(?:[*•·‣◦–—-]|\[\d{1,3}\])[ \t\u3000]+(?=\S)")
LONGEST_HEADLINE = 200
_WRAPPED_FROM = 45
"""A headline's first line shorter than this was not wrapped by a mail program."""
_LONGEST_WRAPPED = 120
"""No mail program lets lines grow longer; where one is, each line that ends a sentence ends a paragraph."""
_LINES_OF_HEADLINE = 3
_GROUPS_OF_HEADER = 4
_LINES_OF_HEADER = 20
HEADLINE = 2


def blocks(lines: Iterable[str]) -> list[Block]:
    """Return the text's paragraphs, entries of lists and lines in capitals, to be divided as a page is."""
    groups = grouped(lines)
    if groups and any(dates.only(line) for line in groups[0]):
        groups = groups[1:]  # the title and the day
    if not groups:
        return []
    alone = [_is_alone(group, below) for group, below in pairwise(groups)] + [False]
    titled = sum(map(_is_titled, groups)) > sum(len(group) > 1 for group in groups) / 2
    lone = sum(alone) > _FEW
    return [
        made
        for group, single in zip(groups, alone, strict=True)
        for made in _shaped(group, headed=(lone and single) or (titled and _is_titled(group)))
    ]


def _is_alone(group: Group, below: Group) -> bool:
    """Whether a headline stands on a line of its own between empty ones, over a text."""
    short = len(group) == 1 and len(group[0]) <= _LONGEST_ALONE and not stands_alone(group[0])
    headline = short and not group[0].endswith((*_NO_HEADLINE_END, "!", "?", "…")) and not _BULLET.match(group[0])
    return headline and _ends_sentence(below[-1] if len(below) == 1 or not is_link_line(below[-1]) else below[-2])


def _is_titled(group: Group) -> bool:
    """Whether a group begins with a headline, which is shorter than the lines of text below it, or in capitals."""
    first = group[0]
    shorter = len(group) > 1 and len(first) < _SHORTER * max(map(len, group[1:]))
    return (shorter or first.isupper()) and len(group) > 1 and opens_article(group) and not _BULLET.match(first)


def grouped(lines: Iterable[str]) -> list[Group]:
    """Divide lines at the empty ones."""
    groups: list[Group] = [[]]
    for line in lines:
        if line:
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return groups if groups[-1] else groups[:-1]


def header_of(groups: Sequence[Group]) -> tuple[str, date | None, list[Group]]:
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


def article_of(groups: Sequence[Group]) -> list[Block]:
    """Make an article's blocks of its groups, the headline first."""
    headline, below = _headline(groups[0], followed=len(groups) > 1)
    return [Block(headline, HEADLINE), *blocks_of(below), *paragraphs_of(groups[1:])]


def paragraphs_of(groups: Iterable[Group]) -> Iterator[Block]:
    """Make the paragraphs of groups."""
    return (block for group in groups for block in blocks_of(group))


def blocks_of(group: Group) -> Iterator[Block]:
    """Make a group's paragraph, and blocks of their own of lines that are no part of a sentence."""
    unwrapped = any(len(line) > _LONGEST_WRAPPED and not is_link_line(line) for line in group)
    sentence: list[str] = []
    for line in group:
        alone = stands_alone(line)
        if sentence and _ends_sentence(sentence[-1]) and (alone or unwrapped):
            yield from _block(sentence)
            sentence = []
        sentence.append(line)
        if alone and len(sentence) == 1:
            yield from _block(sentence)
            sentence = []
    yield from _block(sentence)


def opens_article(group: Group) -> bool:
    """Whether a group begins with a headline and not with a sentence."""
    headline, below = _headline(group, followed=True)
    if len(headline) > LONGEST_HEADLINE or headline.endswith(_NO_HEADLINE_END) or stands_alone(headline):
        return False
    return not below or len(headline) < _WRAPPED_FROM or stands_alone(below[0])


def stands_alone(line: str) -> bool:
    """Whether a line is no part of a sentence: an address, an author, a button."""
    return is_boilerplate(line) or is_link_line(line) or is_special(line)


def _shaped(group: Group, *, headed: bool) -> Iterator[Block]:
    if headed:
        yield replace(from_text(group[0]), strong=True)
        group = group[1:]
    if all(_BULLET.match(line) or (at and _BULLET.match(group[0]) is not None) for at, line in enumerate(group)):
        yield from (replace(block, depth=1, opens=True) for block in _entries(group))
        return
    for block in blocks_of(group):
        strong = block.text.isupper() and len(block.text) <= LONGEST_HEADLINE
        yield replace(block, strong=True) if strong else block


def _entries(group: Group) -> Iterator[Block]:
    """Join the lines of each entry of a list."""
    starts = [at for at, line in enumerate(group) if _BULLET.match(line)]
    for start, end in pairwise([*starts, len(group)]):
        yield from_text(_BULLET.sub("", join_lines(group[start:end])))


def _headline(group: Group, *, followed: bool) -> tuple[str, Group]:
    """Divide an article's first group: its first line, or all of it where a long headline was wrapped."""
    near = group[: _LINES_OF_HEADLINE + 1]
    end = next((at for at, line in enumerate(near) if at and stands_alone(line)), len(near))
    short = len(group[0]) < _WRAPPED_FROM and not near[-1][0].islower()
    if not followed or end == 1 or end > _LINES_OF_HEADLINE or short:
        return group[0], group[1:]
    joined = join_lines(group[:end])
    wrapped = len(joined) <= LONGEST_HEADLINE and not _ends_sentence(joined)
    return (joined, group[end:]) if wrapped else (group[0], group[1:])


def _block(lines: list[str]) -> Iterator[Block]:
    if lines:
        yield from_text(join_lines(lines))


def _ends_sentence(line: str) -> bool:
    return _SENTENCE_END.search(line[-8:]) is not None
