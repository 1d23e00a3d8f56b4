"""What a sentence is like, seen alone: whether it reports, points back, hedges; each looked up once.

The words that decide are data in `vocabulary`. In languages that write spaces a set of the sentence's words tells fast
which of the long patterns cannot match.
"""

import re
from collections.abc import Sequence
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
_ADDRESS = re.compile(r"https?://|www\.")
_TOKEN = re.compile(r"\w+")
_NAME = r"[^\W\d_a-zß-ÿ][\w’'-]+"


class Traits:
    """One sentence. `text` is all of it, `own` the same with what is quoted blanked out."""

    def __init__(self, text: str, own: str, language: Language) -> None:
        self.text, self.own, self._language = text, own, language
        self._had: dict[str, bool] = {}

    @Once
    def words(self) -> frozenset[str]:
        """Return the writer's own words, in small letters."""
        return frozenset(_TOKEN.findall(self.own.casefold()))

    def has(self, field: str) -> bool:
        """Tell whether a phrase of that field of the vocabulary stands in the writer's own words."""
        if (known := self._had.get(field)) is None:
            known = self._had[field] = self._has(field)
        return known

    def _has(self, field: str) -> bool:
        if self._language.spaced and self.words.isdisjoint(_keys(self._language, field)):
            return False
        return languages.pattern(self._language, field).search(self.own) is not None

    def begins_with(self, field: str) -> bool:
        """Tell whether the sentence begins with a phrase of that field."""
        firsts = _firsts(self._language, field)
        if firsts is not None and self._first not in firsts:
            return False
        return languages.pattern(self._language, field).match(self._start) is not None

    @Once
    def _start(self) -> str:
        return self.own.lstrip(_OPENING)

    @Once
    def _first(self) -> str:
        found = _TOKEN.match(self._start)
        return found[0].casefold() if found else ""

    @Once
    def is_whole(self) -> bool:
        """Whether it ends as sentences end, and holds no address, which is never part of a summary."""
        return bool(_FINISHED.search(self.text)) and not ("." in self.text and _ADDRESS.search(self.text))

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
        return opens or self.goes_on or self._closes or self._pronoun_speaks or self._pronoun_acts

    @Once
    def _closes(self) -> bool:
        """Whether it ends with a mere "this": "Doctors doubt this."."""
        end = _LAST_WORDS.search(self.own)
        return end is not None and languages.pattern(self._language, "closers").fullmatch(end[1]) is not None

    @Once
    def is_relative(self) -> bool:
        """Whether it tells a time from the day of writing ("yesterday"), which grows false."""
        if self._language.spaced and self.words.isdisjoint(_all_keys(self._language)):
            return False
        return any(self.has(scope) for scope in SCOPES)

    @Once
    def _pronoun_acts(self) -> bool:
        """Whether a pronoun stands behind an opening phrase that names nobody: "In 2013, he …"."""
        phrase, comma, rest = self._start.partition(", ")
        if not comma or len(phrase) > _LONGEST_OPENING or not self._language.pronouns:
            return False
        calendar = _calendar(self._language)
        names = any(word[0].isupper() for word in _TOKEN.findall(phrase)[1:] if word.casefold() not in calendar)
        return not names and languages.pattern(self._language, "pronouns").match(rest) is not None

    @Once
    def _pronoun_speaks(self) -> bool:
        if not self._language.pronouns or not self.has("pronouns") or not self.has("says"):
            return False
        return bool(_pronoun_speaks(self._language).search(self.own))

    @Once
    def short_speaker(self) -> str | None:
        """Return the word for a speaker introduced before: "spokesman" in "the spokesman said", "Zhu" in "Zhu said"."""
        if not self._language.spaced or not self.attributed:
            return None
        found = _short_speaker(self._language).search(self.own)
        return next(part for part in found.groups() if part) if found else None


@cache
def _calendar(language: Language) -> frozenset[str]:
    """Return words for days, which have capital letters in English and name nobody."""
    return frozenset(word for phrase in (*language.this_week, *language.shorts) for word in phrase.split())


@cache
def _keys(language: Language, field: str) -> frozenset[str]:
    """Return words of which a sentence must have one in order to have a phrase of that field."""
    phrases: tuple[str, ...] = getattr(language, field)
    spelt = (_TOKEN.findall(phrase.casefold()) for phrase in phrases)
    return frozenset(_key(words, language) for words in spelt if words)


def _key(words: Sequence[str], language: Language) -> str:
    """Return the word that is rarest without the phrase; the first in Arabic, which joins and spells words freely."""
    return words[0] if language.joins else max(words, key=lambda word: (word not in language.words, len(word)))


@cache
def _firsts(language: Language, field: str) -> frozenset[str] | None:
    """Return the words with which the phrases of that field begin; None where that tells nothing."""
    phrases: tuple[str, ...] = getattr(language, field)
    found = [_TOKEN.match(phrase.casefold()) for phrase in phrases]
    if not language.spaced or language.joins or None in found:
        return None
    return frozenset(first[0] for first in found if first)


@cache
def _all_keys(language: Language) -> frozenset[str]:
    return frozenset().union(*(_keys(language, scope) for scope in SCOPES))


@cache
def _pronoun_speaks(language: Language) -> re.Pattern[str]:
    pronoun, verb = (languages.pattern(language, kind).pattern for kind in ("pronouns", "says"))
    # "…, said he." but not "Holt said he would": there a name speaks, and the pronoun is its own.
    return re.compile(rf"(?i:{pronoun})\s(?:\w+\s)?{verb}|{verb}\s(?i:{pronoun})(?=\s*(?:[.,;:!?…]|$))")


@cache
def _short_speaker(language: Language) -> re.Pattern[str]:
    verb = languages.pattern(language, "says").pattern
    return re.compile(
        rf"(?<!\w)[Tt]he (\w+) (?:\w+ )?{verb}|(?:^|[,”“»«] ?)({_NAME}) (?:\w+ )?{verb}|{verb} ({_NAME})[.,]?$"
    )
