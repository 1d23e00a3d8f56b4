"""Finding networks and sources: those that came with sharebot and strangers' alike, by their entry points."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

PLATFORMS = "sharebot.platforms"
SOURCES = "sharebot.sources"

_all = cache(entry_points)  # each look at all that is installed takes milliseconds


@cache
def _found(group: str) -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in sorted(_all().select(group=group))}


def names(group: str) -> tuple[str, ...]:
    """Return the names of what is installed, without importing it."""
    return tuple(_found(group))


class _Installed(Mapping[str, Any]):
    """The classes of a group by their names, each imported when it is looked at: a start waits for none in vain."""

    def __init__(self, group: str) -> None:
        self._entries = _found(group)

    def __getitem__(self, name: str) -> Any:
        return self._entries[name].load()

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def load(group: str) -> Mapping[str, Any]:
    """Return what is installed: the name in the YAML beside the class that it names."""
    return _Installed(group)
