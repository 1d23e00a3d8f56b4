"""The editor's template and what is put into it: names in braces, optional parts in brackets, plain text, no code.

A value is data. It is never read as a template.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sharebot.text import direction

FIELDS = ("headline", "summary", "link", "hashtags", "newsletter", "issue", "number", "author")

_FIELD = re.compile(r"\{([^{}\n]*)\}")
_TOKEN = re.compile(r"\{(?P<field>[^{}\n]*)\}|(?P<opening>\[+)|(?P<closing>\]+)|[^\[\]{]+|\{")
_LASTING = frozenset({"link", "summary", "hashtags"})
"""Fields that keep the optional part around them for as long as they are there."""
_EXCERPT = 30
_SPACES = re.compile(r"[ \t]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_LINK = "\0"  # stands in for the link while the text around it is tidied, so that nothing can touch the link itself
_GLUED_BEFORE = re.compile(rf"(?<=[^\s(\[<{{«“„\"'‘「『（]){_LINK}")
# Mastodon takes ” and » for a part of the address, and any network what follows on a sign without a space.
_GLUED_AFTER = re.compile(rf"{_LINK}(?=\S)(?![)\]>\"',;!][)\]>\"',;!.:?]*(?:\s|\Z))")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a template: pieces of text, each with the name of the field behind it, empty for none.

    `fields` are the names of the fields in it. It is `droppable` if it may be left out where room is short, although
    all its fields have values.
    """

    pieces: tuple[tuple[str, str], ...]
    optional: bool = False
    fields: frozenset[str] = field(init=False)
    droppable: bool = field(init=False)

    def __post_init__(self) -> None:
        fields = frozenset(name for _, name in self.pieces if name)
        object.__setattr__(self, "fields", fields)
        object.__setattr__(self, "droppable", self.optional and not fields & _LASTING)

    def filled(self, values: Mapping[str, str]) -> str:
        """Return its text: of an optional part nothing where a value is empty, but a link never goes with another."""
        if self.optional and not all(values.get(name) for name in self.fields & {"link"} or self.fields):
            return ""
        return "".join(text + values.get(name, "") for text, name in self.pieces)


@lru_cache(maxsize=256)
def parse(template: str) -> tuple[Part, ...]:
    """Take a template apart. Raises ValueError, with the cure, for a bracket that is none of an optional part's.

    Of several brackets in a row, pairs mean the bracket itself, and an odd one opens or ends the part around them.
    """
    reader = _Reader(template)
    for token in _TOKEN.finditer(template):
        reader.take(token)
    if reader.opened is not None:
        raise ValueError(f"the optional part {reader.since(reader.opened)} has no ]; write [[ for the bracket itself")
    return (*reader.parts, Part(tuple(reader.pieces)))


@dataclass(slots=True)
class _Reader:
    """A template while it is read; `opened` is where the optional part began in which this place is."""

    template: str
    parts: list[Part] = field(default_factory=list)
    pieces: list[tuple[str, str]] = field(default_factory=list)
    opened: int | None = None

    def take(self, token: re.Match[str]) -> None:
        if token["field"] is not None:
            self.pieces.append(("", token["field"]))
        elif token["opening"]:
            self._open(token)
        elif token["closing"]:
            self._close(token)
        else:
            self.pieces.append((token[0], ""))

    def since(self, start: int) -> str:
        excerpt = self.template[start : start + _EXCERPT]
        return repr(f"{excerpt}…" if start + _EXCERPT < len(self.template) else excerpt)

    def _open(self, token: re.Match[str]) -> None:
        pairs, odd = divmod(len(token[0]), 2)
        if odd:
            if self.opened is not None:
                raise ValueError(f"an optional part within another, at {self.since(token.start())}; end the first by ]")
            self._end(optional=False)
            self.opened = token.start()
        self.pieces.append(("[" * pairs, ""))

    def _close(self, token: re.Match[str]) -> None:
        pairs, odd = divmod(len(token[0]), 2)
        self.pieces.append(("]" * pairs, ""))
        if odd:
            if self.opened is None:
                raise ValueError("a ] without its [; write ]] for the bracket itself")
            if not any(name for _, name in self.pieces):
                raise ValueError(f"the optional part {self.since(self.opened)} holds no field; write [[ and ]] instead")
            self._end(optional=True)
            self.opened = None

    def _end(self, *, optional: bool) -> None:
        self.parts.append(Part(tuple(self.pieces), optional))
        self.pieces = []


def unknown_fields(template: str) -> list[str]:
    """Return the names in braces that no field has, each once."""
    return list(_unknown(template))


@lru_cache(maxsize=256)
def _unknown(template: str) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(_FIELD.findall(template)) if name not in FIELDS)


def uses(template: str, name: str) -> bool:
    """Tell whether the template has the field."""
    return f"{{{name}}}" in template


def literal(template: str) -> str:
    """Return the template's own words, a space in place of each field."""
    return "".join(text + " " * bool(name) for part in parse(template) for text, name in part.pieces)


@lru_cache(maxsize=256)
def droppable(template: str) -> int:
    """Count the optional parts that may be left out where room is short."""
    return sum(part.droppable for part in parse(template))


def fill(template: str, values: Mapping[str, str], optional: int | None = None) -> str:
    """Put the values into the template. Empty fields vanish with the blank lines and spaces that they leave.

    Of the optional parts that may go for want of room the first `optional` stay, None for all. The link appears once,
    at its first place, whole and apart from the words beside it, and keeps its direction. Raises ValueError for a field
    that does not exist and for a bracket in the wrong place.
    """
    if unknown := _unknown(template):
        raise ValueError(f"the template has no field {{{unknown[0]}}}: choose from {', '.join(FIELDS)}")
    link = values.get("link", "")
    first, mark, rest = _filled(template, {**values, "link": _LINK if link else ""}, optional).partition(_LINK)
    text = _tidy(f"{first}{mark}{rest.replace(_LINK, '')}")
    return direction.isolate(_apart(text), _LINK).replace(_LINK, link)


def _filled(template: str, values: dict[str, str], optional: int | None) -> str:
    pieces, left = [], droppable(template) if optional is None else optional
    for part in parse(template):
        if part.droppable:
            left -= 1
            if left < 0:
                continue
        pieces.append(part.filled(values))
        if "link" in part.fields:
            values["link"] = ""  # an optional part with a second link is one with an empty field
    return "".join(pieces)


def _tidy(text: str) -> str:
    if "  " in text or "\t" in text:
        text = _SPACES.sub(" ", text)
    if " \n" in text or "\n " in text:
        text = "\n".join([line.strip(" ") for line in text.split("\n")])
    text = text.strip(" ")
    return (_BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text).strip("\n")


def _apart(text: str) -> str:
    """Part the link from the words beside it."""
    at = text.find(_LINK)
    if at >= 0 and _GLUED_BEFORE.match(text, at):
        text, at = f"{text[:at]} {text[at:]}", at + 1
    if at >= 0 and _GLUED_AFTER.match(text, at):
        text = f"{text[: at + 1]} {text[at + 1 :]}"
    return text
