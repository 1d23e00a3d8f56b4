"""The nearest valid word, for errors that help."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, valid: Iterable[str]) -> str | None:
    """Return the word of `valid` that was probably meant; among equals the one with the same first letter."""
    names = {name.casefold(): name for name in valid}
    close = get_close_matches(word.casefold(), names, n=3)
    return names[max(close, key=lambda name: name[0] == word[0].casefold())] if close else None


def did_you_mean(word: str, valid: Iterable[str]) -> str:
    """Say the word of `valid` that was probably meant, else all of them."""
    names = tuple(valid)
    close = nearest(word, names)
    return f"did you mean {close}?" if close else f"choose from {', '.join(names)}"
