"""Fonts of this machine that have every letter of a text."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sharebot.pictures.image import NoPicture

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

Font = Callable[[int], "FreeTypeFont"]
"""Makes a font of a height in pixels."""

_PLACES = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "/Library/Fonts")
_WANTED = (
    "NotoSans-Regular.ttf",
    "DejaVuSans.ttf",
    "LiberationSans-Regular.ttf",
    "NotoSansCJK-Regular.ttc",
    "NotoSans*-Regular.ttf",
    "NotoSans*-Regular.otf",
)
"""The fonts that are looked at, the first ones first: wide ones before those of one script."""
_PROBE = 40
_NOTHING = "\U0010ffff"
"""No font has a glyph for it: what is drawn instead is what is drawn for every letter that is missing."""
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff]")
_JOINS = "\u200c\u200d"
"""Persian and Hindi are not the same without them."""
_FACES = ((re.compile(r"[\u3040-\u30ff]"), 0), (re.compile(r"[\uac00-\ud7af]"), 1), (re.compile(r"[\u4e00-\u9fff]"), 2))
"""Which face of the CJK collection draws Japanese, Korean and Chinese as they are written there."""
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_NONE = frozenset({"Cc", "Cs", "Co", "Cn"})
"""No letters for anybody's eyes, whatever a font draws for them."""
_MARKS = frozenset({"Mn", "Mc"})


def font_for(text: str) -> Font:
    """Return the first font that has every letter of the text. Raises NoPicture where none has."""
    if needs_shaping(text) and not can_shape():
        raise NoPicture("its script needs Pillow with Raqm and FriBiDi, which are not here")
    missing = []
    for font in _fonts(text):
        missing.append(_lacks(font, text))
        if not missing[-1]:
            return font
    name = unicodedata.name(missing[0], f"U+{ord(missing[0]):04X}")
    raise NoPicture(f"no font here has all of its letters, such as {name}; install fonts-dejavu-core or fonts-noto")


def visible(text: str) -> str:
    """Return a text without what has no shape and may turn the others' order around."""
    kept = _JOINS if needs_shaping(text) else ""
    return _UNSEEN.sub(lambda match: match[0] if match[0] in kept else "", text)


def is_right_to_left(text: str) -> bool:
    """Whether a text runs from right to left: its first letter that has a direction decides."""
    directions = (unicodedata.bidirectional(char) for char in text)
    return next((known in _RIGHT_TO_LEFT for known in directions if known in _RIGHT_TO_LEFT | {"L"}), False)


def needs_shaping(text: str) -> bool:
    """Whether letters change their form or order beside others, which takes more than drawing one after the other."""
    return any(
        unicodedata.bidirectional(char) in _RIGHT_TO_LEFT or unicodedata.category(char) in _MARKS
        for char in unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    )


@cache
def can_shape() -> bool:
    """Whether Pillow came with what Arabic, Hebrew, Hindi and their like need."""
    from PIL import features

    return bool(features.check("raqm"))


def _fonts(text: str) -> Iterator[Font]:
    from PIL import ImageFont

    face = next((number for letters, number in _FACES if letters.search(text)), 0)
    for path in _files():
        index = face if path.suffix == ".ttc" else 0
        yield lambda size, path=path, index=index: ImageFont.truetype(path, size, index)  # type: ignore[misc]  # defaults
    yield _built_in


def _built_in(size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@cache
def _files() -> tuple[Path, ...]:
    """Find the wanted fonts once; a font that is installed later is known after a restart."""
    found = [path for place in _PLACES for path in sorted(Path(place).expanduser().rglob("*.[to]t[fc]"))]
    return tuple(dict.fromkeys(path for name in _WANTED for path in found if path.match(name)))


def _lacks(font: Font, text: str) -> str:
    """Return a letter that the font draws as it draws what it has not, or nothing."""
    try:
        drawn = font(_PROBE)
    except OSError:  # a broken file has nothing
        return text[0]
    missing = _glyph(drawn, _NOTHING)
    letters = dict.fromkeys(letter for letter in text if not letter.isspace() and letter not in _JOINS)
    return next(
        (letter for letter in letters if unicodedata.category(letter) in _NONE or _glyph(drawn, letter) == missing), ""
    )


def _glyph(font: "FreeTypeFont", letter: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(letter)
    return mask.size, bytes(mask)
