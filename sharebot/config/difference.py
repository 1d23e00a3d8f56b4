"""What changed from one configuration to the next, key by key, in words for the log; no secret is among them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sharebot.config.secrets import PASSWORD, secret_fields
from sharebot.config.values import Config, Stream
from sharebot.schedule import Most

_INLINE = {"hints", "settings"}
"""Values of ours whose parts stand in the YAML beside them."""
_YAML = {"days": "every", "source_kind": "source"}
_LONGEST = 80
"""Characters of a value that are shown at most."""
_QUERY = re.compile(r"(?<=\S)\?\S+")
"""Of an address, what often holds a secret."""
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """Paths that are there only after, or only before; and `path: before → after`, or `path: changed`."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def same(before: Config, after: Config) -> bool:
    """Whether both ask for the same: only comments, their order or their files differ."""
    return _meaning(before) == _meaning(after)


def difference(before: Config, after: Config) -> Difference:
    """Compare two configurations. A secret, and a setting beside one, is only told to have changed."""
    found: dict[str, list[str]] = {"added": [], "removed": [], "changed": []}
    for how, line in _compare("", _meaning(before), _meaning(after)):
        found[how].append(line)
    return Difference(**{how: tuple(dict.fromkeys(lines)) for how, lines in found.items()})


def _meaning(config: Config) -> Config:
    return replace(config, files=(), warnings=())


def _compare(path: str, before: Any, after: Any, *, hidden: bool = False) -> Iterator[tuple[str, str]]:
    if before == after:
        return
    ours, theirs = _parts(before), _parts(after)
    if ours is None or theirs is None:
        yield _told(path, before, after, hidden=hidden)
        return
    # A setting beside a secret may hold a variable's value, and nobody can tell whether that is one, too.
    hidden = hidden or any(isinstance(value, BaseModel) and secret_fields(type(value)) for value in (before, after))
    for name in [*ours, *(name for name in theirs if name not in ours)]:
        here = path if name in _INLINE else ".".join(filter(None, (path, _YAML.get(name, name))))
        yield from _compare(here, ours.get(name, _ABSENT), theirs.get(name, _ABSENT), hidden=hidden)


def _parts(value: Any) -> Mapping[str, Any] | None:
    """Return what a value is made of, by name; None for what is told as one."""
    if isinstance(value, Mapping | BaseModel):
        return dict(value)
    if isinstance(value, tuple) and value and all(isinstance(item, Stream) for item in value):
        return {stream.name: stream for stream in value}
    if is_dataclass(value) and not isinstance(value, Most):
        return {each.name: getattr(value, each.name) for each in fields(value) if each.compare}
    return None


def _told(path: str, before: Any, after: Any, *, hidden: bool) -> tuple[str, str]:
    if before is _ABSENT or (before is None and _parts(after)):
        return "added", path
    if after is _ABSENT or (after is None and _parts(before)):
        return "removed", path
    old, new = _words(before), _words(after)
    shown = not hidden and old and new and old != new
    return "changed", f"{path}: {old} → {new}" if shown else f"{path}: changed"


def _words(value: Any) -> str:
    """Write a value as a person would, in one line; empty for what is too long for that, or not to be shown."""
    match value:
        case None | ():
            words = "none"
        case tuple() | frozenset():
            parts = [_words(part) for part in (value if isinstance(value, tuple) else sorted(value))]
            words = ", ".join(parts) if all(parts) else ""
        case Most():
            words = f"{value.count} per {value.per}"
        case bool():
            words = str(value).lower()
        case time():
            words = value.isoformat("minutes")
        case str() | int() | float() | date() | timedelta() | Path():
            words = _QUERY.sub("?…", PASSWORD.sub("//…@", " ".join(str(value).split())))
        case _:
            words = ""
    return words if len(words) <= _LONGEST else ""
