"""Quotation marks of all languages in one scan: which stretches are quoted, and whether every mark has its partner."""

import re
from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

# What closes what. The same character opens in one language and closes in another (“ in English and German, » in German
# and French), so a mark closes when it can and opens otherwise.
_CLOSES = {
    "“": "”",
    "„": "“”",
    "”": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
    '"': '"',
    "(": ")",
    "（": "）",
    "」": "",
    "』": "",
}
_BRACKETS = "(（"
_SINGLE = "'"
_SINGLES = "'‘’"
_ENDS_QUOTED = ".,;:!?…"
_ANY = re.escape("".join(_CLOSES) + "".join(_CLOSES.values())) + _SINGLES
_MARK = re.compile(rf"[{_ANY}](?:(?<![{_SINGLES}])|(?<![^\W_].)|(?![^\W_]))")  # but no apostrophe within a word
_ENDS = ")）"
# Shorter stretches in quotation marks are titles or scare quotes ("100 Projects"), which need no speaker.
_WORDS_OF_SPEECH = 5
_CHARACTERS_OF_SPEECH = 12


class Quotes(NamedTuple):
    """`spans` are the outermost quotations with their marks, `groups` the outermost quotations and brackets.

    `open_at` is where the first mark without a partner stands.
    """

    spans: tuple[tuple[int, int], ...]
    groups: tuple[tuple[int, int], ...]
    open_at: int | None


_NO_QUOTES = Quotes((), (), None)


def scan(text: str) -> Quotes:
    """Find the quotations of `text`. Brackets count for balance, but what they hold is no quotation."""
    if not _MARK.search(text):
        return _NO_QUOTES
    found, apostrophes = _scan(text, frozenset())
    return _scan(text, apostrophes)[0] if apostrophes else found


def _scan(text: str, apostrophes: Container[int]) -> tuple[Quotes, frozenset[int]]:
    stack: list[tuple[str, int]] = []
    loose: set[int] = set()
    spans: list[tuple[int, int]] = []
    groups: list[tuple[int, int]] = []
    for at, character, opens in _marks(text, apostrophes):
        closed = _closed(stack, character, opens=opens)
        if closed is not None:
            if closed + 1 < len(stack):
                loose.update(start for _, start in stack[closed + 1 :])
            mark, start = stack[closed]
            del stack[closed:]
            if mark not in _BRACKETS and not any(other not in _BRACKETS for other, _ in stack):
                spans.append((start, at + 1))
            if not stack:
                groups.append((start, at + 1))
        elif opens and (character == _SINGLE or character in _CLOSES):
            stack.append((character, at))
    loose.update(start for mark, start in stack if mark == _SINGLE)
    open_at = next((start for mark, start in stack if mark != _SINGLE), None)
    return Quotes(tuple(spans), tuple(groups), open_at), frozenset(loose)


def _marks(text: str, apostrophes: Container[int]) -> Iterator[tuple[int, str, bool]]:
    """Yield place, mark and whether it may open; a double mark may always do either.

    Apostrophes look like single marks: one may open before a word and close behind one, and what has no partner was an
    apostrophe ("’90s", "the workers’ hall").
    """
    for match in _MARK.finditer(text):
        at = match.start()
        if match[0] not in _SINGLES:
            yield at, match[0], True
            continue
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        opens = match[0] != "’" and after.isalnum() and not before.isalnum()
        closes = match[0] != "‘" and not after.isalnum() and (before.isalnum() or (before in _ENDS_QUOTED and before))
        if at not in apostrophes and (opens or closes):
            yield at, _SINGLE, opens


def _closed(stack: list[tuple[str, int]], character: str, *, opens: bool) -> int | None:
    """Return the place in the stack of what the mark closes: the innermost, where single marks may be apostrophes."""
    if character == _SINGLE:
        return len(stack) - 1 if not opens and stack and stack[-1][0] == _SINGLE else None
    at = len(stack) - 1
    while at >= 0 and stack[at][0] == _SINGLE:
        at -= 1
    return at if at >= 0 and character in _CLOSES[stack[at][0]] else None


def is_speech(quotation: str, *, spaced: bool) -> bool:
    """Tell whether a quotation is long enough to be somebody's words; `spaced` is whether spaces part its words."""
    return len(quotation.split()) >= _WORDS_OF_SPEECH if spaced else len(quotation) >= _CHARACTERS_OF_SPEECH


def outside(text: str) -> str:
    """Return `text` with what is quoted blanked out, for rules about the writer's own words."""
    return blanked(text, scan(text).spans)


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return `text` with blanks between the marks of these quotations."""
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at : start + 1], " " * (end - start - 2)]
        at = end - 1
    return "".join(pieces) + text[at:]


def paired(text: str) -> str:
    """Leave out the marks and opening brackets without a partner, so that nothing in `text` is half quoted.

    A bracket that begins in a quotation and ends outside of it goes, too.
    """
    if scan(text).open_at is None:
        return text
    stack: list[tuple[str, int]] = []
    lonely: list[int] = []
    for match in _MARK.finditer(text):
        top = len(stack) - 1
        while match[0] not in _ENDS and top >= 0 and stack[top][0] in _BRACKETS:
            top -= 1
        if top >= 0 and match[0] in _CLOSES[stack[top][0]]:
            lonely += [at for _, at in stack[top + 1 :]]
            del stack[top:]
        elif match[0] in _CLOSES:
            stack.append((match[0], match.start()))
    left_out = {*lonely, *(at for _, at in stack)}
    return "".join(character for at, character in enumerate(text) if at not in left_out)
