"""Hashtags from an article's tags and an editor's words, written so that a screen reader can pronounce them."""

import unicodedata
from collections.abc import Collection, Iterable

# https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/richtext/facet.json
_LONGEST = 64
_JOINT = "\u200c"
_APOSTROPHES = str.maketrans("", "", "'’")


def hashtags(words: Iterable[str], most: int, there: Collection[str] = ()) -> tuple[str, ...]:
    """Return at most `most` hashtags with "#", each once whatever its case, in the order given.

    "open source" becomes "#OpenSource". What would be no tag or another one (all digits, "C++") is left out. Those that
    are `there` already count as well, and do not come again.
    """
    known = {tag.lstrip("#＃").casefold() for tag in there}
    tags: dict[str, str] = {}
    for word in words:
        if (tag := _camel(word)) and tag.casefold() not in known:
            tags.setdefault(tag.casefold(), f"#{tag}")
    return tuple(tags.values())[: max(most - len(known), 0)]


def _camel(phrase: str) -> str:
    cleaned = phrase.strip(" \t\r\n\u200c").lstrip("#＃").translate(_APOSTROPHES)
    parts = "".join(c if _belongs(c) else " " for c in unicodedata.normalize("NFC", cleaned)).split()
    tag = "".join(_capital(part) for part in parts) if len(parts) > 1 else "".join(parts)
    changed = len(tag) == 1 and len(cleaned) > 1
    return "" if changed or len(tag) > _LONGEST or not any(c.isalpha() for c in tag) else tag


def _belongs(character: str) -> bool:
    """Letters, digits, the marks without which Hindi and Arabic words fall apart, and Persian's joint (U+200C)."""
    return character == _JOINT or unicodedata.category(character)[0] in "LM" or character.isdecimal()


def _capital(word: str) -> str:
    return word[0].upper() + word[1:] if word.islower() else word
