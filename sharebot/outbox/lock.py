"""One daemon for one database file, and a bell by which other commands wake it.

The lock is the kernel's: it ends with the process, however that ends. Who gets it knows that nobody else is sending.
"""

import fcntl
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

from sharebot.errors import StoreError

SILENT = 90.0
"""Seconds without a sign of life after which something is wrong; who works gives one every 30 s."""
_PATIENCE = 0.5
"""Seconds until a lock counts as taken. `holder` shares it for an instant, and is no daemon."""
_MOMENT = 0.02


def _path(database: Path) -> Path:
    return database.with_name(database.name + ".lock")


class Lock:
    """Held while a daemon runs on `database`. Raises StoreError where another one does."""

    def __init__(self, database: Path) -> None:
        self._path = _path(database)
        try:
            self._file: IO[str] = self._path.open("a+", encoding="ascii")
        except OSError as error:
            raise StoreError(f"{self._path}: cannot be written ({error.strerror}); make its folder writable") from error
        if not _taken(self._file):
            self._file.close()
            pid = holder(database)
            raise StoreError(f"{database}: another sharebot (process {pid}) works on it; end that one first")
        self._head = f"{os.getpid()} {_space()}\n"
        self._file.truncate(0)
        self._file.write(self._head)
        self._file.flush()

    def note(self, words: str) -> None:
        """Leave words (ASCII) for who asks how the daemon is doing; they take the place of those before."""
        self._file.truncate(len(self._head))  # who rings meanwhile still finds the number before it
        self._file.write(words)
        self._file.flush()

    def beat(self) -> None:
        """Leave a sign of life: the time of the lock file's last change."""
        os.utime(self._path)

    def close(self) -> None:
        """Let the next one in."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _taken(file: IO[str]) -> bool:
    """Take the lock, or return False where another one keeps it."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(_MOMENT)
        else:
            return True


def holder(database: Path) -> int | None:
    """Return the process that works on a database, or None where none does."""
    return _holder(database)[0]


def noted(database: Path) -> str:
    """Return the words that the daemon left last; empty where none works or none were left."""
    return _holder(database)[2]


def _holder(database: Path) -> tuple[int | None, str, str]:
    """Return the process that holds the lock, in which space its number counts, and the words that it left."""
    try:
        with _path(database).open(encoding="ascii") as file:
            try:
                # Shared: two that look at once must not take each other for a daemon, and its old number for alive.
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                head, _, words = file.read().partition("\n")
                process, _, space = head.partition(" ")
                return int(process), space, words
    except (OSError, ValueError):
        pass
    return None, "", ""


def _space() -> str:
    """Return what tells process numbers of here from those of another container; empty where it cannot be told."""
    with suppress(OSError):
        return str(Path("/proc/self/ns/pid").readlink())
    return ""


def beaten(database: Path) -> float | None:
    """Return when the daemon last gave a sign of life, in seconds since the epoch; None where none works."""
    return _path(database).stat().st_mtime if holder(database) else None


def wake(database: Path | None) -> None:
    """Tell the daemon, where there is one, to look at its queue now.

    One that has just ended does not hear it, and in another container its number may be a stranger's: such a one is
    not rung, it looks by itself before long.
    """
    process, space, _ = _holder(database) if database else (None, "", "")
    if process and space == _space():
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGUSR1)
