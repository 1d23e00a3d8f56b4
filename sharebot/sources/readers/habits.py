"""How an issue as a whole is made, and what follows for each section: it is an article, or a list of them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sharebot.sources.readers import dates, furniture, units
from sharebot.sources.readers.articles import has_substance, number_of, says_something
from sharebot.sources.readers.blocks import Block, read_on
from sharebot.sources.readers.boilerplate import is_boilerplate, phrases
from sharebot.sources.readers.outline import Section, length
from sharebot.sources.readers.units import WAYS, Cut

_MOST = 0.7
_HALF = 0.5
_PROSE = 1.5
_FEW_ENTRIES = 3
_SHORT_PARAGRAPH = 240
_NEAR = 70
_NEARLY = 0.75
_LONG_SECTION = 1300
_ESSAY = phrases(
    """conclusion; conclusions; epilogue; fazit; schluss; zusammenfassung; conclusión; conclusione; conclusão;
    заключение; 结论; 结语; 总结; まとめ; 結論; おわりに"""
)
"""Headings that an essay ends with."""
_PARTS = phrases(
    """introduction; background; motivation; prologue; preface; einleitung; hintergrund; introducción; introduzione;
    introdução; введение; はじめに;
    the problem; problem; the solution; solution; the result; the results; results; the verdict; the idea; the plan;
    the method; method; methods; the data; the experiment; the fix; the cause; root cause; impact; discussion;
    evaluation; limitations; future work; context; why; why now; how it works; how we got here; what happened;
    what next; whats next; next steps; lessons; lessons learned; takeaways; key takeaways; final thoughts;
    closing thoughts; wrapping up; after; before; appendix; das problem; die lösung; das ergebnis; ausblick;
    le problème; la solution; et après; el problema"""
)
"""Headings of an essay's parts; two of them tell one."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What holds for an issue.

    `prose`: most sections are articles; `lists`: most are lists of them; `paragraphs`: their paragraphs are; `bold`:
    each opens with a headline in bold.
    `headlines` are the plain words of all that may be a headline, `again` the addresses that stand there more than
    once; by these a table of contents is known. `level` is that of the headings of nearly all articles.
    """

    prose: bool = False
    lists: bool = False
    bold: bool = False
    paragraphs: bool = False
    headlines: frozenset[str] = frozenset()
    again: frozenset[str] = frozenset()
    level: int = 0

    def is_table_of_contents(self, blocks: Sequence[Block]) -> bool:
        """Whether entries have no address of their own, or name what stands further down."""
        said = [block for block in blocks if block.text]
        listed = sum(not block.links or self._is_known(block) for block in said)
        return listed >= len(said) * _HALF

    def repeats(self, blocks: Sequence[Block]) -> bool:
        """Whether a list at the top only names what follows: most of its links, or of its words, come again."""
        entries = [block for block in blocks if block.opens]
        return bool(entries) and sum(map(self._is_known, entries)) >= len(entries) * _HALF

    def _is_known(self, entry: Block) -> bool:
        return bool(self.again.intersection(entry.links)) or furniture.plain(entry.text) in self.headlines

    def is_above(self, section: Section) -> bool:
        """Whether a heading stands far above those of the articles, over no list of articles: a section's."""
        return 0 < section.level < self.level - 1 and not _entries(section.body, sure=True)

    def is_calendar(self, blocks: Sequence[Block]) -> bool:
        """Whether what stands under "Events" is hardly more than a list, or has many dated entries."""
        listed = length([block for block in blocks if block.depth])
        entries = [block for block in blocks if block.opens or block.level]
        dated = sum(dates.has_day(block.text) for block in entries)
        return 0 < _MOST * length(blocks) <= listed or (len(entries) >= _FEW_ENTRIES and dated >= len(entries) / 3)


def habits(root: Section) -> Habits:
    """Look at all sections of an issue."""
    leaves = [leaf for leaf in root.leaves() if leaf.heading and not furniture.why_left_out(leaf.title)]
    lists = [leaf for leaf in leaves if _entries(leaf.body, sure=False)]
    prose = [leaf for leaf in leaves if leaf not in lists and has_substance([Block(""), *leaf.body])]
    bodies = [section.body for section in root.walk() if section.body]
    unlinked = [leaf.body for leaf in leaves if leaf.heading and not leaf.heading.links]
    counted = Counter(link for block in root.blocks() for link in set(block.links))
    full = [leaf for leaf in leaves if any(block.text for block in leaf.body)]
    levels = Counter(leaf.level for leaf in full).most_common(1)
    return Habits(
        level=levels[0][0] if levels and levels[0][1] >= len(full) * _NEARLY else 0,
        again=frozenset(link for link, count in counted.items() if count > 1),
        lists=len(lists) > 2 * len(prose),
        bold=len(leaves) > 1 and sum(map(_opens_bold, leaves)) >= len(leaves) * _MOST,
        prose=len(prose) >= _PROSE * len(lists) and len(prose) > 1,
        paragraphs=len(unlinked) == len(leaves) and _are_paragraphs(unlinked or bodies),
        headlines=frozenset(furniture.plain(block.text) for block in root.blocks() if block.level or block.strong),
    )


def divided(body: Sequence[Block], habits_: Habits, told: str, *, above: bool = False) -> tuple[str, Cut] | None:
    """Say how the blocks below a heading are divided into articles; None where they are one article or none.

    `told` is what the editor says. `above`: sections follow, so that this may be an introduction.
    """
    if told in WAYS:
        cut = WAYS[told](body)
        return (told, cut) if cut.units else None
    if told:
        return None
    for way, accepted in _TRIED.items():
        if (above and way not in {"numbers", "items"}) or (
            habits_.prose and not habits_.bold and way in {"bold", "leads", "links"}
        ):
            continue
        found = accepted(body, habits_)
        if found is not None:
            return way, found
    return None


def has_subheadings(section: Section) -> bool:
    """Whether the headings within a section divide one article: it has text itself, and nothing in them is linked."""
    own = length(section.body)
    inside = [block for child in section.children for block in child.blocks()]
    headings = [part.heading for part in section.walk() if part.heading and part is not section]
    linked = any(block.links for block in (*inside, *headings))
    return 2 * own * len(section.children) >= length(inside) and own > 0 and not linked


def is_essay(root: Section, *, single: bool) -> bool:
    """Whether all sections are one article: long, hardly a link, and with the headings that essays have."""
    leaves = [leaf for leaf in root.leaves() if leaf.heading]
    if len(leaves) <= 1 or any(leaf.heading and leaf.heading.links for leaf in leaves):
        return False
    if sum(number_of(leaf.title) is not None for leaf in leaves) > len(leaves) * _HALF:
        return False
    titles = [furniture.plain(leaf.title) for leaf in leaves]
    if single or any(title in _ESSAY for title in titles) or sum(title in _PARTS for title in titles) > 1:
        return True
    linked = sum(any(block.links for block in leaf.body if not is_boilerplate(block.text)) for leaf in leaves)
    if _is_one_piece(root):
        return True
    return length(list(root.blocks())) > _LONG_SECTION * len(leaves) and linked <= len(leaves) * _HALF


def _is_one_piece(root: Section) -> bool:
    """Whether the only title leads to the page of this one piece, and nothing in its sections leads anywhere."""
    titles = [section for section in root.walk() if section.level == 1]
    if len(titles) != 1 or not titles[0].heading or not titles[0].heading.links:
        return False
    level = min((part.level for part in titles[0].children), default=0)
    parts = [part for part in titles[0].children if part.level == level]
    return not any(block.links and not is_boilerplate(block.text) for part in parts for block in part.blocks())


def _numbers(body: Sequence[Block], _: Habits) -> Cut | None:
    return _if(units.numbers(body), at_least=2, share=_MOST)


def _items(body: Sequence[Block], habits_: Habits) -> Cut | None:
    if habits_.lists:
        return _if(units.entries(body), at_least=1, share=_HALF)
    return _entries(body, sure=habits_.prose)


def _entries(body: Sequence[Block], *, sure: bool) -> Cut | None:
    """Take a list whose entries are articles. `sure`: only where there are several, each with a headline."""
    opening = [block for block in body if block.opens and block.depth == 1]
    fit = sum(map(_is_linked if sure else _may_be_article, opening))
    several = len(opening) >= _FEW_ENTRIES or all(block.strong for block in opening)
    enough = fit >= max(1, len(opening) * (_MOST if sure else _HALF)) and (several or not sure)
    return _if(units.entries(body), at_least=1, share=_HALF) if enough else None


def _may_be_article(block: Block) -> bool:
    """Whether an entry has a headline or a link and says more than the name of the link."""
    if not units.is_wordy(block.text) or (block.only_link and block.text.startswith(("http://", "https://", "www."))):
        return False
    return bool(block.links or block.lead)


def _is_linked(block: Block) -> bool:
    return _may_be_article(block) and (bool(block.links) or block.strong)


def _bold(body: Sequence[Block], habits_: Habits) -> Cut | None:
    cut = units.bold_headlines(body, alone=habits_.bold)
    if _is_interview(cut):
        return None
    return _if(cut, at_least=1 if habits_.bold else 2, share=_HALF, substance=True)


def _opens_bold(leaf: Section) -> bool:
    first = next((block for block in leaf.body if block.text), None)
    return first is not None and units.is_headline(first) and len(leaf.body) > 1


def _leads(body: Sequence[Block], _: Habits) -> Cut | None:
    cut = units.leads(body)
    return None if _is_interview(cut) else _if(cut, at_least=2, share=_HALF)


def _is_interview(cut: Cut) -> bool:
    asked = sum(unit[0].text.endswith(("?", "？", "؟")) for unit in cut.units)
    return asked > max(1, len(cut.units) * _HALF)


def _links(body: Sequence[Block], _: Habits) -> Cut | None:
    return _if(units.linked_headlines(body), at_least=2, share=_HALF)


def _paragraphs(body: Sequence[Block], habits_: Habits) -> Cut | None:
    if not habits_.paragraphs and not _are_linked(body):
        return None
    return _if(units.paragraphs(body), at_least=1, share=_HALF)


def _are_linked(body: Sequence[Block]) -> bool:
    """Whether paragraphs open with their headline as a link, each."""
    said = [block for block in body if block.text and not block.quote and not block.depth]
    linked = sum(bool(block.labels) and block.lead == block.labels[0] and units.is_phrase(block.lead) for block in said)
    return linked >= max(_FEW_ENTRIES, len(said) * _MOST)


_TRIED: dict[str, Callable[[Sequence[Block], Habits], Cut | None]] = {
    "numbers": _numbers,
    "items": _items,
    "bold": _bold,
    "leads": _leads,
    "links": _links,
    "paragraphs": _paragraphs,
}


def _if(cut: Cut, *, at_least: int, share: float, substance: bool = False) -> Cut | None:
    enough = len(cut.units) >= at_least and cut.share >= share
    full = not substance or sum(map(has_substance, cut.units)) >= len(cut.units) * _HALF
    return cut if enough and full else None


def _are_paragraphs(bodies: Sequence[Sequence[Block]]) -> bool:
    """Whether an issue is told in short paragraphs, each with the link that it is about near its beginning."""
    said = [block for body in bodies for block in body if _is_paragraph(block)]
    if len(said) < len(bodies) * _PROSE or len(said) < _FEW_ENTRIES:
        return False
    short = length(said) / len(said) < _SHORT_PARAGRAPH
    linked = sum(bool(block.links) for block in said) >= len(said) * _MOST
    near = sum(map(_opens_linked, said)) >= len(said) * _HALF
    return short and linked and near


def _opens_linked(block: Block) -> bool:
    """Whether a paragraph comes to its link within its first words."""
    return any(0 <= block.text.find(label) <= _NEAR for label in block.labels if label and not read_on().search(label))


def _is_paragraph(block: Block) -> bool:
    """Whether this is a paragraph of the issue's own, and no button."""
    button = block.only_link and not units.is_linked_headline(block)
    return says_something(block) and not block.quote and not block.depth and not button
