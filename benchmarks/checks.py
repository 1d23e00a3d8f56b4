"""What a summary must not do, looked at without the program's own rules: plain patterns for English."""

import re
from collections.abc import Callable, Mapping

from benchmarks.rankers import split

_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")
_QUOTED = re.compile(r"“[^“”]*”|\"[^\"]*\"")
_SAYS = re.compile(
    r"\b(?:said|says|told|added|claim(?:s|ed)|argue[sd]|warn(?:s|ed)|insist(?:s|ed)|admit(?:s|ted)|den(?:ies|ied)"
    r"|according to|reportedly|allegedly)\b"
)
_HEDGE = re.compile(r"\b(?:not|never|no|may|might|could|reportedly|allegedly|possibly|perhaps|likely)\b|n[’']t\b")
_OPENER = re.compile(
    r"(?:However|But|And|So|Yet|Also|Moreover|Meanwhile|Therefore|Thus|Instead|Still|He|She|It|They|This|That|These"
    r"|Those|His|Her|Their|Its|Secondly|Finally|Of particular note)\b"
)
_STALE = re.compile(
    r"\b(?:today|yesterday|tomorrow|tonight|(?:this|last|next) (?:week|month|year|morning|night))\b", re.IGNORECASE
)


def _numbers(summary: str, text: str) -> bool:
    return set(_NUMBER.findall(summary)) <= set(_NUMBER.findall(text))


def _names(summary: str, text: str) -> bool:
    return all(name in text for name in _NAME.findall(summary))


def _quotations(summary: str, text: str) -> bool:
    balanced = summary.count("“") == summary.count("”") and summary.count('"') % 2 == 0
    return balanced and all(quotation in text for quotation in _QUOTED.findall(summary))


def _source(sentence: str, text: str) -> str:
    """The article's sentence that shares the most words with one of the summary."""
    words = set(sentence.split())
    return max(split(text), key=lambda one: len(words & set(one.split())) / (1 + len(one.split())) ** 0.5, default="")


def _attribution(summary: str, text: str) -> bool:
    return all(_SAYS.search(one) for one in split(summary) if _SAYS.search(_source(one, text)))


def _hedges(summary: str, text: str) -> bool:
    return all(_HEDGE.search(one) for one in split(summary) if _HEDGE.search(_source(one, text)))


def _openers(summary: str, text: str) -> bool:
    """An opener may stand where the sentence before it stands before it here, too, or where the article begins."""
    known, kept = split(text), split(summary)
    for at, one in enumerate(kept):
        if _OPENER.match(one) and one in known and (place := known.index(one)) and known[place - 1] not in kept[:at]:
            return False
    return True


def _whole(summary: str, text: str) -> bool:
    """Each sentence is one of the article's, or what is left of one: its words in their order, up to a full stop."""
    known = split(text)
    return all(one in known or _is_left_of(one, _source(one, text)) for one in split(summary))


def _is_left_of(one: str, whole: str) -> bool:
    left = iter(re.findall(r"\w+", whole.casefold()))
    return one.endswith((".", "!", "?", "”", '"')) and all(word in left for word in re.findall(r"\w+", one.casefold()))


def _times(summary: str, _text: str) -> bool:
    return _STALE.search(summary) is None


CHECKS: Mapping[str, Callable[[str, str], bool]] = {
    "numbers": _numbers,
    "names": _names,
    "quotations": _quotations,
    "attribution": _attribution,
    "hedges and negations": _hedges,
    "openers": _openers,
    "whole sentences": _whole,
    "relative times": _times,
}
