"""Install servers for the integration tests: `python tools/install_servers.py [--check NAME]`, a name of `SERVERS`.

The tests start them themselves, as an ordinary user and with a configuration of their own, so nothing but their
programs is needed: those that are there, else Debian's packages, where this runs as root. No service is started. With
`--check` nothing is installed: it prints where the programs are, or says why they are not there.

snac speaks Mastodon's API and ignores the key against doubling, as several servers do. Where this Debian has no package
of it, the source package of a newer one is compiled into `.cache/snac`; without it only its own tests are missing.
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
SNAC = Path(__file__).resolve().parents[1] / ".cache/snac"
QUIET = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
"""No questions, and in run level 1 Debian's packages start no service."""


class CannotInstallError(Exception):
    """Says why there is no server to test against."""


@dataclass(frozen=True, slots=True)
class Server:
    """Somebody else's server: `what` it is for people, its Debian `package`, and how to `find` its programs.

    Where there is no package, `compile` makes them. What is `spared` is not missed: only its own tests are skipped.
    """

    what: str
    package: str
    find: Callable[[], str | None]
    compile: Callable[[], None] | None = None
    spared: bool = False


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


def snac() -> str | None:
    """Return the path of the installed server."""
    return shutil.which("snac") or (str(SNAC / "snac") if (SNAC / "snac").is_file() else None)


def compile_snac() -> None:
    """Fetch the source by apt, which checks its signature, into lists and folders of its own; compile it."""
    why_not = "its source cannot be had from the system's packages, or compiled"
    get("gcc", "make", "dpkg-dev", "libc6-dev", "libcurl4-openssl-dev", "libssl-dev")
    shutil.rmtree(SNAC, ignore_errors=True)
    for name in ("lists/partial", "cache/archives/partial", "source"):
        (SNAC / name).mkdir(parents=True)
    (SNAC / "sources.list").write_text(f"deb-src {archive()} trixie main\n")
    where = {"Etc::sourcelist": "sources.list", "Etc::sourceparts": "-", "State::lists": "lists", "Cache": "cache"}
    apt = ["apt-get", *(f"-oDir::{name}={SNAC / path}" for name, path in where.items()), "--quiet"]
    run(*apt, "update", seconds=120, or_else=why_not)
    run(*apt, "source", "snac2", seconds=120, or_else=why_not, place=SNAC / "source")
    (source,) = (path for path in (SNAC / "source").iterdir() if path.is_dir())
    run("make", "-j2", seconds=240, or_else=why_not, place=source)
    shutil.copy(source / "snac", SNAC)


def archive() -> str:
    """Return the address of Debian's archive that this machine uses."""
    command = ("apt-get", "indextargets", "--format", "$(REPO_URI)", "Origin: Debian", "Created-By: Packages")
    found = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False).stdout.split()
    if not found:
        raise CannotInstallError("this machine's packages are not Debian's")
    return found[0]


def faketime() -> str | None:
    """Return the path of the library that lets a program see another time."""
    return next(map(str, sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


SERVERS = {
    "dovecot": Server("an IMAP server", "dovecot-imapd", dovecot),
    "faketime": Server("a clock that a test can set", "faketime", faketime, spared=True),
    "postgresql": Server("a PostgreSQL server", "postgresql", postgresql),
    "promtool": Server("a checker of alert rules", "prometheus", lambda: shutil.which("promtool"), spared=True),
    "snac": Server("a server that speaks Mastodon's API", "snac2", snac, compile_snac, spared=True),
}


def run(*command: str, seconds: int, or_else: str, place: Path | None = None) -> None:
    """Run a program. Where it fails, show its last words and raise with `or_else`."""
    try:
        subprocess.run(
            command,
            cwd=place,
            env=os.environ | QUIET,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
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
    run("apt-get", "update", "--quiet", seconds=120, or_else="the system's packages cannot be had")
    known = subprocess.run(("apt-cache", "show", package), capture_output=True, timeout=20, check=False).returncode == 0
    if server.compile and not known:
        server.compile()
    else:
        get(package)
    if server.find() is None:
        raise CannotInstallError(f"{package} is installed, but brings not what is needed")


def get(*packages: str) -> None:
    """Install packages of Debian's."""
    why_not = f"{' and '.join(packages)} cannot be had from the system's packages"
    run("apt-get", "install", "--quiet", "--yes", "--no-install-recommends", *packages, seconds=300, or_else=why_not)


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
            missing = [server for server in SERVERS.values() if not is_installed(server)]
            sys.exit(not all(server.spared for server in missing))
        case _:
            sys.exit(f"usage: python tools/install_servers.py [--check {'|'.join(SERVERS)}]")


if __name__ == "__main__":
    main()
