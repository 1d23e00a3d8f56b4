"""Ways to divide a run of blocks into articles: entries of a list, bold headlines, bold openings, linked headlines.

Each way looks at the blocks below one heading and answers with the units that it sees. A unit is a run of blocks whose
first one is the headline. What stands before the first unit introduces.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TypeAlias

from sharebot.sources.readers import dates
from sharebot.sources.readers.articles import number_of, without_number
from sharebot.sources.readers.blocks import Block, read_on
from sharebot.sources.readers.boilerplate import is_boilerplate

Unit: TypeAlias = list[Block]

_HEADLINE = 7
"""The level that a headline gets which is none of h1 to h6."""
_LONGEST_HEADLINE = 160
_LONGEST_LEAD = 140
_LARGER = 1.15
"""Letters larger than the text's by so much stand in a headline."""
_SENTENCE_END = re.compile(r"[.。;,，、]['\"”’»）)]?$")
_FIRST_SENTENCE = re.compile(r".+?(?:[.!?]['\"”’»)]*(?=\s+[^\W\da-z])|[。！？؟।۔][」』”’）)]*)(?=.)")
_LEAD_END = re.compile(r"[\s:：.。–—-]+$")


@cache
def _number_alone() -> re.Pattern[str]:
    return re.compile(r"\W{0,3}(?:#|№ ?|No\.? |Nr\.? )?\(?(\d{1,3})[.):、]?\W{0,3}")


_WORD = re.compile(r"\w+")


@cache
def _cjk() -> re.Pattern[str]:
    return re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


_BEHIND = " :：.。–—-|·,;，、；"
"""What stands between a headline and the text that goes on behind it."""
_FEW_LETTERS = 12
_WORDS = 3
_SIGNS = 4
_BUTTON = 40
"""Letters; "Read more about the harbour" is no headline, a longer line with these words may be one."""
_SEVERAL = 2
_LEAST = 2
_LARGE = 20
"""Pixels; where a mail states no size for its text, letters from here on are a headline's."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Blocks divided: what stands before the units, and the units."""

    above: list[Block]
    units: list[Unit]

    @property
    def share(self) -> float:
        """How much of the text is in units, from 0 to 1."""
        inside = sum(len(block.text) for unit in self.units for block in unit)
        return inside / max(1, inside + sum(len(block.text) for block in self.above))


def entries(blocks: Sequence[Block]) -> Cut:
    """Take each entry of the outermost lists, with what is quoted below it or goes on within its list."""
    top = min((block.depth for block in blocks if block.opens), default=0)
    cut = _cut(blocks, lambda block, _: block.opens and block.depth == top)
    units = []
    for unit in cut.units:
        inside = next((at for at, block in enumerate(unit) if not block.depth and not block.quote), len(unit))
        units.append(_headed(unit[:inside]))
        cut.above.extend(unit[inside:])
    return Cut(cut.above, units)


def bold_headlines(blocks: Sequence[Block], *, alone: bool = False) -> Cut:
    """Take each line that is bold or large as a headline. Where they come in sizes, the largest that repeats counts.

    `alone`: a single one counts, too.
    """
    body = body_size(blocks)
    sizes = [_rank(block, body) for block in blocks]
    counted = Counter(size for size in sizes if size)
    repeated = [size for size, count in counted.items() if count > 1 or alone]
    if not repeated:
        return Cut(list(blocks), [])
    top = max(repeated)
    marks = {id(block) for block, size in zip(blocks, sizes, strict=True) if size == top}
    return _with_headings(_cut(blocks, lambda block, _: id(block) in marks))


def leads(blocks: Sequence[Block]) -> Cut:
    """Take each paragraph that opens with bold words as a new article; others go on with the one above."""
    cut = _cut(blocks, lambda block, _: _has_bold_lead(block))
    return Cut(cut.above, [_headed(unit) for unit in cut.units])


def linked_headlines(blocks: Sequence[Block]) -> Cut:
    """Take each line that is only a link, and says more than "Read more", as the headline of the text below it."""

    def opens(block: Block, below: Block | None) -> bool:
        return is_linked_headline(block) and below is not None and not below.only_link and bool(below.text)

    return _with_headings(_cut(blocks, opens))


def numbers(blocks: Sequence[Block]) -> Cut:
    """Take lines that count 1, 2, 3 … as headlines, or what stands below a number on a line of its own."""
    marks: dict[int, Block] = {}
    for at, block in enumerate(blocks):
        number = None if block.quote else _counts(block)
        if number == len(marks) + 1:
            marks[at] = block
    if len(marks) < _SEVERAL:
        return Cut(list(blocks), [])
    places = [*marks, len(blocks)]
    units = [list(blocks[start:end]) for start, end in pairwise(places)]
    return Cut(list(blocks[: places[0]]), [_numbered(unit) for unit in units])


def rules(blocks: Sequence[Block]) -> Cut:
    """Take what stands between two dividing lines."""
    parts: list[Unit] = [[]]
    for block in blocks:
        if block.rule:
            parts.append([])
        else:
            parts[-1].append(block)
    return Cut([], [_headed(part) for part in parts if any(block.text for block in part)])


def paragraphs(blocks: Sequence[Block]) -> Cut:
    """Take each paragraph; quotations, lists and bare links below it are part of it."""

    def opens(block: Block, _: Block | None) -> bool:
        if not block.text or block.quote or block.depth:
            return False
        leads = block.text.endswith((":", "：")) and not block.links  # "From the proposal:"
        return not leads and (not block.only_link or is_wordy(block.text))

    cut = _cut(blocks, opens)
    return Cut(cut.above, [_headed(unit) for unit in cut.units])


def body_size(blocks: Sequence[Block]) -> float:
    """Return the size of most letters, 0 where none is written."""
    counted: Counter[float] = Counter()
    for block in blocks:
        if not block.strong and not block.only_link:
            counted[block.size] += len(block.text)
    return counted.most_common(1)[0][0] if counted else 0


def is_headline(block: Block, body: float = 0) -> bool:
    """Whether a line looks like a headline: bold or larger than the text, short, and no sentence."""
    return _rank(block, body) > 0


def is_linked_headline(block: Block) -> bool:
    """Whether a line is only a link whose words may be a headline."""
    text = block.text
    return (
        block.only_link
        and not block.quote
        and not text.startswith(("http://", "https://", "www."))
        and len(text) <= _LONGEST_HEADLINE
        and is_wordy(text)
        and not is_boilerplate(text)
        and not (read_on().search(text) and len(text) < _BUTTON)
    )


def is_wordy(text: str) -> bool:
    """Whether these are words enough for a headline: three, or a dozen letters."""
    return len(_WORD.findall(text)) >= _WORDS or len(text) >= _FEW_LETTERS or len(_cjk().findall(text)) >= _SIGNS


def is_phrase(text: str) -> bool:
    """Whether these are several words, more than a name."""
    return len(_WORD.findall(text)) >= _WORDS or len(_cjk().findall(text)) >= _SIGNS


def headline_of(block: Block) -> str:
    """Return the headline in a paragraph: its bold or linked opening, else its first sentence."""
    lead = _LEAD_END.sub("", block.lead)
    if lead and len(lead) <= _LONGEST_HEADLINE and (_is_title(block, lead) or block.lead == block.text):
        return lead
    label = next((label for label in block.labels if len(label.split()) >= _WORDS and not label.startswith("http")), "")
    if label and len(block.text) < 2 * len(label):
        return block.text if len(block.text) <= _LONGEST_HEADLINE else label
    sentence = _FIRST_SENTENCE.match(block.text)
    words = sentence[0] if sentence else block.text
    return words.strip()


def _is_title(block: Block, lead: str) -> bool:
    """Whether an opening is a headline and not just the first words of a sentence."""
    rest = block.text[block.text.find(lead) + len(lead) :].lstrip("*_ ")
    if not rest or rest[0] in ":：–—-.。|,，(（[【" or rest.lower().startswith(("by ", "von ", "par ", "por ")):
        return True
    return not block.labels or lead != _LEAD_END.sub("", block.labels[0]) or is_phrase(lead) or lead[-1].isdigit()


def _cut(blocks: Sequence[Block], opens: Callable[[Block, Block | None], bool]) -> Cut:
    above: list[Block] = []
    units: list[Unit] = []
    for at, block in enumerate(blocks):
        below = next((other for other in blocks[at + 1 : at + 4] if other.text), None)
        if opens(block, below):
            units.append([block])
        else:
            (units[-1] if units else above).append(block)
    return Cut(above, units)


def _headed(unit: Unit) -> Unit:
    """Put a headline before a unit that is no more than paragraphs; an opening that became the headline is cut off."""
    first = next((at for at, block in enumerate(unit) if block.text), 0)
    block = unit[first]
    words = headline_of(block)
    heading = replace(block, text=words, level=_HEADLINE, images=())
    rest = _rest(block, words)
    return [heading, *unit[:first], *rest, *unit[first + 1 :]]


def _rest(block: Block, words: str) -> list[Block]:
    """Return what a paragraph says beside its headline. A headline that is a sentence is part of the text, too."""
    before, found, after = block.text.partition(words)
    behind = after.lstrip(_BEHIND) if found else before
    if not behind and not block.images:
        return []
    if words and words == _LEAD_END.sub("", block.lead):
        return [replace(block, text=behind, lead="", level=0, strong=False)]
    return [replace(block, level=0)]


def _with_headings(cut: Cut) -> Cut:
    return Cut(cut.above, [[replace(unit[0], level=_HEADLINE), *unit[1:]] for unit in cut.units])


def _rank(block: Block, body: float) -> float:
    """Return how large a headline is, 0 for what is none."""
    text = block.text
    large = block.size > max(body, 1) * _LARGER if body else block.size >= _LARGE
    if not (block.strong or large) or block.quote or not _LEAST < len(text) <= _LONGEST_HEADLINE:
        return 0
    if _SENTENCE_END.search(text) or is_boilerplate(text) or dates.only(text) or "://" in text[:9]:
        return 0
    return max(block.size, body, 1.0) if large else max(body, 1.0)


def _has_bold_lead(block: Block) -> bool:
    lead = block.lead
    if not lead or block.quote or block.depth or len(lead) > _LONGEST_LEAD or not block.lead_bold:
        return False
    return len(lead) < len(block.text) or not _SENTENCE_END.search(lead)


def _counts(block: Block) -> int | None:
    alone = _number_alone().fullmatch(block.text)
    if alone:
        return int(alone[1])
    return number_of(block.text) if len(block.text) <= _LONGEST_HEADLINE * 4 else None


def _numbered(unit: Unit) -> Unit:
    if _number_alone().fullmatch(unit[0].text) and len(unit) > 1:
        unit = unit[1:]
    first = unit[0]
    if len(first.text) <= _LONGEST_HEADLINE and not _SENTENCE_END.search(first.text):
        return [replace(first, text=without_number(first.text), level=_HEADLINE), *unit[1:]]
    return _headed([replace(first, text=without_number(first.text)), *unit[1:]])


WAYS: dict[str, Callable[[Sequence[Block]], Cut]] = {
    "numbers": numbers,
    "items": entries,
    "bold": lambda blocks: bold_headlines(blocks) if bold_headlines(blocks).units else leads(blocks),
    "rules": rules,
    "paragraphs": paragraphs,
}
"""What an editor can ask for, beside headings and the whole."""
