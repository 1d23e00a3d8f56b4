"""Which parts of an issue are its articles: a walk through its sections that decides for each how it is divided.

A section without others in it is one article, unless it is a list of them: entries that each have a headline, lines in
bold with text below, paragraphs that open in bold. What an editor says in `split`, `include` and `exclude` goes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch

from sharebot.model import NO_HINTS, Hints, LeftOut
from sharebot.sources.readers import dates, furniture, units
from sharebot.sources.readers.articles import has_substance
from sharebot.sources.readers.blocks import Block
from sharebot.sources.readers.boilerplate import is_boilerplate
from sharebot.sources.readers.habits import Habits, divided, habits, has_subheadings, is_essay
from sharebot.sources.readers.outline import Section, length, outline
from sharebot.sources.readers.trimming import until_the_end, why_no_article, without_advert, without_farewell
from sharebot.sources.readers.units import Unit

_TOLD = {
    "headings": "each heading opens an article",
    "numbers": "numbers open the articles",
    "items": "each entry of a list is an article",
    "bold": "each line in bold opens an article",
    "leads": "bold words open the articles",
    "links": "each line that is a link opens an article",
    "rules": "rules divide the articles",
    "paragraphs": "each paragraph is an article",
    "whole": "the whole is one article",
}
_MAY_HOLD = frozenset((furniture.GREETING, furniture.ABOUT))
"""What heads a section that is no article and may yet hold some ("Good morning!" as the title of all)."""
_SAID = frozenset(("items", "paragraphs"))
"""Ways whose articles may be no more than a sentence; a heading alone is none."""
_SENTENCE = 40
_MOSTLY = 0.6
_MASTHEAD = 120
"""Letters above a title that say no more than where one is."""
_ABOVE = 300
"""Letters that stand below a section's heading and above its articles: more of them, with a link, are an article."""


@dataclass(slots=True)
class Split:
    """Articles' blocks, each with its headline first; how they were found; what is in none of them."""

    units: list[Unit] = field(default_factory=list)
    ways: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def how(self) -> str:
        """One line about how the articles were found."""
        counts = {way: self.ways.count(way) for way in dict.fromkeys(self.ways)}
        return "; ".join(f"{_TOLD[way]} ({count})" for way, count in counts.items())

    def leave(self, text: str, why: str) -> None:
        """Leave something out."""
        if text.strip():
            self.left_out.append(LeftOut(text.strip(), why))


def split(blocks: Sequence[Block], hints: Hints = NO_HINTS, title: str = "", *, single: bool = False) -> Split:
    """Divide an issue's blocks into its articles. `title` heads a text without headings.

    `single` tells that the document presents itself as one piece: it is divided only where its headings are linked or
    counted.
    """
    found = Split()
    letter, last_lines = until_the_end(blocks)
    found.leave(_joined(last_lines), "the letter's last lines")
    root = outline(letter, deepest=0 if hints.split == "rules" else 6)
    way, _, level = (hints.split or "").partition(" ")
    walk = _Walk(found, hints, title, habits(root), way)
    if way == "whole" or (not way and is_essay(root, single=single)):
        walk.add("whole", [_whole(root, title)])
    elif level:
        walk.at_level(root, int(level))
    else:
        walk.visit(root)
        if len(found.units) == 1 and found.ways[0] in {"bold", "links"} and title:
            return split(blocks, Hints("whole", hints.include, hints.exclude), title)
    return found


def taken(way: str, found: list[Unit], hints: Hints) -> Split:
    """Take articles that were found in another way, but for what the editor or common sense leaves out."""
    split_ = Split()
    _Walk(split_, hints, "", Habits(), way).add(way, found)
    return split_


@dataclass(slots=True)
class _Walk:
    """A walk through the sections. `path` are the headings above; `told` is how the editor says to divide them."""

    found: Split
    hints: Hints
    title: str
    habits: Habits
    told: str
    path: list[str] = field(default_factory=list)
    seen: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)

    def visit(self, section: Section, *, repeated: bool = False) -> None:
        """Find the articles in a section and in those within it. `repeated`: there are others of its level beside."""
        why = self._why_not(section) if section.heading else ""
        if why and not (section.children and why in _MAY_HOLD):
            self.found.leave(_shown(section), why)
            return
        self.path.append(section.title)
        levels = [child.level for child in section.children]
        if not section.children:
            self._leaf(section)
        elif section.heading and not self.told and repeated and has_subheadings(section):
            self.add("headings", [[section.heading, *section.blocks(headings=False)]])
        else:
            self._above(section)
            for child in section.children:
                if section.level == 1 and child is section.children[0] and child.level > min(levels):
                    self.found.leave(_shown(child), "an introduction")  # the title's second line
                    continue
                self.visit(child, repeated=levels.count(child.level) > 1)
        self.path.pop()

    def at_level(self, root: Section, level: int) -> None:
        """Take each heading of one level, with all that stands below it, as an article."""
        for section in root.walk():
            if section.heading and section.level == level:
                self.add("headings", [[section.heading, *section.blocks(headings=False)]])

    def add(self, way: str, units_: list[Unit]) -> None:
        """Take articles in, but for those that the editor does not want, and those that stand above already."""
        for whole in units_:
            kept, advert = without_advert(whole)
            unit, farewell = without_farewell(kept)
            self.found.leave(_joined(advert), "a sponsor's block")
            self.found.leave(_joined(farewell), furniture.ABOUT)
            headline = unit[0].text
            same = (headline.casefold(), unit[0].links)
            if why := self._unwanted(headline) or ("" if self._asked_for(headline) else why_no_article(unit, way)):
                self.found.leave(headline, why)
            elif same in self.seen and headline:
                self.found.leave(headline, "it stands above already")
            elif not headline or not (has_substance(unit) or bool(self.told) or _is_said(way, headline)):
                self.found.leave(headline, "nothing stands below it")
            else:
                self.seen.add(same)
                self.found.units.append(unit)
                self.found.ways.append(way)

    def _unwanted(self, headline: str) -> str:
        if _matches(headline, self.hints.exclude):
            return "left out by the editor"
        return "not among what the editor takes" if self.hints.include and not self._asked_for(headline) else ""

    def _asked_for(self, headline: str) -> bool:
        """Whether the editor's `include` names this headline, or one above it."""
        return any(_matches(title, self.hints.include) for title in (*self.path, headline))

    def _why_not(self, section: Section) -> str:
        """Say why nothing in a section is an article, empty where something may be."""
        if _matches(section.title, self.hints.exclude):
            return "left out by the editor"
        if self._asked_for(section.title):
            return ""
        if dates.is_when(section.title) and not section.children and not self.found.units:
            return furniture.GREETING
        return furniture.why_left_out(section.title) or _why_not_inside(section, self.habits)

    def _above(self, section: Section) -> None:
        """Look at what stands between a heading and the first one below it: an introduction, articles, or one."""
        if self.habits.repeats(section.body):
            self.found.leave(_joined(section.body), "a table of contents")
        elif cut := divided(section.body, self.habits, self.told, above=not _outweighs(section)):
            self._divide(*cut)
        elif self.path[1:] and section.heading and _is_article(section.body):
            self.add("headings", [[section.heading, *section.body]])
        else:
            self.found.leave(_joined(section.body), "an introduction")

    def _leaf(self, section: Section) -> None:
        if not self.told and (self.habits.is_above(section) or furniture.is_empty(section)):
            self.found.leave(_shown(section), "a section without an article")
            return
        cut = divided(section.body, self.habits, self.told)
        if cut and (self.told or not section.heading or self.habits.bold or _are_several(*cut)):
            way, found = cut
            if section.heading and section.heading.links:
                self.add("headings", [[section.heading, *found.above]])  # a list of links follows the last article
                found.above.clear()
            self._divide(way, found)
        elif self.told not in {"", "headings"}:
            self.found.leave(_shown(section), f"{self.told} do not divide it")
        elif section.heading:
            self.add("headings", [[section.heading, *section.body]])
        else:
            self.add("whole", [_whole(section, self.title)])

    def _divide(self, way: str, cut: units.Cut) -> None:
        self.found.leave(_joined(cut.above), "an introduction")
        if way not in {"bold", "links"} or self.told:
            self.add(way, cut.units)
            return
        left = ""
        told = sum(map(_is_told, cut.units)) >= len(cut.units) * _MOSTLY
        for unit in cut.units:
            inner = Section(unit[0], unit[1:])
            if not has_substance(unit):  # the title of a section, whose articles look like it
                left = self._why_not(inner)
            why = left or self._why_not(inner)
            if why:
                self.found.leave(_shown(inner), why)
            elif told and not _is_told(unit):
                self.found.leave(_shown(inner), "nothing stands below it")
            elif deeper := divided(inner.body, self.habits, ""):
                self._divide(*deeper)
            else:
                self.add(way, [unit])


def _is_said(way: str, headline: str) -> bool:
    return way in _SAID and len(headline) > _SENTENCE


def _is_told(unit: Unit) -> bool:
    return any(block.text and not block.only_link for block in unit[1:])


def _whole(root: Section, title: str) -> Unit:
    """Make one article of all: under its only first heading where there is one, else under the issue's title."""
    blocks = [*([root.heading] if root.heading else []), *root.blocks()]
    at = next((at for at, block in enumerate(blocks) if block.level), None)
    if at is not None and length([block for block in blocks[:at] if not is_boilerplate(block.text)]) < _MASTHEAD:
        rest = blocks[at + 1 :]
        if not title or not any(block.level == blocks[at].level for block in rest):
            return [blocks[at], *rest]
    return [Block(title, 1), *blocks]


def _why_not_inside(section: Section, habits_: Habits) -> str:
    blocks = list(section.blocks())
    if furniture.is_contents(section.title) and habits_.is_table_of_contents(blocks):
        return "a table of contents"
    if furniture.is_calendar(section.title) and habits_.is_calendar(blocks):
        return "a calendar"
    return ""


def _are_several(way: str, cut: units.Cut) -> bool:
    """Whether lines below a heading are articles; a single one only divides the text."""
    return way not in {"bold", "leads", "links"} or sum(not why_no_article(unit, way) for unit in cut.units) > 1


def _outweighs(section: Section) -> bool:
    """Whether more stands above the first heading than below: the headings are not what divides this text."""
    return length(section.body) > sum(length(list(child.blocks())) for child in section.children)


def _is_article(body: Sequence[Block]) -> bool:
    """Whether what stands above a section's articles is an article itself."""
    return length(body) > _ABOVE and any(block.links for block in body)


def _matches(headline: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(headline.casefold().strip(), pattern.casefold()) for pattern in patterns)


def _joined(blocks: Sequence[Block]) -> str:
    return " ".join(block.text for block in blocks if block.text)


def _shown(section: Section) -> str:
    return f"{section.title}: {_joined(list(section.blocks()))}"
