"""What a sentence needs beside it in order to say, alone in a post, what it says in its article.

"However, …" needs the sentence before; a bare quotation needs the sentence that names its speaker; half a quotation
needs its other half. What it surely needs is told apart from what it probably leans on: a summary takes no chances with
either where it can, and a check refuses only for the first.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from sharebot.text import languages, quotes
from sharebot.text.segment import sentences
from sharebot.text.shorten import dateline, variants
from sharebot.text.traits import Traits, tokens
from sharebot.text.vocabulary import Language

KEPT = 64
"""Of so many articles is kept what was found out, for the networks that share them: more than most issues have."""
_LONGEST_QUOTATION = 8
_OF_WORD = re.compile(r"[\w’'-]")
NUMBER = re.compile(r"\d+(?:[.,:/٫٬]\d+)*")
_WITHIN_NUMBER = re.compile(r".*\d[.,:/٫٬]?$", re.DOTALL)
_BEFORE_NUMBER = 2
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")

Span = tuple[int, int]
Choice = frozenset[int]
_NONE: Choice = frozenset()
_HALF = "half a quotation"


class Needs(NamedTuple):
    """The numbers of the sentences that one needs.

    `must` are those without which it says something else, None where nothing can make it stand; `fault` is why, in
    words. `leans` are those whose speaker probably speaks on in it, `echoes` those that it mentions again ("the
    report"), `prefers` those that introduce its speaker by name.
    """

    must: Choice | None
    fault: str = ""
    leans: Choice = _NONE
    echoes: Choice = _NONE
    prefers: Choice = _NONE


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its place: its span, the number of its paragraph, and what it needs."""

    start: int
    end: int
    text: str
    paragraph: int
    needs: Needs


@lru_cache(maxsize=KEPT)
def read(text: str, language: str | None) -> "Discourse":
    """Return the sentences of `text`."""
    return Discourse(text, language)


class Discourse:
    """A text as sentences. What each is like is looked at when it is asked for. `language` is a BCP 47 tag or None."""

    def __init__(self, text: str, language: str | None) -> None:
        self.text = text
        self.language = languages.find(language, text)
        self.spans = sentences(text, language)
        self._paragraphs = _Paragraphs(text, self.spans, self.language)
        self._traits: dict[int, Traits] = {}
        self._words: dict[int, list[str]] = {}
        self._needs: dict[int, Needs] = {}
        self._firsts: dict[str, int | None] = {}
        self._plain: dict[int, Span] = {}
        self._variants: dict[int, list[tuple[Span, ...]]] = {}

    def __len__(self) -> int:
        return len(self.spans)

    def sentences(self) -> tuple[Sentence, ...]:
        """Return all sentences, each with what it needs."""
        numbers = self._paragraphs.number
        return tuple(
            Sentence(*span, self.sentence(at), numbers[at], self.needs(at)) for at, span in enumerate(self.spans)
        )

    def sentence(self, at: int) -> str:
        """Return the text of a sentence."""
        start, end = self.spans[at]
        return self.text[start:end]

    def traits(self, at: int) -> Traits:
        """Return what a sentence is like."""
        if at not in self._traits:
            sentence, own = self.sentence(at), self._paragraphs.own(at)
            words = self.words(at) if own == sentence else None
            self._traits[at] = Traits(sentence, own, self.language, words)
        return self._traits[at]

    def words(self, at: int) -> list[str]:
        """Return the words of a sentence."""
        if (known := self._words.get(at)) is None:
            known = self._words[at] = tokens(self.sentence(at))
        return known

    def plain(self, at: int) -> Span:
        """Return a sentence's span without the dateline before it."""
        if (known := self._plain.get(at)) is not None:
            return known
        start, end = self.spans[at]
        self._plain[at] = start + dateline(self.text[start:end]), end
        return self._plain[at]

    def variants(self, at: int) -> list[tuple[Span, ...]]:
        """Return what may stand for a sentence, the whole one first: see `shorten`."""
        if at not in self._variants:
            # A quotation of several sentences keeps all its words, also those without a mark of their own.
            half = self._paragraphs.half(at)
            alone = half is not None and len(half) == 1
            found = variants(self.sentence(at), self.spans[at][0], self.language) if alone else [(self.spans[at],)]
            self._variants[at] = list(found)
        return self._variants[at]

    def needs(self, at: int) -> Needs:
        """Return what a sentence needs."""
        if at not in self._needs:
            self._needs[at] = self._found(at)
        return self._needs[at]

    def _found(self, at: int) -> Needs:
        traits, half = self.traits(at), self._paragraphs.half(at)
        if not traits.is_whole:
            return Needs(None, "not a whole sentence")
        if half is None:
            return Needs(None, _HALF)
        speaker, leans = self._speaker(at, half)
        if speaker is None:
            return Needs(None, "speaker left out")
        opens = bool(at) and traits.points_back
        # An article's first sentence points back to the headline, which the reader of a summary may not see: to -1.
        echoes = traits.begins_with("echoes") if at else traits.points_back
        echo = frozenset({at - 1}) if echoes else _NONE
        introduction = self._introduction(at)
        if len(half) == 1 and not speaker and not opens:
            return Needs(_NONE, _HALF, leans, echo, introduction)
        fault = "speaker left out" if speaker else "opener without the sentence before" if opens else _HALF
        must = half.union(speaker, {at - 1} if opens else ()).difference({at})
        return Needs(must, fault, leans.difference({at}), echo, introduction)

    def _speaker(self, at: int, half: Choice) -> tuple[Choice | None, Choice]:
        """Return the neighbours that say whose words these are: those that surely do, and those that probably do."""
        own, after, before = self.traits(at), self._beside(at, max(half) + 1), self._beside(at, min(half) - 1)
        if self._is_bare_quotation(at) and not any(self.traits(near).attributed for near in half):
            named = (near for near in (after, before) if near is not None and self.traits(near).attributed)
            speaker = next(named, None)
            return (None if speaker is None else frozenset({speaker})), _NONE
        surely = probably = _NONE
        if before is not None and not own.attributed and self.traits(before).attributed:
            one = frozenset({before})
            surely, probably = (one, _NONE) if own.has("reported") else (_NONE, one)
        if after is not None and self.traits(after).trailing:
            if self.traits(after).goes_on:
                surely |= {after}
            elif not own.attributed:
                probably |= {after}
        return surely, probably

    def _is_bare_quotation(self, at: int) -> bool:
        return self._paragraphs.has_speech(at) and not self.traits(at).attributed

    def _beside(self, at: int, near: int) -> int | None:
        is_there = 0 <= near < len(self.spans)
        return near if is_there and self._paragraphs.number[near] == self._paragraphs.number[at] else None

    def _introduction(self, at: int) -> Choice:
        """Where "the spokesman" or "Zhu" of "Zhu said" was introduced: the first sentence that has the word."""
        word = self.traits(at).short_speaker
        first = self._first(word, at) if word else at
        return frozenset({first}) if first != at else _NONE

    def has_number(self, number: str) -> bool:
        """Tell whether the text has a number, written so, which is no part of a longer one."""
        return any(
            not _WITHIN_NUMBER.match(self.text, max(0, at - _BEFORE_NUMBER), at)
            and (found := NUMBER.match(self.text, at))
            and found[0] == number
            for at in _places(number, self.text)
        )

    def has_word(self, word: str) -> bool:
        """Tell whether the text has a word, written so."""
        return _has_word(self.text, word)

    def _first(self, word: str, default: int) -> int:
        if word not in self._firsts:
            having = (at for at in range(len(self.spans)) if _has_word(self.sentence(at), word))
            self._firsts[word] = next(having, None)
        found = self._firsts[word]
        return default if found is None else found


def _has_word(text: str, word: str) -> bool:
    """Tell whether a word stands in `text` with nothing of a word beside it; looking at all words would take longer."""
    return any(
        not (at and _OF_WORD.match(text, at - 1)) and not _OF_WORD.match(text, at + len(word))
        for at in _places(word, text)
    )


def _places(part: str, text: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


class _Paragraphs:
    """Which sentences stand together, and what the quotations and brackets of each paragraph tie together."""

    def __init__(self, text: str, spans: list[Span], language: Language) -> None:
        self._text, self._spans, self._language = text, spans, language
        self.number: list[int] = []
        self._members: list[list[int]] = []
        for at, (start, _) in enumerate(spans):
            end = spans[at - 1][1]
            if not at or (start - end > 1 and _EMPTY_LINE.search(text, end, start)):
                self._members.append([])
            self._members[-1].append(at)
            self.number.append(len(self._members) - 1)
        self._known: dict[int, _Paragraph] = {}

    def own(self, at: int) -> str:
        """Return a sentence with what is quoted blanked out."""
        paragraph, (start, end) = self._of(at), self._spans[at]
        return paragraph.own[start - paragraph.start : end - paragraph.start]

    def half(self, at: int) -> Choice | None:
        """Return the sentences that a quotation or bracket ties to one, with itself; None where that never ends."""
        return self._of(at).halves[at]

    def has_speech(self, at: int) -> bool:
        """Tell whether a sentence has a quotation that is long enough to be somebody's words."""
        speech, (start, end) = self._of(at).speech, self._spans[at]
        return bool(speech) and any(a < end and start < b for a, b in speech)

    def _of(self, at: int) -> "_Paragraph":
        number = self.number[at]
        if number not in self._known:
            members = self._members[number]
            self._known[number] = _paragraph(self._text, self._spans, members, spaced=self._language.spaced)
        return self._known[number]


@dataclass(frozen=True, slots=True)
class _Paragraph:
    start: int
    own: str
    speech: list[Span]
    halves: dict[int, Choice | None]


def _paragraph(text: str, spans: list[Span], members: list[int], *, spaced: bool) -> _Paragraph:
    base, end = spans[members[0]][0], spans[members[-1]][1]
    body = text[base:end]
    marks = quotes.scan(body)
    speech = [(base + a, base + b) for a, b in marks.spans if quotes.is_speech(body[a:b], spaced=spaced)]
    return _Paragraph(base, quotes.blanked(body, marks.spans), speech, _halves(spans, members, marks, base))


def _halves(spans: list[Span], members: list[int], marks: quotes.Quotes, base: int) -> dict[int, Choice | None]:
    starts, ends = [spans[at][0] - base for at in members], [spans[at][1] - base for at in members]
    halves: list[Choice | None] = [frozenset({at}) for at in members]
    for start, end in marks.groups:
        one, other = bisect_right(ends, start), bisect_left(starts, end)
        if other - one > 1:
            whole = frozenset(members[one:other]) if other - one <= _LONGEST_QUOTATION else None
            halves[one:other] = [whole and whole | (half or whole) for half in halves[one:other]]
    if marks.open_at is not None:
        cut = bisect_right(ends, marks.open_at)
        halves[cut:] = [None] * (len(members) - cut)
    return dict(zip(members, halves, strict=True))
