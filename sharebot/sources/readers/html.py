"""HTML to blocks: what a reader of the page or mail sees, line by line, and how each line looks.

Tables are layout in mails, so their cells are read; code, forms and what is hidden are not.
"""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sharebot.errors import SourceError
from sharebot.sources.readers import styles
from sharebot.sources.readers.blocks import Block, Image
from sharebot.sources.readers.boilerplate import phrases
from sharebot.sources.readers.runs import BREAK, Line, Look, Run, absolute, block, lines
from sharebot.sources.readers.styles import Style
from sharebot.text.alt import spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    Attributes = Mapping[str, str | None]

_SKIPPED = phrases(
    """
    script; style; head; title; template; noscript; svg; math; iframe; object; embed; audio; video; canvas;
    pre; textarea; select; button; input; form; nav; map
    """
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset(("ul", "ol", "dl"))
_ENTRIES = frozenset(("li", "dt"))
_BLOCKS = phrases(
    """
    p; div; body; html; section; article; main; header; footer; aside; center; table; tbody; thead; tfoot;
    tr; td; th; li; ul; ol; dl; dt; dd; h1; h2; h3; h4; h5; h6; blockquote; figure; figcaption; address;
    details; summary; fieldset; hgroup; caption
    """
)
_STRUCK = frozenset(("s", "del", "strike"))
_BOLD = frozenset(("b", "strong"))
_NESTING = re.compile(
    r"<(/?)(?!(?:p|li|dt|dd|t[rdh]|thead|tbody|tfoot|br|hr|img|meta|link|input|col|wbr|area)\b)([a-zA-Z])"
)
"""Tags that open an element within the one before; others end it or hold nothing."""
_DEEPEST = 1500
_MOST_TAGS = 200_000
"""The longest real issues have some 10,000."""
_ENDLESS = re.compile(r"<[a-zA-Z][^<>]{50000}")
_FONT_SIZES = {"1": 10.0, "2": 13.0, "3": 16.0, "4": 18.0, "5": 24.0, "6": 32.0, "7": 48.0}
"""https://html.spec.whatwg.org/multipage/rendering.html#phrasing-content-3"""
_TINY = 3
"""Pictures of so few pixels are there to count readers, or to take room."""
_WORD = re.compile(r"[^\W_]")
_TRACKER = re.compile(r"/open(?:[./?]|$)|/track|pixel|spacer|blank\.gif|\bbeacon", re.IGNORECASE)


def blocks(markup: str, base: str = "", name: str = "") -> list[Block]:
    """Return the blocks of a page or mail, or of a piece of one. Relative addresses begin at `base`.

    Raises SourceError for markup that is nested too deeply to be read in time; `name` is for its message.
    """
    return walk(parse(markup, name).body, base)


def parse(markup: str, name: str = "") -> "LexborHTMLParser":
    """Parse a page. Raises SourceError as `blocks` does."""
    from selectolax.lexbor import LexborHTMLParser

    if trouble := _too_much(markup):
        raise SourceError(name, f"{trouble}; no newsletter is, so look at what made this file")
    return LexborHTMLParser(markup)


def walk(root: "LexborNode | None", base: str = "") -> list[Block]:
    """Return the blocks within a node."""
    return _Walk(base).through(root) if root else []


def _too_much(markup: str) -> str:
    """Say what would take the parser quadratic time: elements in elements, attributes without end."""
    if _ENDLESS.search(markup):
        return "one of its tags is endless"
    if markup.count("<") > _MOST_TAGS:
        return f"it has more than {_MOST_TAGS:,} tags"
    if markup.count("<") <= _DEEPEST:
        return ""
    depth = deepest = 0
    for closing, _ in _NESTING.findall(markup):
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return f"its elements are nested more than {_DEEPEST} deep" if deepest > _DEEPEST else ""


@dataclass(slots=True)
class _Walk:
    """A walk through the tree. `entered` tells that an entry of a list has begun and nothing in it was seen yet.

    `styles` are those that were seen: a mail writes the same few on hundreds of elements. `caption` is that of the
    figure in which the walk is.
    """

    base: str
    looks: list[Look] = field(default_factory=lambda: [Look()])
    found: list[Block] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    styles: dict[str, Style] = field(default_factory=dict)
    entered: bool = False
    caption: str = ""

    def through(self, root: "LexborNode") -> list[Block]:
        """Visit each node in order, without recursion: trees may be deep."""
        node, level = root.child, 0
        while node is not None:
            if self._enter(node):
                if (child := node.child) is not None:
                    node, level = child, level + 1
                    continue
                self._leave(node)
            while (following := node.next) is None and level:
                node, level = node.parent, level - 1
                assert node is not None, "below the root each node has a parent"
                self._leave(node)
            node = following
        self._flush()
        return self.found

    def _enter(self, node: "LexborNode") -> bool:
        """Take in a node; tell whether to go on with what is inside it."""
        tag = node.tag or ""
        if tag == "-text":
            self._hear(node.text_content or "")
        elif tag == "br":
            self.runs.append(BREAK)
        elif tag == "hr":
            self._flush()
            self.found.append(Block("", rule=True))
        elif tag not in _SKIPPED and not tag.startswith("-"):
            self.caption = _caption(node) if tag == "figure" else self.caption
            return self._open(tag, node.attributes)
        return False

    def _hear(self, text: str) -> None:
        """Take in some text, but for spaces before the first word: the source has them between most elements."""
        look = self.looks[-1]
        if self.runs or look.href or not text.isspace():
            self.runs.append(Run(text, look, _WORD.search(text) is not None))

    def _open(self, tag: str, attributes: "Attributes") -> bool:
        written = attributes.get("style") or ""
        style = self.styles.get(written) or self.styles.setdefault(written, styles.read(written))
        if style.hidden or "hidden" in attributes:
            return False
        if tag == "img":
            self._picture(attributes)
            return False
        if tag in _BLOCKS:
            self._flush()
        self.entered = self.entered or tag in _ENTRIES
        self.looks.append(_styled(_within(self.looks[-1], tag, attributes), style))
        return True

    def _leave(self, node: "LexborNode") -> None:
        tag = node.tag or ""
        if tag in _BLOCKS:
            self._flush()
        if tag in _ENTRIES:
            self.entered = False
        if tag == "figure":
            self.caption = ""
        self.looks.pop()

    def _picture(self, attributes: "Attributes") -> None:
        sizes = [attributes.get(side) or "" for side in ("width", "height")]
        tiny = any(size.isdecimal() and len(size) == 1 and int(size) <= _TINY for size in sizes)
        source = absolute(self.base, attributes.get("src") or "")
        if source and not tiny and not _TRACKER.search(source):
            said = map(spoken, (attributes.get("alt"), attributes.get("title"), self.caption))
            self.images.append(Image(source, next(filter(None, said), "")))

    def _flush(self) -> None:
        """Make blocks of what was read since the last one."""
        if not self.runs and not self.images:
            return
        images, self.images = tuple(self.images), []
        runs, self.runs = self.runs, []
        look = self.looks[-1]
        for line in [] if look.quote and look.heading else lines(runs):
            said = Line(line, images, self.entered and look.depth > 0)
            self.found.append(block(said, look, self.base))
            images, self.entered = (), False
        if images:
            self.found.append(Block("", images=images, depth=look.depth))


def _caption(figure: "LexborNode") -> str:
    caption = figure.css_first("figcaption")
    return caption.text(separator=" ") if caption else ""


def _within(look: Look, tag: str, attributes: "Attributes") -> Look:
    """Return how text looks within one more element, whatever its style."""
    if tag in _HEADINGS:
        look = look._replace(heading=_HEADINGS[tag], bold=False)
    elif tag in _LISTS:
        look = look._replace(depth=look.depth + 1)
    elif tag in _BOLD:
        look = look._replace(bold=True)
    elif tag == "a":
        look = look._replace(href=attributes.get("href") or "")
    elif tag == "blockquote":
        look = look._replace(quote=True)
    elif tag in _STRUCK:
        look = look._replace(struck=True)
    elif tag == "font" and (size := _FONT_SIZES.get(attributes.get("size") or "")):
        look = look._replace(size=size)
    return look


def _styled(look: Look, style: Style) -> Look:
    if style.size is not None:
        look = look._replace(size=style.size)
    return look if style.bold is None else look._replace(bold=style.bold)
