"""A template, its values and a limit: the fullest text that fits. The link is never touched."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sharebot.errors import DoesNotFit
from sharebot.model import Rules
from sharebot.text import cutting
from sharebot.text.template import fill, uses

SACRIFICE = (
    "hashtags, from the last to the first",
    "optional parts of the template, from the last to the first",
    "the summary's sentences after the first",
    "the summary's first sentence, for a shorter one or none",
    "the end of the headline: behind a clause, else behind a word",
    "author, issue and newsletter, where nothing fits beside them",
)
"""What goes where room is short, in this order; the link never does."""
_SPARED = ("author", "issue", "newsletter")
_CLAUSE_SHARE = 0.35
"""A cut behind a clause goes before a longer one behind a word if it keeps so much of it."""

Fits = Callable[[str], bool]


def _nothing(_: Fits) -> str:
    return ""


def _no_opening() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Body:
    """What {summary} stands for. `best` returns the best text that fits, empty for none.

    `opening` is a sentence of which a beginning is shown where a post would else say nothing at all.
    """

    best: Callable[[Fits], str] = _nothing
    opening: Callable[[], str] = _no_opening


@dataclass(frozen=True, slots=True)
class Draft:
    """A template with its values, before the summary, the hashtags and the length of the headline are settled.

    `warning` counts beside the text, where the network has a place for it; `above` is a line before the text.
    `optional` is how many optional parts there are to leave out.
    """

    template: str
    values: dict[str, str]
    rules: Rules
    platform: str
    above: str = ""
    warning: str = ""
    hashtags: Sequence[str] = ()
    optional: int = 0
    language: str | None = None

    def fit(self, body: Body) -> str:
        """Return the fullest text that fits. Raises DoesNotFit."""
        if text := self.fullest(body):
            return text
        spared = {name: "" for name in _SPARED if self.values.get(name) and uses(self.template, name)}
        if not spared:
            raise self._does_not_fit()
        return replace(self, values=self.values | spared).fit(body)

    def fullest(self, body: Body) -> str:
        """Return the fullest text that fits while author, issue and newsletter are named, empty for none."""
        summary = self._best(body)
        if not summary and self.values["headline"] and not self._fits(self._text()):
            shorter = self._shortened()
            return shorter.fullest(Body() if shorter.values["headline"] else body)
        if not summary and not self._says_headline():
            summary = self._opening(body)
        texts = (self._text(summary=summary, **extras) for extras in self._extras())
        return next(filter(self._fits, texts), "") if self._text(summary=summary) else ""

    def _best(self, body: Body) -> str:
        return body.best(lambda text: self._fits(self._text(summary=text))) if uses(self.template, "summary") else ""

    def _opening(self, body: Body) -> str:
        opening = body.opening() if uses(self.template, "summary") else ""
        whole = bool(opening) and self._fits(self._text(summary=opening))
        return opening if whole else self._longest(cutting.cuts(opening, self.language), "summary")

    def _says_headline(self) -> bool:
        """Whether the headline is in what there is to read without a summary."""
        for extras in self._extras():
            if self._fits(text := self._text(**extras)):
                return text != self._text(headline="", **extras)
        return False

    def _extras(self) -> Iterator[dict[str, Any]]:
        """Yield what may stand beside headline, summary and link, from most to least."""
        for count in range(len(self.hashtags), -1, -1):
            yield {"optional": self.optional, "hashtags": " ".join(self.hashtags[:count])}
        for optional in range(self.optional - 1, -1, -1):
            yield {"optional": optional}

    def _text(self, *, optional: int = 0, **settled: str) -> str:
        text = fill(self.template, self.values | settled, optional)
        return f"{self.above}\n\n{text}" if text and self.above else text

    def _fits(self, text: str) -> bool:
        return bool(text) and self.rules.measure(text, self.warning).fits

    def _shortened(self) -> "Draft":
        """Cut the headline; where one word is too long for that, as in Chinese, behind a character."""
        headline = self.values["headline"]
        kept = self._longest(cutting.cuts(headline, self.language, headline=True), "headline")
        kept = kept or self._longest(cutting.Cuts(rest=cutting.characters(headline)), "headline")
        return replace(self, values=self.values | {"headline": kept}, hashtags=(), optional=0)

    def _longest(self, cuts: cutting.Cuts, name: str) -> str:
        def fits(cut: str) -> bool:
            settled: dict[str, Any] = {name: cut}
            return self._fits(self._text(**settled))

        clause, words = _longest(cuts.clauses, fits), _longest(cuts.words, fits)
        return (clause if len(clause) > _CLAUSE_SHARE * len(words) else words) or _longest(cuts.rest, fits)

    def _does_not_fit(self) -> DoesNotFit:
        text = self._text(headline="")
        if not text:
            return DoesNotFit(f"{self.platform}: nothing to post: all fields of the text are empty")
        needs = self.rules.measure(text, self.warning)
        return DoesNotFit(
            f"{self.platform}: even without headline and summary the post needs {needs.length} of the {needs.limit} "
            "allowed, and the link is never cut: use a shorter address, fewer utm values or a shorter text"
        )


def _longest(cuts: Sequence[str], fits: Fits) -> str:
    """Bisect: of texts that only grow, the longest that fits."""
    low, high = 0, len(cuts)
    while low < high:
        middle = (low + high) // 2
        if fits(cuts[middle]):
            low = middle + 1
        else:
            high = middle
    return cuts[low - 1] if low else ""
