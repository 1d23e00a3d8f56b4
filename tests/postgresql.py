"""A real PostgreSQL on loopback, made and run by the test session: fixtures for the tests of every folder."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests import servers

PATIENCE = 60.0
"""Seconds until the server must answer or be gone; it takes about one, more after a crash or on a busy machine."""
_OWNER, _PASSWORD = "sharebot", "geheim-1234"
_STOPS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "fsync": "off",  # a crash of the server loses nothing by that, only one of the machine would
    "full_page_writes": "off",
}


class Postgresql:
    """A server with its data in `home`. Each of its sessions needs the password."""

    def __init__(self, programs: Path, home: Path, settings: dict[str, str] | None = None) -> None:
        self.port = servers.free_port()
        self._programs, self._home, self._settings = programs, home, _SETTINGS | (settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        (home / "password").write_text(_PASSWORD)
        servers.give(home)
        make = f"{programs}/initdb -D {home}/data -U {_OWNER} -E UTF8 --locale=C --no-sync"
        secret = f"--auth=scram-sha-256 --pwfile={home}/password"
        subprocess.run([*make.split(), *secret.split()], check=True, capture_output=True, cwd=home, **servers.as_user())

    @property
    def log(self) -> Path:
        """What the server says."""
        return self._home / "log"

    def start(self) -> None:
        """Start it where it does not run, and wait until it answers."""
        if self._process and self._process.poll() is None:
            return
        end = time.monotonic() + PATIENCE
        while not self._answers(end):
            if time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL did not start; its log ends:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.5)  # what is left of a server that was killed has to end first

    def _answers(self, end: float) -> bool:
        """Start it once. Returns whether it then answers."""
        options = [f"-c{name}={value}" for name, value in (self._settings | {"port": str(self.port)}).items()]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._home / "data", *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._home,
                start_new_session=True,
                **servers.as_user(),
            )
        while time.monotonic() < end and self._process.poll() is None:
            with suppress(psycopg.OperationalError):
                self.run("SELECT 1")
                return True
            time.sleep(0.05)
        return False

    def stop(self, mode: str = "fast") -> None:
        """End it: "smart" waits for its sessions, "fast" ends them, "immediate" is like a crash."""
        if self._process:
            self._process.send_signal(_STOPS[mode])
            try:
                self._process.wait(PATIENCE / 2)
            except subprocess.TimeoutExpired:  # seen once in hundreds of times; a crash may well be as hard as this
                self._process.kill()
                self._process.wait()

    def restart(self, mode: str = "immediate") -> None:
        """End it and start it again, on the same port with the same data."""
        self.stop(mode)
        self.start()

    def url(self, database: str, port: int | None = None) -> str:
        """Return what SHAREBOT_DATABASE is for a database; `port` is that of something in between."""
        return f"postgresql+psycopg://{_OWNER}:{_PASSWORD}@127.0.0.1:{port or self.port}/{database}"

    def run(self, statement: str | sql.Composed, *values: Any, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement as the superuser, outside of any transaction, and return its rows."""
        address = self.url(database).replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True, connect_timeout=10) as connection:
            done = connection.execute(statement, values or None)
            return done.fetchall() if done.description else []

    def create(self) -> str:
        """Make an empty database; return its name."""
        self.start()
        name = f"test{next(self._numbers)}"
        self.run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return name

    def drop(self, name: str) -> None:
        """Delete a database, whoever is connected to it."""
        self.start()
        self.run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def shift(self, name: str, seconds: float) -> None:
        """Set the clock of a database apart from the machine's, for the sessions that begin after this."""
        place = sql.Identifier(name)
        self.run("CREATE SCHEMA apart", database=name)
        for clock in ("clock_timestamp", "now"):
            make = "CREATE FUNCTION apart.{0}() RETURNS timestamptz LANGUAGE sql AS {1}"
            body = f"SELECT pg_catalog.{clock}() + interval '{seconds} seconds'"
            self.run(sql.SQL(make).format(sql.Identifier(clock), sql.Literal(body)), database=name)
        self.run(sql.SQL("ALTER DATABASE {} SET search_path = apart, pg_catalog, public").format(place))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever needs the server is an integration test."""
    for item in items:
        if "postgresql" in getattr(item, "fixturenames", ()):
            item.add_marker("integration")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """The server. It is started when the first test needs it; a test that stops it need not start it again."""
    programs = Path(servers.installed("postgresql"))
    home = Path(tempfile.mkdtemp(prefix="postgresql-", dir="/tmp"))
    try:
        server = Postgresql(programs, home)
        try:
            server.start()
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(home)


@pytest.fixture
def database(postgresql: Postgresql) -> Iterator[str]:
    """A new, empty database's name; it is deleted after the test."""
    name = postgresql.create()
    yield name
    postgresql.drop(name)


@pytest.fixture
def postgresql_url(postgresql: Postgresql, database: str) -> str:
    """What SHAREBOT_DATABASE is for that database: `postgresql+psycopg://…`."""
    return postgresql.url(database)
