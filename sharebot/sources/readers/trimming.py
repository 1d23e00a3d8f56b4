"""What is cut off an issue's end and its articles' ends: adverts, farewells, the way out of the list."""

from collections.abc import Sequence

from sharebot.sources.readers import furniture
from sharebot.sources.readers.blocks import Block
from sharebot.sources.readers.boilerplate import ends_article
from sharebot.sources.readers.outline import length
from sharebot.sources.readers.units import Unit
from sharebot.text.ways_out import says_so, way_out

_HEADED = frozenset(("headings", "numbers", "bold", "leads"))
_LONGEST_POSTAL = 100
_END_FROM = 0.6
"""The way out of a list may stand at the top, too; what ends a letter stands in its last part."""


def without_advert(unit: Unit) -> tuple[Unit, Unit]:
    """Cut off an advertisement that stands between this article and the next, below a line that marks it."""
    last = len(unit) - 1
    marks = (at for at, block in enumerate(unit) if at > 1 and furniture.is_mark(block.text))
    at = next((at for at in marks if at < last or not furniture.ends_as_ad(unit[at].text)), len(unit))
    return unit[:at], unit[at:]


def _is_farewell(text: str) -> bool:
    return not text or (bool(furniture.why_left_out(text)) and not furniture.ends_as_ad(text))


def without_farewell(unit: Unit) -> tuple[Unit, Unit]:
    """Cut off what follows an article and only speaks to the reader: thanks, questions, rules."""
    end = len(unit)
    while end > 1 and _is_farewell(unit[end - 1].text):
        end -= 1
    kept = [block for block in unit[end:] if block.images and not block.text]
    return [*unit[:end], *kept], [block for block in unit[end:] if block.text]


def why_no_article(unit: Unit, way: str) -> str:
    """Say why a unit is no article."""
    said = next((block.text for block in unit[1:] if block.text), "")
    last = next((block.text for block in reversed(unit) if block.text), "")
    if any(map(furniture.is_sponsored, (unit[0].text, said))) or furniture.ends_as_ad(last):
        return "a sponsor's block"
    if furniture.is_farewell(unit[0].text):
        return furniture.ABOUT
    speaks = way in _HEADED or not any(block.links for block in unit)
    return furniture.why_left_out(unit[0].text) if speaks else ""


def _leads_out(block: Block) -> bool:
    """Whether a line is the way out of the list, or says why one is on it."""
    return ends_article(block.text) or any(map(says_so, block.labels)) or any(map(way_out, block.links))


def _is_postal(block: Block) -> bool:
    """Whether a line may be a sender's address: short, with a number and commas."""
    text = block.text
    return len(text) < _LONGEST_POSTAL and text.count(",") > 1 and any(map(str.isdigit, text)) and not block.links


def until_the_end(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """Cut the letter's last lines off: the way out, why one gets it, the postal address."""
    total, above = length(blocks), 0
    for at, block in enumerate(blocks):
        above += len(block.text)
        if above > total * _END_FROM and not block.level and _leads_out(block):
            end = at - 1 if at and _is_postal(blocks[at - 1]) else at
            return list(blocks[:end]), list(blocks[end:])
    return list(blocks), []
