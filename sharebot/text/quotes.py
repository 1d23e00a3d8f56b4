"""Quotation marks of all languages in one scan: which stretches are quoted, and whether every mark has its partner."""

import re
from typing import NamedTuple

# What closes what. The same character opens in one language and closes in another (“ in English and German, » in German
# and French), so a mark closes when it can and opens otherwise. Apostrophes look like ’ and are left out.
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
_ENDS = ")）"
_MARK = re.compile(f"[{re.escape(''.join(_CLOSES) + ''.join(_CLOSES.values()))}]")


class Quotes(NamedTuple):
    """`spans` are the outermost quotations with their marks, `groups` the outermost quotations and brackets.

    `open_at` is where the first mark without a partner stands.
    """

    spans: tuple[tuple[int, int], ...]
    groups: tuple[tuple[int, int], ...]
    open_at: int | None


def scan(text: str) -> Quotes:
    """Find the quotations of `text`. Brackets count for balance, but what they hold is no quotation."""
    stack: list[tuple[str, int]] = []
    spans: list[tuple[int, int]] = []
    groups: list[tuple[int, int]] = []
    for match in _MARK.finditer(text):
        at, character = match.start(), match[0]
        if stack and character in _CLOSES[stack[-1][0]]:
            mark, start = stack.pop()
            if mark not in _BRACKETS and not any(other not in _BRACKETS for other, _ in stack):
                spans.append((start, at + 1))
            if not stack:
                groups.append((start, at + 1))
        elif character in _CLOSES:
            stack.append((character, at))
    return Quotes(tuple(spans), tuple(groups), stack[0][1] if stack else None)


def outside(text: str) -> str:
    """Return `text` with what is quoted blanked out, for rules about the writer's own words."""
    for start, end in scan(text).spans:
        text = text[: start + 1] + " " * (end - start - 2) + text[end - 1 :]
    return text


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
