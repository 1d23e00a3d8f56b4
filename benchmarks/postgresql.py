"""A PostgreSQL for the benchmarks, as it runs in production: what was committed is on the disk."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.load import Place
from benchmarks.processes import processor, say

if TYPE_CHECKING:
    from tests.postgresql import Postgresql

_ROOT = Path(__file__).parents[1]
_SAFE = {"fsync": "on", "full_page_writes": "on"}
_CLIENTS = ("psycopg", "procrastinate", "pytest")
"""What is needed to talk to it; the server itself is started by what the tests start theirs with."""


class Server:
    """A running server."""

    def __init__(self, server: "Postgresql", home: Path) -> None:
        self._server = server
        self._process = int((home / "data/postmaster.pid").read_text("ascii").split()[0])

    @contextmanager
    def database(self) -> Iterator[Place]:
        """Make an empty database; it is deleted at the end."""
        name = self._server.create()
        yield Place(self._server.url(name), self._process)
        self._server.drop(name)


@contextmanager
def serving() -> Iterator[Server | None]:
    """Run a server. None, and a word why, where it or its clients are not installed."""
    lacking = [name for name in _CLIENTS if not find_spec(name)]
    check = [sys.executable, str(_ROOT / "tools/install_servers.py"), "--check", "postgresql"]
    found = subprocess.run(check, capture_output=True, text=True, check=False)
    if lacking or found.returncode:
        why = f"{', '.join(lacking)} not installed" if lacking else found.stderr.strip()
        say(f"  PostgreSQL is left out ({why}); `make bench` brings its clients, tools/install_servers.py the server")
        yield None
        return
    home = Path(tempfile.mkdtemp(prefix="sharebot-bench-"))
    try:
        with _started(Path(found.stdout.strip()), home) as server:
            yield server
    finally:
        shutil.rmtree(home)


@contextmanager
def _started(programs: Path, home: Path) -> Iterator[Server]:
    from tests.postgresql import Postgresql

    server = Postgresql(programs, home, _SAFE)
    try:
        server.start()
        yield Server(server, home)
    finally:
        server.stop("immediate")


def used(server: int) -> float:
    """Return the seconds of processor time that a server has used, those of sessions that are over included."""
    status = Path("/proc").glob("[0-9]*/stat")
    sessions = [int(stat.parent.name) for stat in status if _parent(stat) == server]
    return processor(server, ended=True) + sum(map(processor, sessions))


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text("ascii", "replace").rpartition(")")[2].split()[1])
    except OSError:  # it has just ended
        return 0
