"""Opening the database: its pragmas, its schema, and its failures in words that an operator can act on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from sharebot.errors import StoreError
from sharebot.outbox.tables import metadata, serve_postgresql

HEAD = "0005"
"""The newest migration. Kept here so that a new or current database needs no Alembic, which takes time and memory."""

_BUSY_SECONDS = 5
_CURES = {
    "locked": "another program holds the database; end it, or wait and try again",
    "readonly": "the database or its folder is read-only; make both writable for this user",
    "disk is full": "the disk is full; make room, nothing that was queued is lost",
    "disk i/o error": "the disk does not answer or is full; nothing that was queued is lost",
    "unable to open": "its folder does not exist or is not writable; create it, or point SHAREBOT_DATABASE elsewhere",
    "not a database": "the file is no SQLite database; move it away, or point SHAREBOT_DATABASE elsewhere",
    "malformed": "the file is damaged; restore the last backup",
}


def path_of(url: str) -> Path | None:
    """Return the file behind an SQLite address, None for a database in memory or on a server."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError("SHAREBOT_DATABASE is no database address; write sqlite:////data/sharebot.db") from None
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return None
    return Path(str(parsed.database))


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
    words = str(getattr(error, "orig", error)).strip().splitlines()[0]
    return next((f"{words}: {cure}" for hint, cure in _CURES.items() if hint in words.lower()), words)


@contextmanager
def guarded(place: str) -> Iterator[None]:
    """Turn a database's own exception into a StoreError that names the place and the cure."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"{place}: {_cure(error)}") from error


def connect(url: str) -> Engine:
    """Open a database and bring its schema up to date. Raises StoreError."""
    path = path_of(url)
    place = str(path) if path else make_url(url).render_as_string(hide_password=True)
    try:
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS} if url.startswith("sqlite") else {})
    except (NoSuchModuleError, ImportError) as error:
        raise StoreError(f"{place}: no driver for this database is installed ({error})") from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    else:
        serve_postgresql()
    try:
        with guarded(place):
            _migrate(engine, place)
    except SQLAlchemyError:
        engine.dispose()
        raise
    except StoreError:
        engine.dispose()
        raise
    return engine


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


def _version(engine: Engine) -> str | None:
    with engine.execution_options(reads=True).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(engine: Engine, place: str) -> None:
    version = _version(engine)
    if version == HEAD:
        return
    if version is None:
        _create(engine)
        return
    upgrade(engine, place, version)


def _create(engine: Engine) -> None:
    """Make a new database at once. The tests hold what the migrations make against it."""
    with engine.begin() as connection:
        if not inspect(connection).has_table("alembic_version"):
            metadata.create_all(connection)
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def upgrade(engine: Engine, place: str, version: str | None) -> None:
    """Run the migrations that an older database lacks, all or none. Raises StoreError for one that is newer."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    if version and version not in {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}:
        raise StoreError(f"{place}: was written by a newer sharebot (schema {version}); upgrade this one")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
