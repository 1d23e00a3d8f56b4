"""Finding networks and sources: those that came with sharebot and strangers' alike, by their entry points."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

PLATFORMS = "sharebot.platforms"
SOURCES = "sharebot.sources"


@cache
def _found(group: str) -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in sorted(entry_points(group=group))}


def names(group: str) -> tuple[str, ...]:
    """Return the names of what is installed, without importing it."""
    return tuple(_found(group))


def load(group: str) -> dict[str, Any]:
    """Import what is installed: the name in the YAML beside the class that it names."""
    return {name: entry.load() for name, entry in _found(group).items()}
