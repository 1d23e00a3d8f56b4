"""What a sentence of an article is worth to a reader who sees nothing else: what is said often, early, as promised.

The weights were chosen on public news summaries; `make bench` measures what comes of them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from math import exp, log

from sharebot.text.discourse import Choice, Discourse
from sharebot.text.languages import UNSPACED
from sharebot.text.once import Once
from sharebot.text.vocabulary import Language

# The odds that a reader's own summary has a term, as a logistic regression over news summaries has them.
_BASE = -4.0
_OFTEN = 2.5
_FIRST = 3.0
_HEADLINE = 4.0
_EARLY = 0.25
_PLACE = 0.5
_PROMISE = 10.0
_OPENING = 4
_QUESTION = 0.5
_RELATIVE = 0.6
_REPEATS = 0.8  # a sentence with so much of its content in the headline says nothing new
_SHARED_TERMS = 2
_SHORTEST_TERM = 3


@lru_cache(maxsize=4096)
def _likely(count: int, first: int, promised: bool) -> float:  # noqa: FBT001 - the cache asks twice as much for names
    odds = _BASE + _OFTEN * log(1 + count) + _HEADLINE * promised + _FIRST / (1 + first)
    return 1 / (1 + exp(-odds))


@cache
def _term() -> re.Pattern[str]:
    return re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


_ENDS_QUESTION = re.compile(r"[?？؟][\"'”’»“)」』]*$")


class Worth:
    """The first `count` sentences of an article and their terms. `ranking` are numbers that go before all else."""

    def __init__(self, read: Discourse, count: int, headline: str, ranking: Sequence[int]) -> None:
        self._read, self._language, self._ranking = read, read.language, ranking
        self._lists = _lists(read, count)
        self._terms = [frozenset(terms) for terms in self._lists]
        self._headline = frozenset(_terms(headline, self._language))
        self._places = [self._place(at) for at in range(count)]
        self._covers: dict[Choice, dict[str, float]] = {}
        self._valued: dict[int, dict[str, float]] = {}
        self._factors: dict[int, float] = {}
        self._totals: dict[Choice, float] = {}

    def total(self, choice: Choice) -> float:
        """Return what the sentences of a choice are worth together; what two of them say counts once."""
        if self._ranking:
            return sum(2.0 ** -self._ranking.index(at) for at in choice if at in self._ranking)
        if choice not in self._totals:
            self._totals[choice] = self._alone(*choice) if len(choice) == 1 else self._together(choice)
        return self._totals[choice]

    def gain(self, kept: Choice, more: Choice) -> float:
        """Return what `more` adds to what is `kept`."""
        if self._ranking:
            return self.total(more - kept)
        had = self._covered(kept)
        if len(more) == 1:
            return self._gained(had, *more)
        found = self._covered(more)
        better = (found[term] - had[term] for term in found.keys() & had.keys())
        return sum(map(found.__getitem__, found.keys() - had.keys())) + sum(gain for gain in better if gain > 0)

    def _alone(self, at: int) -> float:
        return (self._sums[at] + self._places[at]) * self._factor(at)

    def _together(self, choice: Choice) -> float:
        return sum(self._covered(choice).values()) + sum(self._places[at] * self._factor(at) for at in choice)

    def _gained(self, had: Mapping[str, float], at: int) -> float:
        """Return what the terms of one sentence add to those that are there: all of the new, and what is better."""
        weights, terms, factor = self._weights, self._terms[at], self._factor(at)
        better = (weights[term] * factor - had[term] for term in terms.intersection(had))
        return factor * sum(map(weights.__getitem__, terms.difference(had))) + sum(more for more in better if more > 0)

    def repeats(self, at: int) -> bool:
        """Tell whether a sentence says no more than the headline."""
        return len(self._terms[at] & self._headline) >= _REPEATS * len(self._terms[at])

    def related(self, one: Choice, other: Choice) -> bool:
        """Tell whether two choices are about the same things, or both about what the headline says."""
        ours, theirs = self._covered(one).keys(), self._covered(other).keys()
        return len(ours & theirs) >= _SHARED_TERMS or bool(ours & self._headline and theirs & self._headline)

    @Once
    def order(self) -> list[int]:
        """Return the sentences, those first that say the most of what the article is about, at a rough look."""
        if self._ranking:
            return sorted(range(len(self._terms)), key=lambda at: -self.total(frozenset({at})))
        rough = [-worth - place for worth, place in zip(self._sums, self._places, strict=True)]
        return sorted(range(len(rough)), key=rough.__getitem__)

    @Once
    def _sums(self) -> list[float]:
        """Return what all terms of each sentence weigh."""
        return [sum(map(self._weights.__getitem__, terms)) for terms in self._terms]

    @Once
    def _weights(self) -> dict[str, float]:
        counts = Counter(chain.from_iterable(self._lists))
        first = {term: at for at in reversed(range(len(self._lists))) for term in self._lists[at]}
        return {term: _likely(count, first[term], term in self._headline) for term, count in counts.items()}

    def _factor(self, at: int) -> float:
        if (known := self._factors.get(at)) is not None:
            return known
        question = _QUESTION if _ENDS_QUESTION.search(self._read.sentence(at)) else 1
        relative = _RELATIVE if self._read.traits(at).is_relative else 1
        self._factors[at] = (1 + _EARLY / (1 + at)) * question * relative
        return self._factors[at]

    def _covered(self, choice: Choice) -> dict[str, float]:
        """Return what each term of a choice is worth, at its best place."""
        if (known := self._covers.get(choice)) is not None:
            return known
        covered: dict[str, float] = {}
        for at in sorted(choice, key=self._factor):
            covered.update(self._values(at))
        self._covers[choice] = covered
        return covered

    def _values(self, at: int) -> dict[str, float]:
        """Return what each term of a sentence is worth there."""
        if (known := self._valued.get(at)) is None:
            factor, weights = self._factor(at), self._weights
            known = self._valued[at] = {term: weights[term] * factor for term in self._terms[at]}
        return known

    def _place(self, at: int) -> float:
        """Return what a sentence is worth for its place alone, and for telling early what the headline promises."""
        told = len(self._terms[at] & self._headline) / max(len(self._headline), 1)
        return _PLACE / (1 + at) + (_PROMISE * told if at < _OPENING else 0)


def _lists(read: Discourse, count: int) -> list[list[str]]:
    """Return the terms of each sentence. Most texts have no word that is more than one term."""
    if "_" in read.text or UNSPACED.search(read.text):
        return [list(_terms(read.sentence(at), read.language)) for at in range(count)]
    known = _Known(read.language)
    return [[term for word in read.words(at) if (term := known[word]) is not None] for at in range(count)]


class _Known(dict[str, str | None]):
    """The terms of the words seen so far, None for those that carry no content."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def __missing__(self, written: str) -> str | None:
        self[written] = term = _term_of(written, written.casefold(), self._language)
        return term


def _terms(text: str, language: Language) -> Iterator[str]:
    """Yield the content words; pairs of characters where no spaces part the words."""
    for written in _term().findall(text):
        word = written.casefold()
        if not word.isascii() and UNSPACED.match(word):
            yield from (word[at : at + 2] for at in range(len(word) - 1))
        elif (term := _term_of(written, word, language)) is not None:
            yield term


def _term_of(written: str, word: str, language: Language) -> str | None:
    content = word not in language.words and (len(word) >= _SHORTEST_TERM or word.isdigit() or written.isupper())
    return word.removesuffix("s") if content else None
