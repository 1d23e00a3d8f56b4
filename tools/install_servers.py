"""Install servers for the integration tests: `python tools/install_servers.py [--check dovecot|postgresql]`.

The tests start them themselves, as an ordinary user and with a configuration of their own, so nothing but their
programs is needed: those that are there, else Debian's packages, where this runs as root. No service is started. With
`--check` nothing is installed: it prints where the programs are, or says why they are not there.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PLACES = (os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
"""Daemons are seldom on an ordinary user's PATH."""
QUIET = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
"""No questions, and in run level 1 Debian's packages start no service."""


class CannotInstallError(Exception):
    """Says why there is no server to test against."""


@dataclass(frozen=True, slots=True)
class Server:
    """Somebody else's server: `what` it is for people, its Debian `package`, and how to `find` its programs."""

    what: str
    package: str
    find: Callable[[], str | None]


def dovecot() -> str | None:
    """Return the path of the installed server; None where it is missing, or cannot speak IMAP."""
    found = shutil.which("dovecot", path=os.pathsep.join(PLACES))
    return found if found and any(folder.is_file() for folder in speakers(Path(found))) else None


def speakers(program: Path) -> list[Path]:
    """Return where the part that speaks IMAP may be; Debian has a package of its own for it."""
    roots = (Path("/usr"), program.resolve().parents[1])
    return [root / folder / "dovecot/imap-login" for root in roots for folder in ("lib", "libexec")]


def postgresql() -> str | None:
    """Return the folder of the newest installed server's programs; Debian puts it on nobody's PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=lambda folder: float(folder.parent.name))
    onpath = shutil.which("initdb")
    folders = [*reversed(debian), *([Path(onpath).resolve().parent] if onpath else [])]
    return next((str(each) for each in folders if (each / "initdb").is_file() and (each / "postgres").is_file()), None)


SERVERS = {
    "dovecot": Server("an IMAP server", "dovecot-imapd", dovecot),
    "postgresql": Server("a PostgreSQL server", "postgresql", postgresql),
}


def run(*command: str, seconds: int, or_else: str) -> None:
    """Run a program. Where it fails, show its last words and raise with `or_else`."""
    try:
        subprocess.run(
            command, env=os.environ | QUIET, timeout=seconds, stdin=subprocess.DEVNULL, capture_output=True, check=True
        )
    except subprocess.CalledProcessError as error:
        print((error.stdout + error.stderr)[-2000:].decode(errors="replace"), file=sys.stderr)
        raise CannotInstallError(or_else) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotInstallError(f"{or_else} ({error})") from None


def install(server: Server) -> None:
    """Install the server, or say why it cannot be done."""
    package = server.package
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise CannotInstallError(f"ask an administrator for the package {package}")
    why_not = f"{package} cannot be had from the system's packages"
    run("apt-get", "update", "--quiet", seconds=120, or_else=why_not)
    run("apt-get", "install", "--quiet", "--yes", "--no-install-recommends", package, seconds=300, or_else=why_not)
    if server.find() is None:
        raise CannotInstallError(f"{package} is installed, but brings not what is needed")


def is_installed(server: Server) -> bool:
    """Install it where it is missing, or say why that cannot be done."""
    if found := server.find():
        print(f"{server.what}: already at {found}")
        return True
    print(f"{server.what}: installing {server.package}", flush=True)
    start = time.monotonic()
    try:
        install(server)
    except CannotInstallError as error:
        print(f"{server.what} cannot be installed, so its tests are skipped: {error}", file=sys.stderr)
        return False
    print(f"  done in {time.monotonic() - start:.0f} s")
    return True


def main() -> None:
    """Do what the command line says."""
    match sys.argv[1:]:
        case ["--check", name] if name in SERVERS:
            found = SERVERS[name].find()
            print(found) if found else sys.exit("not installed: python tools/install_servers.py")
        case []:
            there = [is_installed(server) for server in SERVERS.values()]
            sys.exit(not all(there))
        case _:
            sys.exit(f"usage: python tools/install_servers.py [--check {'|'.join(SERVERS)}]")


if __name__ == "__main__":
    main()
