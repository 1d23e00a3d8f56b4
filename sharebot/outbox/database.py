"""Opening the database: its pragmas, its schema, and its failures in words that an operator can act on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoneFreeError

from sharebot.errors import StoreError
from sharebot.outbox.tables import metadata, serve_postgresql

HEAD = "0006"
"""The newest migration. Kept here so that a new or current database needs no Alembic, which takes time and memory."""

_BUSY_SECONDS = 5
_LAST_FIRST: dict[str, Any] = {"pool_use_lifo": True}
_CURES = {
    "locked": "another program holds the database; end it, or wait and try again",
    "readonly": "the database or its folder is read-only; make both writable for this user",
    "disk is full": "the disk is full; make room, nothing that was queued is lost",
    "disk i/o error": "the disk does not answer or is full; nothing that was queued is lost",
    "unable to open": "its folder does not exist, or nothing can be written there (rights, a read-only file system); "
    "create it, make it writable, or point SHAREBOT_DATABASE elsewhere",
    "not a database": "the file is no SQLite database; move it away, or point SHAREBOT_DATABASE elsewhere",
    "malformed": "the file is damaged; restore the last backup",
    "connection refused": "no server answers there; start PostgreSQL, or correct SHAREBOT_DATABASE",
    "timeout expired": "nothing answers there; look at the network and at SHAREBOT_DATABASE",
    "resolve host": "nobody knows that host; correct its name in SHAREBOT_DATABASE",
    "password": "correct the user and the password in SHAREBOT_DATABASE",
    "pg_hba.conf": "let this user in from this machine, in the server's pg_hba.conf",
    "fatal:  database": "create it on the server (CREATE DATABASE), or correct its name in SHAREBOT_DATABASE",
    "permission denied": "make this user the owner of the database (ALTER DATABASE … OWNER TO …)",
    "read-only transaction": "this is a standby or set to read only; name the server that takes writes",
    "too many c": "raise the server's max_connections, or run fewer workers",
    "connection slots": "raise the server's max_connections, or run fewer workers",
    "unrecognized configuration parameter": "PostgreSQL 14 or newer is needed",
    "startup parameter": "name PostgreSQL itself and no pooler in between: sessions of our own are needed",
    "lock timeout": "another session holds a row for too long; pg_stat_activity shows which",
    "no space left": "the server's disk is full; make room, nothing that was queued is lost",
}
_DRIVER = "postgresql+psycopg"
_DRIVERS = {"sqlite": "sqlite", "postgres": _DRIVER, "postgresql": _DRIVER, _DRIVER: _DRIVER}
_FORMS = "sqlite:////data/sharebot.db, or postgresql+psycopg://user:password@host/name"
ADVISORY = 0x5AEB07
"""Tells our advisory locks from those of other programs in the same database."""


class Advisory(IntEnum):
    """What one host at a time may do on PostgreSQL."""

    SCHEMA = 1
    LEAD = 2
    PLACING = 3
    RENEWING = 4


def address(url: str) -> URL:
    """Read what SHAREBOT_DATABASE says. Raises StoreError, whose words never hold a password."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(f"SHAREBOT_DATABASE is no database address; write {_FORMS}") from None
    if parsed.drivername not in _DRIVERS:
        raise StoreError(f"SHAREBOT_DATABASE: {parsed.drivername} is not served; write {_FORMS}")
    parsed = parsed.set(drivername=_DRIVERS[parsed.drivername])
    if parsed.drivername == _DRIVER and "@" in f"{parsed.host}{parsed.database}":  # the rest of a password
        raise StoreError("SHAREBOT_DATABASE: in its password, write @ as %40 and % as %25")
    return parsed


def path_of(url: str) -> Path | None:
    """Return the file behind an SQLite address, None for a database in memory or on a server."""
    return _file(address(url))


def _file(url: URL) -> Path | None:
    in_file = url.drivername == "sqlite" and url.database not in {None, "", ":memory:"}
    return Path(str(url.database)) if in_file else None


def place_of(url: URL) -> str:
    """Name a database in errors and logs: its file, or host and name without user, password and options."""
    shown = URL.create(url.get_backend_name(), host=url.host, port=url.port, database=url.database)
    return str(_file(url) or shown)


def inode(path: Path | None) -> tuple[int, int] | None:
    """Return what tells a file from another one that has taken its name; None where there is no file."""
    if path is None:
        return None
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _cure(error: Exception) -> str:
    lines = str(getattr(error, "orig", error)).strip().splitlines() or [type(error).__name__]
    words = lines[-1 if lines[0].endswith(":") else 0].strip()  # "Multiple connection attempts failed. They were:"
    return next((f"{words}: {cure}" for hint, cure in _CURES.items() if hint in words.lower()), words)


@contextmanager
def guarded(place: str) -> Iterator[None]:
    """Turn a database's own exception into a StoreError that names the place and the cure."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"{place}: {_cure(error)}") from error
    except NoneFreeError as error:
        raise StoreError(f"{place}: every session is busy, and none came free in time; run fewer workers") from error


def connect(url: str) -> Engine:
    """Open a database and bring its schema up to date. Raises StoreError."""
    parsed = address(url)
    place = place_of(parsed)
    engine = _open(parsed)
    try:
        with guarded(place):
            _migrate(engine, place)
    except (SQLAlchemyError, StoreError):
        engine.dispose()
        raise
    return engine


def _open(url: URL) -> Engine:
    if url.drivername == _DRIVER:
        from sharebot.outbox.postgresql import pooled

        serve_postgresql()
        return pooled(url)
    if path := _file(url):
        with suppress(OSError):  # it is there already, or cannot be: then opening it says what is wrong
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # posts that are not out yet
    # The last connection is the next one taken: each holds up to 2 MiB of pages, and several are rarely needed at once.
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, **_LAST_FIRST if _file(url) else {})
    _prepare_sqlite(engine)
    return engine


def take(connection: Connection, what: Advisory) -> None:
    """Wait until no other host is doing this, and keep the others waiting until the transaction ends.

    On SQLite a transaction that writes is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:family, :what)"), {"family": ADVISORY, "what": what})


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        # FULL: the intent to send must survive a power cut, or the post is sent again after it.
        for pragma in ("journal_mode = WAL", "synchronous = FULL", f"busy_timeout = {_BUSY_SECONDS * 1000}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def schema_of(engine: Engine) -> str | None:
    """Return the last migration that a database has seen; None where it holds no outbox."""
    with engine.execution_options(reads=True).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(engine: Engine, place: str) -> None:
    version = schema_of(engine)
    if version == HEAD:
        return
    if version is None:
        _create(engine)
        return
    upgrade(engine, place, version)


@contextmanager
def exclusively(engine: Engine, what: Advisory, longest: str) -> Iterator[Connection]:
    """Open a transaction for what one host at a time may do.

    The others wait for it, and it may be silent itself, no longer than `longest` ("5min"; "0" is for ever).
    """
    with engine.begin() as connection:
        patient(connection, longest)
        take(connection, what)
        yield connection


def patient(connection: Connection, longest: str) -> None:
    """Let this transaction wait and be silent no longer than `longest` ("5min"; "0" is for ever)."""
    if connection.dialect.name == "postgresql":
        for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {limit} = '{longest}'"))


def _create(engine: Engine) -> None:
    """Make a new database at once. The tests hold what the migrations make against it."""
    with exclusively(engine, Advisory.SCHEMA, "0") as connection:
        if not inspect(connection).has_table("alembic_version"):
            metadata.create_all(connection)
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def upgrade(engine: Engine, place: str, version: str | None) -> None:
    """Run the migrations that an older database lacks, all or none; a file is copied before.

    Raises StoreError for one that is newer, and where it cannot be copied.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    if version and version not in {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}:
        raise StoreError(f"{place}: was written by a newer sharebot (schema {version}); upgrade this one")
    if version and (file := _file(engine.url)):
        from sharebot.outbox.backup import keep

        keep(file, HEAD)
    with exclusively(engine, Advisory.SCHEMA, "0") as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
