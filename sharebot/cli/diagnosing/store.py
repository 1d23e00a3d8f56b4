"""The outbox: whether it opens, is whole and of this version, and what waits in it. Nothing is changed by looking."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import quote

from sharebot.cli.diagnosing.findings import Finding, warn, well, wrong
from sharebot.errors import StoreError
from sharebot.model import State

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from sharebot.outbox.ledger import Ledger

_LONGEST = 3.0
"""Seconds that the look for damage may take; a larger database is looked at by `sharebot db check`."""
_STEPS = 20_000
_LARGE_LOG = 64 << 20
"""Bytes of SQLite's log, which is written back at 4 MiB unless somebody keeps it from that."""
_STATE = "SELECT current_setting('server_version'), pg_is_in_recovery(), clock_timestamp()"
_BEHIND = timedelta(minutes=15)
_APART = timedelta(seconds=30)
_RESTORE = "stop the daemon and put the last backup in its place: `sharebot db restore`"


@dataclass(slots=True)
class Stored:
    """What was found of the outbox. `usable`: its schema is this program's.

    `last` is when it was changed last, `first` when each newsletter was read first.
    """

    findings: list[Finding] = field(default_factory=list)
    usable: bool = False
    schema: str | None = None
    last: datetime | None = None
    first: dict[str, datetime] = field(default_factory=dict)


def look(url: str, now: datetime) -> Stored:
    """Look at the outbox at `url`."""
    stored = Stored()
    try:
        _look(url, now, stored)
    except StoreError as error:
        name = "queue" if stored.findings else "database"
        stored.findings.append(wrong(name, str(error), "`sharebot db check` looks closer, and says what to do"))
    return stored


def _look(url: str, now: datetime, stored: Stored) -> None:
    from sharebot.outbox.database import HEAD, path_of

    file = path_of(url)
    if file and not file.exists():
        stored.findings.append(well("database", "not there yet; the first `sharebot run` makes it"))
        return
    with _opened(url) as engine:
        stored.schema = _schema(engine)
        stored.findings += _on_file(file) if file else _on_server(engine, now)
    if not all(each.ok for each in stored.findings):
        return
    if stored.schema == HEAD:
        stored.usable = True
        _contents(url, now, stored)
    elif stored.schema and stored.schema > HEAD:
        words = f"it was written by a newer sharebot (schema {stored.schema}, and this one knows {HEAD})"
        stored.findings.append(wrong("schema", words, "upgrade this one: `pip install --upgrade sharebot`"))
    else:
        words = f"{stored.schema or 'none'}; the next `sharebot run` brings it to {HEAD}"
        stored.findings.append(well("schema", words))


@contextmanager
def _opened(url: str) -> "Iterator[Engine]":
    """Open a database for looking only: an older schema stays as it is."""
    from sqlalchemy import create_engine

    from sharebot.outbox.database import address, path_of

    file = path_of(url)
    if file:
        engine = create_engine("sqlite://", creator=lambda: _connect(file))
    else:
        from sharebot.outbox.postgresql import alone

        engine = alone(address(url))
    try:
        yield engine
    finally:
        engine.dispose()


def _connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro", uri=True, timeout=_LONGEST)


def _schema(engine: "Engine") -> str | None:
    from sharebot.outbox.database import guarded, place_of, schema_of

    with guarded("it cannot be opened" if engine.dialect.name == "sqlite" else place_of(engine.url)):
        return schema_of(engine)


def _on_file(file: Path) -> Iterator[Finding]:
    log = file.with_name(f"{file.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > _LARGE_LOG:
        words = f"SQLite's log {log.name} has grown to {size >> 20} MiB: something keeps it from being written back"
        cure = f"end what holds the database open (`fuser {file}`), or restart the daemon"
        yield warn("database log", words, cure)
    if fault := _damage(file):
        yield wrong("database", f"{file} is damaged: {fault}", _RESTORE)
    else:
        yield well("database", f"SQLite {sqlite3.sqlite_version}, {file}, {file.stat().st_size / (1 << 20):.1f} MiB")


def _damage(file: Path) -> str:
    """Return what is wrong with a database's pages, as far as a few seconds allow to tell."""
    end = monotonic() + _LONGEST
    try:
        with closing(_connect(file)) as connection:
            connection.set_progress_handler(lambda: monotonic() > end, _STEPS)
            ((said,), *_) = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.OperationalError:
        return ""  # there was no time for it, or another program keeps the file to itself: that is no damage
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if said == "ok" else str(said)


def _on_server(engine: "Engine", now: datetime) -> Iterator[Finding]:
    from sqlalchemy import text

    from sharebot.outbox.database import guarded, place_of

    place = place_of(engine.url)
    with guarded(place), engine.connect() as connection:
        version, standby, told = connection.execute(text(_STATE)).one()
    if standby:
        yield wrong("database", f"{place} is a standby, which takes no writes", "name the primary in SHAREBOT_DATABASE")
    else:
        yield well("database", f"PostgreSQL {version}, {place}")
    apart = abs(told - now)
    if apart >= _APART:
        words = f"{apart.total_seconds():.0f} s apart from this machine's; the database's decides when posts are due"
        yield warn("database clock", words, "set both: `timedatectl set-ntp true`")
    else:
        yield well("database clock")


def _contents(url: str, now: datetime, stored: Stored) -> None:
    from sqlalchemy import select

    from sharebot.outbox.ledger import Ledger
    from sharebot.outbox.tables import event, reading

    with Ledger(url) as ledger:
        stored.findings += queue(ledger, now)
        with ledger.reading() as connection:
            stored.last = connection.execute(select(event.c.at).order_by(event.c.id.desc()).limit(1)).scalar()
            firsts = connection.execute(select(reading.c.newsletter, reading.c.first))
            stored.first = {row.newsletter: row.first for row in firsts}


def queue(ledger: "Ledger", now: datetime) -> Iterator[Finding]:
    """Tell what waits, what is late, and what waits for a person."""
    from sharebot.outbox.census import Census

    view = Census(ledger).view()
    counts = ", ".join(f"{count} {state}" for state, count in sorted(view.counts.items()) if count)
    yield well("queue", counts or "empty")
    if view.due and now - view.due > _BEHIND:
        waiting = view.counts[State.QUEUED]
        words = f"the first of {waiting} post(s) that wait was due at {view.due:%Y-%m-%d %H:%M} UTC"
        yield warn("queue lag", words, "`sharebot queue list --state queued` shows them; is the daemon at work?")
    if unsure := view.counts[State.UNSURE]:
        words = f"{unsure} post(s) may be out, and nobody knows"
        yield warn("queue unsure", words, "`sharebot queue list --state unsure`, look, then `sharebot queue resolve`")
