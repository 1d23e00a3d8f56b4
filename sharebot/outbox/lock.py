"""One daemon for one database file, and a bell by which other commands wake it.

The lock is the kernel's: it ends with the process, however that ends. Who gets it knows that nobody else is sending.
"""

import fcntl
import os
import signal
from pathlib import Path
from typing import IO, Self

from sharebot.errors import StoreError


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
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            pid = holder(database)
            raise StoreError(f"{database}: another sharebot (process {pid}) works on it; end that one first") from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
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


def holder(database: Path) -> int | None:
    """Return the process that works on a database, or None where none does."""
    try:
        with _path(database).open("r+", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read() or 0) or None
    except (OSError, ValueError):
        return None
    return None


def beaten(database: Path) -> float | None:
    """Return when the daemon last gave a sign of life, in seconds since the epoch; None where none works."""
    return _path(database).stat().st_mtime if holder(database) else None


def wake(database: Path | None) -> None:
    """Tell the daemon, where there is one, to look at its queue now."""
    process = holder(database) if database else None
    if process:
        os.kill(process, signal.SIGUSR1)
