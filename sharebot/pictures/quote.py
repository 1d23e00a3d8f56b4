"""A quotation as a picture: its words as large as they can be, its speaker below.

The words stand there as they stand in the article, with its quotation marks: nothing is added and nothing is cut.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import regex

from sharebot.pictures.fonts import Font, font_for, is_right_to_left, visible
from sharebot.pictures.image import Image, NoPicture

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT = 1200, 675
"""16 to 9, which timelines show uncut."""
_GROUND, _INK, _SOFT, _BAR = "#16213a", "#ffffff", "#c9d3e6", "#f2b84b"
"""White on it has a contrast of 16.0, the speaker's grey one of 10.6. https://www.w3.org/TR/WCAG22/#contrast-minimum"""
_MARGIN, _ABOVE = 84, 60
_BAR_WIDTH = 10
_INDENT = 46
_SIZES = range(84, 31, -2)
"""Heights of letters, the largest that fits is taken; smaller ones cannot be read on a telephone."""
_SPEAKER_SIZES = range(34, 25, -2)
_SHARE = 6
"""So much of the height the speaker may take."""
_MOST = 1000
"""Letters; as many as this never fit, and to try takes time."""
_TOO_LONG = "it is too long for a picture"
_LEADING = 1.12
_GAP = 34
_BREAK = regex.compile(
    r"(?<=\s)(?=\S)"
    r"|(?<=[\p{Line_Break=ID}\p{Line_Break=CL}\p{Line_Break=CP}\p{Line_Break=EX}\p{Line_Break=NS}\p{Line_Break=CJ}])"
    r"(?=[\p{Line_Break=ID}\p{Line_Break=OP}])"
    r"|(?<=-)(?=\p{L})",
    regex.VERSION1,
)
"""Where a line may end: before a word, and between the letters of scripts without spaces (but before no mark that
closes). https://www.unicode.org/reports/tr14/"""


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of one font, `step` pixels apart."""

    lines: tuple[str, ...]
    font: "FreeTypeFont"
    step: int

    @property
    def height(self) -> int:
        return self.step * len(self.lines)


def drawn(quotation: str, speaker: str) -> Image:
    """Draw a quotation and, below it, "— speaker". The same words are the same bytes. Raises NoPicture."""
    words, name = (" ".join(visible(text).split()) for text in (quotation, speaker))
    if not words:
        raise NoPicture("there are no words to draw")
    if len(words) + len(name) > _MOST:
        raise NoPicture(_TOO_LONG)
    try:
        return _drawn(words, name)
    except (OSError, ValueError, KeyError):  # of FreeType, Raqm and their like
        raise NoPicture("it cannot be drawn with the fonts that are here") from None


def _drawn(words: str, name: str) -> Image:
    width = WIDTH - 2 * _MARGIN - _INDENT
    below = _speaker(name, width) if name else None
    room = HEIGHT - 2 * _ABOVE - (below.height + _GAP if below else 0)
    return _picture(_block(words, _SIZES, width, room), below)


def _speaker(name: str, width: int) -> _Block:
    try:
        return _block(f"— {name}", _SPEAKER_SIZES, width, HEIGHT // _SHARE)
    except NoPicture:  # Pillow's own font has no dash
        return _block(f"- {name}", _SPEAKER_SIZES, width, HEIGHT // _SHARE)


def _block(text: str, sizes: range, width: int, height: int) -> _Block:
    """Break a text into lines in the largest size that fits. Raises NoPicture where none does."""
    font = font_for(text)
    pieces = _BREAK.split(text)
    for size in sizes:
        made = _lines(pieces, font, size, width)
        if made and made.height <= height:
            return made
    raise NoPicture(_TOO_LONG)


def _lines(pieces: list[str], font: Font, size: int, width: int) -> _Block | None:
    """Fill line after line. None where a word alone is wider than a line."""
    sized, lines = font(size), [""]
    for piece in pieces:
        if lines[-1] and sized.getlength((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    if any(sized.getlength(line.rstrip()) > width for line in lines):
        return None
    ascent, descent = sized.getmetrics()
    return _Block(tuple(line.rstrip() for line in lines), sized, round((ascent + descent) * _LEADING))


def _picture(words: _Block, below: _Block | None) -> Image:
    from PIL import Image as Pillow
    from PIL import ImageDraw

    image = Pillow.new("RGB", (WIDTH, HEIGHT), _GROUND)
    draw = ImageDraw.Draw(image)
    height = words.height + (_GAP + below.height if below else 0)
    top = (HEIGHT - height) // 2
    mirrored = is_right_to_left("".join(words.lines))
    bar = WIDTH - _MARGIN - _BAR_WIDTH if mirrored else _MARGIN
    draw.rectangle((bar, top, bar + _BAR_WIDTH - 1, top + height), fill=_BAR)
    _write(draw, words, top, _INK, mirrored=mirrored)
    if below:
        _write(draw, below, top + words.height + _GAP, _SOFT, mirrored=mirrored)
    into = BytesIO()
    image.save(into, "PNG", optimize=True)
    return Image(into.getvalue(), "image/png", WIDTH, HEIGHT)


def _write(draw: "ImageDraw", block: _Block, top: int, colour: str, *, mirrored: bool) -> None:
    from PIL.ImageFont import Layout

    x, anchor = (WIDTH - _MARGIN - _INDENT, "ra") if mirrored else (_MARGIN + _INDENT, "la")
    direction = ("rtl" if mirrored else "ltr") if block.font.layout_engine == Layout.RAQM else None
    for number, line in enumerate(block.lines):
        draw.text((x, top + number * block.step), line, colour, block.font, anchor, direction=direction)
