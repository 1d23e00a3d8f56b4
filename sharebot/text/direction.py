"""Text that runs from right to left, and the link within it, which never does.

In a line of Arabic or Hebrew the last "/" of an address would jump to its other end, and words before and after it
would change places. So the link stands between U+2066 LEFT-TO-RIGHT ISOLATE and U+2069 POP DIRECTIONAL ISOLATE, which
cut it out of the line as one piece. https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates
"""

import unicodedata

_ISOLATE = "\u2066"
_POP = "\u2069"


def isolate(text: str, link: str) -> str:
    """Return `text` with the one `link` in it cut out, where it shares its line with words from right to left.

    A link alone on its line is left as it is. No network takes U+2066 for a part of an address, but Mastodon would take
    U+2069 for one, so a space stands between; the end of the line needs none, for it ends the isolate, too.
    """
    at = text.find(link)
    if at < 0 or text.isascii():
        return text
    head, tail = text[:at], text[at + len(link) :]
    after = tail.partition("\n")[0]
    if not (is_rtl(head.rpartition("\n")[2] + after) and is_rtl(head + tail)):
        return text
    return f"{head}{_ISOLATE}{link}{f' {_POP}' if after else ''}{tail}"


def is_rtl(text: str) -> bool:
    """Tell whether a paragraph would be laid out from right to left: its first letter with a direction decides."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind != "L" for kind in kinds if kind in {"L", "R", "AL"}), False)
