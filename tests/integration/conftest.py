"""Bluesky's reference server (PDS), started on loopback for the session."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
import requests

ROOT = Path(__file__).parents[2]
INSTALLED = ROOT / ".cache/pds"
PATIENCE = 40.0
"""Seconds until the server must answer; it takes about three, and more on a machine that is busy."""


@dataclass(frozen=True, slots=True)
class Pds:
    """An account on the server at `url`; `password` is an app password."""

    url: str
    handle: str
    password: str
    did: str

    def records(self) -> list[dict[str, Any]]:
        """All posts of the account as they are stored: each has `uri`, `cid` and `value`."""
        query = {"repo": self.did, "collection": "app.bsky.feed.post", "limit": "100"}
        answer = requests.get(f"{self.url}/xrpc/com.atproto.repo.listRecords", query, timeout=10)
        answer.raise_for_status()
        return list(answer.json()["records"])


@pytest.fixture(scope="session")
def pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pds]:
    node = _node()
    data = tmp_path_factory.mktemp("pds")
    copy(Path(__file__).parent / "pds/server.mjs", INSTALLED)
    with (data / "log").open("wb") as log:
        server = subprocess.Popen(
            [node, "server.mjs", data],
            cwd=INSTALLED,
            env=os.environ | {"LOG_ENABLED": "1", "LOG_LEVEL": "warn"},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield _join(_address(server, data / "log"))
    finally:
        _stop(server)


def _node() -> str:
    """Skip where the server is not installed."""
    check: list[str | Path] = [sys.executable, ROOT / "tools/install_pds.py", "--check"]
    answer = subprocess.run(check, capture_output=True, text=True, timeout=20, check=False)
    if answer.returncode:
        pytest.skip(f"Bluesky's reference server is not here: {answer.stderr.strip()}")
    return answer.stdout.strip()


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        if found := re.search(r"listening on (\S+)\n", log.read_text()):
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"Bluesky's reference server did not start; its log ends:\n{log.read_text()[-3000:]}")


def _join(url: str) -> Pds:
    password = "the account's own password"
    account = {"handle": "weekly.test", "email": "weekly@news.example", "password": password}
    joined = _call(url, "createAccount", account)
    app = _call(url, "createAppPassword", {"name": "sharebot"}, joined["accessJwt"])
    return Pds(url, joined["handle"], app["password"], joined["did"])


def _call(url: str, name: str, body: dict[str, str], token: str = "") -> dict[str, str]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.post(f"{url}/xrpc/com.atproto.server.{name}", json=body, headers=headers, timeout=20)
    assert answer.ok, answer.text
    return dict(answer.json())


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Let the server end by itself, as it does when its input ends; else end it with all that it started."""
    assert server.stdin
    server.stdin.close()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(10)
