"""Files that are there whole or not at all: written beside their place, flushed to the disk, and then renamed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sharebot.errors import SharebotError

_OWN = 0o600
"""Outboxes hold texts that nobody has read yet, and sealed tokens: only their owner reads copies of them."""


class Unwritten(SharebotError):
    """A file could not be written; there is no half of it."""


@contextmanager
def writing(path: Path, *, replace: bool) -> Iterator[Path]:
    """Give a path beside `path` to write to, which takes its place at the end; nothing is left where that fails.

    Raises Unwritten, also where `path` is there and is not to be replaced.
    """
    if not replace and path.exists():
        raise Unwritten(f"{path}: is there already; name another file, or replace it with --force")
    with told(path):
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        os.fchmod(number, _OWN)
        os.close(number)
    half = Path(name)
    try:
        with told(path):
            yield half
            flush(half)
            half.rename(path)
            flush(path.parent)
    finally:
        for left in half.parent.glob(f"{half.name}*"):
            left.unlink()


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the system says into an error that names the file and the cure."""
    try:
        yield
    except OSError as error:
        cure = "make room, or name a place that this user may write to"
        raise Unwritten(f"{path}: cannot be written ({error.strerror or error}); {cure}") from error


def flush(path: Path) -> None:
    """Bring a file, or a folder's list of names, to the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def remove(*paths: Path) -> None:
    """Delete files, those that are there."""
    for path in paths:
        with suppress(FileNotFoundError):
            path.unlink()
