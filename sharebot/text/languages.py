"""What the crafts ask about a language: which data there are, and where its phrases stand in a text."""

import re
from collections import Counter, defaultdict
from functools import cache, lru_cache
from operator import itemgetter

from sharebot.text.alternatives import any_of
from sharebot.text.vocabulary import MODULES, Language, every, load, neighbours

LETTER = (
    r"\w\u0300-\u036f"  # accents
    r"\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"  # Arabic
    r"\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"  # Devanagari
    r"\u200c\u200d"  # joiners
)
"""For a character class: what words are made of. Python's `\\w` lacks the vowel signs of Hindi and Arabic."""

_NOTHING = re.compile(r"(?!)")
_WORD = re.compile(rf"[^\W\d_][{LETTER}]*")
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
"""A character of Chinese or Japanese, whose words no space parts."""
# One key, several ways to write: a straight or a curly apostrophe, a hamza written or left out, any white space.
_WRITTEN = {"'": "['’]", "أ": "[أا]", "إ": "[إا]", " ": r"\s+"}
_BEGINNING = 2000


@cache
def _speakers() -> dict[str, list[Language]]:
    speakers: dict[str, list[Language]] = {}
    for language in (*neighbours(), *every()):  # so that a tie is a neighbour's
        for word in language.words if language.spaced else ():
            speakers.setdefault(word, []).append(language)
    return speakers


@lru_cache(maxsize=256)
def _unknown(code: str) -> Language:
    """Return a language without data, the same one for the same code: what is known of a language is kept with it."""
    return Language(code)


def find(tag: str | None, text: str = "") -> Language:
    """Return the data for a BCP 47 tag such as "de-AT"; without a tag, for the language that `text` seems to be in.

    The guess chooses rules for splitting and summarising; it is never what a post declares as its language. Where
    there are no data the answer has a code and nothing else; the code of a text in an unknown language is "und".
    """
    code = (tag or _guess(text[:_BEGINNING])).replace("_", "-").partition("-")[0].lower()
    return load(code) if code in MODULES else _unknown(code)


def pattern(language: Language, kind: str) -> re.Pattern[str]:
    """Return what finds a phrase of the field `kind`; a language without such phrases finds nothing."""
    return _compiled(language, kind) if getattr(language, kind) else _NOTHING


@cache
def forms(language: Language, kind: str) -> frozenset[str]:
    """Return the phrases of the field `kind`, for looking up."""
    return frozenset(getattr(language, kind))


@cache
def _compiled(language: Language, kind: str) -> re.Pattern[str]:
    phrases: tuple[str, ...] = getattr(language, kind)
    flags = re.NOFLAG if kind == "says" else re.IGNORECASE  # "Said" and "Claims" in a sentence are names
    written = f"(?:{any_of(_signs(phrase if kind == 'says' else phrase.lower()) for phrase in phrases)})"
    if not language.spaced:
        return re.compile(written, flags)
    before = f"(?:{'|'.join(language.joins)})?" if language.joins else ""
    return re.compile(rf"(?<![{LETTER}]){before}{written}(?![{LETTER}])", flags)


def _signs(phrase: str) -> list[str]:
    return [_WRITTEN.get(sign) or re.escape(sign) for sign in phrase]


def _guess(text: str) -> str:
    """Return the code whose function words are most frequent; "und" where these are few or the winner has no data."""
    words = _WORD.findall(text.casefold())
    scores: dict[Language, float] = defaultdict(float)
    for word, count in Counter(words).items():
        for language in _speakers().get(word, ()):
            scores[language] += count / len(words) / language.share
    if UNSPACED.search(text):
        for language in every():
            if not language.spaced:
                scores[language] = sum(map(text.count, language.words)) / len(text) / language.share
    best, score = max(scores.items(), key=itemgetter(1), default=(None, 0.0))
    return best.code if score >= 1 and best and best.code in MODULES else "und"
