"""From a file to a part of a `Document`: bytes, characters, YAML; and what a person can do where one is broken."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import yaml

from sharebot.config import yaml12
from sharebot.config.document import BREAK, Document, Mark, Page, named
from sharebot.config.yaml12 import Unreadable

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
    ("document start", False, "what stands above is complete, and this does not go on from it"),
    ("flow node", False, "a value is missing here, or the ] or } of a list or mapping above"),
    ("could not find expected ':'", True, "a key lacks its ': ' (a colon and a space)"),
    ("block", False, "this does not go on from the lines above; mend the indentation, or put the text in quotes"),
)


def read(document: Document, path: Path) -> Document | None:
    """Read one more file of `document` into a part of it; None where it is no YAML, which is noted.

    Faults that do not hinder reading on are noted, too.
    """
    return _read(document, Page(named(path), "", path), lambda: _text(path), _START)


def of_bytes(name: str, data: bytes, start: str) -> Document:
    """Read what somebody else has taken from the file `name`; `start` is how such a file begins. Faults are noted."""
    document = Document([])
    return _read(document, Page(name, ""), lambda: _decoded(data), start) or document


def _read(document: Document, page_: Page, text: Callable[[], str], start: str) -> Document | None:
    part, page = document.part(), len(document.pages)
    document.pages.append(page_)
    try:
        document.pages[page] = replace(page_, text=text())
        _parse(part, start)
    except Unreadable as fault:
        # Only of the main file is it likely that another one was meant.
        document.fault(
            fault.mark._replace(page=page), (), str(fault), "" if page and not fault.mark.line else fault.hint
        )
        document.broken = True
        return None
    return part


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        hint = "name a file or folder, or set SHAREBOT_CONFIG"
        raise Unreadable(_NOWHERE, f"cannot be read: {error.strerror}", hint) from None
    return _decoded(data)


def _decoded(data: bytes) -> str:
    if len(data) > _LARGEST:
        raise Unreadable(_NOWHERE, f"is larger than {_LARGEST:,} bytes", "is it a configuration at all?")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        raise Unreadable(_mark(before), "is not written in UTF-8", "save it as UTF-8") from None


def _mark(before: str) -> Mark:
    lines = BREAK.split(before)
    return Mark(len(lines), len(lines[-1]) + 1)


def _parse(part: Document, start: str) -> None:
    text = part.pages[-1].text
    if odd := _UNPRINTABLE.search(text):
        raise Unreadable(_mark(text[: odd.start()]), f"U+{ord(odd[0]):04X} cannot stand in YAML; delete it")
    try:
        data = yaml12.build(part)
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, text) from None
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
