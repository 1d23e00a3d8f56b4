"""What a `style` attribute makes of text: hidden, bold, of some size."""

import re
from typing import NamedTuple

_SIZE = re.compile(r"(?:^|[;\s\"'])font-size\s*:\s*(\d+(?:\.\d+)?)\s*(px|pt|em|rem|%)?", re.IGNORECASE)
_WEIGHT = re.compile(r"font-weight\s*:\s*(bold|bolder|[1-9]00|normal)", re.IGNORECASE)
_FONT = re.compile(r"(?:^|;)\s*font\s*:[^;]*?\b(bold|[6-9]00)\b", re.IGNORECASE)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|(?:max-height|font-size|opacity)\s*:\s*0(?:px)?\s*(?:;|$)",
    re.IGNORECASE,
)
_HEAVY = frozenset(("bold", "bolder", "600", "700", "800", "900"))
_PIXELS = {"px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": 0.16, None: 1.0}


class Style(NamedTuple):
    """What is said of text; None where nothing is. `size` is in pixels."""

    hidden: bool = False
    size: float | None = None
    bold: bool | None = None


def read(written: str) -> Style:
    """Read a `style` attribute."""
    return Style(_HIDDEN.search(written) is not None, _size(written), _bold(written))


def _size(written: str) -> float | None:
    said = _SIZE.search(written)
    return round(float(said[1]) * _PIXELS[said[2] and said[2].lower()], 1) if said else None


def _bold(written: str) -> bool | None:
    if weight := _WEIGHT.search(written):
        return weight[1].lower() in _HEAVY
    return True if _FONT.search(written) else None
