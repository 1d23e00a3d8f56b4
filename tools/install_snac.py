"""Install a server that speaks Mastodon's API for the integration tests: `python -m tools.install_snac [--check]`.

It is snac, which ignores the key against doubling, as several servers do. The tests start it themselves, as an ordinary
user and in a folder of their own, so nothing but its program is needed: the one on the PATH, else Debian's package,
else the source package of a newer Debian, compiled into `.cache/snac`. The latter two need root. With `--check`
nothing is installed: it prints the program's path, or says why there is none.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tools.install_dovecot import CannotInstallError, run

PACKAGE = "snac2"
RELEASE = "trixie"
"""Debian's first release that has it."""
NEEDS = ("gcc", "make", "dpkg-dev", "libc6-dev", "libcurl4-openssl-dev", "libssl-dev")
PLACE = Path(__file__).resolve().parents[1] / ".cache/snac"
BUILT = PLACE / "snac"


def snac() -> str | None:
    """Return the path of the installed server; None where it is missing."""
    return shutil.which("snac") or (str(BUILT) if BUILT.is_file() else None)


def install() -> None:
    """Install the server, or say why it cannot be done."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise CannotInstallError(f"no snac is installed; ask an administrator for the package {PACKAGE}")
    run("apt-get", "update", "--quiet", seconds=120, what=PACKAGE)
    wanted = ("apt-get", "install", "--quiet", "--yes", "--no-install-recommends")
    try:
        run(*wanted, PACKAGE, seconds=240, what=PACKAGE)
    except CannotInstallError:
        run(*wanted, *NEEDS, seconds=240, what="what snac is compiled with")
        compile_it()
    if snac() is None:
        raise CannotInstallError(f"{PACKAGE} is installed, but brings no snac")


def compile_it() -> None:
    """Fetch the source by apt, which checks its signature, with lists of their own; compile it."""
    shutil.rmtree(PLACE, ignore_errors=True)
    for name in ("lists/partial", "cache/archives/partial", "source"):
        (PLACE / name).mkdir(parents=True)
    (PLACE / "sources.list").write_text(f"deb-src {archive()} {RELEASE} main\n")
    where = {"Etc::sourcelist": "sources.list", "Etc::sourceparts": "-", "State::lists": "lists", "Cache": "cache"}
    apt = ["apt-get", *(f"-oDir::{name}={PLACE / path}" for name, path in where.items()), "--quiet"]
    run(*apt, "update", seconds=120, what=PACKAGE)
    run(*apt, "source", PACKAGE, seconds=120, what=PACKAGE, place=PLACE / "source")
    (source,) = (path for path in (PLACE / "source").iterdir() if path.is_dir())
    run("make", "-j2", seconds=240, what=PACKAGE, place=source)
    shutil.copy(source / "snac", BUILT)


def archive() -> str:
    """Return the address of Debian's archive that this machine uses."""
    command = ("apt-get", "indextargets", "--format", "$(REPO_URI)", "Origin: Debian", "Created-By: Packages")
    found = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False).stdout.split()
    if not found:
        raise CannotInstallError(f"{PACKAGE} cannot be had: this machine's packages are not Debian's")
    return found[0]


def main() -> None:
    """Do what the command line says."""
    found = snac()
    if "--check" in sys.argv[1:]:
        print(found) if found else sys.exit("no server that speaks Mastodon's API: python -m tools.install_snac")
    elif found:
        print(f"A server that speaks Mastodon's API: already at {found}")
    else:
        print(f"A server that speaks Mastodon's API: installing {PACKAGE}", flush=True)
        start = time.monotonic()
        try:
            install()
        except CannotInstallError as error:
            sys.exit(f"No server that speaks Mastodon's API can be installed, so its tests are skipped: {error}")
        print(f"  done in {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
