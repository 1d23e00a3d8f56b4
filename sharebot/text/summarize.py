"""A summary made of the article's own sentences: chosen, never written, each with the span it was taken from.

The budget is a predicate on the summary's text, so that the caller can measure the whole post as a network does.
Sentences come with what they need to stand (see `discourse`) and nothing leaves here that `verify` finds fault with.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from sharebot.model import Article
from sharebot.text import discourse
from sharebot.text.discourse import Choice
from sharebot.text.once import Once
from sharebot.text.stale import Times, stale
from sharebot.text.verify import join, stands_apart, verify
from sharebot.text.worth import Worth, weigh

_MOST_SENTENCES = 8
_LOOKED_AT = 40
"""So many sentences are weighed; what an article says after them is seldom what it is about."""
_CANDIDATES = 16
_FORMS = 8
_ECHO = 0.8
_NEAR = 3  # sentences further apart than this cohere only if they share terms
_LEAST_GAIN = 0.1  # of what the sentences kept so far are worth on average

Span = tuple[int, int]
Fits = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Summary:
    """`text` is what `verify.join` makes of the article's text at `spans` (code points, in order).

    `method` is "extractive", "ranked" (by sentence numbers that were given), "lead" (leading sentences, for a language
    without data) or "none" (nothing fits).
    """

    text: str
    spans: tuple[Span, ...]
    method: str


NOTHING = Summary("", (), "none")


def summarize(
    article: Article,
    language: str | None,
    fits: Fits,
    *,
    times: Times | None = None,
    turn: int = 0,
    ranking: Sequence[int] = (),
) -> Summary:
    """Choose whole sentences whose text `fits`. `language` is a BCP 47 tag; None guesses.

    `times` keeps out what will be false on the day of posting. `turn` counts the posts of one article from 0: each
    takes other sentences, as long as there are any. `ranking` are numbers of sentences (from 0), the best first, which
    go before this module's own weights.
    """
    reader = _Reader(article, language, fits, times, ranking)
    if not reader.language.openers:
        return reader.leading()
    taken: Choice = frozenset()
    made = reader.best(taken)
    for _ in range(turn):
        taken |= reader.kept(made)
        other = reader.best(taken)
        taken, made = (taken, other) if other.spans else (frozenset(), reader.best(frozenset()))
    return made


def lead(article: Article, language: str | None, fits: Fits, times: Times | None = None) -> Summary:
    """Take as many of the leading sentences as `fits` and will be true, from the first on and without a gap."""
    return _Reader(article, language, fits, times, ()).leading()


class _Reader:
    """One article while its sentences are weighed. A choice is the set of the numbers of the sentences kept."""

    def __init__(
        self, article: Article, language: str | None, fits: Fits, times: Times | None, ranking: Sequence[int]
    ) -> None:
        self.article, self.tag, self.fits, self.times = article, language, fits, times
        self.article_text = article.text
        self.read = discourse.read(self.article_text, language)
        self.language = self.read.language
        self.count = min(len(self.read), _LOOKED_AT)
        self.ranking = [at for at in dict.fromkeys(ranking) if 0 <= at < self.count]
        self.method = "ranked" if self.ranking else "extractive"
        self.pieces: dict[int, str] = {}
        self.wholes: dict[Choice, Summary | None] = {}
        self.forms: dict[Choice, Summary | None] = {}

    @Once
    def worth(self) -> Worth:
        """Return what the sentences are worth; leading ones are taken unweighed."""
        return weigh(self.read, self.count, self.article.headline, tuple(self.ranking))

    def best(self, taken: Choice) -> Summary:
        """Prefer what leans on nothing and introduces its speakers; where nothing so fits, take what surely stands."""
        for strict in (True, False):
            choices = list(islice(self._choices(taken, strict=strict), _CANDIDATES))
            if made := self._grow(choices):
                return made
        return NOTHING

    def leading(self) -> Summary:
        """Take the longest beginning that fits."""
        starts = (frozenset(range(count)) for count in range(min(_MOST_SENTENCES, len(self.read)), 0, -1))
        for start in starts:
            spans = self._joined([self.read.plain(at) for at in sorted(start)])
            if made := self._allowed(spans):
                return replace(made, method="lead")
        return NOTHING

    def kept(self, made: Summary) -> Choice:
        """Return the sentences that a summary takes from."""
        inside = (
            at for at, (start, end) in enumerate(self.read.spans) if any(a < end and start < b for a, b in made.spans)
        )
        return frozenset(inside)

    # ── what may be chosen ───────────────────────────────────────────────────────────────────────────────────────────

    def _choices(self, taken: Choice, *, strict: bool) -> Iterator[Choice]:
        """Yield sentences with all that they need, where that can be had, those that say most first."""
        seen: set[Choice] = set()
        for at in self.worth.order:
            choice = self._closure(at, strict=strict)
            if choice and choice not in seen and not choice & taken and not any(map(self.worth.repeats, choice)):
                seen.add(choice)
                yield choice

    def _closure(self, at: int, *, strict: bool) -> Choice | None:
        needs = self.read.needs(at)
        if needs.must is not None and at < self.count and not (needs.must or (strict and needs.leans | needs.prefers)):
            return frozenset({at})  # most sentences need none beside them
        found: set[int] = set()
        waiting = {at}
        while waiting:
            one = waiting.pop()
            found.add(one)
            needs = self.read.needs(one)
            if needs.must is None or len(found) > _MOST_SENTENCES or one >= self.count:
                return None
            waiting |= (needs.must | needs.leans | needs.prefers if strict else needs.must) - found
        return frozenset(found)

    def _value(self, choice: Choice) -> float:
        """Return what a choice is worth, less where it mentions again what it does not say."""
        lost = sum(not self.read.needs(at).echoes <= choice for at in choice)
        return self.worth.total(choice) * _ECHO**lost

    # ── what is chosen ───────────────────────────────────────────────────────────────────────────────────────────────

    def _grow(self, choices: Sequence[Choice]) -> Summary | None:
        """Start from the best that fits, and add what is worth most. More starts were no better and took longer."""
        ranked = sorted(choices, key=lambda choice: (-self._value(choice), min(choice)))
        start = next(filter(self._form, ranked), None)
        return self._form(self._add(start, choices)) if start else None

    def _add(self, kept: Choice, choices: Sequence[Choice]) -> Choice:
        least = _LEAST_GAIN * self._value(kept) / len(kept)
        gains = ((self.worth.gain(kept, more), more) for more in choices if not more <= kept)
        ranked = sorted((gain for gain in gains if gain[0] >= least), key=lambda gain: (-gain[0], min(gain[1])))
        wider = (kept | more for _, more in ranked if self._coheres(kept, more))
        step = next((choice for choice in wider if self._added(kept, choice)), None)
        return self._add(step, choices) if step else kept

    def _added(self, kept: Choice, choice: Choice) -> Summary | None:
        """Add whole sentences; only beside a shortened one is the choice shortened again."""
        return self._whole(choice) if self._whole(kept) else self._form(choice)

    def _coheres(self, kept: Choice, more: Choice) -> bool:
        """Near, or about the same things, or both about what the headline says."""
        if any(abs(one - other) <= _NEAR for one in kept for other in more):
            return True
        return self.worth.related(kept, more)

    # ── how it reads ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _whole(self, choice: Choice) -> Summary | None:
        """Return the whole sentences of a choice, where they fit and are true."""
        if choice not in self.wholes:
            self.wholes[choice] = self._said(sorted(choice)) if len(choice) <= _MOST_SENTENCES else None
        return self.wholes[choice]

    def _said(self, kept: Sequence[int]) -> Summary | None:
        """Say these sentences. Most choices are too long, which shows soonest where a space between them will do."""
        pieces = [piece for at in kept if (piece := self._piece(at))]
        if len(pieces) < len(kept):
            return self._allowed(self._joined(self.read.plain(at) for at in kept))
        text = " ".join(pieces)
        return self._proved(text, self._joined(self.read.plain(at) for at in kept)) if self._may_say(text) else None

    def _piece(self, at: int) -> str:
        """Return the text of a sentence that joins to others by a space; "" for one that does not."""
        if at not in self.pieces:
            start, end = span = self.read.plain(at)
            self.pieces[at] = self.article_text[start:end] if stands_apart(self.article_text, span) else ""
        return self.pieces[at]

    def _form(self, choice: Choice) -> Summary | None:
        """Return a choice's whole sentences, else the fullest of its shorter forms."""
        if choice not in self.forms:
            self.forms[choice] = self._whole(choice) or self._shortened(choice)
        return self.forms[choice]

    def _shortened(self, choice: Choice) -> Summary | None:
        leant_on = frozenset().union(*(self._leans(at) for at in choice))
        ways = islice(product(*(self._ways(at, whole=at in leant_on) for at in sorted(choice))), 1, _FORMS * _FORMS)
        fullest = sorted(ways, key=lambda way: -sum(end - start for spans in way for start, end in spans))
        formed = (self._allowed(self._joined(span for spans in way for span in spans)) for way in fullest[:_FORMS])
        return next(filter(None, formed), None)

    def _leans(self, at: int) -> Choice:
        needs = self.read.needs(at)
        return (needs.must or frozenset()) | needs.leans | needs.echoes

    def _ways(self, at: int, *, whole: bool) -> list[tuple[Span, ...]]:
        """Return the ways to say a sentence; a dateline is part of none. What another leans on is said as a `whole`."""
        start, end = self.read.plain(at)
        if whole:
            return [((start, end),)]
        return [spans for spans in self.read.variants(at) if spans[0][0] >= start]

    def _allowed(self, spans: tuple[Span, ...]) -> Summary | None:
        text = join(self.article_text, spans)
        return self._proved(text, spans) if self._may_say(text) else None

    def _may_say(self, text: str) -> bool:
        return self.fits(text) and not (self.times and stale(text, self.language, self.times))

    def _proved(self, text: str, spans: tuple[Span, ...]) -> Summary | None:
        faults = verify(text, spans, self.article_text, self.tag, self.times)
        return None if faults else Summary(text, spans, self.method)

    def _joined(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        """Make one of those that touch (Chinese writes no space between sentences)."""
        joined: list[Span] = []
        for start, end in spans:
            if joined and joined[-1][1] == start:
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((start, end))
        return tuple(joined)
