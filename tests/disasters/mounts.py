"""File systems and names of a process's own: what is mounted there is seen by nobody else, and gone with it."""

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Self

import pytest

_PATIENCE = 10.0


class Space:
    """A mount namespace, in which programs may be started by `within`. Skips the test where none may be made."""

    def __init__(self) -> None:
        if os.geteuid() or not (shutil.which("unshare") and shutil.which("nsenter")):
            pytest.skip("only root may mount file systems, and unshare and nsenter are needed for it")
        self._mine = Path("/proc/self/ns/mnt").readlink()
        command = ("unshare", "--mount", "--propagation", "private", "sleep", "3600")
        self._holder = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def __enter__(self) -> Self:
        end = time.monotonic() + _PATIENCE
        while self._holder.poll() is None and time.monotonic() < end:
            if Path(f"/proc/{self._holder.pid}/ns/mnt").readlink() != self._mine:
                return self
            time.sleep(0.01)
        self.__exit__()
        pytest.skip("no mount namespace may be made here")

    def __exit__(self, *_: object) -> None:
        self._holder.kill()
        self._holder.communicate()

    @property
    def within(self) -> tuple[str, ...]:
        """How a command begins that is to run in it."""
        return ("nsenter", "--mount", "--target", str(self._holder.pid), f"--wd={Path.cwd()}")

    def seen(self, path: Path) -> Path:
        """Return by which path others see what is at `path` in it."""
        return Path(f"/proc/{self._holder.pid}/root{path}")

    def mount(self, *words: object) -> None:
        """Mount, or skip the test where that is not permitted."""
        done = self.run("mount", *words)
        if done.returncode:
            pytest.skip(f"mounting is not permitted here: {done.stderr.strip()}")

    def run(self, *words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*self.within, *map(str, words)], capture_output=True, text=True, check=False, timeout=30)


class Disk:
    """A small disk at `path` in a space."""

    def __init__(self, space: Space, path: Path) -> None:
        self.path = path
        self._space = space
        self._ballast = space.seen(path) / "ballast"

    def fill(self) -> None:
        """Leave no room on it."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (4096, 1):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    continue

    def make_room(self) -> None:
        self._ballast.unlink()

    def set(self, how: str) -> None:
        """Make it read-only (`ro`) or writable (`rw`) while nothing is open on it."""
        self._space.mount("-o", f"remount,{how}", self.path)
