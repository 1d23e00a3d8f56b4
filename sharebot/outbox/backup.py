"""Copies of a database in a file: made while others write to it, looked through, and kept before each migration."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sharebot.errors import SharebotError, StoreError
from sharebot.outbox.files import Unwritten, writing

_PATIENCE = 30.0
"""Seconds that another program may hold the database meanwhile."""
_MAGIC = b"SQLite format 3\0"
_FULL = ("disk is full", "disk I/O error", "no space")


class Damaged(SharebotError):
    """A copy cannot be used: it is no outbox, or not whole."""


def is_sqlite(path: Path) -> bool:
    """Whether a file is an SQLite database. Raises SharebotError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError as error:
        raise SharebotError(f"{path}: cannot be read ({error.strerror})") from error


def backup(database: Path, path: Path, *, replace: bool = False) -> None:
    """Copy a database to `path`, as it is at one moment, also while a daemon works. The copy is one file, and proved.

    Raises SharebotError; then there is no new file.
    """
    if not database.exists():
        raise SharebotError(f"{database}: there is no database to copy; name the right one in SHAREBOT_DATABASE")
    if path.exists() and path.samefile(database):
        raise SharebotError(f"{path}: is the database itself; name another file")
    with writing(path, replace=replace) as half:
        copy(database, half)
        version(half)


def copy(database: Path, there: Path, *, still: bool = False) -> None:
    """Copy a database over the file `there`; one that is `still` nobody writes to. Raises SharebotError."""
    reading = _reading(database, still=still)
    with _told(database, there), closing(reading), closing(sqlite3.connect(there)) as target:
        for statement in ("BEGIN", "SELECT count(*) FROM sqlite_master"):
            reading.execute(statement).fetchone()  # whoever keeps it locked is waited for here, and not for ever
        reading.backup(target)  # in one step: in steps it would begin anew whenever somebody writes
        single(target)


def single(connection: sqlite3.Connection) -> None:
    """Let a database be one file, without a log beside it."""
    connection.execute("PRAGMA journal_mode = DELETE")


def keep(database: Path, head: str) -> None:
    """Copy a database before it is migrated to `head`, once. Raises StoreError, and nothing is to be migrated then.

    A copy that is there is the oldest, and stays.
    """
    path = database.with_name(f"{database.name}.before-{head}")
    if path.exists():
        return
    try:
        backup(database, path)
    except SharebotError as error:
        why = "an older database is copied before its schema is brought up to date, and nothing was changed"
        raise StoreError(f"{error}; {why}") from error


def version(path: Path, *, still: bool = True) -> str:
    """Look through a copy, whole, and return its schema's version. Raises Damaged where it is no good."""
    if not is_sqlite(path):
        raise Damaged(f"{path}: is no SQLite database; name a file that `sharebot db backup` has written")
    try:
        with closing(_reading(path, still=still)) as connection:
            faults = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            if faults != ["ok"]:
                raise Damaged(f"{path}: is damaged ({faults[0]}); restore another backup")
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.Error, TypeError) as error:
        raise Damaged(f"{path}: is damaged or no outbox ({error}); restore another backup") from error


def _reading(path: Path, *, still: bool) -> sqlite3.Connection:
    # What nobody writes to may lie where not even the files can be made by which readers and writers share a log.
    alone = "&immutable=1" if still and not path.with_name(f"{path.name}-wal").exists() else ""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{alone}", uri=True, timeout=_PATIENCE)


@contextmanager
def _told(database: Path, there: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if any(words in str(error) for words in _FULL):
            raise Unwritten(f"{there.parent}: the disk is full or does not answer; make room there") from error
        raise Damaged(f"{database}: cannot be copied ({error}); see `sharebot db check`") from error
