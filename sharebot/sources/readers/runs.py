"""Runs of text that look alike, as a page shows them, to lines and blocks."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin

from sharebot.sources.readers.blocks import Block, Image, addresses, is_link_line, is_web, join_lines, read_on
from sharebot.sources.readers.decode import visible

_LONGEST_LINK = 200
"""A longer text within a link is a card's text and no mere link."""
_LONGEST_HEADING = 300
_LONGEST_BUTTON = 40
_SPACES = re.compile(r"[ \t\n\r\f\u00a0\u2007\u202f]+")
_LINE_ENDS = re.compile(r"[\t\r\n]")
"""What browsers drop from addresses, which mail programs wrap. https://url.spec.whatwg.org/#concept-basic-url-parser"""


class Look(NamedTuple):
    """How text looks at some place: what the elements around it make of it."""

    href: str = ""
    bold: bool = False
    struck: bool = False
    size: float = 0
    heading: int = 0
    depth: int = 0
    quote: bool = False


class Run(NamedTuple):
    """Some text that looks alike. `said` tells that there are letters or digits in it."""

    text: str
    look: Look
    said: bool = False


class Line(NamedTuple):
    """A line of text, with the images above it. `opens` tells that an entry of a list begins with it."""

    runs: list[Run]
    images: tuple[Image, ...]
    opens: bool


BREAK = Run("\n", Look())


def absolute(base: str, address: str) -> str | None:
    """Return a whole web address, None for what is none: a path that hangs on nothing is of no use to a network."""
    try:
        joined = urljoin(base, _LINE_ENDS.sub("", address.strip()))
    except ValueError:  # brackets that hold no IPv6 address
        return None
    return joined if is_web(joined) else None


def lines(runs: list[Run]) -> Iterator[list[Run]]:
    """Divide at empty lines, and around lines that say something of their own: a bold or linked line, an address."""
    paragraph: list[Run] = []
    for line in _broken(runs):
        words = [run for run in line if run.text.strip()]
        if not words or _is_apart(words):
            yield from filter(None, (paragraph, words))
            paragraph = []
        else:
            paragraph += [BREAK, *line] if paragraph else line
    if paragraph:
        yield paragraph


def block(line: Line, look: Look, base: str) -> Block:
    """Make the block of a line in a paragraph or heading that looks so. Relative addresses begin at `base`."""
    shown = [run for run in line.runs if not run.look.struck]
    text = _text("".join([run.text for run in shown]))
    marked = _marked(shown, text, base)
    said = [run for run in shown if run.said]
    alone = len(marked) == 1 and (all(run.look.href for run in said) or is_link_line(text))
    return Block(
        text,
        level=look.heading if len(text) <= _LONGEST_HEADING and not _is_no_heading(text, alone=alone) else 0,
        links=tuple(marked),
        images=line.images,
        labels=tuple(map(_text, marked.values())),
        only_link=bool(text) and alone and len(text) <= _LONGEST_LINK,
        lead=_lead(shown),
        lead_bold=bool(said) and said[0].look.bold,
        strong=bool(said) and all(run.look.bold for run in said),
        size=said[0].look.size if said else 0,
        depth=look.depth,
        opens=line.opens,
        quote=look.quote,
    )


def _broken(runs: list[Run]) -> Iterator[list[Run]]:
    line: list[Run] = []
    for run in runs:
        if run is BREAK:
            yield line
            line = []
        else:
            line.append(run)
    yield line


def _is_apart(words: list[Run]) -> bool:
    said = [run.look for run in words if run.said]
    if not said or is_link_line("".join(run.text for run in words).strip()):
        return True
    return all(look.bold for look in said) or (said[0].href != "" and len({look.href for look in said}) == 1)


def _marked(runs: list[Run], text: str, base: str) -> dict[str, str]:
    """Return the addresses that are linked, with the words of each link, and those that stand in the text."""
    marked: dict[str, str] = {}
    for run in runs:
        if run.look.href and (address := absolute(base, run.look.href)):
            marked[address] = marked.get(address, "") + run.text
    return marked | {address: address for address in addresses(text) if address not in marked}


def _is_no_heading(text: str, *, alone: bool) -> bool:
    """Whether what is marked as a heading is a button or a whole sentence."""
    button = alone and len(text) < _LONGEST_BUTTON and read_on().search(text) is not None
    return button or (len(text) > _LONGEST_LINK // 2 and text.endswith((".", ":", "。")))


def _lead(runs: list[Run]) -> str:
    """Return the bold or linked words at the beginning; what stands before them has no letters (an emoji, a dash)."""
    start = next((at for at, run in enumerate(runs) if run.said), len(runs))
    words = ""
    for run in runs[start:]:
        first = runs[start].look
        if run.text.strip() and not (run.look.bold if first.bold else first.href and run.look.href == first.href):
            break
        words += run.text
    return _text(words)


def _text(words: str) -> str:
    return join_lines(map(_line, words.split("\n")))


def _line(words: str) -> str:
    if words.isprintable():  # then there is no space in it but the common one
        return " ".join(words.split())
    return _SPACES.sub(" ", visible(words)).strip(" ")
