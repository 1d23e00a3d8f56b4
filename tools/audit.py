"""Ask PyPI and OSV whether anything that is locked has a known vulnerability: `python -m tools.audit [LOCK…]`.

Ends with 1 where there is one, and with 75 where neither service can be asked, which is no answer.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements-all.lock", "requirements-build.lock", "requirements-dev.lock")
"""What is shipped, what builds it, and what tests it."""
SERVICES = ("pypi", "osv")
_PATIENCE = 15
_MOST = 300

Packages = list[Mapping[str, Any]]


class NoAnswerError(Exception):
    """Nobody could tell; the text says why."""


def ask(lock: str, service: str) -> Packages:
    """Return what a service knows of each locked package. Raises NoAnswerError where it knows of none."""
    program = Path(sys.executable).with_name("pip-audit")
    how = ("--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json", f"--timeout={_PATIENCE}")
    command = (program, *how, f"--vulnerability-service={service}", f"--requirement={lock}")
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_MOST, check=False)
        packages: Packages = json.loads(done.stdout)["dependencies"]
    except subprocess.TimeoutExpired as error:
        raise NoAnswerError(f"{service} is silent") from error
    except ValueError as error:
        raise NoAnswerError(f"{service} cannot be asked: {done.stderr.strip().rpartition(chr(10))[2]}") from error
    if all("skip_reason" in each for each in packages):  # a mirror may have the packages, and not what is known of them
        raise NoAnswerError(f"{service} knows none of {len(packages)} packages")
    return packages


def first_answer(lock: str) -> Packages:
    """Return what the first service that answers knows. Raises NoAnswerError."""
    silent = []
    for service in SERVICES:
        try:
            return ask(lock, service)
        except NoAnswerError as error:
            silent.append(str(error))
    raise NoAnswerError("; ".join(silent))


def faults(packages: Packages) -> Iterator[str]:
    """Say each vulnerability, and the versions that mend it."""
    for each in packages:
        for known in each.get("vulns", ()):
            mended = ", ".join(known["fix_versions"]) or "no version yet"
            yield f"{each['name']} {each['version']}: {known['id']}, mended in {mended}"


def main() -> None:
    """Say what is known."""
    try:
        found = [fault for lock in sys.argv[1:] or LOCKS for fault in faults(first_answer(lock))]
    except NoAnswerError as error:
        print(f"the locks are not audited: {error}", file=sys.stderr)
        sys.exit(os.EX_TEMPFAIL)
    print("\n".join(found) or "no vulnerability is known of what is locked")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
