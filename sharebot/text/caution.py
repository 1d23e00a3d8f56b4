"""When readers are warned of an article: an editor's rules, held against its words and tags."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from sharebot.model import Caution

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Scripts that put no space between words."""


def caution(rules: Sequence[Caution], text: str, tags: Iterable[str]) -> Caution:
    """Return what all the rules together ask for whose words or tags are in an article, nothing where none is.

    Words count as whole words in any case of letters, and as they stand where no spaces part words.
    """
    if not rules:
        return Caution()
    folded = {_folded(tag) for tag in tags}
    hit = [rule for rule in rules if not folded.isdisjoint(map(_folded, rule.tags)) or _has(rule.words, text)]
    return Caution(
        warning="; ".join(dict.fromkeys(" ".join(rule.warning.split()) for rule in hit if rule.warning.strip())),
        sensitive=any(rule.sensitive for rule in hit),
        labels=tuple(dict.fromkeys(label for rule in hit for label in rule.labels)),
    )


def _folded(tag: str) -> str:
    return " ".join(tag.strip().lstrip("#＃").casefold().split())


def _has(words: tuple[str, ...], text: str) -> bool:
    return bool(words) and _pattern(words).search(text.casefold()) is not None


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    any_of = (re.escape(" ".join(word.casefold().split())).replace(r"\ ", r"\s+") for word in words if word.strip())
    return re.compile(
        "|".join(each if _UNSPACED.search(each) else rf"(?<!\w){each}(?!\w)" for each in any_of) or "(?!)"
    )
