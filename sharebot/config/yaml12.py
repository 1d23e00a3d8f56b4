"""YAML by the rules of version 1.2, with the place of every key and value.

PyYAML only splits the text into events. What a plain word means is decided here, because PyYAML's own rules are those
of YAML 1.1, in which 12:30 is 750 and `no` is false. https://yaml.org/spec/1.2.2/#103-core-schema
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import AliasEvent, DocumentStartEvent, Event, MappingStartEvent, ScalarEvent, SequenceStartEvent

from sharebot.config.document import Document, Mark, Place, Way

_DEEPEST = 32
_MOST_VALUES = 100_000
_TAG = "tag:yaml.org,2002:"
_MERGE = "<<"
_NO_MAPPING = "<< takes the alias of a mapping, such as <<: *defaults"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where PyYAML was built with libyaml
_PLAIN: tuple[tuple[re.Pattern[str], Callable[[str], object]], ...] = (
    (re.compile("|null|Null|NULL|~"), lambda _: None),
    (re.compile("true|True|TRUE"), lambda _: True),
    (re.compile("false|False|FALSE"), lambda _: False),
    (re.compile("[-+]?[0-9]{1,300}"), int),
    (re.compile("0o[0-7]{1,300}"), lambda text: int(text, 0)),
    (re.compile("0x[0-9a-fA-F]{1,300}"), lambda text: int(text, 0)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"), lambda _: math.inf),
)
_TYPES: dict[str, type | tuple[type, ...]] = {
    "null": type(None),
    "bool": bool,
    "int": int,
    "float": (int, float),
}


class Unreadable(Exception):
    """A document that cannot be read on: its syntax is broken, or it would exhaust its reader."""

    def __init__(self, mark: Mark, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.mark = mark
        self.hint = hint


@dataclass(slots=True)
class _Node:
    """What a run of events stands for, in the file of the number `page`; aliases share it."""

    event: Any
    page: int
    items: list["_Node"] = field(default_factory=list)

    @property
    def mark(self) -> Mark:
        return mark(self.event.start_mark, self.page)

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.event, MappingStartEvent)


def mark(at: Any, page: int = 0) -> Mark:
    """Turn PyYAML's mark, which counts from 0, into one that counts from 1."""
    return Mark(at.line + 1, at.column + 1, page)


def build(document: Document) -> Any:
    """Read its last file; note each place and fault in `document`. Raises yaml.MarkedYAMLError and Unreadable."""
    page = len(document.pages) - 1
    events = yaml.parse(document.pages[page].text, Loader=_LOADER)
    next(events)  # the stream's start
    if not isinstance(next(events), DocumentStartEvent):
        return None
    root = _compose(events, {}, 0, page)
    assert root is not None, "a document has a root, be it an empty scalar"
    value = _Builder(document).value(root, ())
    next(events)  # the document's end
    after = next(events)
    if isinstance(after, DocumentStartEvent):
        document.fault(mark(after.start_mark, page), (), "a second document begins here; one file holds one")
    return value


def _compose(events: Iterator[Event], anchors: dict[str, _Node], depth: int, page: int) -> _Node | None:
    """Take the events of one node; None at the end of a list or mapping."""
    event = next(events)
    if isinstance(event, AliasEvent):
        if event.anchor not in anchors:
            message = f"*{event.anchor} repeats nothing: no &{event.anchor} stands above"
            raise Unreadable(mark(event.start_mark, page), message, "a text that begins with * needs quotes")
        return anchors[event.anchor]
    if not isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent):
        return None
    node = _Node(event, page)
    if event.anchor:
        anchors[event.anchor] = node
    if isinstance(event, ScalarEvent):
        return node
    if depth == _DEEPEST:
        raise Unreadable(node.mark, f"nested deeper than {_DEEPEST} levels")
    while (item := _compose(events, anchors, depth + 1, page)) is not None:
        node.items.append(item)
    return node


class _Builder:
    """Turns nodes into values and writes down where each stands."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._count = 0

    def value(self, node: _Node, way: Way, key: Mark | None = None) -> Any:
        self._spend(node, way)
        value = self._of_kind(node, way)
        self._document.places[way] = Place(key or node.mark, node.mark, value)
        return value

    def _spend(self, node: _Node, way: Way, values: int = 1) -> None:
        self._count += values
        if self._count > _MOST_VALUES:
            raise Unreadable(node.mark, f"more than {_MOST_VALUES:,} values, each alias counted in full")
        if len(way) > _DEEPEST:
            raise Unreadable(node.mark, f"nested deeper than {_DEEPEST} levels; does an alias contain itself?")

    def _of_kind(self, node: _Node, way: Way) -> Any:
        if isinstance(node.event, ScalarEvent):
            return self._scalar(node, node.event, way)
        if node.event.tag not in {None, "!", _TAG + ("map" if node.is_mapping else "seq")}:
            return self._refuse(node, way)
        if node.is_mapping:
            pairs = self._pairs(node, way)
            return {name: self.value(value, (*way, name), key.mark) for name, (key, value) in pairs.items()}
        return [self.value(item, (*way, number)) for number, item in enumerate(node.items)]

    def _scalar(self, node: _Node, event: ScalarEvent, way: Way) -> Any:
        if event.tag in {"!", _TAG + "str"} or (event.tag is None and not event.implicit[0]):
            return event.value
        value = _plain(event.value)
        if event.tag and not isinstance(value, _TYPES.get(event.tag.removeprefix(_TAG), ())):
            return self._refuse(node, way)
        if isinstance(value, float) and not math.isfinite(value):
            return self._document.fault(node.mark, way, "is no number that can be counted with")
        return value

    def _refuse(self, node: _Node, way: Way) -> None:
        tag = node.event.tag.replace(_TAG, "!!")
        self._document.fault(node.mark, way, f"the tag {tag} does not fit here; write the value without it")

    def _pairs(self, node: _Node, way: Way) -> dict[str, tuple[_Node, _Node]]:
        """Name the pairs of a mapping: its own, then those of `<<` that it does not replace."""
        own: dict[str, tuple[_Node, _Node]] = {}
        merged: dict[str, tuple[_Node, _Node]] = {}
        for key, value in zip(node.items[::2], node.items[1::2], strict=True):
            name = key.event.value if isinstance(key.event, ScalarEvent) else None
            if name is None:
                self._document.fault(key.mark, way, "a key is a word, not a list or mapping")
            elif name == _MERGE and key.event.implicit[0]:
                merged = self._merged(value, way) | merged
            elif name in own:
                first = f"the first is in line {own[name][0].mark.line}, column {own[name][0].mark.column}"
                self._document.fault(key.mark, (*way, name), "stands twice", first)
            else:
                own[name] = (key, value)
        return own | {name: pair for name, pair in merged.items() if name not in own}

    def _merged(self, node: _Node, way: Way) -> dict[str, tuple[_Node, _Node]]:
        """Name the pairs that `<<` brings; of several mappings the first wins (https://yaml.org/type/merge.html)."""
        pairs: dict[str, tuple[_Node, _Node]] = {}
        several = isinstance(node.event, SequenceStartEvent)
        for mapping in node.items if several else [node]:
            self._spend(mapping, way, len(mapping.items) + 1)
            if mapping.is_mapping:
                pairs = self._pairs(mapping, (*way, _MERGE)) | pairs
            else:
                self._document.fault(mapping.mark, way, _NO_MAPPING)
        return pairs


def _plain(text: str) -> object:
    """Resolve a word without quotes by the core schema; what is no null, truth or number is text."""
    return next((read(text) for pattern, read in _PLAIN if pattern.fullmatch(text)), text)
