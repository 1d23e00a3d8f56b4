"""A summary made of the article's own sentences: chosen, never written, each with the span it was taken from.

The budget is a predicate on the summary's text, so that the caller can measure the whole post as a network does.
Sentences come with what they need to stand (see `discourse`) and nothing leaves here that `verify` finds fault with.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from sharebot.model import Article
from sharebot.text import discourse, languages
from sharebot.text.verify import join, verify
from sharebot.text.vocabulary import Language

_MOST_SENTENCES = 5
_STARTS = 3
_REPEATS = 0.8  # a sentence with so much of its content in the headline says nothing new
_NEAR = 3  # sentences further apart than this cohere only if they share terms
_SHARED_TERMS = 2
# News tells the most important things first; tuned by eye, to be measured when there is a set to measure on.
_FIRST = 1.0  # how much more the first sentence's terms are worth
_STALE = 0.7
_QUESTION = 0.5
_LEAST_GAIN = 0.35  # of what the sentences kept so far are worth on average
_HEADLINE = 3.0
_TERM = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+|[^\W_\u3040-\u30ff\u3400-\u9fff]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_SHORTEST_TERM = 3


@dataclass(frozen=True, slots=True)
class Summary:
    """`text` is the article's text at `spans` (code points, in order), joined by spaces.

    `method` is "extractive", "lead" (leading sentences, for a language without data) or "none" (nothing fits).
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    method: str


Fits = Callable[[str], bool]
Choice = frozenset[int]


def summarize(article: Article, language: str | None, fits: Fits) -> Summary:
    """Choose whole sentences whose text `fits`. `language` is a BCP 47 tag; None guesses."""
    reader = _Reader(article, language)
    method = "extractive" if reader.language.openers else "lead"
    choice = reader.best(fits) if reader.language.openers else reader.leading(fits)
    return reader.summary(choice, method) if choice else Summary("", (), "none")


def lead(article: Article, language: str | None, fits: Fits) -> Summary:
    """Take as many of the leading sentences as `fits`, from the first on and without a gap."""
    reader = _Reader(article, language)
    choice = reader.leading(fits)
    return reader.summary(choice, "lead") if choice else Summary("", (), "none")


class _Reader:
    """One article while its sentences are weighed. A choice is the set of the numbers of the sentences kept."""

    def __init__(self, article: Article, language: str | None) -> None:
        self.article, self.tag = article, language
        self.language = languages.find(language, article.text)
        self.sentences = discourse.read(article.text, language)
        self.terms = [frozenset(_terms(sentence.text, self.language)) for sentence in self.sentences]
        self.headline = frozenset(_terms(article.headline, self.language))
        counts = Counter(term for terms in self.terms for term in terms)
        self.weights = {term: count * (_HEADLINE if term in self.headline else 1) for term, count in counts.items()}
        self.worths = [_worth(at, sentence) for at, sentence in enumerate(self.sentences)]
        self.covers: dict[Choice, dict[str, float]] = {}

    def best(self, fits: Fits) -> Choice:
        """Prefer choices that introduce their speakers; where none fits, a speaker may be just "the spokesman"."""
        return self._grow(self._choices(introduced=True), fits) or self._grow(self._choices(introduced=False), fits)

    def leading(self, fits: Fits) -> Choice:
        """Choose the longest beginning that fits."""
        starts = (frozenset(range(count)) for count in range(min(_MOST_SENTENCES, len(self.sentences)), 0, -1))
        return next((start for start in starts if self._allowed(start, fits)), frozenset())

    def summary(self, choice: Choice, method: str) -> Summary:
        """Return the text of a choice and its proof."""
        spans = self._spans(choice)
        return Summary(join(self.article.text, spans), spans, method)

    def _choices(self, *, introduced: bool) -> list[Choice]:
        """Each sentence with all that it needs, where that can be had."""
        found = (_closure(at, self.sentences, introduced=introduced) for at in range(len(self.sentences)))
        return list(dict.fromkeys(choice for choice in found if choice and not self._repeats(choice)))

    def _repeats(self, choice: Choice) -> bool:
        return any(len(self.terms[at] & self.headline) >= _REPEATS * len(self.terms[at]) for at in choice)

    def _grow(self, choices: Sequence[Choice], fits: Fits) -> Choice:
        """Start from the best few that fit, add to each what is worth most, and take the best of the results."""
        ranked = sorted(choices, key=lambda choice: (-_total(self._covers(choice)), min(choice)))
        starts = islice((choice for choice in ranked if self._allowed(choice, fits)), _STARTS)
        grown = (self._add(start, choices, fits) for start in starts)
        return max(grown, key=lambda choice: _total(self._covers(choice)), default=frozenset())

    def _add(self, kept: Choice, choices: Sequence[Choice], fits: Fits) -> Choice:
        covered = self._covers(kept)
        least = _LEAST_GAIN * _total(covered) / len(kept)
        gains = ((_gain(covered, self._covers(more)), more) for more in choices if not more <= kept)
        ranked = sorted((gain for gain in gains if gain[0] >= least), key=lambda gain: (-gain[0], min(gain[1])))
        wider = (kept | more for _, more in ranked if self._coheres(kept, more))
        step = next((choice for choice in wider if self._allowed(choice, fits)), None)
        return self._add(step, choices, fits) if step else kept

    def _covers(self, choice: Choice) -> dict[str, float]:
        """Return what each term of a choice is worth, at its best place."""
        if (known := self.covers.get(choice)) is not None:
            return known
        covered: dict[str, float] = {}
        for at in choice:
            for term in self.terms[at]:
                covered[term] = max(self.weights[term] * self.worths[at], covered.get(term, 0.0))
        self.covers[choice] = covered
        return covered

    def _coheres(self, kept: Choice, more: Choice) -> bool:
        """Near, or about the same things, or both about what the headline says."""
        if min(abs(one - other) for one in kept for other in more) <= _NEAR:
            return True
        ours, theirs = (frozenset().union(*(self.terms[at] for at in choice)) for choice in (kept, more))
        return len(ours & theirs) >= _SHARED_TERMS or bool(ours & self.headline and theirs & self.headline)

    def _allowed(self, choice: Choice, fits: Fits) -> bool:
        if len(choice) > _MOST_SENTENCES:
            return False
        spans = self._spans(choice)
        text = join(self.article.text, spans)
        return fits(text) and not verify(text, spans, self.article.text, self.tag)

    def _spans(self, choice: Choice) -> tuple[tuple[int, int], ...]:
        """One span a sentence; those that touch (Chinese writes no space between them) are one."""
        spans: list[tuple[int, int]] = []
        for at in sorted(choice):
            start, end = self.sentences[at].start, self.sentences[at].end
            if spans and spans[-1][1] == start:
                start = spans.pop()[0]
            spans.append((start, end))
        return tuple(spans)


def _worth(at: int, sentence: discourse.Sentence) -> float:
    stale = _STALE if sentence.stale else 1
    question = _QUESTION if sentence.text.rstrip("\"'”’»“)」』").endswith(("?", "？", "؟")) else 1
    return (1 + _FIRST / (1 + at)) * stale * question


def _total(covered: dict[str, float]) -> float:
    return sum(covered.values())


def _gain(covered: dict[str, float], more: dict[str, float]) -> float:
    return sum(max(0.0, worth - covered.get(term, 0.0)) for term, worth in more.items())


def _closure(at: int, sentences: Sequence[discourse.Sentence], *, introduced: bool) -> Choice | None:
    found: set[int] = set()
    waiting = {at}
    while waiting:
        one = waiting.pop()
        found.add(one)
        needs = sentences[one].needs
        if needs is None or len(found) > _MOST_SENTENCES:
            return None
        waiting |= (needs | sentences[one].prefers if introduced else needs) - found
    return frozenset(found)


def _terms(text: str, language: Language) -> Iterable[str]:
    """Yield the content words; pairs of characters where no spaces part the words."""
    for match in _TERM.finditer(text):
        word = match[0].casefold()
        if _UNSPACED.match(word):
            yield from (word[at : at + 2] for at in range(len(word) - 1))
        elif word not in language.words and (len(word) >= _SHORTEST_TERM or word.isdigit() or match[0].isupper()):
            yield word.removesuffix("s")
