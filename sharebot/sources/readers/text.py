"""The plain-text newsletter: a title, a date, and articles that are told apart in one of many ways."""

import re
from collections.abc import Iterator
from dataclasses import replace

from sharebot.errors import SourceError
from sharebot.model import NO_HINTS, Document, Hints, Issue
from sharebot.sources.readers import issues, markdown
from sharebot.sources.readers.articles import name_without_ending
from sharebot.sources.readers.decode import decode
from sharebot.sources.readers.issues import Facts, issue
from sharebot.sources.readers.layouts import LAYOUTS, Layout, whole
from sharebot.sources.readers.lines import blocks, grouped, header_of
from sharebot.sources.readers.markdown import MOST_LINES
from sharebot.sources.readers.splitting import split, taken

_SEVERAL = 2
_MARKDOWN = re.compile(r"^#{1,4} \S|\]\(https?://", re.MULTILINE)
"""What only Markdown has; many services send it as the text of a mail."""
_NO_ARTICLE = (
    "no article was found: put 01, 02, 03 … on a line before each headline, "
    "or a headline on a line of its own with an empty line and the text below it"
)


def read(document: Document, hints: Hints = NO_HINTS) -> Issue:
    """Read a plain-text issue. Raises SourceError."""
    facts = Facts(document.name, name_without_ending(document.name), modified=document.modified)
    return of(decode(document), facts, hints)


def of(text: str, facts: Facts, hints: Hints = NO_HINTS) -> Issue:
    """Read the text of an issue of which something is known already. Raises SourceError."""
    if text.count("\n") > MOST_LINES:
        raise SourceError(facts.name, f"it has more than {MOST_LINES:,} lines; no newsletter has, so move it away")
    if len(_MARKDOWN.findall(text)) >= _SEVERAL:
        return issue(facts, markdown.blocks(text, facts.url or "", facts.name), hints)
    lines = [line.strip() for line in text.split("\n")]
    way, (above, sections_) = next(found for found in _looked(lines, hints, facts) if found)
    found = taken(way, sections_, hints)
    if not found.units:
        raise SourceError(facts.name, _NO_ARTICLE)
    title, day, _ = header_of(above)
    stand_in = found.units[0][0].text if way == "whole" or not title else title
    facts = replace(facts, title=facts.title or title or stand_in, day=facts.day or day)
    return issues.of(facts, found, text, hints)


def _looked(lines: list[str], hints: Hints, facts: Facts) -> Iterator[tuple[str, Layout] | None]:
    """Look at the lines in one way after the other; where the editor names one, in no other."""
    for way, look in LAYOUTS.items():
        told = (hints.split or way).partition(" ")[0] in way
        layout = look(lines) if told else None
        yield (way.split()[0], layout) if layout else None
    found = split(blocks(lines), hints, facts.title)
    if len(found.units) > 1 or hints.split not in {None, "whole"}:
        yield found.ways[0] if found.ways else "whole", (grouped(lines), found.units)
    yield "whole", whole(lines, facts.title)
