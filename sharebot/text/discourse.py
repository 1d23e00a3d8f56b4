"""What a sentence needs beside it in order to say, alone in a post, what it says in its article.

"However, …" needs the sentence before; a bare quotation needs the sentence that names its speaker; half a quotation
needs its other half. The rules look at words that are data in `languages`; they err on the side of needing too much,
because then another sentence is taken.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache

from sharebot.text import languages, quotes
from sharebot.text.segment import sentences
from sharebot.text.stale import SCOPES, Times, stale
from sharebot.text.vocabulary import Language

# Shorter stretches in quotation marks are titles or scare quotes ("100 Projects"), which need no speaker.
_WORDS_OF_A_QUOTATION = 5
_CHARACTERS_OF_A_QUOTATION = 12
_OPENING = " \t\n\"'“‘„«»‹([「『—–-*•"
_TAIL = re.compile(r"[,，、”»“」]")
_TAIL_WORDS = 8
_TAIL_CHARACTERS = 20
_FINISHED = re.compile(r"[.!?…。！？｡؟۔।॥][\"'”’»›«“)\]」』）】\s]*(?:\[\d+\])*$")
_LONGEST_QUOTATION = 8
_WORD = re.compile(r"[\w’'-]+")
_NAME = r"[^\W\d_a-zß-ÿ][\w’'-]+"
_ADDRESS = re.compile(r"https?://|www\.")
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A span of the article and what it needs.

    `needs` are the numbers of the sentences that must be kept with it, None where nothing can make it stand.
    `prefers` are those that introduce its speaker by name. `fault` says why, in words.
    """

    start: int
    end: int
    text: str
    paragraph: int
    needs: frozenset[int] | None
    prefers: frozenset[int]
    fault: str
    stale: bool


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is seen of a sentence before its neighbours are looked at.

    `own` is its text with what is quoted blanked out. `half` are the sentences that a quotation or bracket ties to it,
    itself among them; None where that never ends.
    """

    start: int
    end: int
    text: str
    paragraph: int
    own: str
    half: frozenset[int] | None
    attributed: bool
    trailing: bool
    goes_on: bool
    bare_quote: bool


@lru_cache(maxsize=32)
def read(text: str, language: str | None) -> tuple[Sentence, ...]:
    """Return the sentences of `text` with their needs; the cache serves the networks that share an article."""
    data = languages.find(language, text)
    drafts: list[_Draft] = []
    for number, spans in enumerate(_paragraphs(text, language)):
        drafts += _drafts(text, spans, number, len(drafts), data)
    first: dict[str, int] = {}
    for at, draft in enumerate(drafts):
        for word in _WORD.findall(draft.text):
            first.setdefault(word, at)
    return tuple(_sentence(at, drafts, first, data) for at in range(len(drafts)))


def _paragraphs(text: str, language: str | None) -> list[list[tuple[int, int]]]:
    found: list[list[tuple[int, int]]] = []
    for start, end in sentences(text, language):
        if found and not _EMPTY_LINE.search(text, found[-1][-1][1], start):
            found[-1].append((start, end))
        else:
            found.append([(start, end)])
    return found


def _drafts(text: str, spans: list[tuple[int, int]], number: int, count: int, data: Language) -> list[_Draft]:
    base = spans[0][0]
    body = text[base : spans[-1][1]]
    marks = quotes.scan(body)
    own = quotes.outside(body)
    speech = [(base + a, base + b) for a, b in marks.spans if _is_speech(body[a:b], data)]
    return [
        _draft(text[start:end], start, number, own[start - base : end - base], half, speech, data)
        for (start, end), half in zip(spans, _halves(spans, marks, count), strict=True)
    ]


def _draft(
    text: str,
    start: int,
    paragraph: int,
    own: str,
    half: frozenset[int] | None,
    speech: list[tuple[int, int]],
    data: Language,
) -> _Draft:
    says = languages.pattern(data, "says")
    attributed = bool(says.search(own) or languages.pattern(data, "sources").search(own))
    tail = _TAIL.split(own)[-1]
    near = len(tail.split()) <= _TAIL_WORDS if data.spaced else len(tail) <= _TAIL_CHARACTERS
    end = start + len(text)
    return _Draft(
        start,
        end,
        text,
        paragraph,
        own,
        half,
        attributed,
        trailing=near and bool(says.search(tail)),
        goes_on=bool(languages.pattern(data, "goes_on").search(own)),
        bare_quote=not attributed and any(a < end and start < b for a, b in speech),
    )


def _is_speech(quotation: str, data: Language) -> bool:
    if data.spaced:
        return len(quotation.split()) >= _WORDS_OF_A_QUOTATION
    return len(quotation) >= _CHARACTERS_OF_A_QUOTATION


def _halves(spans: list[tuple[int, int]], marks: quotes.Quotes, count: int) -> list[frozenset[int] | None]:
    base = spans[0][0]
    starts, ends = [start - base for start, _ in spans], [end - base for _, end in spans]
    halves: list[frozenset[int] | None] = [frozenset({count + at}) for at in range(len(spans))]
    for start, end in marks.groups:
        one, other = bisect_right(ends, start), bisect_left(starts, end)
        if other - one > 1:
            whole = frozenset(range(count + one, count + other)) if other - one <= _LONGEST_QUOTATION else None
            halves[one:other] = [whole and whole | (half or whole) for half in halves[one:other]]
    if marks.open_at is not None:
        cut = bisect_right(ends, marks.open_at)
        halves[cut:] = [None] * (len(spans) - cut)
    return halves


def _sentence(at: int, drafts: list[_Draft], first: dict[str, int], data: Language) -> Sentence:
    own = drafts[at]
    needs, fault = _needs(at, drafts, data)
    prefers = _introduction(at, own, first, data)
    is_stale = stale(own.text, data, Times()) is not None
    return Sentence(own.start, own.end, own.text, own.paragraph, needs, prefers, fault, is_stale)


def _needs(at: int, drafts: list[_Draft], data: Language) -> tuple[frozenset[int] | None, str]:
    """Return the sentences that this one needs, and what is wrong without them."""
    own = drafts[at]
    if not _FINISHED.search(own.text) or _ADDRESS.search(own.text):
        return None, "not a whole sentence"
    if own.half is None:
        return None, "half a quotation"
    speaker, opener = _speaker(at, drafts, own.half), _points_back(at, drafts, data)
    if speaker is None:
        return None, "speaker left out"
    faults = {"speaker left out": speaker, "opener without the sentence before": opener}
    fault = next((fault for fault, needed in faults.items() if needed), "half a quotation")
    return (own.half | speaker | opener) - {at}, fault


def _points_back(at: int, drafts: list[_Draft], data: Language) -> frozenset[int]:
    """Return the sentence before, where this one points to it. An article's first sentence has nothing before it."""
    own = drafts[at]
    start = own.own.lstrip(_OPENING)
    dated = any(languages.pattern(data, scope).match(start) for scope in SCOPES)
    back = (
        (languages.pattern(data, "openers").match(start) and not dated) or own.goes_on or _pronoun_speaks(own.own, data)
    )
    return frozenset({at - 1}) if at and back else frozenset()


def _pronoun_speaks(text: str, data: Language) -> bool:
    pronoun, verb = (languages.pattern(data, kind).pattern for kind in ("pronouns", "says"))
    return bool(data.pronouns and re.search(rf"{pronoun}\s(?:\w+\s)?{verb}|{verb}\s{pronoun}", text))


def _speaker(at: int, drafts: list[_Draft], half: frozenset[int]) -> frozenset[int] | None:
    """Return the neighbours in the paragraph that say whose words these are; None for a quotation of nobody."""
    own = drafts[at]
    edges = (max(half) + 1, min(half) - 1)
    after, before = (near if _same_paragraph(near, own, drafts) else None for near in edges)
    if own.bare_quote and not any(drafts[near].attributed for near in half):
        speakers = [near for near in (after, before) if near is not None and drafts[near].attributed]
        return frozenset(speakers[:1]) if speakers else None
    needed = set()
    if before is not None and drafts[before].attributed and not own.attributed:
        needed.add(before)
    if after is not None and drafts[after].trailing and (drafts[after].goes_on or not own.attributed):
        needed.add(after)
    return frozenset(needed)


def _same_paragraph(near: int, own: _Draft, drafts: list[_Draft]) -> bool:
    return 0 <= near < len(drafts) and drafts[near].paragraph == own.paragraph


def _introduction(at: int, own: _Draft, first: dict[str, int], data: Language) -> frozenset[int]:
    """Where "the spokesman" or "Zhu" of "Zhu said" was introduced: the first sentence that has the word."""
    if not data.spaced or not own.attributed or not (short := _short_speaker(data).search(own.own)):
        return frozenset()
    introduced = first.get(next(part for part in short.groups() if part), at)
    return frozenset({introduced}) - {at}


@lru_cache(maxsize=8)
def _short_speaker(data: Language) -> re.Pattern[str]:
    verb = languages.pattern(data, "says").pattern
    return re.compile(
        rf"(?<!\w)[Tt]he (\w+) (?:\w+ )?{verb}|(?:^|[,”“»«] ?)({_NAME}) (?:\w+ )?{verb}|{verb} ({_NAME})[.,]?$"
    )
