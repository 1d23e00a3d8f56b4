"""The proof of a summary: what it says is in the article, in the article's words, and with the speaker it has there.

Nothing here trusts the summariser: every check starts from the two texts and the spans. A text that somebody else wrote
has no spans; then its sentences are looked for in the article.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from sharebot.text import discourse, quotes
from sharebot.text.discourse import NUMBER, Discourse
from sharebot.text.shorten import END
from sharebot.text.stale import Times, stale


@cache
def _name() -> re.Pattern[str]:
    return re.compile(r"(?<=[^\W_][ ,;:])\s?([A-ZÀ-ÖØ-ÞΑ-ΩА-Я][\w’'-]*)")


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")


_FIRST_UNSPACED = "\u3000"
_GLUED = re.compile(r"[.,;:!?…)\]”’»›。、，]")
_SHOWN = 60

Spans = Sequence[tuple[int, int]]


def join(text: str, spans: Spans) -> str:
    """Return the text of `spans` as a summary shows it.

    A space stands between two of them, unless the second begins with the end of a sentence, or neither side is of a
    script that writes spaces. What begins a sentence only here has a capital letter.
    """
    pieces = [_begun(text, spans, at) for at in range(len(spans))]
    joined = pieces[:1]
    for (before, piece), (start, _) in zip(pairwise(pieces), spans[1:], strict=True):
        unspaced = (
            piece[:1] >= _FIRST_UNSPACED
            and _unspaced().match(piece)
            and _unspaced().match(before[-1:])
            and text[start - 1] != " "
        )
        glued = _GLUED.match(piece) or unspaced
        apart = not (glued or before[-1:].isspace() or piece[:1].isspace())
        joined.append(f" {piece}" if apart else piece)
    return "".join(joined)


def stands_apart(text: str, span: tuple[int, int]) -> bool:
    """Tell whether `join` changes nothing in a sentence, and puts spaces between several that are so."""
    start, end = span
    first, last = text[start : start + 1], text[end - 1 : end]
    plain = "" < first < _FIRST_UNSPACED and not (_GLUED.match(first) or first.isspace() or last.isspace())
    begins = start == 0 or (text[start - 1].isspace() and not text.endswith(", ", 0, start))
    return plain and begins


def _begun(text: str, spans: Spans, at: int) -> str:
    start, end = spans[at]
    capital = text.endswith(", ", 0, start) and (at == 0 or END.search(text, *spans[at - 1]))
    return text[start].upper() + text[start + 1 : end] if capital else text[start:end]


def verify(
    summary: str, spans: Spans | None, article_text: str, language: str | None, times: Times | None = None
) -> list[str]:
    """Return what is wrong with a summary, in words; an empty list is the proof that it may be posted.

    `spans` are code-point spans of `article_text`, in its order; None looks for the summary's sentences. `language` is
    a BCP 47 tag; None guesses. With `times`, words such as "yesterday" must be true on the day of posting.
    """
    if not summary and not spans:
        return []
    article = discourse.read(article_text, language)
    sentences = _sentences(summary, spans, article) if spans is not None else _found(summary, article)
    return [*unsupported(summary, article_text, language, times), *sentences]


def unsupported(words: str, article_text: str, language: str | None, times: Times | None = None) -> list[str]:
    """Return which numbers, names and quotations of a person's own words are not in the article, and untrue times."""
    article = discourse.read(article_text, language)
    return [
        *_numbers(words, article),
        *_names(words, article),
        *_quotations(words, article_text),
        *_times(words, article, times),
    ]


def _numbers(summary: str, article: Discourse) -> Iterator[str]:
    for number in dict.fromkeys(NUMBER.findall(summary)):
        if not article.has_number(number):
            yield f"the number {number} is not in the article"


def _names(summary: str, article: Discourse) -> Iterator[str]:
    for name in dict.fromkeys(_name().findall(summary)):
        if not article.has_word(name):
            yield f"the name {name} is not in the article"


def _quotations(summary: str, article: str) -> Iterator[str]:
    found = quotes.scan(summary)
    if found.open_at is not None:
        yield f"a quotation mark or bracket has no partner: {summary[found.open_at : found.open_at + 20]}"
    for start, end in found.spans:
        if summary[start:end] not in article:
            yield f"the quotation {summary[start:end]} is not in the article word for word"


def _times(summary: str, article: Discourse, times: Times | None) -> Iterator[str]:
    if times and (words := stale(summary, article.language, times)):
        yield f"“{words}” will no longer be true when it is posted"


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a summary keeps of one sentence: its number, and the spans."""

    at: int
    spans: tuple[tuple[int, int], ...]


def _sentences(summary: str, spans: Spans, article: Discourse) -> Iterator[str]:
    inside = all(0 <= start < end <= len(article.text) for start, end in spans)
    if not inside or any(first[1] > second[0] for first, second in pairwise(spans)):
        yield "the spans are not places in the article, one after the other"
    elif join(article.text, spans) != summary:
        yield "the summary is not the text of its spans"
    else:
        kept = list(_split(spans, article))
        cut = next((one for one in kept if not _is_whole(one, article)), None)
        if cut:
            yield f"a sentence is cut: {_shown(join(article.text, cut.spans))}"
        else:
            yield from _standing([one.at for one in kept], article)


def _split(spans: Spans, article: Discourse) -> Iterator[_Kept]:
    """Sort the spans by the sentences in which they lie; one span may hold several, and one sentence several spans."""
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    for at, (start, end) in enumerate(article.spans):
        if end <= first or last <= start:
            continue
        pieces = tuple((max(a, start), min(b, end)) for a, b in spans if a < end and start < b)
        if pieces:
            yield _Kept(at, pieces)


def _is_whole(kept: _Kept, article: Discourse) -> bool:
    """Whether all of the sentence is kept, or all but what may be left out."""
    start, end = article.spans[kept.at]
    if kept.spans == ((start, end),):
        return True
    return kept.spans in article.variants(kept.at)


def _standing(kept: Sequence[int], article: Discourse) -> Iterator[str]:
    numbers = frozenset(kept)
    for at in kept:
        needs = article.needs(at)
        if needs.must is None or not needs.must <= numbers:
            yield f"{needs.fault}: {_shown(article.sentence(at))}"


def _found(summary: str, article: Discourse) -> Iterator[str]:
    """Look for the summary's sentences in the article, from its beginning on."""
    known = _texts(article)
    kept: list[int] = []
    at = 0
    while at < len(summary):
        fitting = [text for text in known.get(summary[at : at + 1], ()) if summary.startswith(text, at)]
        if not fitting:
            yield f"this is no sentence of the article: {_shown(summary[at:])}"
            return
        longest = max(fitting, key=len)
        kept.append(_after(kept, known[longest[:1]][longest]))
        at += len(longest)
        at += len(summary[at:]) - len(summary[at:].lstrip())
    if sorted(kept) != kept:
        yield "the sentences do not stand in this order in the article"
    yield from _standing(kept, article)


def _texts(article: Discourse) -> dict[str, dict[str, list[int]]]:
    """Return, by their first character, all that may stand for a sentence, and the numbers of those it stands for."""
    known: dict[str, dict[str, list[int]]] = {}
    for at in range(len(article)):
        for spans in article.variants(at):
            text = join(article.text, spans)
            known.setdefault(text[:1], {}).setdefault(text, []).append(at)
    return known


def _after(kept: Sequence[int], places: Sequence[int]) -> int:
    """Of the places where a sentence stands, return the first behind what was found before."""
    return next((place for place in places if not kept or place > kept[-1]), places[0])


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
