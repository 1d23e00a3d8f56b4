"""How the tests run other people's servers: as an ordinary user, on a free port of loopback."""

import os
import pwd
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.install_servers import SERVERS

ROOT = Path(__file__).parents[1]


def installed(name: str) -> str:
    """Return where the server's programs are. Skip where they are missing; in CI that is a failure, unless spared."""
    check: list[str | Path] = [sys.executable, ROOT / "tools/install_servers.py", "--check", name]
    answer = subprocess.run(check, capture_output=True, text=True, timeout=20, check=False)
    if answer.returncode:
        missing = pytest.fail if os.environ.get("CI") and not SERVERS[name].spared else pytest.skip
        missing(f"{name} is not here: {answer.stderr.strip()}")
    return answer.stdout.strip()


def user() -> pwd.struct_passwd:
    """Whom the servers run as: root is refused by PostgreSQL, and let into no mailbox by Dovecot."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def as_user() -> dict[str, Any]:
    """How `subprocess` starts a program as that user."""
    return {"user": user().pw_uid, "group": user().pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}


def give(home: Path) -> None:
    """Make a folder with all in it that user's own."""
    if os.geteuid() == 0:
        for path in (home, *home.rglob("*")):
            os.chown(path, user().pw_uid, user().pw_gid)


def free_port() -> int:
    """Return a port of loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
