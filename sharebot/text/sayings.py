"""What may be said of an article: its sentences with what they need, the same for every network that has the article.

Nothing here knows how long a post may be or when it goes out. A choice is the set of the numbers of the sentences kept.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from sharebot.text import discourse
from sharebot.text.discourse import Choice
from sharebot.text.once import Once
from sharebot.text.verify import join, stands_apart, verify
from sharebot.text.worth import Worth

_MOST_SENTENCES = 8
_LOOKED_AT = 40
"""So many sentences are weighed; what an article says after them is seldom what it is about."""
_CANDIDATES = 16
_FORMS = 8
_ECHO = 0.8
_NEAR = 3  # sentences further apart than this cohere only if they share terms
_LEAST_GAIN = 0.1  # of what the sentences kept so far are worth on average

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Summary:
    """`text` is what `verify.join` makes of the article's text at `spans` (code points, in order).

    `method` is "extractive", "ranked" (by sentence numbers that were given), "lead" (leading sentences, for a language
    without data) or "none" (nothing fits).
    """

    text: str
    spans: tuple[Span, ...]
    method: str


@lru_cache(maxsize=discourse.KEPT)
def sayings(text: str, headline: str, language: str | None, ranking: tuple[int, ...]) -> "Sayings":
    """Return what may be said of an article."""
    return Sayings(text, headline, language, ranking)


class Choices:
    """What a summary may be made of, those first that say most, and in which order it grows from them."""

    def __init__(self, said: "Sayings", choices: Sequence[Choice]) -> None:
        self._said = said
        self._choices = choices
        self._wider: dict[Choice, list[Choice]] = {}

    @Once
    def starts(self) -> list[Choice]:
        """Return the choices, the best first."""
        return sorted(self._choices, key=lambda choice: (-self._said.value(choice), min(choice)))

    def wider(self, kept: Choice) -> list[Choice]:
        """Return what is kept with one choice more that coheres with it, those first that add most."""
        if kept not in self._wider:
            self._wider[kept] = list(self._widened(kept))
        return self._wider[kept]

    def _widened(self, kept: Choice) -> Iterator[Choice]:
        worth = self._said.worth
        least = _LEAST_GAIN * self._said.value(kept) / len(kept)
        gains = ((worth.gain(kept, more), more) for more in self._choices if not more <= kept)
        ranked = sorted((gain for gain in gains if gain[0] >= least), key=lambda gain: (-gain[0], min(gain[1])))
        return (kept | more for _, more in ranked if self._coheres(kept, more))

    def _coheres(self, kept: Choice, more: Choice) -> bool:
        """Near, or about the same things, or both about what the headline says."""
        if any(abs(one - other) <= _NEAR for one in kept for other in more):
            return True
        return self._said.worth.related(kept, more)


class Sayings:
    """One article while it is summarised."""

    def __init__(self, text: str, headline: str, language: str | None, ranking: Sequence[int]) -> None:
        self.text, self._headline, self._tag = text, headline, language
        self.read = discourse.read(text, language)
        self.language = self.read.language
        self._count = min(len(self.read), _LOOKED_AT)
        self._ranking = tuple(at for at in dict.fromkeys(ranking) if 0 <= at < self._count)
        self._method = "ranked" if self._ranking else "extractive"
        self._pieces: dict[int, str] = {}
        self._choices: dict[tuple[Choice, bool], Choices] = {}
        self._wholes: dict[Choice, Summary | None] = {}
        self._forms: dict[Choice, list[Summary]] = {}
        self._proofs: dict[Summary, bool] = {}

    @Once
    def worth(self) -> Worth:
        """Return what the sentences are worth; leading ones are taken unweighed."""
        return Worth(self.read, self._count, self._headline, self._ranking)

    def leading(self) -> Iterator[Summary]:
        """Yield the beginnings, the longest first."""
        for count in range(min(_MOST_SENTENCES, len(self.read)), 0, -1):
            yield self._made((self.read.plain(at) for at in range(count)), "lead")

    def kept(self, made: Summary) -> Choice:
        """Return the sentences that a summary takes from."""
        inside = (
            at for at, (start, end) in enumerate(self.read.spans) if any(a < end and start < b for a, b in made.spans)
        )
        return frozenset(inside)

    def proves(self, made: Summary) -> bool:
        """Tell whether the article says all of it, whenever that is read."""
        if made not in self._proofs:
            self._proofs[made] = not verify(made.text, made.spans, self.text, self._tag)
        return self._proofs[made]

    # ── what may be chosen ───────────────────────────────────────────────────────────────────────────────────────────

    def choices(self, taken: Choice, *, strict: bool) -> Choices:
        """Return sentences with all that they need, where that can be had, without those that are taken.

        `strict` asks for what leans on nothing and introduces its speakers.
        """
        if (taken, strict) not in self._choices:
            found = islice(self._chosen(taken, strict=strict), _CANDIDATES)
            self._choices[taken, strict] = Choices(self, list(found))
        return self._choices[taken, strict]

    def _chosen(self, taken: Choice, *, strict: bool) -> Iterator[Choice]:
        seen: set[Choice] = set()
        for at in self.worth.order:
            choice = self._closure(at, strict=strict)
            if choice and choice not in seen and not choice & taken and not any(map(self.worth.repeats, choice)):
                seen.add(choice)
                yield choice

    def _closure(self, at: int, *, strict: bool) -> Choice | None:
        needs = self.read.needs(at)
        if needs.must is not None and at < self._count and not (needs.must or (strict and needs.leans | needs.prefers)):
            return frozenset({at})  # most sentences need none beside them
        found: set[int] = set()
        waiting = {at}
        while waiting:
            one = waiting.pop()
            found.add(one)
            needs = self.read.needs(one)
            if needs.must is None or len(found) > _MOST_SENTENCES or one >= self._count:
                return None
            waiting |= (needs.must | needs.leans | needs.prefers if strict else needs.must) - found
        return frozenset(found)

    def value(self, choice: Choice) -> float:
        """Return what a choice is worth, less where it mentions again what it does not say."""
        lost = sum(not self.read.needs(at).echoes <= choice for at in choice)
        return self.worth.total(choice) * _ECHO**lost

    # ── how it reads ─────────────────────────────────────────────────────────────────────────────────────────────────

    def whole(self, choice: Choice) -> Summary | None:
        """Return the whole sentences of a choice; None for too many."""
        if choice not in self._wholes:
            self._wholes[choice] = self._said(sorted(choice)) if len(choice) <= _MOST_SENTENCES else None
        return self._wholes[choice]

    def _said(self, kept: Sequence[int]) -> Summary:
        """Say these sentences: mostly, a space between them will do."""
        spans = self._joined(map(self.read.plain, kept))
        pieces = [piece for at in kept if (piece := self._piece(at))]
        text = " ".join(pieces) if len(pieces) == len(kept) else join(self.text, spans)
        return Summary(text, spans, self._method)

    def _piece(self, at: int) -> str:
        """Return the text of a sentence that joins to others by a space; "" for one that does not."""
        if at not in self._pieces:
            start, end = span = self.read.plain(at)
            self._pieces[at] = self.text[start:end] if stands_apart(self.text, span) else ""
        return self._pieces[at]

    def forms(self, choice: Choice) -> list[Summary]:
        """Return the shorter forms of a choice, the fullest first."""
        if choice not in self._forms:
            self._forms[choice] = self._shortened(choice)
        return self._forms[choice]

    def _shortened(self, choice: Choice) -> list[Summary]:
        leant_on = frozenset().union(*(self._leans(at) for at in choice))
        ways = islice(product(*(self._ways(at, whole=at in leant_on) for at in sorted(choice))), 1, _FORMS * _FORMS)
        fullest = sorted(ways, key=lambda way: -sum(end - start for spans in way for start, end in spans))
        return [self._made((span for spans in way for span in spans), self._method) for way in fullest[:_FORMS]]

    def _leans(self, at: int) -> Choice:
        needs = self.read.needs(at)
        return (needs.must or frozenset()) | needs.leans | needs.echoes

    def _ways(self, at: int, *, whole: bool) -> list[tuple[Span, ...]]:
        """Return the ways to say a sentence; a dateline is part of none. What another leans on is said as a `whole`."""
        start, end = self.read.plain(at)
        if whole:
            return [((start, end),)]
        return [spans for spans in self.read.variants(at) if spans[0][0] >= start]

    def _made(self, spans: Iterable[Span], method: str) -> Summary:
        joined = self._joined(spans)
        return Summary(join(self.text, joined), joined, method)

    def _joined(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        """Make one of those that touch (Chinese writes no space between sentences)."""
        joined: list[Span] = []
        for start, end in spans:
            if joined and joined[-1][1] == start:
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((start, end))
        return tuple(joined)
