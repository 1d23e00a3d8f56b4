"""A configuration as it stands: its files' lines, its values, where each stands, and what is wrong with it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from sharebot.errors import Problem

Way = tuple[str | int, ...]
"""The way from the file's root to a value: keys, and numbers of list items counted from 0."""

DOTS = "•" * 5
_WIDEST = 160
_OPENED: tuple[Way, ...] = (("accounts",), ("llm",), ("alerts",))
# A text shorter than this is no secret, and hiding it would garble ordinary words.
_SHORTEST = 4
BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what libyaml's marks count as the end of a line
_COMMENT = re.compile(r"\s*#\S")
_NAME = r"""[\w-]*(?:token|secret|pass|pwd|key|credential)[\w-]*(?<!_file)["']?"""
_LIKE_SECRET = re.compile(
    # Where the colon is forgotten, a key is still the first word of its line.
    rf"""((?<!\$\{{){_NAME}\s*[:=]\s*|(?:^|[{{,])[\s-]*["']?{_NAME}\s+)(?!["']?\$\{{(?:\w+|credential:[\w.-]+)\}}["']?\s*(?:[,}}#]|$))(\S.*)""",
    re.IGNORECASE,
)
_SECRET_BELOW = re.compile(rf"{_NAME}\s*:\s*(?:[|>][-+0-9]*)?\s*(?:#.*)?$", re.IGNORECASE)
_KEY = re.compile(r"""\s*["']?[\w-]+["']?:(\s|$)""")


class Mark(NamedTuple):
    """A place in a file; `line` and `column` count from 1, in characters, and `page` the files from 0."""

    line: int
    column: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value and its key begin (a list item's key is the value itself), and the value."""

    key: Mark
    mark: Mark
    value: Any


@dataclass(frozen=True, slots=True)
class _Fault:
    mark: Mark
    way: Way
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Page:
    """One file: its name for people, its text, and where it is."""

    file: str
    text: str
    path: Path = Path()


@dataclass(slots=True)
class Document:
    """One or more files that together are a configuration, and what is found wrong with them.

    `secrets` are the texts that no message may show, `secret_files` those that were read for it. `broken` tells that
    there is more in the files than could be read.
    """

    pages: list[Page]
    places: dict[Way, Place] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)
    secret_files: list[Path] = field(default_factory=list)
    broken: bool = False
    _faults: list[_Fault] = field(default_factory=list)
    _warnings: list[_Fault] = field(default_factory=list)

    def part(self) -> "Document":
        """Make a document for the values of one more file, whose faults are this one's faults."""
        return Document(self.pages, secrets=self.secrets, _faults=self._faults, _warnings=self._warnings)

    def place_of(self, mark: Mark) -> str:
        """Say where a mark is, as editors' tools write it."""
        return f"{self.pages[mark.page].file}:{mark.line}:{mark.column}"

    def fault(self, mark: Mark, way: Way, message: str, hint: str = "") -> None:
        """Note a problem at a place that is already known."""
        self._faults.append(_Fault(mark, way, message, hint))

    def wrong(self, way: Way, message: str, hint: str = "", *, key: bool = False) -> None:
        """Note a problem with the value at `way`, or with its key; where there is none, with what should hold it."""
        self.fault(self._mark(way, key=key), way, message, hint)

    def warn(self, way: Way, message: str, hint: str = "") -> None:
        """Note what works and yet should not stay so."""
        self._warnings.append(_Fault(self._mark(way, key=False), way, message, hint))

    def is_commented_out(self, way: Way) -> bool:
        """Whether what looks like a value stands there behind a #, which made a comment of it."""
        line, column, page = self._mark(way, key=False)
        return _COMMENT.match(BREAK.split(self.pages[page].text)[line - 1], column - 1) is not None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong, from top to bottom; of several faults of one value the first, which caused the others."""
        return self._told(self._faults, lambda fault: (fault.mark.page, fault.way))

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """All that should not stay so, from top to bottom."""
        return self._told(self._warnings, lambda fault: (fault.way, fault.message))

    def match(self, pattern: str) -> Iterator[tuple[Way, Any]]:
        """Yield way and value of all that the pattern means, such as `newsletters.*.posts.*.name`."""
        steps = pattern.split(".")
        for way, place in self.places.items():
            if len(way) == len(steps) and all(step in ("*", here) for step, here in zip(steps, way, strict=True)):
                yield way, place.value

    def _mark(self, way: Way, *, key: bool) -> Mark:
        if way in self.places:
            place = self.places[way]
            return place.key if key else place.mark
        while way and way not in self.places:
            way = way[:-1]
        return self.places[way].key if way in self.places else Mark(1, 1)

    def _told(self, faults: list[_Fault], same: Callable[[_Fault], object]) -> tuple[Problem, ...]:
        kept: list[_Fault] = []
        seen: set[object] = set()
        for fault in faults:
            # Nor is what is wrong behind an anchor said again for each of its aliases.
            about = {same(fault), (fault.mark, fault.message, fault.way[-1:])}
            if not about & seen:
                kept.append(fault)
            seen |= about
        lines = [BREAK.split(page.text) for page in self.pages] if kept else []
        kept.sort(key=lambda fault: (fault.mark.page, fault.mark))
        return tuple(self._problem(fault, lines[fault.mark.page]) for fault in kept)

    def _problem(self, fault: _Fault, lines: list[str]) -> Problem:
        line, column, page = fault.mark
        # What came out of the environment can only be met again in what is said of the accounts, llm and alerts.
        message = self._hide(fault.message, DOTS) if fault.way[:1] in _OPENED else fault.message
        excerpt = self._excerpt(lines, line) if 0 < line <= len(lines) and column <= _WIDEST else ""
        path = ".".join(_without_value(str(step)) for step in fault.way)
        return Problem(self.pages[page].file, line, column, path, message, fault.hint, excerpt)

    def _excerpt(self, lines: list[str], line: int) -> str:
        """Return the line without its secrets, and as wide as before, so that a caret below it stands right."""
        text = self._hide(lines[line - 1].replace("\t", " "))
        if line > 1 and _SECRET_BELOW.search(lines[line - 2]) and not _KEY.match(text):
            return re.sub(r"\S", "•", text[:_WIDEST]).rstrip()
        return _without_value(text)[:_WIDEST].rstrip()

    def _hide(self, text: str, dots: str = "") -> str:
        for secret in sorted(self.secrets, key=len, reverse=True):
            if len(secret) >= _SHORTEST:
                text = text.replace(secret, dots or "•" * len(secret))
        return text


def _without_value(text: str) -> str:
    """Return a line, or a key, without what stands behind a word for a secret: the colon may be forgotten."""
    return _LIKE_SECRET.sub(lambda match: match[1] + "•" * len(match[2]), text)


def named(file: Path) -> str:
    """Return the file's name as a person would write it: relative to where they are when it is below."""
    try:
        return str(file.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(file)
