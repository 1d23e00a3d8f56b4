"""The peers, each in an environment of its own under `.cache/peers`, pinned with hashes by the locks beside this."""

import hashlib
import re
import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.processes import say

_LOCKS = Path(__file__).parent
_CACHE = _LOCKS.parents[1] / ".cache/peers"
_BUILD = "build"
"""The lock of what builds a peer that PyPI has as source only. It is installed first, so that hashes bind it, too."""
_PATIENCE = 240.0


def commands(peer: str) -> Path:
    """Return the folder of a peer's commands; install it where it is missing or of another lock.

    Raises SystemExit, worded for people, where PyPI cannot be reached.
    """
    place = _CACHE / peer
    stamp = place / "installed"
    if not stamp.is_file() or stamp.read_text(encoding="ascii") != _recipe(peer):
        say(f"  {peer} {version(peer)}: installing into .cache/peers/{peer}")
        venv.create(place, clear=True, symlinks=True)
        for lock in (_BUILD, peer):
            _install(place / "bin/python", lock)
        stamp.write_text(_recipe(peer), encoding="ascii")
    return place / "bin"


def runs(peer: str) -> bool:
    """Whether a peer starts with this Python; it is installed where it is missing."""
    help_ = (str(commands(peer) / peer), "--help")
    return not subprocess.run(help_, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode


def version(peer: str) -> str:
    """Return the version that the lock names."""
    found = re.search(rf"^{peer}==(\S+)", _lock(peer).read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    return found[1]


def _install(python: Path, lock: str) -> None:
    pip = (sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "--quiet", "install")
    bound = ("--no-deps", "--require-hashes", "--no-build-isolation", "--requirement", str(_lock(lock)))
    try:
        done = subprocess.run(
            pip + bound, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        sys.exit(f"peers: {lock}.lock was not installed from PyPI in {_PATIENCE:.0f} s; try again")
    if done.returncode:
        say(done.stderr[-2000:])
        sys.exit(f"peers: {lock}.lock cannot be installed from PyPI: is it reached from here? pip's words are above")


def _recipe(peer: str) -> str:
    """Return a name that changes with the locks and with Python."""
    pinned = b"".join(_lock(lock).read_bytes() for lock in (_BUILD, peer))
    return hashlib.sha256(pinned + sys.version.encode()).hexdigest()


def _lock(name: str) -> Path:
    return _LOCKS / f"{name}.lock"
