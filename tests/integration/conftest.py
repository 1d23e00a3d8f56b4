"""Programs of other people that sharebot is held against; Bluesky's reference server (PDS) is started on loopback."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
import requests

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache"
PATIENCE = 40.0
"""Seconds until the server must answer; it takes about three, and more on a machine that is busy."""


@dataclass(frozen=True, slots=True)
class Pds:
    """An account on the server at `url`; `password` is an app password, and `own` the account's own."""

    url: str
    handle: str
    password: str
    did: str
    own: str

    def records(self) -> list[dict[str, Any]]:
        """All posts of the account as they are stored: each has `uri`, `cid` and `value`."""
        query = {"repo": self.did, "collection": "app.bsky.feed.post", "limit": "100"}
        answer = requests.get(f"{self.url}/xrpc/com.atproto.repo.listRecords", query, timeout=10)
        answer.raise_for_status()
        return list(answer.json()["records"])

    def delete(self, uri: str, token: str) -> None:
        """Delete a post, as an app would with the session's token."""
        record = {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": uri.rpartition("/")[2]}
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.url}/xrpc/com.atproto.repo.deleteRecord"
        requests.post(url, json=record, headers=headers, timeout=10).raise_for_status()


@pytest.fixture(scope="session")
def script() -> Callable[[str], tuple[list[str], Path]]:
    """Put a script of ours ("pds/server.mjs") beside the packages that it needs: its command, and where it runs."""

    def put(name: str) -> tuple[list[str], Path]:
        path = Path(__file__).parent / name
        place = CACHE / path.parent.name
        node = _node(path.parent.name)
        copy(path, place)
        return [node, path.name], place

    return put


@pytest.fixture(scope="session")
def pds(script, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pds]:
    command, place = script("pds/server.mjs")
    data = tmp_path_factory.mktemp("pds")
    with (data / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, data],
            cwd=place,
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


def _node(name: str) -> str:
    """Skip where the reference is not installed."""
    check: list[str | Path] = [sys.executable, ROOT / "tools/install_references.py", "--check", name]
    answer = subprocess.run(check, capture_output=True, text=True, timeout=20, check=False)
    if answer.returncode:
        pytest.skip(f"the reference {name} is not here: {answer.stderr.strip()}")
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
    return Pds(url, joined["handle"], app["password"], joined["did"], password)


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
