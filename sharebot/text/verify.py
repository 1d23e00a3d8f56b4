"""The proof of a summary: what it says is in the article, in the article's words, and with the speaker it has there.

Nothing here trusts the summariser: every check starts from the two texts and the spans.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sharebot.text import discourse, quotes

_NUMBER = re.compile(r"\d+(?:[.,:/٫٬]\d+)*")
_NAME = re.compile(r"(?<=[^\W_][ ,;:])\s?([A-ZÀ-ÖØ-ÞΑ-ΩА-Я][\w’'-]*)")
_WORD = re.compile(r"[\w’'-]+")

Spans = Sequence[tuple[int, int]]


def join(text: str, spans: Spans) -> str:
    """Return the text of `spans`, with a space between them; this is what a summary looks like."""
    return " ".join(text[start:end] for start, end in spans)


def verify(summary: str, spans: Spans, article_text: str, language: str | None) -> list[str]:
    """Return what is wrong with a summary, in words; an empty list is the proof that it may be posted.

    `spans` are code-point spans of `article_text`, in its order. `language` is a BCP 47 tag; None guesses.
    """
    if not summary and not spans:
        return []
    return [
        *_numbers(summary, article_text),
        *_names(summary, article_text),
        *_quotations(summary, article_text),
        *_sentences(summary, spans, article_text, language),
    ]


def _numbers(summary: str, article: str) -> Iterator[str]:
    known = set(_NUMBER.findall(article))
    for number in dict.fromkeys(_NUMBER.findall(summary)):
        if number not in known:
            yield f"the number {number} is not in the article"


def _names(summary: str, article: str) -> Iterator[str]:
    known = set(_WORD.findall(article))
    for name in dict.fromkeys(_NAME.findall(summary)):
        if name not in known:
            yield f"the name {name} is not in the article"


def _quotations(summary: str, article: str) -> Iterator[str]:
    found = quotes.scan(summary)
    if found.open_at is not None:
        yield f"a quotation mark or bracket has no partner: {summary[found.open_at : found.open_at + 20]}"
    for start, end in found.spans:
        if summary[start:end] not in article:
            yield f"the quotation {summary[start:end]} is not in the article word for word"


def _sentences(summary: str, spans: Spans, article: str, language: str | None) -> Iterator[str]:
    inside = all(0 <= start < end <= len(article) for start, end in spans)
    if not inside or any(first[1] > second[0] for first, second in pairwise(spans)):
        yield "the spans are not places in the article, one after the other"
    elif join(article, spans) != summary:
        yield "the summary is not the text of its spans"
    else:
        yield from _standing(spans, discourse.read(article, language))


def _standing(spans: Spans, sentences: Sequence[discourse.Sentence]) -> Iterator[str]:
    starts, ends = {s.start: at for at, s in enumerate(sentences)}, {s.end: at for at, s in enumerate(sentences)}
    kept: set[int] = set()
    for start, end in spans:
        if start not in starts or end not in ends:
            yield "a sentence is cut"
            return
        kept.update(range(starts[start], ends[end] + 1))
    for at in sorted(kept):
        sentence = sentences[at]
        if sentence.needs is None or not sentence.needs <= kept:
            yield f"{sentence.fault}: {sentence.text[:60]}"
