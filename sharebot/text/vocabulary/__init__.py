"""The words of each language. The crafts that use them are in `languages`.

A language is loaded when it is first asked for: all of them together take some megabytes.
"""

from functools import cache
from importlib import import_module

from sharebot.text.vocabulary.language import Language

__all__ = ["MODULES", "Language", "every", "load", "neighbours"]

MODULES = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "pt": "portuguese",
    "it": "italian",
    "zh": "chinese",
    "ja": "japanese",
    "ar": "arabic",
    "hi": "hindi",
}
"""The languages that there are data for: from BCP 47 primary subtags to modules here."""


@cache
def load(code: str) -> Language:
    """Return the data of a language in `MODULES`."""
    name = MODULES[code]
    language: Language = getattr(import_module(f"{__name__}.{name}"), name.upper())
    return language


def every() -> tuple[Language, ...]:
    """Return all languages with data."""
    return tuple(map(load, MODULES))


def neighbours() -> tuple[Language, ...]:
    """Return languages that are only told apart from those with data."""
    from sharebot.text.vocabulary.neighbours import NEIGHBOURS

    return NEIGHBOURS
