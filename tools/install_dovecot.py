"""Install an IMAP server for the integration tests: `python tools/install_dovecot.py [--check]`.

The tests start Dovecot themselves, as an ordinary user and with a configuration of their own, so nothing but its
programs is needed: those on the PATH, else Debian's package, where this runs as root. No service is started. With
`--check` nothing is installed: it prints the program's path, or says why there is none.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

PACKAGE = "dovecot-imapd"
PLACES = (os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
"""Daemons are seldom on an ordinary user's PATH."""
QUIET = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
"""No questions, and in run level 1 Debian's packages start no service."""


class CannotInstallError(Exception):
    """Says why there is no server to test against."""


def dovecot() -> str | None:
    """Return the path of the installed server; None where it is missing, or cannot speak IMAP."""
    found = shutil.which("dovecot", path=os.pathsep.join(PLACES))
    return found if found and any(folder.is_file() for folder in speakers(Path(found))) else None


def speakers(program: Path) -> list[Path]:
    """Return where the part that speaks IMAP may be; Debian has a package of its own for it."""
    roots = (Path("/usr"), program.resolve().parents[1])
    return [root / folder / "dovecot/imap-login" for root in roots for folder in ("lib", "libexec")]


def run(*command: str, seconds: int, what: str = PACKAGE, place: Path | None = None) -> None:
    """Run a program. Where it fails, show its last words and raise with `what` could not be had."""
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
        raise CannotInstallError(f"{what} cannot be had from the system's packages") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotInstallError(f"{what} cannot be had from the system's packages ({error})") from None


def install() -> None:
    """Install the server, or say why it cannot be done."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise CannotInstallError(f"no dovecot is installed; ask an administrator for the package {PACKAGE}")
    run("apt-get", "update", "--quiet", seconds=120)
    run("apt-get", "install", "--quiet", "--yes", "--no-install-recommends", PACKAGE, seconds=240)
    if dovecot() is None:
        raise CannotInstallError(f"{PACKAGE} is installed, but brings no dovecot that speaks IMAP")


def main() -> None:
    """Do what the command line says."""
    found = dovecot()
    if "--check" in sys.argv[1:]:
        print(found) if found else sys.exit("no dovecot that speaks IMAP: python tools/install_dovecot.py")
    elif found:
        print(f"An IMAP server: already at {found}")
    else:
        print(f"An IMAP server: installing {PACKAGE}", flush=True)
        start = time.monotonic()
        try:
            install()
        except CannotInstallError as error:
            sys.exit(f"An IMAP server cannot be installed, so its tests are skipped: {error}")
        print(f"  done in {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
