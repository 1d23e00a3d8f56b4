"""Words that describe a picture to those who do not see it."""

import re

_FILE = re.compile(
    r".*\.(?:jpe?g|png|gif|webp|svg|heic|heif|avif|tiff?|bmp|jfif)(?:[?#]\S*)?|(?:https?|data|cid):\S*", re.IGNORECASE
)
_CAMERA = re.compile(
    r"(?:img|dsc[nf]?|pxl|mvi|gopr|dji|image|photo|picture|pic|foto|bild|screen[ _-]?shot|scan|untitled|unnamed"
    r"|alt(?: text)?)?"
    r"[\s_().-]*[\d\s_().:-]*(?:at[\d\s_().:-]+)?(?:[ap]m)?",
    re.IGNORECASE,
)
"""What cameras and programs call files, and words that say no more than that there is a picture."""
_SLUG = re.compile(r"(?=[^ ]*(?:_|-[^ -]+-|\d{3}))[!-~]+")
"""One word of parts, or with a number: ferry_at_dock, ferry-at-dock, ferry1024."""
_LONGEST_NAME = 120
_MORE = "…"


def spoken(said: str | None) -> str:
    """Return an alternative text on one line; empty for a file's name, which describes nothing."""
    words = " ".join((said or "").split())
    named = len(words) <= _LONGEST_NAME and any(kind.fullmatch(words) for kind in (_FILE, _CAMERA, _SLUG))
    return "" if named or not any(letter.isalpha() for letter in words) else words


def shortened(words: str, most: int) -> str:
    """Return an alternative text of at most `most` characters, cut behind a word."""
    if len(words) <= most:
        return words
    cut = words[: most - 1]
    within = words[most - 1] != " " and " " in cut
    return f"{cut.rpartition(' ')[0] if within else cut}{_MORE}"
