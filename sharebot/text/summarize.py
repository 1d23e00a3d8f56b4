"""A summary made of the article's own sentences: chosen, never written, each with the span it was taken from.

The budget is a predicate on the summary's text, so that the caller can measure the whole post as a network does.
Sentences come with what they need to stand (see `discourse`) and nothing leaves here that `verify` finds fault with.
"""

from collections.abc import Callable, Sequence

from sharebot.model import Article
from sharebot.text.discourse import Choice
from sharebot.text.sayings import Choices, Sayings, Span, Summary, sayings
from sharebot.text.stale import Times, stale

__all__ = ["NOTHING", "Span", "Summary", "lead", "summarize"]

Fits = Callable[[str], bool]

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
    said = sayings(article.text, article.headline, language, tuple(ranking))
    reader = _Reader(said, fits, times)
    if not said.language.openers:
        return reader.leading()
    taken: Choice = frozenset()
    made = reader.best(taken)
    for _ in range(turn):
        taken |= said.kept(made)
        other = reader.best(taken)
        taken, made = (taken, other) if other.spans else (frozenset(), reader.best(frozenset()))
    return made


def lead(article: Article, language: str | None, fits: Fits, times: Times | None = None) -> Summary:
    """Take as many of the leading sentences as `fits` and will be true, from the first on and without a gap."""
    return _Reader(sayings(article.text, article.headline, language, ()), fits, times).leading()


class _Reader:
    """What may be said of one article, while it is held against one network's room and a day of posting."""

    def __init__(self, said: Sayings, fits: Fits, times: Times | None) -> None:
        self._sayings, self._fits, self._times = said, fits, times
        self._wholes: dict[Choice, Summary | None] = {}
        self._forms: dict[Choice, Summary | None] = {}

    def best(self, taken: Choice) -> Summary:
        """Prefer what leans on nothing and introduces its speakers; where nothing so fits, take what surely stands."""
        for strict in (True, False):
            if made := self._grow(self._sayings.choices(taken, strict=strict)):
                return made
        return NOTHING

    def leading(self) -> Summary:
        """Take the longest beginning that fits."""
        return next(filter(self._allows, self._sayings.leading()), NOTHING)

    def _grow(self, choices: Choices) -> Summary | None:
        """Start from the best that fits, and add what is worth most. More starts were no better and took longer."""
        start = next(filter(self._form, choices.starts), None)
        return self._form(self._add(start, choices)) if start else None

    def _add(self, kept: Choice, choices: Choices) -> Choice:
        step = next((choice for choice in choices.wider(kept) if self._added(kept, choice)), None)
        return self._add(step, choices) if step else kept

    def _added(self, kept: Choice, choice: Choice) -> Summary | None:
        """Add whole sentences; only beside a shortened one is the choice shortened again."""
        return self._whole(choice) if self._whole(kept) else self._form(choice)

    def _whole(self, choice: Choice) -> Summary | None:
        """Return the whole sentences of a choice, where they fit and are true."""
        if choice not in self._wholes:
            whole = self._sayings.whole(choice)
            self._wholes[choice] = whole if whole and self._allows(whole) else None
        return self._wholes[choice]

    def _form(self, choice: Choice) -> Summary | None:
        """Return a choice's whole sentences, else the fullest of its shorter forms."""
        if choice not in self._forms:
            self._forms[choice] = self._whole(choice) or next(filter(self._allows, self._sayings.forms(choice)), None)
        return self._forms[choice]

    def _allows(self, made: Summary) -> bool:
        """Tell whether it fits, holds on the day of posting, and is proved. Most are too long."""
        true = self._fits(made.text) and not (self._times and stale(made.text, self._sayings.language, self._times))
        return true and self._sayings.proves(made)
