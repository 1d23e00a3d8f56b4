"""The nearest valid word, for errors that help."""

from collections.abc import Iterable

_SHORTEST = 2


def nearest(word: str, valid: Iterable[str]) -> str | None:
    """Return the word of `valid` that was probably meant, "thursday" for "thu"; first letters are seldom mistyped."""
    from difflib import get_close_matches

    names = {name.casefold(): name for name in valid}
    folded = word.casefold()
    begun = [name for name in names if len(folded) >= _SHORTEST and name.startswith(folded)]
    close = begun[:1] or get_close_matches(folded, names, n=3)
    return names[max(close, key=lambda name: name[0] == folded[0])] if close else None


def did_you_mean(word: str, valid: Iterable[str]) -> str:
    """Ask for the nearest word of `valid`; where none is near, name them all."""
    names = tuple(valid)
    if near := nearest(word, names):
        return f"did you mean {near!r}?"
    return f"choose from {', '.join(names)}" if names else ""
