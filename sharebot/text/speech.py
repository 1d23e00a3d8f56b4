"""Whose words a quotation is, where the article says so beyond doubt: for a picture of it with its speaker."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sharebot.text import discourse, languages, quotes
from sharebot.text.traits import ADDRESS
from sharebot.text.vocabulary import Language

_FEWEST_WORDS = 5
_LONGEST = 280
"""Code points of a quotation that can be read in a picture."""
_LONGEST_SENTENCE = 800
_CAPITAL = r"[^\W\d_a-zß-ÿ][\w’'-]*"
_SMALL = r"(?:van|von|der|den|de|del|della|da|di|du|dos|la|le|el|al|bin|ibn|ben|zu|zur|ter|ten|y)"
_NAME = rf"{_CAPITAL}\.?(?: (?:{_SMALL} ){{0,3}}{_CAPITAL}\.?){{0,6}}"
_ASIDE = r"(?:, [^,.!?“”„«»\"]{1,120},)?"
_NAMED_BEFORE = re.compile(rf"({_NAME})(?: \([^()]*\))?:\s*$")
_WORD = re.compile(r"\w")
_SCOPES = ("today", "this_week", "this_month", "this_year", "openers", "links")


@dataclass(frozen=True, slots=True)
class Speech:
    """Somebody's words, word for word, and their name as the article gives it.

    `marks` are the quotation marks around the words in the article, the first and the last.
    """

    quotation: str
    speaker: str
    marks: tuple[str, str]

    @property
    def quoted(self) -> str:
        """The words in their quotation marks."""
        return self.quotation.join(self.marks)


@lru_cache(maxsize=discourse.KEPT)
def choose(text: str, language: str | None) -> Speech | None:
    """Choose a quotation for a picture: of five words at least, with a speaker who is named beside it.

    The name stands beside a verb of speech, in the sentence or in the one that tells whose words they are; where there
    are two names, none is safe. None where no quotation is so.
    """
    if not languages.find(language, text).spaced:
        return None
    found = list(_speeches(text, language))
    return next((speech for speech in found if speech.quotation[0].isupper()), found[0] if found else None)


def _speeches(text: str, language: str | None) -> Iterator[Speech]:
    data = languages.find(language, text)
    sentences = discourse.read(text, language).sentences()
    for number in dict.fromkeys(sentence.paragraph for sentence in sentences):
        spans = [(s.start, s.end) for s in sentences if s.paragraph == number]
        yield from _in_paragraph(text, spans, data)


def _in_paragraph(text: str, spans: list[tuple[int, int]], data: Language) -> Iterator[Speech]:
    base = spans[0][0]
    body = text[base : spans[-1][1]]
    own = quotes.outside(body)
    around = [own[start - base : end - base] for start, end in spans]
    for start, end in quotes.scan(body).spans:
        said = body[start + 1 : end - 1].strip().rstrip(",").strip()
        at = [n for n, (a, b) in enumerate(spans) if a - base < end and start < b - base]
        if _is_fit(said) and at:
            name = _introduced(own[spans[at[0]][0] - base : start]) or _speaker(around, at, data)
            if name and (whole := _whole(name, text, data)):
                yield Speech(said, whole, (body[start], body[end - 1]))


def _is_fit(said: str) -> bool:
    paired = quotes.scan(said).open_at is None and "\n" not in said
    return paired and len(said.split()) >= _FEWEST_WORDS and len(said) <= _LONGEST and not ADDRESS.search(said)


def _introduced(before: str) -> str:
    """Return the name in `Anna Holm: “…”`."""
    match = _NAMED_BEFORE.fullmatch(before)
    return match[1] if match else ""


def _speaker(around: list[str], at: list[int], data: Language) -> str:
    """Return the one name in the sentences of a quotation; of one that stands alone, in the sentences beside it."""
    own = [around[number] for number in at]
    if not any(map(_WORD.search, own)):
        own = [around[number] for number in (at[0] - 1, at[-1] + 1) if 0 <= number < len(around)]
    found = [_names(sentence, data) for sentence in own]
    names = {name for each in found for name in each or ("",)} if all(each is not None for each in found) else set()
    names -= {""} if any(found) else set()
    return names.pop() if len(names) == 1 else ""


def _names(own: str, data: Language) -> tuple[str, ...] | None:
    """Return the names beside verbs of speech in a sentence; None where one speaks who is not named, or one denies."""
    if len(own) > _LONGEST_SENTENCE or languages.pattern(data, "negations").search(own):
        return None
    goes_on = languages.pattern(data, "goes_on")
    verbs = [verb for verb in _verb(data).findall(own) if not goes_on.fullmatch(verb)]
    found = [match[1] or match[2] for match in _beside(data).finditer(own)]
    names = [name for each in found if (name := _trimmed(each, data))]
    return tuple(names) if len(names) == len(verbs) else None


@lru_cache(maxsize=8)
def _verb(data: Language) -> re.Pattern[str]:
    kinds = [pattern.pattern for kind in ("says", "sources") if (pattern := languages.pattern(data, kind)).pattern]
    return re.compile("|".join(kinds))


@lru_cache(maxsize=8)
def _beside(data: Language) -> re.Pattern[str]:
    says, any_of = languages.pattern(data, "says").pattern, _verb(data).pattern
    return re.compile(rf"({_NAME}){_ASIDE} (?:\w+ )?(?:{says})|(?:{any_of}) ({_NAME})")


def _trimmed(name: str, data: Language) -> str:
    """Leave out the words before a name that are capital only at a sentence's beginning; nobody's is "Holt's"."""
    words = name.split()
    while words and _is_common(words[0], data):
        words.pop(0)
    return "" if words and words[-1].endswith(("'s", "’s")) else " ".join(words).rstrip(".")


def _is_common(word: str, data: Language) -> bool:
    folded = word.casefold()
    return folded in data.words or any(languages.pattern(data, kind).fullmatch(folded) for kind in _SCOPES)


def _whole(name: str, text: str, data: Language) -> str:
    """Return a name in full: "Holt" is "Ines Holt" if one such person is in the article, and nobody otherwise."""
    if " " in name and not _is_titled(name, data):
        return name
    last = re.escape(name.rpartition(" ")[2])
    full = re.compile(rf"(?:{_CAPITAL} (?:{_SMALL} ){{0,3}}){{1,6}}{last}(?![\w’'-])")
    found = {_trimmed(match[0], data) for match in full.finditer(text)}
    people = {each for each in found if " " in each and not _is_titled(each, data)}
    return people.pop() if len(people) == 1 else ""


def _is_titled(name: str, data: Language) -> bool:
    return name.partition(" ")[0].rstrip(".").casefold() in data.titles
