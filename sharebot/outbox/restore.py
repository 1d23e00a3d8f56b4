"""A backup takes the place of the outbox: looked through first, doubted where it must be, and swapped at one moment."""

import shutil
import sqlite3
import tempfile
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from sharebot.errors import SharebotError, StoreError
from sharebot.outbox import backup, doubting, portable
from sharebot.outbox.database import HEAD, path_of
from sharebot.outbox.doubting import Doubts
from sharebot.outbox.files import flush, remove, told, writing
from sharebot.outbox.hosts import hosts
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.lock import SILENT, Lock
from sharebot.outbox.statements import EVERYONE

_LEADING = 3600.0
"""Seconds for which no host may begin to lead while a backup is put in place."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: `names` of the newsletters that will be read, all accounts `paused` after it and why."""

    names: Collection[str]
    now: datetime
    everything: bool = False
    paused: str = ""


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Let nobody work on an outbox meanwhile. Raises StoreError where somebody does."""
    if path := path_of(url):
        with Lock(path):
            yield
        return
    with Ledger(url) as outbox:
        now = outbox.clock()
        living = [host.name for host in hosts(outbox) if (now - host.beaten).total_seconds() < SILENT]
    if living:
        why = f"{', '.join(living)} gave a sign of life within {SILENT:.0f} s"
        raise StoreError(f"{outbox.place}: {why}; end every host, and try again")
    from sharebot.outbox.leading import Lead

    lead = Lead(url, _LEADING)
    if not lead.acquire():
        raise StoreError(f"{outbox.place}: a host has just begun to lead; end every host, and try again")
    try:
        yield
    finally:
        lead.release()


def restore(url: str, path: Path, order: Order) -> tuple[Doubts, Path | None]:
    """Put a backup in the outbox's place. Returns what is doubted, and where the outbox is kept that was there.

    Raises StoreError where somebody works on it, and SharebotError; then it stays as it was.
    """
    database = path_of(url)
    if database is None and backup.is_sqlite(path):
        cure = f"SHAREBOT_DATABASE=sqlite:///{path.absolute()} sharebot db export backup.jsonl"
        raise SharebotError(f"{path}: is of SQLite, and the outbox is on PostgreSQL; write it out first: {cure}")
    with alone(url):
        return _file(database.resolve(), path, order) if database else _server(url, path, order)


def settle(outbox: Ledger, order: Order, path: Path | None = None) -> Doubts:
    """Doubt what an outbox does not know, within one transaction; with `path`, an export is read into it before."""
    with outbox.writing() as connection:
        if path:
            portable.clear(connection)
            with path.open("rb") as file:
                portable.load(connection, file, str(path))
        doubts = doubting.doubt(connection, order.names, order.now, everything=order.everything)
        if order.paused:
            outbox.stop(connection, EVERYONE, order.paused)
        return doubts


def fill(url: str, file: IO[bytes], place: str, names: Collection[str], now: datetime) -> tuple[int, Doubts | None]:
    """Read an export into an empty outbox; returns how many rows it has, and what is doubted.

    Nothing is, where nobody worked on the outbox while it was exported. Raises SharebotError, and nothing is read then.
    """
    with alone(url), Ledger(url) as outbox, outbox.writing() as connection:
        if not portable.is_empty(connection):
            why = "is not empty; an import fills a new database, `sharebot db restore` replaces one"
            raise SharebotError(f"{outbox.place}: {why}")
        rows, live = portable.load(connection, file, place)
        return rows, doubting.doubt(connection, names, now) if live else None


# ── in a file ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _file(database: Path, path: Path, order: Order) -> tuple[Doubts, Path | None]:
    with told(database):
        home = Path(tempfile.mkdtemp(prefix=f".{database.name}.", dir=database.parent))
    try:
        new = home / database.name
        doubts = _prepared(new, path, order)
        kept = _kept(database, order.now)
        with told(database):
            new.rename(database)
            flush(database.parent)
            remove(*_logs(database))
        return doubts, kept
    finally:
        shutil.rmtree(home)


def _prepared(new: Path, path: Path, order: Order) -> Doubts:
    """Make the new outbox, whole, in a file of its own."""
    of_sqlite = backup.is_sqlite(path)
    with told(new):
        new.touch(mode=0o600)
    if of_sqlite:
        if (schema := backup.version(path)) > HEAD:
            raise SharebotError(f"{path}: was written by a newer sharebot (schema {schema}); upgrade this one")
        backup.copy(path, new, still=True)
    with Ledger(f"sqlite:///{new}") as outbox:
        doubts = settle(outbox, order, None if of_sqlite else path)
    with closing(sqlite3.connect(new)) as connection:
        backup.single(connection)
    backup.version(new)
    with told(new):
        flush(new)
    return doubts


def _kept(database: Path, now: datetime) -> Path | None:
    """Keep the outbox that is there, a damaged one as it is, and leave nothing of it but its file."""
    if not database.exists():
        return None
    kept = database.with_name(f"{database.name}.before-restore-{now:%Y%m%dT%H%M%SZ}")
    try:
        backup.backup(database, kept, replace=True)
        with closing(sqlite3.connect(database)) as connection:
            backup.single(connection)
    except (backup.Damaged, sqlite3.Error):
        with told(kept):
            for log in (database, *_logs(database)):
                with suppress(FileNotFoundError):
                    shutil.copy2(log, kept.with_name(log.name.replace(database.name, kept.name)))
            remove(*_logs(database))
    return kept


def _logs(database: Path) -> list[Path]:
    return [database.with_name(f"{database.name}{end}") for end in ("-wal", "-shm")]


# ── on a server ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _server(url: str, path: Path, order: Order) -> tuple[Doubts, Path]:
    kept = path.absolute().with_name(f"sharebot.before-restore-{order.now:%Y%m%dT%H%M%SZ}.jsonl")
    with Ledger(url) as outbox:
        written(outbox, kept, order.now, force=True)
        return settle(outbox, replace(order, now=outbox.clock()), path), kept


def written(outbox: Ledger, path: Path, now: datetime, *, live: bool = False, force: bool = False) -> int:
    """Export an outbox to a file; returns how many rows it has. Raises SharebotError; then there is no new file."""
    with writing(path, replace=force) as half, half.open("w", encoding="ascii") as file:
        return portable.export(outbox, file.write, now, live=live)
