"""From a file to a `Document`: bytes, characters, YAML; and what a person can do where one of these is broken."""

import re
from pathlib import Path

import yaml

from sharebot.config import yaml12
from sharebot.config.document import BREAK, Document, Mark, named
from sharebot.config.yaml12 import Unreadable
from sharebot.errors import ConfigError, Problem

_LARGEST = 2_000_000
_NOWHERE = Mark(0, 0)
_START = "begin with version: 1, accounts: and newsletters:"
# https://yaml.org/spec/1.2.2/#51-character-set, without a byte order mark in mid-text
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
# Words of libyaml and of PyYAML's own parser, and whether the place where a thing began says more than where it broke.
_SYNTAX = (
    ("mapping values", False, "a ': ' where none can be; put the text in quotes, or mend the indentation"),
    ("cannot start any token", False, "a value cannot begin with this character; put it in quotes"),
    ("scanning an alias", True, "a value that begins with * needs quotes"),
    ("escape", False, r"\ begins no known character here; put text with \ in single quotes"),
    ("tag", False, "the tag is unknown; write the value without it"),
    ("quoted scalar", True, "the quotation that begins here does not end"),
    ("flow sequence", True, "the list that begins here lacks a comma or its ]"),
    ("flow mapping", True, "the mapping that begins here lacks a comma or its }; ${…} needs quotes within braces"),
    ("could not find expected ':'", True, "a key lacks its ': ' (a colon and a space)"),
    ("block", False, "this does not go on from the lines above; mend the indentation, or put the text in quotes"),
)


def read(path: Path) -> Document:
    """Read the file. Raises ConfigError; faults that do not hinder reading on stand in the document."""
    return _document(named(path), _text(path), _START)


def of_bytes(name: str, data: bytes, start: str) -> Document:
    """Read what somebody else has taken from the file `name`; `start` is how such a file begins. Raises as `read`."""
    return _document(name, _decoded(name, data), start)


def _document(name: str, text: str, start: str) -> Document:
    document = Document(name, text)
    try:
        _parse(document, start)
    except Unreadable as fault:
        document.fault(fault.mark, (), str(fault))
        raise ConfigError(document.problems) from None
    return document


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
        raise _unusable(named(path), why, "name a file, or set SHAREBOT_CONFIG") from None
    return _decoded(named(path), data)


def _decoded(name: str, data: bytes) -> str:
    if len(data) > _LARGEST:
        raise _unusable(name, f"is larger than {_LARGEST:,} bytes", "is it a configuration at all?")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        raise _unusable(name, "is not written in UTF-8", "save it as UTF-8", _mark(before)) from None


def _unusable(name: str, message: str, hint: str, mark: Mark = _NOWHERE) -> ConfigError:
    return ConfigError((Problem(name, *mark, "", message, hint),))


def _mark(before: str) -> Mark:
    lines = BREAK.split(before)
    return Mark(len(lines), len(lines[-1]) + 1)


def _parse(document: Document, start: str) -> None:
    if odd := _UNPRINTABLE.search(document.text):
        raise Unreadable(_mark(document.text[: odd.start()]), f"U+{ord(odd[0]):04X} cannot stand in YAML; delete it")
    try:
        data = yaml12.build(document)
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, document.text) from None
    if not isinstance(data, dict):
        what = "the file is empty" if data is None else "this is no mapping of keys and values"
        raise Unreadable(Mark(1, 1), f"{what}; {start}")


def _syntax(error: yaml.MarkedYAMLError, text: str) -> Unreadable:
    """Say in plain words what the parser stumbled over."""
    told = f"{error.context}: {error.problem}"
    known = (each for each in _SYNTAX if each[0] in told)
    _, began, message = next(known, ("", False, error.problem or "this is no YAML"))
    at = yaml12.mark((error.context_mark if began else None) or error.problem_mark)
    line = BREAK.split(text)[at.line - 1 :]
    if line and line[0][at.column - 1 : at.column] == "\t":
        message = "a tab stands here; indent with spaces"
    return Unreadable(at, message)
