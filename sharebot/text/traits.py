"""What a sentence is like, seen alone: whether it reports, points back, hedges; each looked up once.

The words that decide are data in `vocabulary`. In languages that write spaces a set of the sentence's words tells fast
which of the long patterns cannot match.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache

from sharebot.text import languages
from sharebot.text.once import Once
from sharebot.text.stale import SCOPES
from sharebot.text.vocabulary import Language

_OPENING = " \t\n\u00a0\u202f\"'“‘„«»‹([「『—–-*•¿¡"
_TAIL = re.compile(r"[,，、”»“」]")
_TAIL_WORDS = 8
_TAIL_CHARACTERS = 20
_FINISHED = re.compile(r"[.!?…。！？｡؟۔।॥][\"'”’»›«“)\]」』）】\s]*(?:\[\d+\])*$")
_LONGEST_OPENING = 50
_LAST_WORDS = re.compile(r"(?<=\s)((?:the )?\w+)[.!?]$")
_STOPS = (".", "!", "?")
ADDRESS = re.compile(r"https?://|www\.")
_TOKEN = re.compile(r"\w+")
tokens: Callable[[str], list[str]] = _TOKEN.findall
"""Returns the words of a text: what stands between spaces and signs."""
_SOUGHT = frozenset({"says", "sources", "reported", "goes_on", "pronouns", "hedges", "negations", "limits", *SCOPES})
"""The fields that `Traits.has` knows."""
_NOTHING: frozenset[str] = frozenset()
_NAME = r"[^\W\d_a-zß-ÿ][\w’'-]+"
_LAST_NAME = re.compile(rf"{_NAME}[.,]?")


class Traits:
    """One sentence. `text` is all of it, `own` the same with what is quoted blanked out, `words` those of `own`."""

    def __init__(self, text: str, own: str, language: Language, words: Sequence[str] | None = None) -> None:
        self.text, self.own, self._language = text, own, language
        self._words = tokens(own) if words is None else words
        self._had: dict[str, bool] = {}

    @Once
    def _may_have(self) -> frozenset[str]:
        """Return the fields whose phrases its words do not rule out; Arabic joins words too freely to tell."""
        if not self._language.spaced or self._language.joins:
            return _SOUGHT
        clues = _clues(self._language)
        return _NOTHING.union(*[clues[word] for word in map(str.casefold, self._words) if word in clues])

    def has(self, field: str) -> bool:
        """Tell whether a phrase of that field of the vocabulary stands in the writer's own words."""
        if field not in self._may_have:
            return False
        if (known := self._had.get(field)) is None:
            known = self._had[field] = languages.pattern(self._language, field).search(self.own) is not None
        return known

    def begins_with(self, field: str) -> bool:
        """Tell whether the sentence begins with a phrase of that field."""
        start, first = self._start
        firsts = _firsts(self._language, field)
        if firsts is not None and first not in firsts:
            return False
        return languages.pattern(self._language, field).match(start) is not None

    @Once
    def _start(self) -> tuple[str, str]:
        """Return the sentence from its first word on, and that word in small letters."""
        start = self.own.lstrip(_OPENING)
        found = _TOKEN.match(start)
        return start, found[0].casefold() if found else ""

    @Once
    def is_whole(self) -> bool:
        """Whether it ends as sentences end, and holds no address, which is never part of a summary."""
        ends = self.text.endswith(_STOPS) or _FINISHED.search(self.text)
        address = ("://" in self.text or "www." in self.text) and ADDRESS.search(self.text)
        return bool(ends) and not address

    @Once
    def attributed(self) -> bool:
        """Whether it says whose words or whose claim it tells."""
        return self.has("says") or self.has("sources")

    @Once
    def trailing(self) -> bool:
        """Whether its speaker comes last: "…, the mayor said.", which may hold for the sentence before, too."""
        if not self.has("says"):
            return False
        *before, tail = _TAIL.split(self.own)
        if not before:
            return False
        spaced = self._language.spaced
        near = len(tail.split()) <= _TAIL_WORDS if spaced else len(tail) <= _TAIL_CHARACTERS
        return near and bool(languages.pattern(self._language, "says").search(tail))

    @Once
    def goes_on(self) -> bool:
        """Whether it goes on with what the sentence before said: "…, she added."."""
        return self.has("goes_on")

    @Once
    def points_back(self) -> bool:
        """Whether it begins or ends with what only the sentence before explains, or a mere pronoun speaks."""
        opens = self.begins_with("openers") and not any(self.begins_with(scope) for scope in SCOPES)
        return opens or self.goes_on or self._closes or self._pronoun_speaks() or self._pronoun_acts()

    @Once
    def _closes(self) -> bool:
        """Whether it ends with a mere "this": "Doctors doubt this."."""
        end = _LAST_WORDS.search(self.own)
        return end is not None and languages.pattern(self._language, "closers").fullmatch(end[1]) is not None

    @Once
    def is_relative(self) -> bool:
        """Whether it tells a time from the day of writing ("yesterday"), which grows false."""
        return not self._may_have.isdisjoint(SCOPES) and any(map(self.has, SCOPES))

    def _pronoun_acts(self) -> bool:
        """Whether a pronoun stands behind an opening phrase that names nobody: "In 2013, he …"."""
        if not self._language.pronouns or "pronouns" not in self._may_have:
            return False
        phrase, comma, rest = self._start[0].partition(", ")
        if not comma or len(phrase) > _LONGEST_OPENING:
            return False
        calendar = _calendar(self._language)
        names = any(word[0].isupper() for word in _TOKEN.findall(phrase)[1:] if word.casefold() not in calendar)
        return not names and languages.pattern(self._language, "pronouns").match(rest) is not None

    def _pronoun_speaks(self) -> bool:
        if not self._language.pronouns or not self.has("pronouns") or not self.has("says"):
            return False
        return bool(_pronoun_speaks(self._language).search(self.own))

    @Once
    def short_speaker(self) -> str | None:
        """Return the word for a speaker introduced before: "spokesman" in "the spokesman said", "Zhu" in "Zhu said"."""
        if not self._language.spaced or not self.has("says"):
            return None
        within, first, last = _short_speakers(self._language)
        ends_in_name = _LAST_NAME.fullmatch(self.own.rpartition(" ")[2])
        found = (within.search(self.own), first.match(self.own), last.search(self.own) if ends_in_name else None)
        leftmost = min(filter(None, found), key=re.Match.start, default=None)
        return next(part for part in leftmost.groups() if part) if leftmost else None


@cache
def _calendar(language: Language) -> frozenset[str]:
    """Return words for days, which have capital letters in English and name nobody."""
    return frozenset(word for phrase in (*language.this_week, *language.shorts) for word in phrase.split())


@cache
def _clues(language: Language) -> dict[str, frozenset[str]]:
    """Return, by a word of it, the fields of which a sentence with that word may have a phrase."""
    clues: dict[str, set[str]] = {}
    for field in _SOUGHT:
        for phrase in getattr(language, field):
            if words := _TOKEN.findall(phrase.casefold()):
                clues.setdefault(_key(words, language), set()).add(field)
    return {word: frozenset(those) for word, those in clues.items()}


def _key(words: Sequence[str], language: Language) -> str:
    """Return the word that is rarest without the phrase."""
    return max(words, key=lambda word: (word not in language.words, len(word)))


@cache
def _firsts(language: Language, field: str) -> frozenset[str] | None:
    """Return the words with which the phrases of that field begin; None where that tells nothing."""
    phrases: tuple[str, ...] = getattr(language, field)
    found = [_TOKEN.match(phrase.casefold()) for phrase in phrases]
    if not language.spaced or language.joins or None in found:
        return None
    return frozenset(first[0] for first in found if first)


@cache
def _pronoun_speaks(language: Language) -> re.Pattern[str]:
    pronoun, verb = (languages.pattern(language, kind).pattern for kind in ("pronouns", "says"))
    # "…, said he." but not "Holt said he would": there a name speaks, and the pronoun is its own.
    return re.compile(rf"(?i:{pronoun})\s(?:\w+\s)?{verb}|{verb}\s(?i:{pronoun})(?=\s*(?:[.,;:!?…]|$))")


@cache
def _short_speakers(language: Language) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return what finds a short speaker within a sentence, as its first word, as its last; one pattern takes longer."""
    verb = languages.pattern(language, "says").pattern
    before = rf"(?:\w+ )?{verb}"
    within = rf"[Tt,”“»«](?:(?<=[Tt])(?<!\w.)he (\w+) {before}|(?<![Tt]) ?({_NAME}) {before})"
    return re.compile(within), re.compile(rf"({_NAME}) {before}"), re.compile(rf"{verb} ({_NAME})[.,]?$")
