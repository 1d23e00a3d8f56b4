"""The few things that may be left out inside a sentence: it then says less, and nothing else.

A dateline; a leading "Meanwhile,"; a parenthesis; a clause at the end that only adds something ("…, which opened in
May"); a relative time at the end ("… earlier this month"). Never beside a word that such a clause might limit ("only",
"first", a superlative, a negation), and never what holds a number, a doubt, a condition or a speaker.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise

from sharebot.text import languages, quotes
from sharebot.text.languages import LETTER
from sharebot.text.stale import SCOPES
from sharebot.text.traits import Traits
from sharebot.text.vocabulary import Language

Span = tuple[int, int]

_PLACE = r"[A-ZÀ-ÖØ-Þ][\w.'’-]*(?:[ ,/]+[A-ZÀ-ÖØ-Þ][\w.'’-]*){0,5}"
_DAY = r"(?:[A-Za-zÀ-ÿ]{3,9}\.? \d{1,2}|\d{1,2}\.? [A-Za-zÀ-ÿ]{3,9}\.?)(?:,? \d{4})?"
_DASH = r"(?:[–—]|--?)"
# OSLO, 3 March (Agency) – The …; New Delhi, Aug 1 (Agency) The …; Oslo (Agency)The …; (Agency) - The …; OSLO — The …
_DATELINE = re.compile(
    rf"(?:(?:{_PLACE})?(?:,? ?{_DAY})? ?\((?P<agency>[A-Z][A-Za-z/ ]{{1,19}})\) ?(?:{_DASH} ?)?"
    rf"|(?:[A-ZÀ-ÖØ-Þ]{{3,}}[A-ZÀ-ÖØ-Þ .'’-]*(?:, [A-Z][\w.]+)?)(?:,? {_DAY})? ?{_DASH} ?)(?=[\"“„«'‘]?[A-ZÀ-ÖØ-Þ\d])"
)
_IN_DATELINES = "(-–—"
_PARENTHESIS = re.compile(r" \([^()]{1,80}\)(?=[ ,.;:!?])")
END = re.compile(r"[.!?…][\"'”’»)\]]*$")
_CLAUSE = re.compile(r", (?=[^\W\d_])")
_WORD = re.compile(rf"(?!\d)[{LETTER}][{LETTER}’'-]*")
_MAIN = re.compile(r"[\w’'\"“‘-]+(?: [\w’'-]+){2}")
"""A comma right behind the first would-be words of the main clause shows that the list before is not over."""
_OPEN_LIST = re.compile(r", [^,]{1,30}$")
_AND = re.compile(r" [^\W\d_]{1,3} ([^\W\d_]+)")
"""A short word such as "and" or "or", and the one behind it."""
_DIGIT = re.compile(r"\d")
_LEAST_WORDS = 6
"""A sentence of fewer words before a clause is rather an opening phrase than a sentence."""
_CLAUSE_WORDS = 3
_BEGINNING = 3
_MOST = 3
"""So many deletions in one sentence are tried together; more would leave little of it."""


def variants(sentence: str, start: int, language: Language) -> Iterator[tuple[Span, ...]]:
    """Yield what may stand for a sentence of a text: the spans to keep, the whole sentence first.

    `start` is where the sentence stands in the text, in whose code points the spans count.
    """
    yield ((start, start + len(sentence)),)
    cuts = [(start + a, start + b) for a, b in deletions(sentence, language)]
    for count in range(1, min(len(cuts), _MOST) + 1):
        for chosen in combinations(cuts, count):
            if all(one[1] <= two[0] for one, two in pairwise(chosen)):
                yield _without(start, start + len(sentence), chosen)


def deletions(sentence: str, language: Language) -> list[Span]:
    """Return the stretches that may be left out, from left to right."""
    start = dateline(sentence)
    found = [(0, start)] if start else [*_link(sentence, language)]
    quoted = quotes.scan(sentence).spans
    whole = Traits(sentence, quotes.blanked(sentence, quoted), language)
    if not (whole.has("negations") or whole.has("limits")):
        for rule in (_parentheses, _prelude, _trailing, _sequel):
            found += rule(sentence, language)
        if quoted or language.joins or whole.is_relative:
            found += _time(sentence, language)
    cuts = [cut for cut in set(found) if all(_apart(cut, quotation) for quotation in quoted)]
    return sorted(cut for cut in cuts if not any(a <= cut[0] and cut[1] <= b for a, b in cuts if (a, b) != cut))


def _apart(cut: Span, quotation: Span) -> bool:
    """Whether a quotation stays whole or goes as a whole."""
    (start, end), (a, b) = cut, quotation
    return end <= a or b <= start or (start <= a and b <= end)


def _without(start: int, end: int, cuts: tuple[Span, ...]) -> tuple[Span, ...]:
    kept, at = [], start
    for a, b in cuts:
        if at < a:
            kept.append((at, a))
        at = b
    return (*kept, (at, end)) if at < end else tuple(kept)


def dateline(sentence: str) -> int:
    """Return how many characters at the beginning tell where and when an agency wrote, 0 for none."""
    found = _DATELINE.match(sentence) if any(map(sentence.__contains__, _IN_DATELINES)) else None
    return found.end() if found else 0


def _link(sentence: str, language: Language) -> Iterator[Span]:
    """Find a leading "Meanwhile,"."""
    found = languages.pattern(language, "links").match(sentence)
    if found and sentence.startswith(", ", found.end()):
        yield 0, found.end() + 2


def _parentheses(sentence: str, language: Language) -> Iterator[Span]:
    for found in _PARENTHESIS.finditer(sentence):
        if _only_adds(found[0], language):
            yield found.span()


def _trailing(sentence: str, language: Language) -> Iterator[Span]:
    """Find a clause behind the last comma that begins with a relative or a participle."""
    end = END.search(sentence)
    commas = list(_CLAUSE.finditer(sentence))
    if end is None or not commas or not (language.relatives or language.participles):
        return
    at = commas[-1].start()
    clause, main = sentence[commas[-1].end() : end.start()], sentence[:at]
    opens = bool(languages.pattern(language, "relatives").match(clause)) or _is_participle(clause, main, language)
    if (
        opens
        and _stands(main)
        and not _is_torn(main, language)
        and len(_WORD.findall(clause)) >= _CLAUSE_WORDS
        and _only_adds(clause, language, main)
    ):
        yield at, end.start()


def _is_torn(main: str, language: Language) -> bool:
    """Whether a phrase was put in that would be left hanging: "He sold the boat and, with much regret, …"."""
    before = _WORD.findall(main.rpartition(", ")[0])[-1:]
    return bool(before) and before[0].casefold() in language.words


def _prelude(sentence: str, language: Language) -> Iterator[Span]:
    """Find a clause before the first comma that tells what happened before: "After the vote, the council …"."""
    comma = sentence.find(", ")
    opening, main = sentence[: max(comma, 0)], sentence[comma + 2 :]
    opens = languages.pattern(language, "preludes").match(opening) or _is_participle(opening.lower(), "", language)
    goes_on = languages.pattern(language, "goes_on").search(main)
    if (
        comma > 0
        and opens
        and not goes_on
        and _begins_clause(main, language)
        and _only_adds(opening, language, main)
        and _stands(main)
    ):
        yield 0, comma + 2


def _begins_clause(main: str, language: Language) -> bool:
    """Whether the words behind a comma begin a clause that leans on nothing: no list goes on, and nobody is "he"."""
    first = _WORD.findall(main)[:_BEGINNING]
    if not first or not _MAIN.match(main) or not (first[0] in language.words or any(w[0].isupper() for w in first)):
        return False
    return not any(languages.pattern(language, field).match(main) for field in ("openers", "echoes", "relatives"))


def _sequel(sentence: str, language: Language) -> Iterator[Span]:
    """Find a second main clause, or examples: "…, while the bus …", "… such as the bus …"."""
    end = END.search(sentence)
    for found in _sequels(language).finditer(sentence):
        main, rest = sentence[: found.start()], sentence[found.end() : end.start() if end else None]
        adds = "," not in rest and not languages.pattern(language, "relatives").match(rest.lstrip())
        if end and adds and _ends_clause(main, language) and _only_adds(rest, language, main):
            yield found.start(), end.start()
            return


def _ends_clause(main: str, language: Language) -> bool:
    """Whether a clause may end here: not after "and", not in a list, not on a verb that asks for more."""
    last = _WORD.findall(main)[-1:]
    loose = not last or last[0].casefold() in language.tethers or last[0].casefold() in language.words
    return _stands(main) and not loose and not _OPEN_LIST.search(main)


@cache
def _sequels(language: Language) -> re.Pattern[str]:
    any_of = "|".join(re.escape(phrase) if phrase[0] in ",;" else f",? {phrase}" for phrase in language.sequels)
    return re.compile(rf"(?=[,; ])(?:{any_of})(?!\w)" if any_of else r"(?!)")  # the look-ahead only saves time


def _is_participle(clause: str, main: str, language: Language) -> bool:
    """Tell "…, killing the engine" from the end of a list ("swimming, running and climbing")."""
    word = _WORD.match(clause)
    if word is None or not word[0].islower() or word[0] in language.words:
        return False
    if not language.participles or not word[0].endswith(language.participles):
        return False
    inside = _WORD.findall(main)[-1:] + [other[1] for other in _AND.finditer(clause)]
    return not any(other.endswith(language.participles) for other in inside)


def _time(sentence: str, language: Language) -> Iterator[Span]:
    """Find a relative time right before the full stop."""
    end = END.search(sentence)
    found = _times(language).search(sentence[: end.start()]) if end else None
    if end and found and _ends_clause(sentence[: found.start()], language):
        yield found.start(), end.start()


@cache
def _times(language: Language) -> re.Pattern[str]:
    any_of = "|".join(languages.pattern(language, scope).pattern for scope in SCOPES if getattr(language, scope))
    return re.compile(
        rf" (?:{any_of})(?: (?:today|week|month|year|spring|summer|autumn|winter))?\Z" if any_of else r"(?!)"
    )


def _stands(main: str) -> bool:
    """Whether what is left looks like a sentence: long enough, and no comma that waits for its partner at its end."""
    return len(_WORD.findall(main)) >= _LEAST_WORDS and not main.rstrip().endswith((",", ";", ":", "–", "—", "-"))


def _only_adds(clause: str, language: Language, main: str = "") -> bool:
    """Whether a clause holds no number, no doubt, no negation, and no speaker but where the rest has one of its own."""
    if _DIGIT.search(clause):
        return False
    traits = Traits(clause, clause, language)
    if any(traits.has(field) for field in ("sources", "hedges", "negations")):
        return False
    return not traits.has("says") or Traits(main, quotes.outside(main), language).has("says")
