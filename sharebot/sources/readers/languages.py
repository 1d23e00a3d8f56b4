"""The language that a text is written in, by its words."""

from functools import cache
from typing import Any

_LEAST = 120
"""Letters below which a guess is worth nothing."""
_ENOUGH = 3000
_SURE = 0.8


def detect(text: str) -> str | None:
    """Return the BCP 47 tag of the language, None where the text is too short to tell or the guess is not sure."""
    if len(text) < _LEAST:
        return None
    language, probability = _identifier().classify(text[:_ENOUGH])
    return str(language) if probability >= _SURE else None


def release() -> None:
    """Give back the memory of the model, some 70 MiB; the next guess loads it again."""
    _identifier.cache_clear()


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
