"""What the crafts ask about a language: which data there are, and where its phrases stand in a text."""

import re
from functools import cache

from sharebot.text.vocabulary import LANGUAGES, Language

_NOTHING = re.compile(r"(?!)")
_ALL = {language.code: language for language in LANGUAGES}
# Function words are 35 to 50 % of the words of running text, and under 25 % in a text of another language.
_ENOUGH = {True: 0.28, False: 0.05}


def find(tag: str | None, text: str = "") -> Language:
    """Return the data for a BCP 47 tag such as "de-AT"; without a tag, for the language that `text` seems to be in.

    The guess chooses rules for splitting and summarising; it is never what a post declares as its language. Where
    there are no data the answer has a code and nothing else.
    """
    code = (tag or _guess(text[:2000])).replace("_", "-").partition("-")[0].lower()
    return _ALL.get(code) or Language(code)


def pattern(language: Language, kind: str) -> re.Pattern[str]:
    """Return what finds a phrase of the field `kind`; a language without such phrases finds nothing."""
    return _compiled(language, kind) if getattr(language, kind) else _NOTHING


@cache
def _compiled(language: Language, kind: str) -> re.Pattern[str]:
    phrases: tuple[str, ...] = getattr(language, kind)
    any_of = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True)).replace("'", "['’]")
    flags = re.NOFLAG if kind == "says" else re.IGNORECASE  # "Said" and "Claims" in a sentence are names
    return re.compile(rf"(?<!\w)(?:{any_of})(?!\w)" if language.spaced else any_of, flags)


def _guess(text: str) -> str:
    words = re.findall(r"[^\W\d_]+", text.casefold())
    scores = {code: _share(language, words, text) / _ENOUGH[language.spaced] for code, language in _ALL.items()}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] >= 1 else "und"


def _share(language: Language, words: list[str], text: str) -> float:
    if language.spaced:
        return sum(word in language.words for word in words) / max(len(words), 1)
    return sum(map(text.count, language.words)) / max(len(text), 1)
