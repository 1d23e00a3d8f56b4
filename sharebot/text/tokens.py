"""Telling scrambled text from words: what in an address no person chose and none could read aloud."""

import re

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_HASH = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-f]{24}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})(?![0-9A-Za-z])")
"""Lengths of usual names of things: an object in MongoDB, MD5, SHA-1 (a commit in git), SHA-256."""
_RUN = re.compile(r"[A-Za-z0-9_-]+")
_CHUNK = re.compile(r"[A-Za-z0-9]+")
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_SHORTEST = 5
_LETTERS_A_PIECE = 3
"""Scrambled text changes between capitals, small letters and digits after two of them, JoinedWords after five."""
_CHANGES = 3
"""`covid19` changes once between letters and digits, `b2b` twice."""

_WORDS_OF_A_TITLE = 2
_LONGEST_NAME = 12
"""Letters that publishers put behind a title to tell two pages apart: `the-storm-8f3a2c1d4e5f`."""


def longest(text: str) -> int:
    """Return how many letters and digits the longest scrambled run has, 0 where all are words and numbers."""
    return max(map(_length, _RUN.findall(text)), default=0)


def without_names(text: str) -> str:
    """Leave out UUIDs and hashes, which as often name a page as a reader."""
    return _HASH.sub("", _UUID.sub("", text))


def _length(run: str) -> int:
    """Count the scrambled letters of a run. A short name at the end of a title in words is nobody's secret."""
    chunks = _CHUNK.findall(run)
    scrambled = sum(map(_scrambled, chunks))
    titled = sum(chunk.isalpha() and not _scrambled(chunk) for chunk in chunks) >= _WORDS_OF_A_TITLE
    return 0 if titled and scrambled <= _LONGEST_NAME else scrambled


def _scrambled(chunk: str) -> int:
    """Return the chunk's length where it is scrambled, else 0."""
    pieces = len(_PIECE.findall(chunk))
    mixed = chunk not in (chunk.lower(), chunk.upper())
    enough = pieces * _LETTERS_A_PIECE > len(chunk) if mixed else pieces > _CHANGES
    return len(chunk) if enough and len(chunk) >= _SHORTEST else 0
