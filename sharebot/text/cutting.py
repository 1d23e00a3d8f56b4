"""Where a sentence or headline may be cut for want of room: behind a clause, else behind a word.

Never within a quotation, a bracket, a number, a name or a link.
"""

import re
from typing import NamedTuple

from sharebot.text import languages, quotes
from sharebot.text.measure import graphemes
from sharebot.text.vocabulary import Language

_MORE = "…"
_CLAUSE = re.compile(r"[,;:،؛](?=\s)|\s+[–—-](?=\s)|[，；：、]|—+(?=\w)")
_HAN = r"\u3400-\u9fff\uf900-\ufaff"
_UNSPACED = rf"[{_HAN}\u3040-\u30ff]"
_WORD = re.compile(rf"(?<=\S)\s+(?=\S)|(?<={_UNSPACED})(?=\S)|(?<=\S)(?={_UNSPACED})")
_TRAILING = " \t\u00a0\u202f,;:–—-.،؛，、；：。"
_WHOLE = re.compile(r"《[^》]*》|〈[^〉]*〉|【[^】]*】|[\w-]+(?:\.[\w-]+)+/\S*")
"""Titles in Chinese and Japanese, which are names and no quotations of anybody; addresses."""
_NUMBER = re.compile(r"[\d$€£¥₹№〇零一二三四五六七八九十百千万萬亿億两][^\w\s]*$")
_CLOSING = "，、；：。！？…」』）”"
_KATAKANA = re.compile(r"[\u30a0-\u30ff]")
_JOINING = re.compile(r"[\u0300-\u036f\u200c\u200d\ufe00-\ufe0f\u3099\u309a]")
_WITHIN_NAMES = "of the de la le les du des del der den da do dos di van von zu zur bin ibn al el &"
_LINKS_NAMES = frozenset(_WITHIN_NAMES.split())
"""Words that stand within a name: University of Oslo, Ursula von der Leyen."""
_SHORT = 4
_LONGEST = 6000
_LONGEST_WORD = 1000
"""What is longer fits nowhere, so that nobody need look where it might be cut."""
_NEAR = 60
"""Characters around a place that tell whether it is within a name."""


class Cuts(NamedTuple):
    """What may be left of a text, each ending in "…", from the shortest to the longest.

    `words` end neither within what may be a name nor in a word that leans on the next ("the", "by"); in `rest` are
    those of a headline that do, for want of better ones.
    """

    clauses: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()


def cuts(text: str, language: str | None, *, headline: bool = False) -> Cuts:
    """Return what may be left of a sentence, or of a headline, In Which Capitals May Tell No Names."""
    data, text = languages.find(language, text), text[:_LONGEST]
    closed, speech = _closed(text), _speech(text)
    free = [
        gap
        for gap in (*_CLAUSE.finditer(text), *_WORD.finditer(text))
        if not closed[gap.start()] and _keeps_speaker(text, speech, gap.start(), data)
    ]
    clauses = [gap.start() for gap in free if gap.re is _CLAUSE]
    rest = [gap for gap in free if gap.re is _WORD and _ends_word(text, gap)]
    words = [gap.start() for gap in rest if not _leans(text, gap, data)]
    return Cuts(_kept(text, clauses), _kept(text, words), _kept(text, [gap.start() for gap in rest] * headline))


def _kept(text: str, places: list[int]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_ended(text[:at]) for at in places if text[:at].strip(_TRAILING)))


def characters(text: str) -> tuple[str, ...]:
    """Return what may be left of a headline's first word, where even that is too long: Chinese, or a row of emoji."""
    word = text[:_LONGEST_WORD].partition(" ")[0]
    parts = graphemes(word)
    found = quotes.scan(word)
    if re.search(r"\d|\w[./@]\w", word) or found.groups or found.open_at is not None:
        return ()
    return tuple(_ended("".join(parts[:count])) for count in range(1, len(parts)))


def _ended(text: str) -> str:
    return text.rstrip(_TRAILING) + _MORE


def _closed(text: str) -> list[bool]:
    """Tell for each place whether it is within something that must stay whole."""
    closed = [False] * (len(text) + 1)
    spans = [*quotes.scan(text).groups, *(match.span() for match in _WHOLE.finditer(text))]
    for start, end in spans:
        closed[start + 1 : end] = [True] * (end - start - 1)
    return closed


def _speech(text: str) -> int:
    """Return where the first quotation of somebody's words ends, or the text, where there is none."""
    for start, end in quotes.scan(text).spans:
        said = text[start:end]
        unspaced = re.search(_UNSPACED, said) is not None
        if quotes.is_speech(said, spaced=True) or (unspaced and quotes.is_speech(said, spaced=False)):
            return end
    return len(text)


def _keeps_speaker(text: str, speech: int, at: int, data: Language) -> bool:
    """Whether a quotation is cut off with whoever said it, or kept with a verb of speech and a name."""
    between = text[speech:at]
    named = any(map(_is_capital, between.split()))
    return at < speech or (named and bool(languages.pattern(data, "says").search(between)))


def _ends_word(text: str, gap: re.Match[str]) -> bool:
    """Whether no number ends here, whose unit or next digits may follow, and no word without spaces goes on."""
    before, after = text[max(0, gap.start() - _SHORT) : gap.start()], text[gap.end() : gap.end() + 1]
    if _NUMBER.search(before) or gap[0]:
        return bool(gap[0]) and not _NUMBER.search(before)
    whole = _KATAKANA.match(before[-1:]) and _KATAKANA.match(after)
    return not whole and not _JOINING.match(after) and after not in _CLOSING


def _leans(text: str, gap: re.Match[str], data: Language) -> bool:
    before, after = text[max(0, gap.start() - _NEAR) : gap.start()], text[gap.end() : gap.end() + _NEAR]
    last = before.split()[-1:] or [""]
    return bool(gap[0]) and (last[0].casefold() in data.words or _is_within_name(before, after))


def _is_within_name(before: str, after: str) -> bool:
    """Whether capitals stand on both sides, or on both sides of the small words that stand within names."""
    left, right = before.split(), after.split()
    while left and left[-1] in _LINKS_NAMES:
        left.pop()
    while right and right[0] in _LINKS_NAMES:
        right.pop(0)
    if not (left and right and (left[-1][-1].isalnum() or left[-1].endswith("."))):
        return False
    return _is_capital(left[-1]) and right[0][0].isupper()


def _is_capital(word: str) -> bool:
    return word.lstrip("\"'“‘„«»‹([").lstrip("\u2060")[:1].isupper()
