"""The other ways to shorten an article, each within the same budget of characters and with the same sentences."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from sharebot.text.segment import sentences

Way = Callable[[str, int], str]
"""From an article's text and a number of characters to a summary."""

_WORD = re.compile(r"[^\W\d_]+")
_RANKERS = {"LexRank": "lex_rank", "TextRank": "text_rank", "LSA": "lsa", "Luhn": "luhn"}
_ENOUGH = 4
"""So many of the best sentences are asked for; more never fit."""


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, "en")]


def lead_cut(text: str, budget: int) -> str:
    """The beginning, cut off with "…"."""
    flat = " ".join(text.split())
    return flat if len(flat) <= budget else flat[: budget - 1].rsplit(" ", 1)[0] + "…"


def lead_whole(text: str, budget: int) -> str:
    """The leading sentences that fit as a whole."""
    kept: list[str] = []
    for sentence in split(text):
        if len(" ".join([*kept, sentence])) > budget:
            break
        kept.append(sentence)
    return " ".join(kept)


def lead_fits(text: str, budget: int) -> str:
    """The leading sentences that fit, or the first one cut off."""
    return lead_whole(text, budget) or lead_cut(text, budget)


LEADS: dict[str, Way] = {
    "LEAD cut off": lead_cut,
    "LEAD that fits": lead_fits,
    "LEAD of whole sentences": lead_whole,
}


def rankers() -> dict[str, Way]:
    """The rankers of sumy, by name."""
    return {name: _filled(_ranker(name, module)) for name, module in _RANKERS.items()}


class _Tokenizer:
    """Takes the place of NLTK's, whose data would have to be fetched."""

    language = "english"

    def to_sentences(self, text: str) -> list[str]:
        return split(text)

    def to_words(self, sentence: str) -> list[str]:
        return _WORD.findall(sentence)


def _ranker(name: str, module: str) -> Callable[[str], Iterator[str]]:
    from sumy.nlp.stemmers import Stemmer
    from sumy.parsers.plaintext import PlaintextParser
    from sumy.utils import get_stop_words

    kind = getattr(import_module(f"sumy.summarizers.{module}"), f"{name.replace('LSA', 'Lsa')}Summarizer")

    @cache
    def made() -> Any:
        summarizer = kind(Stemmer("english"))
        summarizer.stop_words = get_stop_words("english")
        return summarizer

    def rank(text: str) -> Iterator[str]:
        document = PlaintextParser.from_string(text, _Tokenizer()).document
        yield from map(str, made()(document, _ENOUGH))

    return rank


def _filled(rank: Callable[[str], Iterator[str]]) -> Way:
    def way(text: str, budget: int) -> str:
        kept: list[str] = []
        for sentence in rank(text):
            if len(" ".join([*kept, sentence])) <= budget:
                kept.append(sentence)
        return " ".join(kept)

    return way
